#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tracing backend: publishes a receiver for each protocol that is requested, and shows its last event."""

import ops
from charmlibs.interfaces.tracing import TracingEndpointProvider


class Backend(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._tracing = TracingEndpointProvider(self)
        framework.observe(self._tracing.on.request, self._request)
        framework.observe(self._tracing.on.broken, self._broken)
        framework.observe(self.on.config_changed, self._publish)
        framework.observe(self.on.leader_elected, self._publish)

    def _request(self, event: ops.EventBase) -> None:
        self.unit.status = ops.ActiveStatus("request " + " ".join(sorted(event.requested_receivers)))
        self._publish(event)

    def _broken(self, event: ops.EventBase) -> None:
        self.unit.status = ops.ActiveStatus("broken")
        self._publish(event)

    def _publish(self, _: ops.EventBase) -> None:
        if not self.unit.is_leader():
            return
        host = self.config["host"]
        self._tracing.publish_receivers([
            (protocol, f"{host}:1" if protocol.endswith("grpc") else f"http://{host}:1")
            for protocol in self._tracing.requested_protocols()
        ])


if __name__ == "__main__":
    ops.main(Backend)
