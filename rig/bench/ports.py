"""The four things in which real and simulated benches differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.bench.pace import BY_THE_CLOCK, Pace
from rig.clock import Clock

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from dut_drivers.protocols import SerialPort

SerialOpener = Callable[[str, int], "SerialPort"]


def no_faults(_fault: str) -> None:
    """The fault port of a bench that has none: faults are injected on simulated benches alone.

    Raises:
        PermissionError: always.
    """
    raise PermissionError("this bench has no fault port; faults can be injected on a simulated bench")


@dataclass(frozen=True, slots=True)
class Ports:
    """What a bench is opened with.

    Attributes:
        visa: a pyvisa library, or the text that names one (``@py``, a vendor's path).
        open_serial: opens a pyserial URL or port at a baud rate.
        clock: the time, and the workers that run on it.
        inject: sets off a fault by name, where the bench can.
        pace: when scans and readings begin; by the clock, unless a wire log is kept of real time, or replayed.
    """

    visa: VisaLibraryBase | str
    open_serial: SerialOpener
    clock: Clock
    inject: Callable[[str], None] = no_faults
    pace: Pace = BY_THE_CLOCK


def open_serial_port(url: str, baud: int) -> SerialPort:
    """Open a real serial port or any pyserial URL, for this process alone, without toggling the reset line.

    Raises:
        serial.SerialException: the port cannot be opened.
    """
    from serial import serial_for_url

    port = serial_for_url(url, baudrate=baud, timeout=0.05, write_timeout=0.3, do_not_open=True)
    if "://" not in url:
        port.exclusive = True
    port.open()
    return port


def machine_ports(clock: Clock, visa: str = "@py") -> Ports:
    """The ports of this machine: real instruments, real serial ports."""
    return Ports(visa=visa, open_serial=open_serial_port, clock=clock)
