// SPDX-License-Identifier: Apache-2.0
// Text in the sense of Juju and Prometheus: control characters, and printing untrusted text safely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

namespace juju {
namespace detail {

/// A code point that starts at a byte of valid UTF-8.
struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

/// Decodes code points of up to three bytes. Code points of four bytes are never special here: each byte counts as one.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  if ((byte(0) & 0xE0U) == 0xC0U) return {((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
  if ((byte(0) & 0xF0U) == 0xE0U) {
    return {((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3};
  }
  return {byte(0), 1};
}

/// A continuation byte has no code point, so it is never taken for a C1 control.
inline bool is_control(CodePoint c) {
  if (c.bytes == 1) return c.value < 0x20 || c.value == 0x7F;
  return c.value <= 0x9F || c.value == 0xFFFE || c.value == 0xFFFF;
}

/// YAML 1.1 folds these two inside quotes, as it folds a line break.
inline bool is_line_separator(CodePoint c) { return c.value == 0x2028 || c.value == 0x2029; }

inline std::string unicode_escape(std::uint32_t value) {
  char escaped[8];
  std::snprintf(escaped, sizeof escaped, "\\u%04x", value & 0xFFFFU);
  return escaped;
}

/// Characters that make a terminal show the text around them in another order.
inline bool is_direction_mark(CodePoint c) {
  return c.value == 0x061C || c.value == 0x200E || c.value == 0x200F || (c.value >= 0x202A && c.value <= 0x202E) ||
         (c.value >= 0x2066 && c.value <= 0x2069);
}

/// Copies valid UTF-8 with controls, Unicode's line separators and `others` as `\uXXXX`.
inline std::string escape_controls(std::string_view text, bool (*others)(CodePoint) = nullptr) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (is_control(c) || is_line_separator(c) || (others != nullptr && others(c))) {
      safe += unicode_escape(c.value);
    } else {
      safe.append(text.substr(i, c.bytes));
    }
    i += c.bytes;
  }
  return safe;
}

}  // namespace detail

/// Whether `text` is UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
inline bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    const unsigned second = byte(i + 1);
    if (first < 0x80) {
      i += 1;
    } else if (first >= 0xC2 && first <= 0xDF && continues(i + 1)) {
      i += 2;
    } else if (first >= 0xE0 && first <= 0xEF && continues(i + 1) && continues(i + 2) &&
               !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second > 0x9F)) {
      i += 3;
    } else if (first >= 0xF0 && first <= 0xF4 && continues(i + 1) && continues(i + 2) && continues(i + 3) &&
               !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second > 0x8F)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

/// Whether `text` (valid UTF-8) is without control characters: C0, DEL, C1, U+FFFE and U+FFFF.
inline bool is_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const detail::CodePoint c = detail::code_point_at(text, i);
    if (detail::is_control(c)) return false;
    i += c.bytes;
  }
  return true;
}

/// Whether `text` is UTF-8 without control characters.
inline bool is_valid_text(std::string_view text) { return is_utf8(text) && is_text(text); }

/// The beginning of `text` (valid UTF-8): at most `max_bytes`, without a part of a character at its end.
inline std::string_view cut(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0U) == 0x80U) --max_bytes;
  return text.substr(0, max_bytes);
}

/// Untrusted text (valid UTF-8) for a log or a terminal: `\uXXXX` for controls and for what changes the direction of
/// text. If it has over `max_bytes`, its beginning and `...`.
inline std::string printable(std::string_view text, std::size_t max_bytes = 200) {
  const std::string_view shown = cut(text, max_bytes);
  return detail::escape_controls(shown, detail::is_direction_mark) + (shown.size() < text.size() ? "..." : "");
}

/// Whether `text` is one of `texts`.
inline bool is_one_of(std::string_view text, std::initializer_list<std::string_view> texts) {
  for (const std::string_view each : texts) {
    if (each == text) return true;
  }
  return false;
}

/// `text` without the spaces and tabs around it.
inline std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace juju
