#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Would the tests notice? Puts mutants into the headers, runs the tests that reach each, and tells which none noticed.

run.py [--build DIRECTORY] [--jobs N] [--most N] [--only TEXT] [--again]

All mutants stand in one build, each behind a switch (mutate.py). A first pass notes which test case reaches which
mutants; then each mutant is switched on, and the test cases that reach it run until one fails, those first that reach
little else.
Ends with an error where fewer than 95 % are noticed, or one that is not among survivors.json is not.
"""

import argparse
import collections
import concurrent.futures
import filecmp
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import mutate

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
LEAST_PERCENT = 95
LEAST_PATIENCE = 10  # seconds
MOST_MEMORY = 4 << 30
FIRST_BATCH = 0.3  # seconds of tests that run together; each further batch is twice as long
CONTROLS = 20
SLOWEST = 1.5  # of the processor's seconds; the few test cases that take longer are left out
FLAGS = "-O1 -w -D_GLIBCXX_ASSERTIONS -fsanitize=return -fsanitize-undefined-trap-on-error"
NOT_MUTATED = ("juju/testing", "juju/hook_tools", "juju/main.hpp")  # the kit, and what the sweep of faults is for


def say(text, end="\n"):
    print(text, end=end, flush=True)


class Progress:
    """One line that changes on a terminal; else a line now and then."""

    def __init__(self, what, total):
        self.what, self.total, self.done, self.last = what, total, 0, 0.0
        self.lock = threading.Lock()

    def step(self, more=""):
        with self.lock:
            self.done += 1
            is_last = self.done == self.total
            if not is_last and time.monotonic() - self.last < (0.2 if sys.stdout.isatty() else 30):
                return
            self.last = time.monotonic()
            line = f"{self.what}: {self.done} of {self.total}{more}"
            if sys.stdout.isatty():
                say(f"\r\033[K{line}", end="\n" if is_last else "")
            else:
                say(line)


# The scratch copy and its build


def copy_sources(to):
    """A copy of the repository, with mutants. Only what differs is written anew, so that a second build is short."""
    leave_out = shutil.ignore_patterns(".git", "build", "__pycache__")
    with tempfile.TemporaryDirectory(dir=to.parent) as fresh:
        shutil.copytree(REPOSITORY, fresh, ignore=leave_out, dirs_exist_ok=True)
        mutants = put_mutants(pathlib.Path(fresh) / "include")
        for directory, _, names in os.walk(fresh):
            into = to / os.path.relpath(directory, fresh)
            into.mkdir(parents=True, exist_ok=True)
            for name in names:
                source, target = os.path.join(directory, name), into / name
                if not target.exists() or not filecmp.cmp(source, target, shallow=False):
                    shutil.copyfile(source, target)
        for directory, _, names in os.walk(to):
            for name in names:
                if not os.path.exists(os.path.join(fresh, os.path.relpath(directory, to), name)):
                    os.remove(os.path.join(directory, name))
    return mutants


def put_mutants(include):
    names = sorted(str(path.relative_to(include)) for path in include.rglob("*.hpp"))
    names = [name for name in names if not name.startswith(NOT_MUTATED)]
    mutants = []

    def wanted(mutant):
        mutants.append(mutant)
        return len(mutants) - 1

    mutate.mutate(str(include), names, wanted)
    return mutants


def build(source, directory, jobs):
    configure = ["cmake", "-G", "Ninja", "-S", source, "-B", directory,
                 f"-DCMAKE_CXX_FLAGS={FLAGS} -I{source}/tests/mutation",
                 f"-DCMAKE_RUNTIME_OUTPUT_DIRECTORY={directory}/bin"]
    subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", directory, "--target", "unit_tests", "--parallel", str(jobs)],
                   check=True)


# The tests


class Tests:
    def __init__(self, program, scratch):
        self.program = str(program)
        self.scratch = scratch
        command = [self.program, "--list-test-names-only"]
        listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # ends with their number
        self.names = [line for line in listed.stdout.splitlines() if line.strip()]

    def run(self, names, patience, **switches):
        """How these test cases end, "passed", "failed", "crashed" or "timed out"; and the processor's seconds."""
        with tempfile.NamedTemporaryFile("w", dir=self.scratch) as listed, \
                tempfile.TemporaryDirectory(dir=self.scratch) as temporary:
            listed.write("\n".join(re.sub(r'([\\,\["])', r"\\\1", name) for name in names))
            listed.flush()
            os.chmod(temporary, 0o755)  # a test lays down root's rights
            process = subprocess.Popen(
                [self.program, "--abort", "--warn", "NoTests", "--input-file", listed.name], cwd=temporary,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=lambda: limit(patience),
                env={**os.environ, "TMPDIR": temporary, **{key: str(value) for key, value in switches.items()}})
            timer = threading.Timer(max(LEAST_PATIENCE, patience), end_group, [process.pid, signal.SIGXCPU])
            timer.start()
            _, status, used = os.wait4(process.pid, 0)
            timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            end_group(process.pid, signal.SIGKILL)  # what it left behind
        ended = {0: "passed", -signal.SIGXCPU: "timed out"}.get(process.returncode)
        return ended or ("crashed" if process.returncode < 0 else "failed"), used.ru_utime + used.ru_stime


def end_group(leader, with_signal):
    try:
        os.killpg(leader, with_signal)
    except ProcessLookupError:
        pass


def limit(seconds):
    """Of the processor's seconds, so that a busy machine ends no test too early."""
    most = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def record(tests, pool):
    """Which test cases reach each mutant, those first that reach the fewest; and how long each test case takes."""
    reaching = collections.defaultdict(list)
    seconds = {}
    breadth = {}
    slow = []
    failed = []
    progress = Progress("test cases recorded", len(tests.names))

    def run(name):
        with tempfile.NamedTemporaryFile(dir=tests.scratch) as reached:
            ended, taken = tests.run([name], 600, TEMPO_SCRAPE_REACHED=reached.name)
            with open(reached.name, encoding="ascii") as lines:
                numbers = {int(line) for line in lines}
        progress.step()
        return name, ended, taken, numbers

    for name, ended, taken, numbers in pool.map(run, tests.names):
        if ended != "passed":
            if numbers:
                failed.append(name)
                say(f"\nwithout a mutant this test case {ended}: {name}")
            continue
        if taken > SLOWEST:
            slow.append(name)
            continue
        seconds[name] = taken
        breadth[name] = len(numbers)
        for number in numbers:
            reaching[number].append(name)
    for name in slow:
        say(f"takes longer than {SLOWEST} seconds, so it is left out: {name}")
    for names in reaching.values():
        names.sort(key=lambda name: (breadth[name], name))
    return reaching, seconds, failed


def batches(names, seconds):
    batch, length, most = [], 0.0, FIRST_BATCH
    for name in names:
        if batch and length + seconds[name] > most:
            yield batch, length
            batch, length, most = [], 0.0, 2 * most
        batch.append(name)
        length += seconds[name]
    if batch:
        yield batch, length


def try_mutant(tests, number, names, seconds):
    for batch, length in batches(names, seconds):
        ended, _ = tests.run(batch, 1 + 5 * length, TEMPO_SCRAPE_MUTANT=number)
        if ended != "passed":
            return ended
    return "survived" if names else "not reached"


def control(tests, mutants, reaching, seconds):
    """Whether the test cases pass in the same batches where no mutant is switched on; for a few of the mutants."""
    reached = sorted(reaching)
    few = reached[::max(1, len(reached) // CONTROLS)]
    return all(try_mutant(tests, len(mutants), reaching[number], seconds) == "survived" for number in few)


def was_noticed(outcome):
    return outcome not in (None, "survived", "not reached")


def last_outcomes(directory, mutants):
    with open(directory / "outcomes.json", encoding="utf-8") as file:
        last = json.load(file)
    return {n: outcome for n, outcome, *mutant in last if n < len(mutants) and mutants[n] == mutate.Mutant(*mutant)}


# The report


def key_of(mutant):
    return mutant.file, mutant.code, mutant.change


def report(mutants, outcomes, accepted, seconds):
    """Whether all is as it should be."""
    survivors = [mutants[n] for n, outcome in outcomes.items() if not was_noticed(outcome)]
    count = collections.Counter(outcomes.values())
    killed = len(outcomes) - len(survivors)
    percent = 100 * killed / len(outcomes)
    remaining = collections.Counter((each["file"], each["code"], each["change"]) for each in accepted
                                    for _ in range(each.get("times", 1)))
    unlisted = []
    for mutant in survivors:
        if remaining[key_of(mutant)] > 0:
            remaining[key_of(mutant)] -= 1
        else:
            unlisted.append(mutant)
    for mutant in unlisted:
        say(f"{mutant.file}:{mutant.line}: survived: {mutant.change}\n    {mutant.code}")
    known = {key_of(mutant) for mutant in mutants}
    is_whole = len(outcomes) == len(mutants)
    stale = [key for key, times in remaining.items() if times and (is_whole or key not in known)]
    for file, code, change in stale:
        say(f"survivors.json: is noticed, or is no mutant any more: {file}: {change}\n    {code}")
    say(f"{len(outcomes)} mutants of {len(mutants)} in {seconds / 60:.0f} minutes: {killed} noticed ({percent:.1f} %; "
        f"{count['failed']} by a test that failed, {count['crashed']} by a crash, {count['timed out']} by a timeout), "
        f"{len(survivors)} survived, {len(unlisted)} of them unlisted")
    return not unlisted and not stale and percent >= LEAST_PERCENT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=REPOSITORY / "build" / "mutation")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--most", type=int, help="so many mutants, spread evenly over all")
    parser.add_argument("--again", action="store_true", help="only what survived the last run; the rest counts as then, whatever tests have changed")
    parser.add_argument("--only", default="", help="mutants of files whose name contains this")
    options = parser.parse_args()
    began = time.monotonic()

    directory = options.build.resolve()
    scratch = directory / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    mutants = copy_sources(directory / "source")
    say(f"{len(mutants)} mutants")
    build(directory / "source", directory / "built", options.jobs)
    with open(HERE / "survivors.json", encoding="utf-8") as file:
        accepted = json.load(file)

    tests = Tests(directory / "built" / "bin" / "unit_tests", scratch)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        reaching, seconds, failed = record(tests, pool)
        if failed or not control(tests, mutants, reaching, seconds):
            say("the tests do not pass where nothing is changed")
            return 1
        numbers = [n for n, mutant in enumerate(mutants) if options.only in mutant.file]
        if options.most and options.most < len(numbers):
            numbers = [numbers[i * len(numbers) // options.most] for i in range(options.most)]
        outcomes = last_outcomes(directory, mutants) if options.again else {}
        numbers = [n for n in numbers if not was_noticed(outcomes.get(n))]
        progress = Progress("mutants", len(numbers))
        survived = 0

        def attempt(number):
            nonlocal survived
            outcome = try_mutant(tests, number, reaching.get(number, []), seconds)
            if not was_noticed(outcome):
                survived += 1
                mutant = mutants[number]
                print(f"{mutant.file}:{mutant.line}: {outcome}: {mutant.change}\n    {mutant.code}", file=found,
                      flush=True)
            progress.step(f", {survived} survived")
            return number, outcome

        with open(directory / "survivors.txt", "w", encoding="utf-8") as found:
            for number, outcome in pool.map(attempt, numbers):
                outcomes[number] = outcome
    for number, outcome in outcomes.items():
        if outcome == "timed out":  # once more, with the machine to itself
            outcomes[number] = try_mutant(tests, number, reaching.get(number, []), seconds)
    with open(directory / "outcomes.json", "w", encoding="utf-8") as file:
        json.dump([[n, outcome, *mutants[n]] for n, outcome in sorted(outcomes.items())], file, indent=1)
    return 0 if report(mutants, outcomes, accepted, time.monotonic() - began) else 1


if __name__ == "__main__":
    sys.exit(main())
