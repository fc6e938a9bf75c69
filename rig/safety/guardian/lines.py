"""Lines over a socket without ever waiting: what the scan may call."""

from __future__ import annotations

from socket import socket
from typing import Any, final

import orjson

LONGEST_LINE = 64 * 1024 * 1024
RECEIVE_BYTES = 256 * 1024
PULSE = b"\n"
"""An empty line: a heartbeat one way, a sign of life the other."""


@final
class LineSocket:
    """One end of a link; never raises for what the other end does.

    Attributes:
        open: whether more can come; what was sent before the other end closed is received first.
    """

    def __init__(self, link: socket) -> None:
        self._link = link
        link.setblocking(False)
        self.open = True
        self._listens = True
        self._received = b""
        self._unsent = b""

    def fileno(self) -> int:
        """For select."""
        return self._link.fileno()

    @property
    def waiting(self) -> bool:
        """Whether something could not be sent yet."""
        return bool(self._unsent)

    def pulse(self) -> None:
        """Send an empty line, or let it be where the link is full."""
        if not self.waiting:
            self.send_raw(PULSE)
            if self._unsent == PULSE:
                self._unsent = b""

    def send(self, message: dict[str, Any]) -> None:
        """Send a line now or at the next flush."""
        self.send_raw(orjson.dumps(message) + b"\n")

    def send_raw(self, line: bytes) -> None:
        """As `send`, of a line that is made already."""
        if self._listens:
            self._unsent += line
            self.flush()

    def flush(self) -> None:
        """Send what the link takes at once."""
        while self._unsent:
            try:
                sent = self._link.send(self._unsent)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self._listens, self._unsent = False, b""
                return
            self._unsent = self._unsent[sent:]

    def receive(self) -> list[bytes]:
        """The lines that have come, without their ends; empty ones are pulses."""
        while self.open:
            try:
                data = self._link.recv(RECEIVE_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                data = b""
            self._received += data
            if not data or len(self._received) > LONGEST_LINE:
                self.open = False
        *lines, self._received = self._received.split(b"\n")
        return lines

    def close(self) -> None:
        """Close this end."""
        self.open = self._listens = False
        self._unsent = b""
        self._link.close()


def parse(line: bytes) -> dict[str, Any]:
    """The object that a line holds; an empty one for anything else."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
