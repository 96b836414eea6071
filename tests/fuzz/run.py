#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers, a few at a time, and prints a summary. The exit status is 1 if there is a finding.

    FUZZ_SECONDS=600 FUZZ_JOBS=2 FUZZ_TARGETS="scrape_jobs metadata" python3 tests/fuzz/run.py build/fuzz

The results are in the build directory: findings/TARGET, corpus/TARGET, log/TARGET.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
JOBS = int(os.environ.get("FUZZ_JOBS", "2"))
MAX_BYTES = {"prometheus_jobs": 16384, "scrape_jobs": 16384}  # three bytes make a job, so 64 KiB take seconds
PROGRESS = re.compile(rb"#(\d+)\s.*cov: (\d+) ft: (\d+) corp: (\d+)")
EXECUTED = re.compile(rb"stat::number_of_executed_units:\s+(\d+)")


class Fuzzer:
    """The fuzzer of one target."""

    def __init__(self, build, target):
        self.target = target
        self.findings = build / "findings" / target
        corpus = build / "corpus" / target
        for directory in (self.findings, corpus, build / "log"):
            directory.mkdir(parents=True, exist_ok=True)
        self.before = set(self.findings.iterdir())
        self.log = build / "log" / target
        self.begin = time.monotonic()
        self.seconds = 0
        command = [build / "bin" / f"fuzz_{target}", f"-max_total_time={SECONDS}",
                   f"-max_len={MAX_BYTES.get(target, 65536)}", "-timeout=60", "-report_slow_units=60",
                   "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={self.findings}/",
                   f"-dict={HERE / 'words.dict'}", corpus, HERE / "corpus" / target]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def has_ended(self):
        """Returns whether the fuzzer has ended, and updates its time."""
        status = self.process.poll()
        if not self.seconds or status is None:
            self.seconds = time.monotonic() - self.begin
        return status is not None

    def new_findings(self):
        """Returns the inputs for which a property does not hold."""
        return sorted(set(self.findings.iterdir()) - self.before)

    def failed(self):
        """Returns whether it has a finding or could not run."""
        return bool(self.new_findings()) or bool(self.process.poll())

    def figures(self):
        """Returns the executions, edges, features and inputs in the corpus so far."""
        text = self.log.read_bytes()
        steps = PROGRESS.findall(text)
        executions, edges, features, inputs = map(int, steps[-1]) if steps else (0, 0, 0, 0)
        ended = EXECUTED.search(text)
        return (int(ended[1]) if ended else executions), edges, features, inputs


def show_progress(running, left):
    """Prints the progress, in one line of the terminal that is overwritten."""
    if not sys.stdout.isatty():
        return
    parts = []
    for fuzzer in running:
        executions, edges, _, inputs = fuzzer.figures()
        parts.append(f"{fuzzer.target} {fuzzer.seconds:.0f}s {executions} runs, {edges} edges, {inputs} inputs")
    line = " | ".join(parts) + f" | {left} to go"
    print("\r\033[K" + line[:os.get_terminal_size().columns - 1], end="", flush=True)


def fuzz(build, targets):
    """Fuzzes all targets, and yields each fuzzer when it ends."""
    waiting, running = list(targets), []
    try:
        while waiting or running:
            while waiting and len(running) < JOBS:
                running.append(Fuzzer(build, waiting.pop(0)))
            time.sleep(1)
            for fuzzer in [fuzzer for fuzzer in running if fuzzer.has_ended()]:
                running.remove(fuzzer)
                yield fuzzer
            show_progress(running, len(waiting))
    finally:
        for fuzzer in running:
            fuzzer.process.terminate()


def main():
    """Fuzzes the targets in FUZZ_TARGETS, by default all that have a corpus."""
    build = pathlib.Path(sys.argv[1]).resolve()
    chosen = os.environ.get("FUZZ_TARGETS", "").split()
    targets = chosen or sorted(directory.name for directory in (HERE / "corpus").iterdir())
    ended = []
    print(f"{len(targets)} targets, {SECONDS} seconds each, {JOBS} at a time; log and findings in {build}", flush=True)
    for fuzzer in fuzz(build, targets):
        ended.append(fuzzer)
        print(("\r\033[K" if sys.stdout.isatty() else "")
              + f"{fuzzer.target}: {'see ' + str(fuzzer.log) if fuzzer.failed() else 'nothing found'}", flush=True)
    print(f"\n{'target':<18}{'seconds':>8}{'inputs':>12}{'a second':>10}{'edges':>8}{'features':>10}{'findings':>10}")
    total = 0
    for fuzzer in ended:
        executions, edges, features, _ = fuzzer.figures()
        total += executions
        print(f"{fuzzer.target:<18}{fuzzer.seconds:>8.0f}{executions:>12}{executions / fuzzer.seconds:>10.0f}"
              f"{edges:>8}{features:>10}{len(fuzzer.new_findings()):>10}")
    failed = [fuzzer for fuzzer in ended if fuzzer.failed()]
    print(f"{total} inputs")
    for fuzzer in failed:
        for finding in fuzzer.new_findings():
            print(f"finding: {finding}\n  again: {build / 'bin' / ('fuzz_' + fuzzer.target)} {finding}")
        if not fuzzer.new_findings():
            print(f"{fuzzer.target} could not run: {fuzzer.log}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
