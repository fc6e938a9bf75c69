"""Ports that answer from a wire log, with no bench and no simulator: what is sent must be what was sent then.

Each link is compared by itself, in its own order. A reply takes as long as it took.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Any, NoReturn, Self, final

from pyvisa import constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession
from pyvisa.util import LibraryPath

from rig.bench.description import BenchDescription
from rig.bench.loading import describe_bench
from rig.bench.pace import BY_THE_CLOCK
from rig.bench.ports import Ports
from rig.bench.registry import load_device_driver
from rig.bench.replayed_pace import ReplayedPace
from rig.bench.resources import canonical
from rig.bench.wire_log import FIRST_LINE, NOTES, READING, SCAN, STOP, Exchange, WireHead, WireRecord
from rig.bench.wire_tape import Tape
from rig.clock import Clock
from rig.documents import Diagnostics, parse_document
from rig.errors import ExitCode, InputError, RigError

if TYPE_CHECKING:
    from dut_drivers.protocols import Numbering

_KEYS = count(1)
_SAME_S = 1e-6
_OF_VISA = "::"


class WireDifferenceError(RigError):
    """What was sent is not what the wire log holds."""

    exit_code = ExitCode.FAILED


def recorded_bench(head: WireHead) -> BenchDescription:
    """The bench that a wire log was recorded on, as its file was then.

    Raises:
        InputError: it cannot be read.
    """
    diagnostics = Diagnostics()
    document = parse_document(head.bench_text.encode(), head.bench_file, diagnostics)
    bench = None if document is None else describe_bench(document, diagnostics)
    diagnostics.raise_if_errors()
    assert bench is not None, "what cannot be described has errors"
    return bench


@final
class WireReplay:
    """A wire log as ports.

    Args:
        record: the log.
        clock: bench time; it is set to the log's own date.
    """

    def __init__(self, record: WireRecord, clock: Clock) -> None:
        exchanges = record.exchanges
        for stop in (exchange for exchange in exchanges if exchange.kind == STOP):
            raise InputError(
                f"replaying {record.path}: the session was ended at {stop.start_s:.1f} s by {stop.link}, which is no "
                f"part of what a replay can do again; record one that comes to its own end"
            )
        self.record = record
        self.clock = clock
        self.difference: str | None = None
        self.in_real_time = record.head.clock == "wall"
        scans = [each.start_s for each in exchanges if each.kind == SCAN]
        self.first_scan_s, self.last_scan_s = min(scans, default=inf), max(scans, default=inf)
        clock.anchor = datetime.fromisoformat(record.head.anchor)
        slots = recorded_bench(record.head).slots if self.in_real_time else ()
        self._devices = {slot.link: slot.device for slot in slots}
        self._tapes: dict[str, Tape] = {}
        over = {exchange.reading for exchange in exchanges if exchange.kind == READING}
        for line, exchange in enumerate(exchanges, FIRST_LINE):
            is_cut_short = exchange.reading and exchange.reading not in over
            if exchange.kind not in NOTES and not is_cut_short:
                self.tape(exchange.link).add(line, exchange)

    @property
    def ports(self) -> Ports:
        """What `open_bench` takes."""
        return Ports(
            visa=ReplayLibrary(self),
            open_serial=self._open_serial,
            clock=self.clock,
            inject=self._inject,
            pace=ReplayedPace(self.record.exchanges, self) if self.in_real_time else BY_THE_CLOCK,
        )

    def tape(self, link: str) -> Tape:
        """The exchanges of a link, however its name is spelt."""
        name = canonical(link) if _OF_VISA in link else link
        if name not in self._tapes:
            self._tapes[name] = Tape(self, link, self._numbering_of(link))
        return self._tapes[name]

    def _numbering_of(self, link: str) -> Numbering | None:
        """How frames are numbered on a serial link, if its device's driver says so."""
        device = self._devices.get(link)
        return None if device is None else getattr(load_device_driver(device), "numbering", None)

    def differ(self, link: str, words: str, line: int | None) -> NoReturn:
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

    @contextmanager
    def compared(self) -> Iterator[None]:
        """What is done in it is the session. Its difference is told, with whatever else went wrong.

        Raises:
            WireDifferenceError: something else was sent than then, or less.
        """
        try:
            yield
        except RigError as error:
            if self.difference is None:
                raise
            raise WireDifferenceError(self.difference) from error
        self.require_same()

    def require_same(self) -> None:
        """The test is over: nothing else was sent than what was sent then, and nothing less.

        Raises:
            WireDifferenceError: something was.
        """
        if self.difference is not None:
            raise WireDifferenceError(self.difference)
        for tape in self._tapes.values():
            tape.require_over()

    def _open_serial(self, url: str, baud: int) -> ReplayPort:
        tape = self.tape(url)
        while tape.next_received() is not None:
            tape.drop()
        opened = tape.take("open")
        tape.pass_time(opened)
        if opened.error is not None:
            raise OSError(opened.error)
        return ReplayPort(tape, self.clock)

    def _inject(self, fault: str) -> None:
        self.tape(fault).take("inject")


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
        self._open: dict[int, Tape] = {}
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
        self, session: VISASession | VISARMSession, tape: Tape, kind: str, data: bytes = b""
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

    def __init__(self, tape: Tape, clock: Clock) -> None:
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
            due = self._due(until)
            self._clock.sleep_until(until if due is None else due)
            self._collect(self._clock.now())
        data, self._received = self._received[:size], self._received[size:]
        return data

    def write(self, data: bytes, /) -> int:
        """Send bytes; what the device had said and nobody read is passed over, as it was then."""
        while self._tape.next_received() is not None:
            self._tape.drop()
        exchange = self._tape.take("send", bytes(data))
        self._tape.pass_time(exchange)
        if exchange.error is not None:
            raise OSError(exchange.error)
        late_s = self._clock.now() - exchange.end_s
        self._late_s = 0.0 if abs(late_s) < _SAME_S else late_s
        return len(data)

    def reset_input_buffer(self) -> None:
        """Drop what was received and not yet read; a port that failed in it fails again."""
        received, now = self._tape.next_received(), self._clock.now()
        if received is not None and received.error is not None:
            due = self._due(now)
            now = now if due is None else max(now, due)
            self._clock.sleep_until(now)
        self._collect(now)
        self._received = b""

    def close(self) -> None:
        """Close the port."""

    def _due(self, until: float) -> float | None:
        """When the next bytes come, None if none come by then, or before the device is sent something.

        In real time what was received in a read that a driver had begun in time is its, however late that read
        returned: a driver that was kept from running has its answer after its deadline, and takes it. So there an
        answer is waited for and comes whole: no piece of it falls on the other side of a deadline.
        """
        patience_s = self._tape.patience_s
        due: float | None = None
        for piece in self._tape.received():
            in_time_s = piece.start_s if patience_s else piece.end_s
            if in_time_s + self._late_s > (until if due is None else due) + patience_s:
                break
            due = piece.end_s + self._late_s
            if not patience_s:
                break
        return due

    def _collect(self, now: float) -> None:
        """What has come by now.

        Raises:
            OSError: the port failed, and all that had come before was read.
        """
        while (received := self._tape.next_received()) is not None and received.end_s + self._late_s <= now:
            if received.error is not None and self._received:
                return
            self._tape.drop()
            if received.error is not None:
                raise OSError(received.error)
            self._received += received.data
