# SPDX-License-Identifier: Apache-2.0
"""Charms on plain `ops` with the wire and the jobs of the Python library."""

import copy
import json
import pathlib
import sys
import uuid

import ops
import yaml

JOB_KEYS = ("job_name", "static_configs", "scrape_interval", "scrape_timeout")
LABELS = {"juju_model": "model", "juju_model_uuid": "model_uuid", "juju_application": "application",
          "juju_charm": "charm_name"}


def all_jobs(model: ops.Model) -> list[dict]:
    """Returns the same as `jobs()` of the Python library."""
    jobs = []
    for relation in sorted(model.relations["tracing"], key=lambda relation: relation.id):
        published = relation.data[relation.app]
        scrape_jobs = json.loads(published.get("scrape_jobs", "[]")) if relation.units else []
        metadata = json.loads(published.get("scrape_metadata", "{}"))
        if not scrape_jobs or not metadata:
            jobs += scrape_jobs
            continue
        uuid.UUID(metadata["model_uuid"])
        identifier = f"{metadata['model']}_{metadata['model_uuid'][:8]}_{metadata['application']}".replace("/", "_")
        topology = {label: metadata[key] for label, key in LABELS.items() if metadata.get(key)}
        hosts = unit_hosts(relation)
        jobs += [expanded(job, identifier, topology, hosts) for job in scrape_jobs]
    return jobs


def unit_hosts(relation: ops.Relation) -> dict[str, str]:
    """Returns the address of each unit by the unit's name."""
    hosts = {}
    for unit in relation.units:
        bag = relation.data[unit]
        address = bag.get("tempo_scrape_unit_address") or bag.get("tempo_scrape_host")
        if address:
            hosts[bag.get("tempo_scrape_unit_name") or unit.name] = address
    return hosts


def expanded(job: dict, identifier: str, topology: dict[str, str], hosts: dict[str, str]) -> dict:
    job = {key: copy.deepcopy(value) for key, value in job.items() if key in JOB_KEYS}
    configs, sources = [], ["juju_model", "juju_model_uuid", "juju_application"]
    for config in job.get("static_configs", [{"targets": ["*:80"]}]):
        labels = {**config.get("labels", {}), **topology}
        ports, qualified = [], []
        for target in config.get("targets", []):
            host, port = target.split(":")
            if host.strip() == "*":
                ports.append(port.strip())
            else:
                qualified.append(target)
        if qualified:
            configs.append({"targets": qualified, "labels": labels})
        for unit, address in hosts.items():  # without a wildcard too
            configs.append({"targets": [f"{address}:{port}" for port in ports] or [address],
                            "labels": {**labels, "juju_unit": unit}})
    if any("juju_unit" in config["labels"] for config in configs):
        sources.append("juju_unit")
    return {**job, "job_name": f"{identifier}_{job['job_name']}" if job.get("job_name") else identifier,
            "static_configs": configs,
            "relabel_configs": [{"source_labels": sources, "separator": "_", "target_label": "instance",
                                 "regex": "(.*)"}]}


class Tempo(ops.CharmBase):
    """The same as examples/tempo, in Python."""

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        framework.observe(self.on["tracing"].relation_changed, self._scrape)

    def _scrape(self, _: ops.EventBase) -> None:
        jobs = all_jobs(self.model)
        pathlib.Path(self.charm_dir, "scrape_config.yaml").write_text(yaml.safe_dump({"scrape_configs": jobs}))
        targets = sum(len(config["targets"]) for job in jobs for config in job["static_configs"])
        self.unit.status = ops.ActiveStatus(f"{targets} targets")


class SpringMusic(ops.CharmBase):
    """The same as examples/spring-music, in Python."""

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        framework.observe(self.on["tracing"].relation_changed, self._publish)

    def _publish(self, event: ops.RelationEvent) -> None:
        metadata = {"model": self.model.name, "model_uuid": self.model.uuid, "application": self.app.name,
                    "unit": self.unit.name, "charm_name": self.meta.name}
        jobs = [{"static_configs": [{"targets": [f"*:{self.config['port']}", "*:8081"]}]}]
        for relation in self.model.relations["tracing"]:
            address = str(self.model.get_binding(relation).network.bind_address)
            relation.data[self.unit].update(
                {"tempo_scrape_unit_name": self.unit.name, "tempo_scrape_unit_address": address})
            if self.unit.is_leader():
                relation.data[self.app].update(
                    {"scrape_metadata": json.dumps(metadata), "scrape_jobs": json.dumps(jobs)})
        endpoint = yaml.safe_load(event.relation.data[event.app]["tempo_endpoint"])
        url = f"http://{endpoint['hostname']}:{endpoint['otlp_grpc_port']}"
        self.unit.status = ops.ActiveStatus(f"traces go to {url}")


if __name__ == "__main__":
    ops.main(globals()[sys.argv[1]])
