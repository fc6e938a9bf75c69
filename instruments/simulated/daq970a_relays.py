"""The relays of a DAQ970A twin: DAQM903A modules, twenty changeover relays each.

ROUTe:CLOSe, OPEN and CLOSe? after the 34970A guide. A command that names a channel which is no relay moves none (its
rules for channel lists); that the error is -222 is unverified. A multiplexer's channels cannot be closed here. *RST
opens all, and so does power that comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from instruments.catalogue import CHANNELS_PER_MODULE
from instruments.simulated.scpi_parser import CHANNELS, ScpiError
from instruments.simulated.scpi_status import Add

Changed = Callable[[int, bool], None]


class RelayModules:
    """The relays of some slots, all open at first.

    Args:
        slots: that hold a DAQM903A.

    Attributes:
        cycles: how often each relay has closed, by channel.
        changed: told the channel of each relay that has moved, and whether it is closed now.
    """

    def __init__(self, slots: Collection[int]) -> None:
        self._slots = frozenset(slots)
        self.cycles = {
            100 * slot + place: 0 for slot in sorted(slots) for place in range(1, CHANNELS_PER_MODULE + 1)
        }
        self.changed: Changed = _nobody
        self._closed: set[int] = set()

    def module(self, slot: int) -> str:
        """The model of the module in a slot, '' if it holds no relays."""
        return "DAQM903A" if slot in self._slots else ""

    def add_commands(self, add: Add, is_idle: Callable[[int], bool]) -> None:
        """Register ROUTe:CLOSe and ROUTe:OPEN with their queries.

        Args:
            add: registers a command.
            is_idle: whether a number is a multiplexer's channel that is not scanned: it stands open and may be told so.
        """

        def open_listed(numbers: Sequence[int]) -> None:
            self._move([number for number in numbers if not is_idle(number)], closed=False)

        add("ROUTe:CLOSe", lambda numbers: self._move(numbers, closed=True), CHANNELS)
        add("ROUTe:OPEN", open_listed, CHANNELS)
        add("ROUTe:CLOSe?", lambda numbers: self._states(numbers, closed=True), CHANNELS)
        add("ROUTe:OPEN?", lambda numbers: self._states(numbers, closed=False), CHANNELS)

    def open_all(self) -> None:
        """As after ``*RST``."""
        self._move(sorted(self._closed), closed=False)

    def _move(self, numbers: Sequence[int], *, closed: bool) -> None:
        for number in self._relays(numbers):
            if closed is (number in self._closed):
                continue
            if closed:
                self._closed.add(number)
                self.cycles[number] += 1
            else:
                self._closed.discard(number)
            self.changed(number, closed)

    def _states(self, numbers: Sequence[int], *, closed: bool) -> str:
        return ",".join(
            "1" if closed is (number in self._closed) else "0" for number in self._relays(numbers)
        )

    def _relays(self, numbers: Sequence[int]) -> Sequence[int]:
        if not self.cycles.keys() >= set(numbers):
            raise ScpiError(-222)
        return numbers


def _nobody(_channel: int, _closed: bool) -> None:
    """Nothing hangs on the relays."""
