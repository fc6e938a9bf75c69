"""Ports that keep a wire log: everything goes on to the ports within, and is noted with its bench time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Self, TypeVar, final

from pyvisa import constants
from pyvisa.errors import VisaIOError
from pyvisa.highlevel import VisaLibraryBase, open_visa_library
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession
from pyvisa.util import LibraryPath

from rig.bench.ports import Ports
from rig.bench.recorded_pace import RecordedPace, present_reading
from rig.bench.wire_log import RECEIVE, Exchange, WireLog
from rig.clock import Clock

if TYPE_CHECKING:
    from dut_drivers.protocols import SerialPort

T = TypeVar("T")
_KEYS = count(1)


def recording_ports(ports: Ports, log: WireLog) -> Ports:
    """The same ports, with all that passes through them noted, and in real time when it began."""
    tap = _Tap(log, ports.clock)
    within = open_visa_library(ports.visa) if isinstance(ports.visa, str) else ports.visa

    def open_serial(url: str, baud: int) -> SerialPort:
        return _RecordingPort(url, tap.do("open", url, lambda: ports.open_serial(url, baud)), tap)

    def inject(fault: str) -> None:
        tap.do("inject", fault, lambda: ports.inject(fault))

    pace = RecordedPace(log, ports.clock) if ports.clock.kind == "wall" else ports.pace
    return replace(
        ports, visa=RecordingLibrary(within, tap), open_serial=open_serial, inject=inject, pace=pace
    )


@final
class _Tap:
    def __init__(self, log: WireLog, clock: Clock) -> None:
        self._log = log
        self.clock = clock

    def do(
        self,
        kind: str,
        link: str,
        action: Callable[[], T],
        sent: bytes = b"",
        got: Callable[[T], bytes] | None = None,
    ) -> T:
        """Do it, and note it with its times, whatever became of it."""
        start_s = self.clock.now()
        data, status, error = sent, 0, None
        try:
            result = action()
            data = sent if got is None else got(result)
        except VisaIOError as failure:
            status = int(failure.error_code)
            raise
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            raise
        finally:
            self.note(Exchange(kind, link, start_s, self.clock.now(), data, status, error, present_reading()))
        return result

    def note(self, exchange: Exchange) -> None:
        """What has its times already."""
        self._log.note(exchange)


@final
class RecordingLibrary(VisaLibraryBase):
    """A VISA library over another one, which does all the work."""

    def __new__(cls, _within: VisaLibraryBase, _tap: _Tap) -> Self:
        """Register under a key of its own."""
        library = super().__new__(cls, LibraryPath(f"recording:{next(_KEYS)}", "user specified"))
        assert isinstance(library, cls), "pyvisa makes what it is asked for"
        return library

    def __init__(self, within: VisaLibraryBase, tap: _Tap) -> None:
        self._within = within
        self._tap = tap
        self._names: dict[int, str] = {}

    @property
    def sessions(self) -> Any:
        """The links of pyvisa-py's library, so that its sockets can be set up as without a log."""
        return getattr(self._within, "sessions", None)

    def open_default_resource_manager(self) -> tuple[VISARMSession, constants.StatusCode]:
        """Open the resource manager (viOpenDefaultRM)."""
        session, status = self._within.open_default_resource_manager()
        return session, self._kept(session, status)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """The names that match a VISA expression."""
        return tuple(self._within.list_resources(session, query))

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, constants.StatusCode]:
        """Open a session (viOpen)."""
        opened, status = self._tap.do(
            "open",
            resource_name,
            lambda: self._within.open(session, resource_name, access_mode, open_timeout),
        )
        self._names[opened] = resource_name
        return opened, self._kept(opened, status)

    def close(self, session: VISASession | VISAEventContext | VISARMSession) -> constants.StatusCode:
        """Close a session (viClose)."""
        self._names.pop(session, None)
        return self._within.close(session)

    def write(self, session: VISASession, data: bytes) -> tuple[int, constants.StatusCode]:
        """Send (viWrite)."""
        name = self._name(session)
        written, status = self._tap.do("write", name, lambda: self._within.write(session, data), bytes(data))
        return written, self._kept(session, status)

    def read(self, session: VISASession, count: int) -> tuple[bytes, constants.StatusCode]:
        """Receive (viRead)."""
        start_s = self._tap.clock.now()
        status, data, error = 0, b"", None
        try:
            data, code = self._within.read(session, count)
            status = int(code)
        except VisaIOError as failure:
            status = int(failure.error_code)
            raise
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            raise
        finally:
            name, end_s = self._name(session), self._tap.clock.now()
            self._tap.note(Exchange("read", name, start_s, end_s, data, status, error, present_reading()))
        return data, self._kept(session, code)

    def clear(self, session: VISASession) -> constants.StatusCode:
        """Clear (viClear)."""
        return self._kept(
            session, self._tap.do("clear", self._name(session), lambda: self._within.clear(session))
        )

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> constants.StatusCode:
        """Flush (viFlush)."""
        return self._kept(session, self._within.flush(session, mask))

    def get_attribute(
        self,
        session: VISASession | VISAEventContext | VISARMSession,
        attribute: constants.ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, constants.StatusCode]:
        """Read an attribute (viGetAttribute)."""
        return self._within.get_attribute(session, attribute)

    def set_attribute(
        self, session: VISASession, attribute: constants.ResourceAttribute, attribute_state: Any
    ) -> constants.StatusCode:
        """Set an attribute (viSetAttribute)."""
        return self._within.set_attribute(session, attribute, attribute_state)

    def disable_event(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> constants.StatusCode:
        """Disable an event (viDisableEvent)."""
        return self._within.disable_event(session, event_type, mechanism)

    def discard_events(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> constants.StatusCode:
        """Discard events (viDiscardEvents)."""
        return self._within.discard_events(session, event_type, mechanism)

    def _name(self, session: VISASession) -> str:
        """The resource of a session; one that was closed meanwhile is the library's to complain of."""
        return self._names.get(session, "a closed session")

    def _kept(
        self, session: VISASession | VISARMSession, status: constants.StatusCode
    ) -> constants.StatusCode:
        self._last_status_in_session[session] = status
        return status


@final
class _RecordingPort:
    """A serial port over another one."""

    def __init__(self, url: str, within: SerialPort, tap: _Tap) -> None:
        self._url = url
        self._within = within
        self._tap = tap

    @property
    def timeout(self) -> float | None:
        """Of a read, in s."""
        return self._within.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._within.timeout = seconds

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read without waiting."""
        return self._heard(lambda: self._within.in_waiting)

    def read(self, size: int = 1, /) -> bytes:
        """Up to so many bytes; nothing is noted where none came."""
        start_s = self._tap.clock.now()
        data = self._heard(lambda: self._within.read(size))
        if data:
            self._note_received(start_s, bytes(data))
        return data

    def write(self, data: bytes, /) -> int | None:
        """Send bytes."""
        return self._tap.do("send", self._url, lambda: self._within.write(data), bytes(data))

    def reset_input_buffer(self) -> None:
        """Drop what was received and not yet read."""
        self._heard(self._within.reset_input_buffer)

    def close(self) -> None:
        """Close the port."""
        self._within.close()

    def _heard(self, listen: Callable[[], T]) -> T:
        """What listening gives; a port that fails in it has that noted."""
        start_s = self._tap.clock.now()
        try:
            return listen()
        except Exception as failure:
            self._note_received(start_s, error=f"{type(failure).__name__}: {failure}")
            raise

    def _note_received(self, start_s: float, data: bytes = b"", error: str | None = None) -> None:
        end_s, reading = self._tap.clock.now(), present_reading()
        self._tap.note(Exchange(RECEIVE, self._url, start_s, end_s, data, error=error, reading=reading))
