"""The guardian's own control socket: what it is doing, off, and taking over by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any, final

import orjson

from rig.platform import connect_local, listen_local, runtime_folder
from rig.safety.guardian.lines import LineSocket, parse

PATTERN = "guardian-*.sock"
MOST_CLIENTS = 16
ANSWER_S = 3.0
LONGEST_ANSWER = 1024 * 1024

Ask = Callable[[dict[str, Any]], dict[str, Any]]


@final
class ControlSocket:
    """Listens in the owner's runtime folder; served by the guardian's loop, never waiting for a client.

    Raises:
        OSError: the socket cannot be made.
    """

    def __init__(self) -> None:
        self.path = runtime_folder() / f"guardian-{os.getpid()}.sock"
        self.path.unlink(missing_ok=True)
        self._server = listen_local(self.path)
        self._server.setblocking(False)
        self._clients: list[LineSocket] = []

    def sockets(self) -> list[socket | LineSocket]:
        """What select should wait for."""
        return [self._server, *self._clients]

    def serve(self, ask: Ask) -> None:
        """Answer every request that has come."""
        with suppress(OSError):
            while len(self._clients) < MOST_CLIENTS:
                accepted, _ = self._server.accept()
                self._clients.append(LineSocket(accepted))
        for client in list(self._clients):
            for line in client.receive():
                client.send(ask(parse(line)))
            client.flush()
            if not client.open:
                self._clients.remove(client)
                client.close()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with suppress(OSError):
            self.path.unlink()
        for client in self._clients:
            client.close()
        self._server.close()


def guardians() -> list[Path]:
    """The sockets of this user's guardians, whether somebody still listens or not.

    Raises:
        OSError: the runtime folder cannot be used.
    """
    return sorted(runtime_folder().glob(PATTERN))


def ask_guardian(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request to a guardian; its answer.

    Raises:
        OSError: nobody listens there, or nothing comes back.
    """
    with connect_local(path, ANSWER_S) as client, client.makefile("rwb") as stream:
        stream.write(orjson.dumps(request) + b"\n")
        stream.flush()
        return parse(stream.readline(LONGEST_ANSWER))
