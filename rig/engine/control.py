"""The control socket of a wall-clock run: JSON lines from this user's other terminals, today ``stop``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any, final

import orjson

from rig.errors import BenchError
from rig.platform import connect_local, listen_local, runtime_folder
from rig.safety.stop import StopBox

SUFFIX = ".sock"
ANSWER_S = 20.0
LONGEST_LINE = 4096

State = Callable[[], dict[str, Any]]


@final
class ControlServer:
    """Listens beside the scan on a thread of its own; a request is one assignment in the stop box."""

    def __init__(self, stop: StopBox, state: State) -> None:
        try:
            self.path = runtime_folder() / f"{os.getpid()}{SUFFIX}"
            self.path.unlink(missing_ok=True)
            self._server = listen_local(self.path)
        except OSError as error:
            raise BenchError(
                f"opening the control socket: {error}; without it nobody could stop this run from another "
                f"terminal, so it does not start; set XDG_RUNTIME_DIR to a short path of your own"
            ) from error
        self._stop = stop
        self._state = state
        self._thread = Thread(target=self._serve, name="control socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with suppress(OSError):
            self.path.unlink()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            Thread(target=self._converse, args=(client,), name="control client", daemon=True).start()

    def _converse(self, client: socket) -> None:
        with client, suppress(OSError), client.makefile("rwb") as stream:
            for line in iter(lambda: stream.readline(LONGEST_LINE), b""):
                stream.write(orjson.dumps(self._answer(line)) + b"\n")
                stream.flush()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = orjson.loads(line)
            action, who = request["do"], str(request.get("who", "somebody"))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return {"error": 'not understood; send e.g. {"do": "stop", "who": "your name"}'}
        if action == "stop":
            self._stop.stop(who)
        elif action != "state":
            return {"error": f"unknown action {action!r}; known are stop and state"}
        return self._state()


@contextmanager
def controlled(stop: StopBox, state: State) -> Iterator[ControlServer]:
    """Listen for as long as the block runs.

    Raises:
        BenchError: the socket cannot be made.
    """
    server = ControlServer(stop, state)
    try:
        yield server
    finally:
        server.close()


def running() -> list[Path]:
    """The control sockets of this user, whether somebody still listens or not."""
    return sorted(runtime_folder().glob(f"*{SUFFIX}"))


def ask(path: Path, request: dict[str, Any]) -> dict[str, Any] | None:
    """Send one request to a run and read its answer; None if nobody listens, and the stale socket is removed."""
    try:
        client = connect_local(path, ANSWER_S)
    except OSError:
        with suppress(OSError):
            path.unlink()
        return None
    with client, client.makefile("rwb") as stream:
        try:
            stream.write(orjson.dumps(request) + b"\n")
            stream.flush()
            answer = orjson.loads(stream.readline(LONGEST_LINE))
        except (OSError, orjson.JSONDecodeError):
            return None
    return answer if isinstance(answer, dict) else None
