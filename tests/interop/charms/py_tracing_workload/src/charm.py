#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A workload that sends traces: shows the endpoints of its protocols and its last event."""

import ops
from charmlibs.interfaces.tracing import TracingEndpointRequirer


class Workload(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._protocols = str(self.config["protocols"]).split()
        self._tracing = TracingEndpointRequirer(self, protocols=self._protocols)
        framework.observe(self._tracing.on.endpoint_changed, self._changed)
        framework.observe(self._tracing.on.endpoint_removed, self._removed)

    def _changed(self, _: ops.EventBase) -> None:
        urls = [f"{name}={self._tracing.get_endpoint(name)}" for name in sorted(self._protocols)]
        self.unit.status = ops.ActiveStatus(" ".join(urls))

    def _removed(self, _: ops.EventBase) -> None:
        self.unit.status = ops.WaitingStatus("no endpoint")


if __name__ == "__main__":
    ops.main(Workload)
