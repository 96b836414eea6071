#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs everything here. Exit status 77 where what needs PyPI was skipped; under CI=true that is a failure."""

import argparse
import os
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def make_venv(venv: Path) -> bool:
    """Whether there is one with the libraries that the Python charms need."""
    python = venv / "bin" / "python"
    requirements = HERE / "requirements.txt"
    mark = venv / "complete"
    if mark.exists() and mark.read_text() == requirements.read_text():
        return True
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    installed = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                                "--no-input", "--retries", "2", "--requirement", requirements], check=False)
    if installed.returncode == 0:
        mark.write_text(requirements.read_text())
    return installed.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hook-tool", required=True, help="the executable that the hook tools are")
    parser.add_argument("--charms", required=True, help="where spring-music/ and tempo/ are laid out")
    parser.add_argument("--venv", required=True, type=Path, help="where the libraries from PyPI go")
    parser.add_argument("names", nargs="*", help="the tests to run, as unittest takes them; all by default")
    arguments = parser.parse_args()
    has_pypi = make_venv(arguments.venv)
    os.environ |= {"INTEROP_HOOK_TOOL": arguments.hook_tool, "INTEROP_CHARMS": arguments.charms,
                   "INTEROP_VENV": str(arguments.venv) if has_pypi else "nowhere"}

    sys.path.insert(0, str(HERE))
    loader = unittest.defaultTestLoader
    names = arguments.names or sorted(file.stem for file in HERE.glob("*_test.py"))
    suite = loader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    bad = {str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors}
    skipped = len(result.skipped)
    print(f"{result.testsRun - len(bad) - skipped} passed, {len(bad)} failed, {skipped} skipped")
    if not has_pypi:
        print("PyPI is out of reach: no charm in Python was run, and charmcraft was not asked.")
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return 0 if has_pypi else 1 if os.environ.get("CI") == "true" else 77


if __name__ == "__main__":
    sys.exit(main())
