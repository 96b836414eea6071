#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gathers what gcov counted into one tracefile for gcovr: gather.py TRACEFILE SOURCES OBJECTS...

gcovr cannot do it alone with headers. gcov does not say of a branch that never ran in one program whether it is an
exception's, so gcovr 5 takes every throw branch of every other unit for one that tests forgot. Here a branch is an
exception's if gcov says so in any unit: the throw branches, and those of the blocks that only an exception reaches.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

LINE = re.compile(r"\s*([^:\s]+):\s*(\d+):(.*)")
BLOCK = re.compile(r"\s*([^:\s]+):\s*\d+-block\s+\d+$")
BRANCH = re.compile(r"branch\s+\d+ (?:never executed|taken (\d+))(?: \((\w+)\))?")
NO_CODE = re.compile(r"[\s{}();]*")
ONLY_BY_EXCEPTION = "$$$$$"  # gcov's mark of a block that did not run and that no other way leads to


class Branch:
    def __init__(self, taken, is_exceptional):
        self.taken = taken
        self.is_exceptional = is_exceptional

    def __iadd__(self, other):
        self.taken += other.taken
        self.is_exceptional |= other.is_exceptional
        return self


def lines_of(notes_file, sources):
    """Yields (file, line, times run, branches) of one unit; a template's line once for each of its instances. What is
    in no program that ran counts as not run."""
    gcov = ["gcov", "--all-blocks", "--branch-probabilities", "--branch-counts", "--stdout", notes_file]
    text = subprocess.run(gcov, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    file = line = None
    for row in text.decode("utf-8", "replace").splitlines():
        if match := BLOCK.match(row):
            is_exceptional = match[1] == ONLY_BY_EXCEPTION
        elif match := LINE.match(row):
            if line and file:
                yield (file, *line)
            line = None
            if match[2] == "0":
                if match[3].startswith("Source:"):
                    path = os.path.realpath(match[3][len("Source:"):])
                    file = path if path.startswith(sources + "/") else None
            elif match[1] != "-" and not NO_CODE.fullmatch(match[3]):
                is_exceptional = False
                line = (int(match[2]), int(re.sub(r"\D", "", match[1]) or 0), [])
        elif line and (match := BRANCH.match(row)):
            line[2].append(Branch(int(match[1] or 0), is_exceptional or match[2] == "throw"))
    if line and file:
        yield (file, *line)


def gather(sources, objects):
    notes_files = [os.path.join(directory, name) for each in objects for directory, _, names in os.walk(each)
                   for name in names if name.endswith(".gcno")]
    runs = collections.Counter()
    branches = collections.defaultdict(dict)  # of a line, by their number: instances alike are one
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines in pool.map(lambda file: list(lines_of(file, sources)), sorted(notes_files)):
            for file, line, times, met in lines:
                runs[file, line] += times
                known = branches[file, line].setdefault(len(met), met)
                if known is not met:
                    for one, other in zip(known, met):
                        one += other
    return runs, branches


def tracefile(runs, branches):
    files = collections.defaultdict(list)
    for (file, line), times in sorted(runs.items()):
        ours = [branch for alike in branches[file, line].values() for branch in alike if not branch.is_exceptional]
        files[file].append({
            "line_number": line, "count": times, "gcovr/noncode": False, "gcovr/excluded": False,
            "branches": [{"count": branch.taken, "fallthrough": False, "throw": False} for branch in ours]})
    return {"gcovr/format_version": "0.3",
            "files": [{"file": file, "lines": lines, "functions": []} for file, lines in files.items()]}


def main():
    target, sources, *objects = sys.argv[1:]
    with open(target, "w", encoding="utf-8") as out:
        json.dump(tracefile(*gather(os.path.realpath(sources), objects)), out)


if __name__ == "__main__":
    main()
