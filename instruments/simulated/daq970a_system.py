"""What a DAQ970A twin tells of itself: its modules, the wear of their relays, its meter, the mains, its clock.

INSTrument:DMM, SYSTem:LFRequency, SYSTem:DATE and SYSTem:TIME after the 34970A user's guide; unverified for a DAQ970A,
as is the form of the replies. The meter cannot be switched off here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from instruments.simulated.daq970a_channel import Channel
from instruments.simulated.daq970a_relays import RelayModules
from instruments.simulated.daq970a_scan import Format, in_milliseconds
from instruments.simulated.scpi_parser import BOOLEAN, DECIMAL, INTEGER, OPTIONAL_CHANNELS, ScpiError
from instruments.simulated.scpi_status import Add

SLOTS = (100, 200, 300)

YEARS = range(2000, 2100)
"""What the clock can be set to: estimate."""


class Mainframe(Protocol):
    """What these commands need of the twin."""

    relays: RelayModules
    layout: Format
    line_hz: float
    now: float

    @property
    def channels(self) -> Mapping[int, Channel]:
        """Of its multiplexers, by number."""
        ...

    @property
    def serial(self) -> str:
        """The serial number that it gives."""
        ...

    def targets(self, numbers: Sequence[int] | None) -> list[Channel]:
        """The channels of a list, or of the scan list."""
        ...


def add_clock(add: Add, mainframe: Mainframe) -> None:
    """Register SYSTem:DATE and SYSTem:TIME; absolute time stamps follow them."""

    def moment() -> datetime:
        return mainframe.layout.power_on + timedelta(seconds=mainframe.now)

    def put(when: datetime) -> None:
        mainframe.layout.power_on = when - timedelta(seconds=mainframe.now)

    def set_date(year: int, month: int, day: int) -> None:
        if year not in YEARS:
            raise ScpiError(-222)
        try:
            put(moment().replace(year=year, month=month, day=day))
        except (ValueError, OverflowError) as error:
            raise ScpiError(-222) from error

    def set_time(hour: int, minute: int, second: float | str) -> None:
        if isinstance(second, str) or not 0.0 <= second < 60.0:
            raise ScpiError(-222)
        try:
            put(
                moment().replace(hour=hour, minute=minute, second=0, microsecond=0)
                + timedelta(seconds=second)
            )
        except (ValueError, OverflowError) as error:
            raise ScpiError(-222) from error

    add("SYSTem:DATE", set_date, INTEGER, INTEGER, INTEGER)
    add("SYSTem:DATE?", lambda: f"{moment():%Y,%m,%d}")
    add("SYSTem:TIME", set_time, INTEGER, INTEGER, DECIMAL)
    add("SYSTem:TIME?", lambda: in_milliseconds(moment(), "%H,%M,%S"))


def add_system(add: Add, mainframe: Mainframe) -> None:
    """Register INSTrument:DMM, SYSTem and DIAGnostic commands."""
    add_clock(add, mainframe)

    def card(slot: int) -> str:
        if slot not in SLOTS:
            raise ScpiError(-222)
        fitted = any(number // 100 * 100 == slot for number in mainframe.channels)
        module = "DAQM901A" if fitted else mainframe.relays.module(slot // 100)
        described = f"{module},{mainframe.serial},1.0" if module else "0,0,0"
        return f"Keysight Technologies,{described}"

    def cycles(numbers: Sequence[int] | None) -> str:
        counts = mainframe.relays.cycles
        if numbers and counts.keys() >= set(numbers):
            return ",".join(f"+{counts[number]}" for number in numbers)
        return ",".join(f"+{channel.cycles}" for channel in mainframe.targets(numbers))

    def switch_meter(on: bool) -> None:
        if not on:
            raise ScpiError(-221)

    add("INSTrument:DMM[:STATe]", switch_meter, BOOLEAN)
    add("INSTrument:DMM[:STATe]?", lambda: "1")
    add("INSTrument:DMM:INSTalled?", lambda: "1")
    add("SYSTem:LFRequency?", lambda: f"+{mainframe.line_hz:.0f}")
    add("SYSTem:CTYPe?", card, INTEGER)
    add("DIAGnostic:RELay:CYCLes?", cycles, OPTIONAL_CHANNELS)
