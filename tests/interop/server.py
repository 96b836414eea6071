# SPDX-License-Identifier: Apache-2.0
"""The agent's end of the hook tools: one call after the other, each of them noted."""

import os
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

import hook_tools
from context import Context


@dataclass
class Call:
    """A hook tool's call."""

    argv: list[str]
    stdin: str
    status: int
    stdout: str
    stderr: str


class ToolServer:
    """Runs hook tools for the one hook that runs."""

    def __init__(self, directory: Path, client: Path):
        self.directory = directory / "tools"
        self.directory.mkdir()
        for tool in hook_tools.TOOLS:
            (self.directory / tool).symlink_to(client)
        self.address = str(directory / "agent.socket")
        self.context: Context | None = None
        self.context_id = ""
        self.calls: list[Call] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.address)
        self._socket.listen(64)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def begin(self, context: Context, context_id: str) -> None:
        self.context, self.context_id, self.calls = context, context_id, []

    def end(self) -> list[Call]:
        self.context = None
        return self.calls

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        os.unlink(self.address)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                answer = self._answer(stream.read())
                try:
                    connection.sendall(answer)
                except OSError:
                    pass  # the tool was killed

    def _answer(self, request: bytes) -> bytes:
        context_id, count, rest = request.decode(errors="replace").split("\0", 2)
        *argv, stdin = rest.split("\0", int(count))
        if self.context is None or context_id != self.context_id:
            return f"1 0\nERROR bad request: unknown context {context_id}\n".encode()
        try:
            status, stdout, stderr = hook_tools.run(self.context, argv, stdin)
        except Exception as error:  # a mistake of ours must not hang the hook
            status, stdout, stderr = 1, "", f"ERROR the stand-in failed: {error!r}\n"
        self.calls.append(Call(argv, stdin, status, stdout, stderr))
        output = stdout.encode()
        return f"{status} {len(output)}\n".encode() + output + stderr.encode()
