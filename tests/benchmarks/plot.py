# SPDX-License-Identifier: Apache-2.0
"""Bar charts of ratios, on a logarithmic axis, as SVG."""

import math
from html import escape
from typing import NamedTuple

LEFT, RIGHT, WIDTH, BAR = 290, 180, 400, 22
COLOURS = {"met": "#2a7f62", "missed": "#c8553d", "": "#5b7a99"}


class Row(NamedTuple):
    """A measured value, and its target."""
    what: str
    value: float
    target: float | None = None
    more_is_better: bool = False

    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if (self.value >= self.target if self.more_is_better else self.value <= self.target) else "missed"

    def target_text(self) -> str:
        return "" if self.target is None else f"{'≥' if self.more_is_better else '≤'} {number(self.target)}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y}" {style}>{escape(words)}</text>'


def svg(title: str, panels: list[tuple[str, str, list[Row]]]) -> str:
    """Draws a panel for each (heading, label of the axis, rows)."""
    parts = [text(20, 26, title, 'font-size="17" font-weight="bold"'),
             text(20, 46, "Worlds are relations x units of each x jobs of each. Marks are targets.", 'fill="#555"')]
    y = 76
    for heading, axis, rows in panels:
        parts += panel(heading, axis, rows, y)
        y += BAR * len(rows) + 96
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {y - 30}" '
            'font-family="sans-serif" font-size="12" fill="#222"><rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def panel(heading: str, axis: str, rows: list[Row], y: int) -> list[str]:
    values = [1, *(value for row in rows for value in (row.value, row.target or row.value))]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    top, bottom = y + 14, y + 18 + BAR * len(rows)

    def place(value: float) -> float:
        return LEFT + WIDTH * (math.log10(value) - low) / (high - low)

    parts = [text(20, y, heading, 'font-size="14" font-weight="bold"'),
             text(LEFT + WIDTH / 2, bottom + 33, axis, 'text-anchor="middle" fill="#555"')]
    for power in range(low, high + 1):
        x, colour = place(10 ** power), "#888" if power == 0 else "#ddd"
        parts += [f'<path d="M{x:.1f} {top}V{bottom}" stroke="{colour}"/>',
                  text(x, bottom + 15, f"{10 ** power:,g}", 'text-anchor="middle"')]
    for line, row in zip(range(top + 4, bottom, BAR), rows):
        begin, end = sorted((place(1), place(row.value)))
        parts += [text(LEFT - 10, line + 13, row.what, 'text-anchor="end"'),
                  f'<rect x="{begin:.1f}" y="{line}" width="{max(end - begin, 1):.1f}" height="{BAR - 6}" '
                  f'fill="{COLOURS[row.verdict()]}"/>',
                  text(LEFT + WIDTH + 14, line + 13, number(row.value)),
                  text(LEFT + WIDTH + 66, line + 13, f"{row.target_text()} {row.verdict()}", 'fill="#555"')]
        if row.target:
            parts.append(f'<path d="M{place(row.target):.1f} {line - 2}v{BAR - 2}" stroke="#222" stroke-width="2"/>')
    return parts
