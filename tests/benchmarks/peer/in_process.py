# SPDX-License-Identifier: Apache-2.0
"""Runs the peer's jobs() on data bags in memory. Files have the form of tests/vectors/consumer-jobs.

    in_process.py check FILE...  exits 1 unless the peer returns the expected jobs, or raises if an exception is expected
    in_process.py measure FILE   prints the milliseconds of jobs(), json.dumps(jobs()) and yaml.safe_dump(jobs())
"""

import json
import pathlib
import sys
import time

import charm
import ops
import yaml

METADATA = "name: tempo\nrequires: {tracing: {interface: tempo_scrape}}\n"


class MemoryBackend(ops.model._ModelBackend):
    """Answers the hook tool calls of `ops`."""

    def __init__(self, relations: list[dict]):
        super().__init__("tempo/0", "cos", "12de4fae-06cc-4ceb-9089-567be09fec78")
        self._relations = {relation["id"]: relation for relation in relations}
        self._hook_is_running = "tracing_relation_changed"  # ops checks access as in a hook

    def is_leader(self):
        return True

    def relation_ids(self, relation_name):
        return list(self._relations)

    def relation_list(self, relation_id, **_):
        return list(self._relations[relation_id]["units"])

    def relation_remote_app_name(self, relation_id, **_):
        return self._relations[relation_id]["app"]

    def relation_get(self, relation_id, member_name, is_app, **_):
        relation = self._relations[relation_id]
        return relation["app_data"] if is_app else relation["units"][member_name] or {}


def read(file: str) -> dict:
    return json.loads(pathlib.Path(file).read_text())


def new_model(vector: dict) -> ops.Model:
    return ops.Model(ops.CharmMeta.from_yaml(METADATA), MemoryBackend(vector["input"]["relations"]))


def without_order(jobs: list[dict]) -> list[str]:
    """Returns the jobs as text, with sorted static configs: `ops` returns units in any order."""
    return [json.dumps({**job, "static_configs": sorted(json.dumps(config, sort_keys=True)
                                                        for config in job["static_configs"])}, sort_keys=True)
            for job in jobs]


def check(*files: str) -> None:
    for file, vector in zip(files, map(read, files)):
        if "declare" in vector["input"]:
            continue  # the peer does not check what metadata declares
        try:
            jobs = without_order(charm.all_jobs(new_model(vector)))
        except (AttributeError, KeyError, TypeError, ValueError):
            jobs = None
        if jobs != (None if "exception" in vector["expected"] else without_order(vector["expected"])):
            sys.exit(f"{file}: the peer does not return the expected jobs")


def measure(file: str) -> None:
    """Prints the processor time of the fastest run. The runs take half a second in total."""
    vector, fastest = read(file), {}
    for name, use in {"jobs": lambda jobs: jobs, "json": json.dumps, "yaml": yaml.safe_dump}.items():
        taken = []
        while sum(taken) < 500:
            model = new_model(vector)
            begin = time.process_time()
            use(charm.all_jobs(model))
            taken.append(1000 * (time.process_time() - begin))
        fastest[name] = min(taken)
    print(json.dumps(fastest))


if __name__ == "__main__":
    {"check": check, "measure": measure}[sys.argv[1]](*sys.argv[2:])
