#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A workload on plain ops: publishes its jobs and addresses, and reads Tempo's endpoint."""

import json

import ops
import yaml


class Workload(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        tracing = self.on["tracing"]
        for event in (tracing.relation_created, tracing.relation_joined, tracing.relation_changed,
                      tracing.relation_broken, self.on.upgrade_charm, self.on.leader_elected, self.on.config_changed,
                      self.on.update_status, self.on["music"].pebble_ready):
            framework.observe(event, self._publish)

    def _publish(self, _: ops.EventBase) -> None:
        relations = [relation for relation in self.model.relations["tracing"] if relation.active]
        for relation in relations:
            address = self.model.get_binding(relation).network.bind_address
            relation.data[self.unit].update({
                "tempo_scrape_unit_name": self.unit.name,
                "tempo_scrape_unit_address": str(address),
            })
            if self.unit.is_leader():
                relation.data[self.app].update({
                    "scrape_metadata": json.dumps(self._topology()),
                    "scrape_jobs": json.dumps(self._jobs()),
                })
        self._show_status(relations)

    def _topology(self) -> dict[str, str]:
        return {
            "model": self.model.name,
            "model_uuid": self.model.uuid,
            "application": self.app.name,
            "unit": self.unit.name,
            "charm_name": self.meta.name,
        }

    def _jobs(self) -> list[dict]:
        text = self.config.get("jobs")
        if text:
            return json.loads(text)
        return [{"static_configs": [{"targets": [f"*:{self.config['port']}", "*:8081"]}]}]

    def _show_status(self, relations: list[ops.Relation]) -> None:
        for relation in sorted(relations, key=lambda relation: relation.id):
            text = relation.data[relation.app].get("tempo_endpoint")
            if text:
                endpoint = yaml.safe_load(text)
                url = f"http://{endpoint['hostname']}:{endpoint['otlp_grpc_port']}"
                self.unit.status = ops.ActiveStatus(f"traces go to {url}")
                return
        self.unit.status = ops.WaitingStatus("no Tempo to send traces to yet")


if __name__ == "__main__":
    ops.main(Workload)
