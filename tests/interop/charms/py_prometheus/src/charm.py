#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A scraper on plain ops: writes the scrape configs and the alert rules, and reports the jobs that it refuses."""

import json
import pathlib

import ops

RELATION = "metrics-endpoint"
TOPOLOGY = {"juju_model": "model", "juju_model_uuid": "model_uuid", "juju_application": "application",
            "juju_charm": "charm_name"}


class Prometheus(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        metrics = self.on[RELATION]
        for event in (metrics.relation_changed, metrics.relation_departed, metrics.relation_broken,
                      self.on.leader_elected, self.on.upgrade_charm, self.on.config_changed, self.on.update_status):
            framework.observe(event, self._scrape)

    def _scrape(self, event: ops.EventBase) -> None:
        departing = getattr(event, "departing_unit", None)
        all_jobs, all_rules = [], {}
        for relation in sorted(self.model.relations[RELATION], key=lambda relation: relation.id):
            if not relation.active or relation.app is None:
                continue
            units = sorted(relation.units - {departing}, key=lambda unit: int(unit.name.split("/")[1]))
            published = relation.data[relation.app]
            if not units or "scrape_metadata" not in published:
                continue
            jobs = self._jobs_of(published, [relation.data[unit] for unit in units])
            refused = any(job.get("scrape_interval") == self.config["refused"] for job in jobs)
            self._report(relation, f"scrape_jobs: refused: {self.config['refused']} is too often" if refused else "")
            all_jobs += [] if refused else jobs
            metadata = json.loads(published["scrape_metadata"])
            if groups := json.loads(published.get("alert_rules", "{}")).get("groups"):
                all_rules[f"{self._identifier(metadata)}_{RELATION}_{relation.id}"] = {"groups": groups}
        pathlib.Path(self.charm_dir, "prometheus.json").write_text(json.dumps({"scrape_configs": all_jobs}))
        pathlib.Path(self.charm_dir, "rules.json").write_text(json.dumps(all_rules))

    def _report(self, relation: ops.Relation, errors: str) -> None:
        if not self.unit.is_leader():
            return
        before = relation.data[self.app].get("event")
        if errors:
            relation.data[self.app]["event"] = json.dumps({"scrape_job_errors": errors})
        elif before:
            relation.data[self.app]["event"] = json.dumps({"valid": True})

    def _identifier(self, metadata: dict) -> str:
        return f"{metadata['model']}_{metadata['model_uuid'][:8]}_{metadata['application']}"

    def _jobs_of(self, published: ops.RelationDataContent, units: list) -> list[dict]:
        metadata = json.loads(published["scrape_metadata"])
        prefix = f"juju_{self._identifier(metadata)}_prometheus_scrape"
        topology = {label: metadata[key] for label, key in TOPOLOGY.items()}
        jobs = []
        for job in json.loads(published.get("scrape_jobs", "[]")):
            name = f"{prefix}_{job['job_name']}" if job.get("job_name") else prefix
            jobs += self._expanded({**job, "job_name": name}, topology, units)
        return jobs

    def _expanded(self, job: dict, topology: dict, units: list) -> list[dict]:
        jobs, others = [], []
        for config in job["static_configs"]:
            labels = {**topology, **config.get("labels", {})}
            wildcards = [target[1:] for target in config["targets"] if target.startswith("*")]
            own_of = {data["prometheus_scrape_unit_name"]: [] for data in units}
            unmatched = []
            for target in config["targets"]:
                if target.startswith("*"):
                    continue
                host = target.rsplit(":", 1)[0]
                owners = [data["prometheus_scrape_unit_name"] for data in units
                          if host in (data.get("prometheus_scrape_unit_address"),
                                      data.get("prometheus_scrape_unit_fqdn"))]
                (own_of[owners[0]] if owners else unmatched).append(target)
            if unmatched:
                others.append({"targets": unmatched, "labels": labels})
            for data in units:
                unit, address = data["prometheus_scrape_unit_name"], data["prometheus_scrape_unit_address"]
                host = f"[{address}]" if ":" in address else address
                targets = own_of[unit] + [host + port for port in wildcards if host + port not in own_of[unit]]
                if targets:
                    static = {"targets": targets, "labels": {**labels, "juju_unit": unit}}
                    jobs.append(self._job(job, f"-{unit.split('/')[1]}", [static]))
        return jobs + ([self._job(job, "", others)] if others else [])

    def _job(self, job: dict, suffix: str, configs: list) -> dict:
        sources = ["juju_model", "juju_model_uuid", "juju_application"] + (["juju_unit"] if suffix else [])
        relabel = {"source_labels": sources, "separator": "_", "target_label": "instance", "regex": "(.*)"}
        return {**job, "job_name": job["job_name"] + suffix, "static_configs": configs, "relabel_configs": [relabel]}


if __name__ == "__main__":
    ops.main(Prometheus)
