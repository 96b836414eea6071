#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Defers its start event twice, writes to its peers, and stores its state in the controller."""

import ops


class Probe(ops.CharmBase):
    _stored = ops.StoredState()

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._stored.set_default(starts=0)
        framework.observe(self.on.start, self._start)
        framework.observe(self.on["crew"].relation_joined, self._joined)
        framework.observe(self.on["crew"].relation_changed, self._changed)

    def _start(self, event: ops.StartEvent) -> None:
        self._stored.starts += 1
        if self._stored.starts < 3:
            event.defer()
        self.unit.set_workload_version("1.0")
        self.unit.status = ops.ActiveStatus(f"starts: {self._stored.starts}")

    def _joined(self, event: ops.RelationJoinedEvent) -> None:
        event.relation.data[self.unit]["seen"] = event.unit.name
        if self.unit.is_leader():
            event.relation.data[self.app]["leader"] = self.unit.name

    def _changed(self, event: ops.RelationChangedEvent) -> None:
        leader = event.relation.data[self.app].get("leader", "nobody")
        units = sorted(unit.name for unit in event.relation.units)
        self.unit.status = ops.ActiveStatus(f"{leader} leads {units}")


if __name__ == "__main__":
    ops.main(Probe, use_juju_for_storage=True)
