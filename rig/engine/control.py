"""The control socket of a wall-clock run: JSON lines from this user's terminals, to stop, answer, note and look."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any, final

import orjson

from rig.engine.desk import Desks
from rig.errors import BenchError
from rig.platform import connect_local, listen_local, runtime_folder
from rig.safety.stop import StopBox

SUFFIX = ".sock"
ANSWER_S = 3.0
LONGEST_LINE = 4096
LONGEST_ANSWER = 1 << 20

State = Callable[[], dict[str, Any]]


class Answer(Enum):
    """What a request came to where no answer was read."""

    NOBODY = "nobody listens there any more"
    SILENT = "somebody listens there and does not answer"


def _no_run_yet() -> dict[str, Any]:
    return {"lanes": []}


@final
class ControlServer:
    """Listens beside the scan on threads of its own; a request to stop is one assignment in the stop box.

    Attributes:
        state: what is told of the run that is in progress.
        desks: where its lanes take answers and notes.

    Raises:
        BenchError: the socket cannot be made.
    """

    def __init__(self, stop: StopBox) -> None:
        try:
            self.path = runtime_folder() / f"{os.getpid()}{SUFFIX}"
            self.path.unlink(missing_ok=True)
            self._server = listen_local(self.path)
        except OSError as error:
            raise BenchError(
                f"opening the control socket: {error}; without it nobody could stop this run from another "
                f"terminal, so it does not start; set XDG_RUNTIME_DIR to a short path of your own"
            ) from error
        self.state: State = _no_run_yet
        self.desks = Desks()
        self._stop = stop
        self._thread = Thread(target=self._serve, name="control socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with suppress(OSError):
            self.path.unlink()
        self._server.close()

    def __enter__(self) -> ControlServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
                stream.write(orjson.dumps(self.answer(line)) + b"\n")
                stream.flush()

    def answer(self, line: bytes) -> dict[str, Any]:
        """Do what a line asks for, wherever it came from, and tell how the run stands, or what was not understood."""
        try:
            request = orjson.loads(line)
            action, who = request["do"], str(request.get("who", "somebody"))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return {"error": 'not understood; send e.g. {"do": "stop", "who": "your name"}'}
        if action == "stop":
            self._stop.stop(who)
        elif action == "interrupt":
            self._stop.interrupt(str(request.get("signal", who)))
        elif action == "answer":
            lane, step = request.get("lane"), request.get("step")
            return self.desks.answer(who, str(request.get("text", "")), lane, step)
        elif action == "note":
            return self.desks.note(who, str(request.get("text", "")))
        elif action != "state":
            return {"error": f"unknown action {action!r}; known are stop, interrupt, answer, note and state"}
        return self.state()


def running() -> list[Path]:
    """The control sockets of this user, whether somebody still listens or not.

    Raises:
        BenchError: the folder of the sockets cannot be used.
    """
    try:
        return sorted(runtime_folder().glob(f"[0-9]*{SUFFIX}"))
    except OSError as error:
        raise BenchError(f"looking for running benches: {error}") from error


def ask(path: Path, request: dict[str, Any], timeout_s: float = ANSWER_S) -> dict[str, Any] | Answer:
    """Send one request to a run and read its answer. A socket that nobody listens on is removed."""
    try:
        client = connect_local(path, timeout_s)
    except (ConnectionRefusedError, FileNotFoundError):
        with suppress(OSError):
            path.unlink()
        return Answer.NOBODY
    except OSError:
        return Answer.SILENT
    with client, client.makefile("rwb") as stream:
        try:
            stream.write(orjson.dumps(request) + b"\n")
            stream.flush()
            line = stream.readline(LONGEST_ANSWER)
            answer = orjson.loads(line) if line else Answer.NOBODY
        except (OSError, orjson.JSONDecodeError):
            return Answer.SILENT
    return answer if isinstance(answer, (dict, Answer)) else Answer.SILENT
