#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Size and start-up time of spring-music's dispatch, beside those of an empty `ops` charm.

    python3 tests/benchmarks/start_up.py build/demo/charms/spring-music [RUNS]

Both run the same hook, update-status, in turns, with the same stand-ins for Juju's hook tools, which answer at once.
`ops` comes from PyPI.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TOOLS = {
    "config-get": '{"port": 8000}',
    "relation-ids": "[]",
    "state-get": "{}",
    "is-leader": "true",
    "juju-log": "",
    "status-set": "",
}
DISPATCH = f"#!/bin/sh\nPYTHONPATH=venv exec {sys.executable} src/charm.py\n"
CHARM = "import ops\n\n\nclass Empty(ops.CharmBase):\n    pass\n\n\nops.main(Empty)\n"


def write_program(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def empty_ops_charm(directory: pathlib.Path) -> pathlib.Path:
    write_program(directory / "dispatch", DISPATCH)
    write_program(directory / "src/charm.py", CHARM)
    (directory / "metadata.yaml").write_text("name: empty\n")
    install = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--root-user-action=ignore"]
    subprocess.run([*install, "--target", directory / "venv", "ops"], check=True)
    return directory


def size_of(charm: pathlib.Path) -> int:
    """What the charm brings to run: its executable, or the Python packages. The interpreter is the machine's."""
    programs = [charm / "dispatch"] if not (charm / "venv").exists() else (charm / "venv").rglob("*")
    return sum(path.stat().st_size for path in programs if path.is_file() and "__pycache__" not in path.parts)


def run_hook(charm: pathlib.Path, tools: pathlib.Path) -> float:
    """How many milliseconds it took."""
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "JUJU_DISPATCH_PATH": "hooks/update-status",
        "JUJU_UNIT_NAME": "music/0",
        "JUJU_MODEL_NAME": "test",
        "JUJU_MODEL_UUID": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "JUJU_CHARM_DIR": str(charm),
        "JUJU_VERSION": "3.6.0",
    }
    begin = time.perf_counter()
    status = subprocess.run([charm / "dispatch"], cwd=charm, env=environment, stdout=subprocess.DEVNULL).returncode
    if status != 0:
        raise SystemExit(f"{charm}/dispatch ended with {status}")
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    ours = pathlib.Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch)
        for tool, answer in TOOLS.items():
            write_program(directory / "tools" / tool, f"#!/bin/sh\necho '{answer}'\n")
        charms = {ours.name: ours, "an empty `ops` charm": empty_ops_charm(directory / "empty")}
        measured = {name: [] for name in charms}
        for turn in range(runs + 1):
            for name, charm in charms.items():
                milliseconds = run_hook(charm, directory / "tools")
                if turn > 0:  # the first one fills the caches
                    measured[name].append(milliseconds)
        print("| charm | size | one hook: median (fastest, slowest) |\n|---|---|---|")
        for name, times in measured.items():
            print(
                f"| {name} | {size_of(charms[name]) / 1e6:.1f} MB | {statistics.median(times):.0f} ms "
                f"({min(times):.0f}, {max(times):.0f}) |"
            )


if __name__ == "__main__":
    main()
