#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A scraped workload on plain ops: publishes its addresses, jobs and alert rules, and shows what is refused."""

import json
import socket

import ops

RELATION = "metrics-endpoint"


class Metrics(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        metrics = self.on[RELATION]
        for event in (metrics.relation_created, metrics.relation_joined, metrics.relation_changed,
                      self.on.upgrade_charm, self.on.leader_elected, self.on.config_changed, self.on.update_status):
            framework.observe(event, self._publish)
        framework.observe(metrics.relation_changed, self._show_event)

    def _publish(self, _: ops.EventBase) -> None:
        for relation in self.model.relations[RELATION]:
            relation.data[self.unit].update({
                "prometheus_scrape_unit_name": self.unit.name,
                "prometheus_scrape_unit_address": str(self.model.get_binding(relation).network.bind_address),
                "prometheus_scrape_unit_path": "",
                "prometheus_scrape_unit_fqdn": socket.getfqdn(),
            })
            if self.unit.is_leader():
                jobs = [{"metrics_path": "/metrics", **job} for job in json.loads(self.config["jobs"])]
                relation.data[self.app].update({
                    "scrape_metadata": json.dumps(self._topology()),
                    "scrape_jobs": json.dumps(jobs),
                    "alert_rules": json.dumps({"groups": [self._generic_rules()]}),
                })

    def _topology(self) -> dict[str, str]:
        return {"model": self.model.name, "model_uuid": self.model.uuid, "application": self.app.name,
                "unit": self.unit.name, "charm_name": self.meta.name}

    def _generic_rules(self) -> dict:
        labels = {"juju_model": self.model.name, "juju_model_uuid": self.model.uuid, "juju_application": self.app.name,
                  "juju_charm": self.meta.name}
        selector = ", ".join(f'{name}="{value}"' for name, value in labels.items() if name != "juju_charm")
        return {
            "name": f"{self.model.name}_{self.model.uuid[:8]}_{self.app.name}_HostHealth_rules",
            "rules": [
                {"alert": "HostDown", "expr": f"up{{{selector}}} < 1", "for": "5m",
                 "labels": {"severity": "critical", **labels}},
                {"alert": "HostMetricsMissing", "expr": f"absent(up{{{selector}}})", "for": "5m",
                 "labels": {"severity": "warning", **labels}},
            ],
        }

    def _show_event(self, event: ops.RelationChangedEvent) -> None:
        text = event.relation.data[event.app].get("event")
        if not self.unit.is_leader() or not text:
            return
        errors = json.loads(text).get("scrape_job_errors")
        self.unit.status = ops.BlockedStatus(errors) if errors else ops.ActiveStatus("scraped")


if __name__ == "__main__":
    ops.main(Metrics)
