"""What hangs on this machine: VISA resources, serial ports, and who answers there. Nothing is switched or set."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rig.bench.drivers import DRIVERS
from rig.bench.ports import SerialOpener
from rig.bench.registry import DEVICES, load_device_driver, load_instrument_driver
from rig.bench.stations import never_raising
from rig.clock import Clock
from rig.errors import BenchError

if TYPE_CHECKING:
    from pyvisa import ResourceManager

    from dut_drivers.protocols import BeltIdentity
    from instruments.protocols import Identity

ANSWER_S = 1.0
OPEN_MS = 1000
SERIAL = "ASRL"


@dataclass(frozen=True, slots=True)
class FoundInstrument:
    """A VISA resource.

    Attributes:
        resource: its name.
        identity: who answered, None if nobody did or nobody was asked.
        driver: the driver for it that a bench file may name, None if none is known.
        trouble: what came instead of an identity.
    """

    resource: str
    identity: Identity | None = None
    driver: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A serial port; usb is VID:PID in hex. device and driver tell which belt answered, where one was asked."""

    port: str
    usb: str | None
    serial: str | None
    description: str
    identity: BeltIdentity | None = None
    driver: str | None = None
    trouble: str | None = None


def find_instruments(visa: str, clock: Clock, *, ask: bool) -> tuple[list[FoundInstrument], list[str]]:
    """The VISA resources that the library finds by itself, and where it says that it could not look.

    Raw sockets cannot be found, and serial ports are listed but never opened.

    Args:
        visa: the library, e.g. ``@py``.
        clock: for the deadlines.
        ask: whether each is asked who it is.

    Raises:
        BenchError: there is no such library, or it cannot list anything.
    """
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        from pyvisa import ResourceManager

        try:
            manager = ResourceManager(visa)
        except (OSError, ValueError) as error:
            raise BenchError(
                f"opening the VISA library {visa!r}: {error}; install it or name another"
            ) from error
        try:
            found = [_look(manager, name, clock, ask=ask) for name in _listed(manager, visa)]
        finally:
            never_raising(manager.close)
    notes = [str(note.message) for note in noted if issubclass(note.category, UserWarning)]
    return found, list(dict.fromkeys(notes))


def _listed(manager: ResourceManager, visa: str) -> tuple[str, ...]:
    from pyvisa.errors import Error

    try:
        return tuple(manager.list_resources("?*::INSTR"))
    except (Error, OSError, ValueError) as error:
        raise BenchError(
            f"listing the resources of the VISA library {visa!r}: {error}; name another one with --visa"
        ) from error


def _look(manager: ResourceManager, name: str, clock: Clock, *, ask: bool) -> FoundInstrument:
    if not ask:
        return FoundInstrument(name)
    if name.upper().startswith(SERIAL):
        return FoundInstrument(name, trouble="a serial port, not opened")
    return ask_identity(manager, name, clock)


def ask_identity(manager: ResourceManager, name: str, clock: Clock) -> FoundInstrument:
    """Ask one resource who it is; what went wrong stands in the answer."""
    from instruments import scpi
    from instruments.session import Session

    answers: list[str] = []

    def ask() -> None:
        session = Session(partial(_open, manager, name), name, clock, ANSWER_S)
        try:
            answers.append(session.query("*IDN?"))
        finally:
            session.close()

    trouble = never_raising(ask)
    if trouble is not None:
        return FoundInstrument(name, trouble=trouble)
    try:
        identity = scpi.identity(answers[0])
    except ValueError as error:
        return FoundInstrument(name, trouble=str(error))
    return FoundInstrument(name, identity, driver_for(identity))


def _open(manager: ResourceManager, name: str) -> Any:
    return manager.open_resource(name, open_timeout=OPEN_MS)


def driver_for(identity: Identity) -> str | None:
    """The driver that ships for an instrument, by its model and maker; None if there is none."""
    maker = "".join(identity.maker.split()).casefold()
    for name, driver in DRIVERS.items():
        if identity.model.upper() in driver.models and maker.startswith(load_instrument_driver(name).MAKERS):
            return name
    return None


def find_ports() -> list[FoundPort]:
    """The serial ports of this machine; none is opened."""
    from serial.tools.list_ports import comports

    return [
        FoundPort(
            port=item.device,
            usb=None if item.vid is None else f"{item.vid:04X}:{item.pid or 0:04X}",
            serial=item.serial_number or None,
            description=item.description if item.description not in (None, "n/a") else "",
        )
        for item in sorted(comports(), key=lambda item: str(item.device))
    ]


def ask_belt(port: FoundPort, open_serial: SerialOpener, clock: Clock) -> FoundPort:
    """The port with the belt that answers there to being asked who it is, or with what came instead."""
    troubles = []
    for driver, identity, trouble in _askings(port.port, open_serial, clock):
        if identity is not None:
            return FoundPort(port.port, port.usb, port.serial, port.description, identity, driver)
        troubles.append(f"{driver}: {trouble}")
    return FoundPort(port.port, port.usb, port.serial, port.description, trouble="; ".join(troubles))


def _askings(
    port: str, open_serial: SerialOpener, clock: Clock
) -> Iterator[tuple[str, BeltIdentity | None, str | None]]:
    from dut_drivers.link import Link
    from dut_drivers.profile import shipped_profile

    for name in DEVICES:
        baud, answers = shipped_profile(name).baud, list["BeltIdentity"]()

        def ask(name: str = name, baud: int = baud, answers: list[BeltIdentity] = answers) -> None:
            link = Link(lambda: open_serial(port, baud), port, clock)
            try:
                answers.append(load_device_driver(name)(link, clock).identify())
            finally:
                link.close()

        trouble = never_raising(ask)
        yield name, answers[0] if answers else None, trouble
