"""What a DAQ970A twin tells of itself: its modules and the wear of their relays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from instruments.simulated.daq970a_channel import Channel
from instruments.simulated.daq970a_relays import RelayModules
from instruments.simulated.scpi_parser import INTEGER, OPTIONAL_CHANNELS, ScpiError
from instruments.simulated.scpi_status import Add

SLOTS = (100, 200, 300)


class Mainframe(Protocol):
    """What these commands need of the twin."""

    relays: RelayModules

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


def add_system(add: Add, mainframe: Mainframe) -> None:
    """Register SYSTem and DIAGnostic commands."""

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

    add("SYSTem:CTYPe?", card, INTEGER)
    add("DIAGnostic:RELay:CYCLes?", cycles, OPTIONAL_CHANNELS)
