# SPDX-License-Identifier: Apache-2.0
"""Makes the jobs of prometheus_scrape in plain Python. The file has the form of tests/vectors.

    prometheus.py check FILE...  exits 1 unless the jobs are the expected ones
    prometheus.py measure FILE   prints the milliseconds of the jobs alone, and with json.dumps
"""

import copy
import json
import pathlib
import sys
import time

LABELS = {"juju_model": "model", "juju_model_uuid": "model_uuid", "juju_application": "application",
          "juju_charm": "charm_name"}


def all_jobs(relations: list[dict]) -> list[dict]:
    """Returns a job for each unit and wildcard static config."""
    jobs = []
    for relation in sorted(relations, key=lambda relation: relation["id"]):
        metadata = json.loads(relation["app_data"]["scrape_metadata"])
        identifier = f"{metadata['model']}_{metadata['model_uuid'][:8]}_{metadata['application']}"
        topology = {label: metadata[key] for label, key in LABELS.items()}
        units = sorted(relation["units"].items(), key=lambda unit: int(unit[0].rpartition("/")[2]))
        hosts = {name: (bag["prometheus_scrape_unit_address"], bag.get("prometheus_scrape_unit_path", ""))
                 for name, bag in units if bag.get("prometheus_scrape_unit_address")}
        for job in json.loads(relation["app_data"]["scrape_jobs"]):
            jobs += unit_jobs(job, f"juju_{identifier}_prometheus_scrape_{job['job_name']}", topology, hosts)
    return jobs


def unit_jobs(job: dict, name: str, topology: dict[str, str], hosts: dict[str, tuple[str, str]]) -> list[dict]:
    jobs = []
    for config in job["static_configs"]:
        ports = [target.removeprefix("*") for target in config["targets"]]
        for unit, (address, path) in hosts.items():
            made = copy.deepcopy({key: value for key, value in job.items() if key != "static_configs"})
            made["job_name"] = f"{name}-{unit.rpartition('/')[2]}"
            made["metrics_path"] = path + job.get("metrics_path", "/metrics")
            made["static_configs"] = [{"targets": [address + port for port in ports],
                                       "labels": {**topology, "juju_unit": unit, **config.get("labels", {})}}]
            made["relabel_configs"] = [
                *made.get("relabel_configs", []),
                {"source_labels": ["juju_model", "juju_model_uuid", "juju_application", "juju_unit"],
                 "separator": "_", "target_label": "instance", "regex": "(.*)"}]
            jobs.append(made)
    return jobs


def read(file: str) -> dict:
    return json.loads(pathlib.Path(file).read_text())


def check(*files: str) -> None:
    for file in files:
        vector = read(file)
        if all_jobs(vector["input"]["relations"]) != vector["expected"]:
            sys.exit(f"{file}: the peer does not return the expected jobs")


def measure(file: str) -> None:
    """Prints the processor time of the fastest run. The runs take half a second in total."""
    relations, fastest = read(file)["input"]["relations"], {}
    for name, use in {"jobs": lambda jobs: jobs, "json": json.dumps}.items():
        taken = []
        while sum(taken) < 500:
            begin = time.process_time()
            use(all_jobs(relations))
            taken.append(1000 * (time.process_time() - begin))
        fastest[name] = min(taken)
    print(json.dumps(fastest))


if __name__ == "__main__":
    {"check": check, "measure": measure}[sys.argv[1]](*sys.argv[2:])
