"""A pyserial URL handler: ``simdut://NAME`` is the serial port of the belt twin registered under NAME.

``register`` makes pyserial find this module, so that ``serial.serial_for_url("simdut://belt")`` works. A read
waits on the clock that was registered with the twin, so the same driver runs on virtual time.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from errno import EBUSY, ENOENT
from math import inf
from typing import TYPE_CHECKING, Any, Final

import serial
from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from dut_drivers.protocols import Clock
from dut_drivers.simulated.twin import BeltTwin

if TYPE_CHECKING:
    from typing_extensions import Buffer

SCHEME: Final = "simdut://"
_PACKAGE: Final = "dut_drivers.simulated"


@dataclass(frozen=True, slots=True)
class _Entry:
    twin: BeltTwin
    clock: Clock
    lock: AbstractContextManager[object]


_ports: Final[dict[str, _Entry]] = {}


def register(name: str, twin: BeltTwin, clock: Clock, lock: AbstractContextManager[object]) -> str:
    """Plug a twin in as ``simdut://NAME``.

    Args:
        name: any text; must not be in use.
        twin: the belt.
        clock: bench time on which reads wait.
        lock: re-entrant or re-usable; held while the twin is touched, never while waiting.

    Returns:
        The URL.

    Raises:
        ValueError: the name is in use.
    """
    if name in _ports:
        raise ValueError(f"registering {SCHEME}{name}: the name is in use; unregister it first")
    if _PACKAGE not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(_PACKAGE)
    _ports[name] = _Entry(twin, clock, lock)
    return SCHEME + name


def unregister(name: str) -> None:
    """Unplug it again; ports that are open keep their twin. An unknown name is no error."""
    _ports.pop(name, None)


class Serial(SerialBase):
    """The port of one twin; line settings are accepted and mean nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._entry: _Entry | None = None
        self._received = b""
        self._coming: tuple[float, bytes] | None = None
        self._opened = 0
        super().__init__(*args, **kwargs)

    def open(self) -> None:
        """Open the port.

        Raises:
            SerialException: it is open already, the URL is wrong, no twin has that name, or it is unplugged.
        """
        if self.is_open:
            raise SerialException(f"opening {self.port}: the port is already open")
        name = (self.port or "").removeprefix(SCHEME)
        entry = _ports.get(name)
        if entry is None or not entry.twin.is_plugged(entry.clock.now()):
            raise self._cannot_open(entry)
        self._entry = entry
        self._opened = entry.twin.times_unplugged
        self.is_open = True
        self.reset_input_buffer()

    def _cannot_open(self, entry: _Entry | None) -> SerialException:
        if entry is None:
            known = ", ".join(_ports) or "none"
            return SerialException(
                ENOENT, f"opening {self.port}: no simulated belt of that name; there are: {known}"
            )
        if entry.twin.held:
            return SerialException(EBUSY, f"opening {self.port}: another program holds the port")
        return SerialException(ENOENT, f"opening {self.port}: unplugged")

    def close(self) -> None:
        """Close the port; the twin stays registered."""
        self.is_open = False

    @property
    def in_waiting(self) -> int:
        """Bytes that have arrived and can be read without waiting.

        Raises:
            SerialException: the port is closed or unplugged.
        """
        entry = self._plugged()
        self._take_arrived(entry, entry.clock.now())
        return len(self._received)

    @property
    def out_waiting(self) -> int:
        """Always 0: a written byte is on its way at once."""
        return 0

    def read(self, size: int = 1, /) -> bytes:
        """Up to ``size`` bytes, waiting for them at most the port's timeout on the clock.

        Raises:
            SerialException: the port is closed or unplugged.
        """
        entry = self._plugged()
        if len(self._received) < size:
            self._receive(entry, size)
        data, self._received = self._received[:size], self._received[size:]
        return data

    def write(self, data: Buffer, /) -> int:
        """Send bytes; all of them arrive at once.

        Raises:
            SerialException: the port is closed or unplugged.
        """
        entry = self._plugged()
        sent = bytes(data)
        with entry.lock:
            entry.twin.write(sent, entry.clock.now())
        return len(sent)

    def flush(self) -> None:
        """Nothing to wait for."""

    def reset_input_buffer(self) -> None:
        """Drop what the twin has sent and nobody has read, also what is still on its way.

        Raises:
            SerialException: the port is closed or unplugged.
        """
        entry = self._plugged()
        with entry.lock:
            entry.twin.drop_output()
        self._received = b""
        self._coming = None

    def reset_output_buffer(self) -> None:
        """Nothing to drop."""

    def _plugged(self) -> _Entry:
        entry = self._entry
        if not self.is_open or entry is None:
            raise PortNotOpenError
        if not entry.twin.plugged or entry.twin.times_unplugged != self._opened:
            raise SerialException(f"using {self.port}: the port is unplugged")
        return entry

    def _receive(self, entry: _Entry, size: int) -> None:
        """Wait until so many bytes have arrived, at most the port's timeout."""
        clock = entry.clock
        now = clock.now()
        limit = inf if self.timeout is None else now + self.timeout
        self._take_arrived(entry, now)
        while len(self._received) < size:
            until = limit if self._coming is None else min(self._coming[0], limit)
            if until == inf:
                raise SerialException(
                    f"reading {self.port}: nothing is on its way and the port has no timeout"
                )
            if until > now:
                clock.sleep(until - now)
            now = max(clock.now(), until)
            self._take_arrived(self._plugged(), now)
            if now >= limit:
                break

    def _take_arrived(self, entry: _Entry, now: float) -> None:
        """Move what has arrived by now from the line to the input buffer."""
        while True:
            if self._coming is None:
                with entry.lock:
                    self._coming = entry.twin.read(now)
                if self._coming is None:
                    return
            instant, data = self._coming
            if instant > now:
                return
            self._received += data
            self._coming = None

    def _reconfigure_port(self) -> None:
        """Accept every line setting."""

    def _update_rts_state(self) -> None:
        """Accept RTS."""

    def _update_dtr_state(self) -> None:
        """Accept DTR."""

    def _update_break_state(self) -> None:
        """Accept a break."""
