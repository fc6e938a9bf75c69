"""Ports that answer from a wire log, with no bench and no simulator: what is sent must be what was sent then.

Each link is compared by itself, in its own order. A reply takes as long as it took.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple, Self, final

from pyvisa import constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession
from pyvisa.util import LibraryPath

from rig.bench.ports import Ports
from rig.bench.resources import canonical
from rig.bench.wire_log import Exchange, WireRecord
from rig.clock import Clock
from rig.errors import ExitCode, RigError

_KEYS = count(1)
_SAME_S = 1e-6
_SENT = ("write", "send", "clear", "inject")
_OF_VISA = "::"


class WireDifferenceError(RigError):
    """What was sent is not what the wire log holds."""

    exit_code = ExitCode.FAILED


class _Numbered(NamedTuple):
    line: int
    exchange: Exchange


@final
class _Tape:
    """What is left of one link's exchanges."""

    def __init__(self, replay: WireReplay, link: str) -> None:
        self.left: deque[_Numbered] = deque()
        self._replay = replay
        self._link = link

    def take(self, kind: str, data: bytes = b"") -> Exchange:
        """The next exchange, which must be of that kind, with that data if it was sent.

        Raises:
            WireDifferenceError: it is another one, or none is left.
        """
        if not self.left:
            self._differ(f"{_words(kind, data)}; the log ends before", None)
        line, exchange = self.left[0]
        if exchange.kind != kind or (kind in _SENT and exchange.data != data):
            self._differ(f"{_words(kind, data)}; recorded is {_words(exchange.kind, exchange.data)}", line)
        self.left.popleft()
        return exchange

    def pass_time(self, exchange: Exchange) -> None:
        """Wait as long as it took, to the very instant where it began at the same one."""
        clock = self._replay.clock
        if abs(clock.now() - exchange.start_s) < _SAME_S:
            clock.sleep_until(exchange.end_s)
        else:
            clock.sleep(exchange.end_s - exchange.start_s)

    def _differ(self, words: str, line: int | None) -> None:
        self._replay.differ(self._link, words, line)


@final
class WireReplay:
    """A wire log as ports.

    Args:
        record: the log.
        clock: bench time; it is set to the log's own date.
    """

    def __init__(self, record: WireRecord, clock: Clock) -> None:
        self.record = record
        self.clock = clock
        self.difference: str | None = None
        clock.anchor = datetime.fromisoformat(record.head.anchor)
        self._tapes: dict[str, _Tape] = {}
        for index, exchange in enumerate(record.exchanges):
            self.tape(exchange.link).left.append(_Numbered(index + 2, exchange))

    @property
    def ports(self) -> Ports:
        """What `open_bench` takes."""
        return Ports(
            visa=ReplayLibrary(self), open_serial=self._open_serial, clock=self.clock, inject=self._inject
        )

    def tape(self, link: str) -> _Tape:
        """The exchanges of a link, however its name is spelt."""
        name = canonical(link) if _OF_VISA in link else link
        return self._tapes.setdefault(name, _Tape(self, link))

    def differ(self, link: str, words: str, line: int | None) -> None:
        """Refuse to answer, now and from here on: what would come now has nothing to do with what is asked.

        Raises:
            WireDifferenceError: always; the first that was found.
        """
        if self.difference is None:
            where = "" if line is None else f", line {line}"
            self.difference = (
                f"replaying {self.record.path}{where}, {link} at {self.clock.now():.3f} s: sent is {words}; "
                f"correct the test, or record it again"
            )
        raise WireDifferenceError(self.difference)

    def require_same(self) -> None:
        """The test is over: nothing else was sent than what was sent then, and nothing less.

        Raises:
            WireDifferenceError: something was.
        """
        if self.difference is not None:
            raise WireDifferenceError(self.difference)
        for numbered in self._unsent():
            exchange = numbered.exchange
            self.differ(
                exchange.link,
                f"nothing any more; recorded is {_words(exchange.kind, exchange.data)}",
                numbered.line,
            )

    def _unsent(self) -> Iterator[_Numbered]:
        for tape in self._tapes.values():
            yield from (numbered for numbered in tape.left if numbered.exchange.kind in _SENT)

    def _open_serial(self, url: str, baud: int) -> ReplayPort:
        tape = self.tape(url)
        while tape.left and tape.left[0].exchange.kind == "receive":
            tape.left.popleft()
        opened = tape.take("open")
        tape.pass_time(opened)
        if opened.error is not None:
            raise OSError(opened.error)
        return ReplayPort(tape, self.clock)

    def _inject(self, fault: str) -> None:
        self.tape(fault).take("inject")


def _words(kind: str, data: bytes) -> str:
    return f"{kind} {data.decode('latin-1')!r}" if data else kind


@final
class ReplayLibrary(VisaLibraryBase):
    """A VISA library whose instruments say what they said then."""

    def __new__(cls, _replay: WireReplay) -> Self:
        """Register under a key of its own."""
        library = super().__new__(cls, LibraryPath(f"replay:{next(_KEYS)}", "user specified"))
        assert isinstance(library, cls), "pyvisa makes what it is asked for"
        return library

    def __init__(self, replay: WireReplay) -> None:
        self._replay = replay
        self._open: dict[int, _Tape] = {}
        self._attributes: dict[tuple[int, int], Any] = {}
        self._handles = count(1)

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Open the resource manager (viOpenDefaultRM)."""
        handle = VISARMSession(next(self._handles))
        return handle, self.handle_return_value(handle, StatusCode.success)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """The names that match a VISA expression."""
        names = dict.fromkeys(e.link for e in self._replay.record.exchanges if _OF_VISA in e.link)
        return rname.filter(tuple(names), query)

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open a session (viOpen)."""
        tape = self._replay.tape(resource_name)
        status = self._take(session, tape, "open")[1]
        handle = VISASession(next(self._handles))
        self._open[handle] = tape
        self._attributes[handle, ResourceAttribute.resource_name] = resource_name
        return handle, self.handle_return_value(handle, status)

    def close(self, session: VISASession | VISAEventContext | VISARMSession) -> StatusCode:
        """Close a session (viClose)."""
        self._open.pop(session, None)
        return StatusCode.success

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send (viWrite)."""
        self._take(session, self._open[session], "write", bytes(data))
        return len(data), StatusCode.success

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Receive (viRead)."""
        exchange, status = self._take(session, self._open[session], "read")
        return exchange.data, status

    def clear(self, session: VISASession) -> StatusCode:
        """Clear (viClear)."""
        return self._take(session, self._open[session], "clear")[1]

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Flush (viFlush): nothing is kept here."""
        return self.handle_return_value(session, StatusCode.success)

    def get_attribute(
        self,
        session: VISASession | VISAEventContext | VISARMSession,
        attribute: constants.ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, StatusCode]:
        """Read an attribute (viGetAttribute); 0 for what was never set."""
        return self._attributes.get((session, attribute), 0), self.handle_return_value(
            session, StatusCode.success
        )

    def set_attribute(
        self, session: VISASession, attribute: constants.ResourceAttribute, attribute_state: Any
    ) -> StatusCode:
        """Set an attribute (viSetAttribute)."""
        self._attributes[session, attribute] = attribute_state
        return self.handle_return_value(session, StatusCode.success)

    def disable_event(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Disable an event (viDisableEvent); there are none."""
        return self.handle_return_value(session, StatusCode.success)

    def discard_events(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Discard events (viDiscardEvents); there are none."""
        return self.handle_return_value(session, StatusCode.success)

    def _take(
        self, session: VISASession | VISARMSession, tape: _Tape, kind: str, data: bytes = b""
    ) -> tuple[Exchange, StatusCode]:
        """What was recorded, with its time and its failure."""
        exchange = tape.take(kind, data)
        tape.pass_time(exchange)
        if exchange.error is not None:
            raise OSError(exchange.error)
        return exchange, self.handle_return_value(session, exchange.status)


@final
class ReplayPort:
    """A serial port whose device says what it said then, as long after what it is sent as then."""

    def __init__(self, tape: _Tape, clock: Clock) -> None:
        self.timeout: float | None = 0.05
        self._tape = tape
        self._clock = clock
        self._received = b""
        self._late_s = 0.0

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read without waiting."""
        self._collect(self._clock.now())
        return len(self._received)

    def read(self, size: int = 1, /) -> bytes:
        """Up to so many bytes, fewer when the time-out passes first."""
        self._collect(self._clock.now())
        if not self._received:
            until = self._clock.now() + (self.timeout or 0.0)
            due = self._due()
            self._clock.sleep_until(until if due is None or due > until else due)
            self._collect(self._clock.now())
        data, self._received = self._received[:size], self._received[size:]
        return data

    def write(self, data: bytes, /) -> int:
        """Send bytes; what the device had said and nobody read is passed over, as it was then."""
        while self._due() is not None:
            self._tape.left.popleft()
        exchange = self._tape.take("send", bytes(data))
        self._tape.pass_time(exchange)
        if exchange.error is not None:
            raise OSError(exchange.error)
        late_s = self._clock.now() - exchange.end_s
        self._late_s = 0.0 if abs(late_s) < _SAME_S else late_s
        return len(data)

    def reset_input_buffer(self) -> None:
        """Drop what was received and not yet read."""
        self._collect(self._clock.now())
        self._received = b""

    def close(self) -> None:
        """Close the port."""

    def _due(self) -> float | None:
        """When the next bytes come, None if the device says nothing before it is sent something."""
        if not self._tape.left or self._tape.left[0].exchange.kind != "receive":
            return None
        return self._tape.left[0].exchange.end_s + self._late_s

    def _collect(self, now: float) -> None:
        while (due := self._due()) is not None and due <= now:
            self._received += self._tape.left.popleft().exchange.data
