#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Tempo on plain ops: publishes its endpoint, and writes a scrape configuration."""

import json
import pathlib

import ops
import yaml

PORTS = ("tempo_port", "otlp_grpc_port", "otlp_http_port", "zipkin_port")
TOPOLOGY = {"juju_model": "model", "juju_model_uuid": "model_uuid", "juju_application": "application",
            "juju_charm": "charm_name"}


class Tempo(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        tracing = self.on["tracing"]
        for event in (tracing.relation_created, tracing.relation_joined, self.on.leader_elected, self.on.upgrade_charm,
                      self.on.config_changed):
            framework.observe(event, self._publish_endpoint)
        for event in (tracing.relation_changed, tracing.relation_departed, tracing.relation_broken,
                      self.on.upgrade_charm, self.on.config_changed, self.on.update_status):
            framework.observe(event, self._scrape)

    def _publish_endpoint(self, _: ops.EventBase) -> None:
        if not self.unit.is_leader():
            return
        endpoint = {"hostname": self.config["hostname"]}
        endpoint |= {port: int(self.config[port.replace("_", "-")]) for port in PORTS}
        for relation in self.model.relations["tracing"]:
            relation.data[self.app]["tempo_endpoint"] = yaml.safe_dump(endpoint)

    def _scrape(self, event: ops.EventBase) -> None:
        departing = getattr(event, "departing_unit", None)
        jobs = []
        for relation in sorted(self.model.relations["tracing"], key=lambda relation: relation.id):
            if relation.active:
                jobs += self._jobs_of(relation, departing)
        targets = sum(len(config["targets"]) for job in jobs for config in job["static_configs"])
        pathlib.Path(self.charm_dir, "scrape_config.json").write_text(json.dumps({"scrape_configs": jobs}))
        self.unit.status = ops.ActiveStatus(f"{targets} targets")

    def _jobs_of(self, relation: ops.Relation, departing: ops.Unit | None) -> list[dict]:
        published = relation.data[relation.app]
        units = sorted(relation.units - {departing}, key=lambda unit: int(unit.name.split("/")[1]))
        if not units or "scrape_metadata" not in published:
            return []
        metadata = json.loads(published["scrape_metadata"])
        topology = {label: metadata[key] for label, key in TOPOLOGY.items() if metadata.get(key)}
        identifier = f"{metadata['model']}_{metadata['model_uuid'][:8]}_{metadata['application']}"
        addresses = [(data["tempo_scrape_unit_name"], data["tempo_scrape_unit_address"])
                     for data in (relation.data[unit] for unit in units) if data.get("tempo_scrape_unit_address")]
        return [self._expanded(job, identifier, topology, addresses)
                for job in json.loads(published.get("scrape_jobs", "[]"))]

    def _expanded(self, job: dict, identifier: str, topology: dict, addresses: list) -> dict:
        configs, sources = [], ["juju_model", "juju_model_uuid", "juju_application"]
        for config in job["static_configs"]:
            labels = config.get("labels", {})
            wildcards = [target for target in config["targets"] if target.startswith("*")]
            others = [target for target in config["targets"] if not target.startswith("*")]
            if others:
                configs.append({"targets": others, "labels": {**labels, **topology}})
            for unit, address in addresses if wildcards else []:
                host = f"[{address}]" if ":" in address else address
                configs.append({"targets": [host + target[1:] for target in wildcards],
                                "labels": {**labels, **topology, "juju_unit": unit}})
        if any("juju_unit" in config["labels"] for config in configs):
            sources.append("juju_unit")
        name = f"{identifier}_{job['job_name']}" if job.get("job_name") else identifier
        relabel = {"source_labels": sources, "separator": "_", "target_label": "instance", "regex": "(.*)"}
        kept = {key: job[key] for key in ("scrape_interval", "scrape_timeout") if key in job}
        return {**kept, "job_name": name, "static_configs": configs, "relabel_configs": [relabel]}


if __name__ == "__main__":
    ops.main(Tempo)
