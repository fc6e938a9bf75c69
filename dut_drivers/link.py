"""One request, one reply over a serial port: deadline, sequence check, retry, and errors translated once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from dut_drivers.errors import BadFrame, DeviceError, LinkLost, Refused, ReplyTimeout
from dut_drivers.frames import Frame, Splitter, decode, encode
from dut_drivers.messages import NAK, REFUSAL, REPEATABLE, REPLY, Kind, describe_reason
from dut_drivers.protocols import Clock, SerialPort

PORT_ERRORS: tuple[type[Exception], ...]
try:
    import termios
except ImportError:  # not a Unix
    PORT_ERRORS = (OSError, TypeError)
else:
    # pyserial 3.5 on Linux, measured: ``termios.error`` is no ``OSError``, ``SerialException`` is one, and
    # ``read`` raises ``TypeError`` when another thread closes the port.
    PORT_ERRORS = (OSError, TypeError, termios.error)

_SLICES: Final = 4
_SLACK_S: Final = 1e-9


class Link:
    """A serial line to one device, used by one worker.

    Args:
        open_port: opens the port; called here and at each ``reopen``.
        name: the port as people know it, for messages.
        clock: bench time.
        deadline_s: longest wait for a reply, in seconds; a repeatable request may take twice that.

    Raises:
        LinkLost: the port cannot be opened.
    """

    __slots__ = (
        "_clock",
        "_deadline_s",
        "_garbage",
        "_open_port",
        "_port",
        "_sequence",
        "_splitter",
        "_stale",
        "name",
    )

    def __init__(
        self, open_port: Callable[[], SerialPort], name: str, clock: Clock, deadline_s: float = 0.3
    ) -> None:
        self.name = name
        self._open_port = open_port
        self._clock = clock
        self._deadline_s = deadline_s
        self._sequence = 0
        self._splitter = Splitter()
        self._port: SerialPort | None = None
        self._stale = True
        self._garbage = False
        self.reopen()

    def exchange(self, kind: Kind, payload: bytes = b"") -> bytes:
        """Send a request and return the payload of its reply.

        A reply to an earlier request is dropped by its sequence number. A repeatable request is sent once
        more when no valid reply came.

        Raises:
            LinkLost: the port is gone; ``reopen`` it.
            ReplyTimeout: nothing came back in time.
            BadFrame: bytes came back, but no valid reply.
            Refused: the device said no.
        """
        try:
            reply = self._attempt(kind, payload)
            if reply is None and kind in REPEATABLE:
                reply = self._attempt(kind, payload)
        except PORT_ERRORS as error:
            self._stale = True
            raise self._lost(_doing(kind), error) from error
        if reply is None:
            raise self._unanswered(kind)
        if reply.kind == NAK:
            raise self._refusal(kind, reply.payload)
        return reply.payload

    def bad_payload(self, kind: Kind, payload: bytes) -> BadFrame:
        """The error for a reply whose frame is valid and whose payload is not of the kind's form."""
        got = f"a payload of {len(payload)} bytes that is not of this message's form: {payload[:16].hex(' ')}"
        return BadFrame(
            self.name, _doing(kind), got, "check that driver and firmware speak the same protocol"
        )

    def reopen(self) -> None:
        """Close the port and open it again; the next exchange starts from a clean line.

        Raises:
            LinkLost: the port cannot be opened.
        """
        self.close()
        try:
            port = self._open_port()
            port.timeout = self._deadline_s / _SLICES
        except PORT_ERRORS as error:
            raise self._lost("opening the port", error) from error
        self._port = port
        self._stale = True

    def close(self) -> None:
        """Close the port; later exchanges raise ``LinkLost``."""
        port, self._port = self._port, None
        if port is not None:
            with suppress(*PORT_ERRORS):
                port.close()

    def _attempt(self, kind: Kind, payload: bytes) -> Frame | None:
        port = self._port
        if port is None:
            raise OSError("the port is closed")
        sequence = self._sequence = (self._sequence + 1) & 0xFF
        request = encode(sequence, kind, payload)
        if self._stale:
            port.reset_input_buffer()
            self._splitter.clear()
            request = b"\0" + request
        deadline = self._clock.now() + self._deadline_s - _SLACK_S
        port.write(request)
        reply = self._await(port, sequence, kind, deadline)
        self._stale = reply is None
        return reply

    def _await(self, port: SerialPort, sequence: int, kind: Kind, deadline: float) -> Frame | None:
        self._garbage = False
        while True:
            data = port.read(1)
            waiting = port.in_waiting if data else 0
            if waiting:
                data += port.read(waiting)
            for raw in self._splitter.feed(data):
                frame = decode(raw)
                if frame is None:
                    self._garbage = True
                elif frame.sequence == sequence:
                    if frame.kind in (kind | REPLY, NAK):
                        return frame
                    self._garbage = True
            if self._clock.now() >= deadline:
                return None

    def _unanswered(self, kind: Kind) -> DeviceError:
        within = f"within {self._deadline_s:g} s"
        if self._garbage:
            remedy = "check baud rate, ground and cable length, then try again"
            return BadFrame(self.name, _doing(kind), f"bytes, but no valid reply {within}", remedy)
        remedy = "check that the belt has power and that this is its port"
        return ReplyTimeout(self.name, _doing(kind), f"no reply {within}", remedy)

    def _refusal(self, kind: Kind, payload: bytes) -> DeviceError:
        if len(payload) != REFUSAL.size:
            return self.bad_payload(kind, payload)
        _, reason = REFUSAL.unpack(payload)
        got = f"refused: {describe_reason(reason)}"
        return Refused(self.name, _doing(kind), got, "see the reasons in docs/belt-protocol.md", reason)

    def _lost(self, doing: str, error: Exception) -> LinkLost:
        remedy = "check plug and power and that no other program holds the port, then reopen it"
        return LinkLost(self.name, doing, f"the port failed ({type(error).__name__}: {error})", remedy)


def _doing(kind: Kind) -> str:
    return _DOING[kind]


_DOING: Final = {
    Kind.PING: "pinging the belt",
    Kind.IDENTIFY: "asking the belt who it is",
    Kind.POLL: "reading telemetry",
    Kind.SET_LEVEL: "setting the level",
    Kind.SET_SESSION: "setting the session's length",
    Kind.SET_REGULATION: "setting the regulation mode",
    Kind.REARM: "re-arming the cut-off",
    Kind.OFF: "switching the belt off",
}
