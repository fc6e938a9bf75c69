"""The output image: what a lane wants its outputs to be, against what was written and read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from rig.bench.description import RELAY
from rig.bench.messages import Value

WRITE_ORDER = (
    "current_limit",
    "voltage",
    "output",
    "session",
    "level",
    "regulation",
    "rearm",
)
SUPPLY = "supply."
DEVICE = "belt."
PULSES = frozenset({"belt.rearm"})
_SAFE: dict[str, Value] = {"output": False, "voltage": 0.0, "level": "off"}


def _rank(output: str) -> tuple[int, str]:
    last = len(WRITE_ORDER)
    return last if output.startswith(RELAY) else WRITE_ORDER.index(output.rpartition(".")[2]), output


def safe_value(output: str) -> Value | None:
    """What an output is when the lane is off, None if that says nothing of it."""
    return False if output.startswith(RELAY) else _SAFE.get(output.rpartition(".")[2])


@final
class OutputImage:
    """One lane's outputs. Steps demand, the engine alone writes the difference, a latched image only clears."""

    def __init__(self) -> None:
        self._wanted: dict[str, Value] = {}
        self._written: dict[str, Value] = {}
        self._confirmed: dict[str, Value] = {}
        self._pulses: list[str] = []
        self._latched = False
        self._changed = False

    @property
    def latched(self) -> bool:
        """Whether outputs can only be cleared any more."""
        return self._latched

    @property
    def settled(self) -> bool:
        """Whether every demand was carried out and read back."""
        return not self._pulses and self._wanted == self._confirmed

    def wanted(self, output: str) -> Value | None:
        """The present demand for an output, None if it has none."""
        return self._wanted.get(output)

    def demand(self, output: str, value: Value) -> Value | None:
        """Ask for a value; returns the old demand. Ignored once the image is latched.

        What is demanded of the device is told it each time, also where it was demanded before: a session that ended or
        a cut-off has changed its level and its regulation by itself.
        """
        if self._latched:
            return self._wanted.get(output)
        if output in PULSES:
            self._pulses.append(output)
        if output.startswith(DEVICE):
            self._confirmed.pop(output, None)
            self._written.pop(output, None)
        old = self._wanted.get(output)
        self._wanted[output] = value
        self._changed = True
        return old

    def latch(self) -> None:
        """From now on every output is its safe value and no demand changes that."""
        self._latched = self._changed = True
        self._pulses.clear()
        for output in list(self._wanted):
            safe = safe_value(output)
            if safe is None:
                del self._wanted[output]
            else:
                self._wanted[output] = safe

    def take_differences(self) -> Sequence[tuple[str, Value]]:
        """Demands that were not written yet, in the order in which they may be written; each is given once.

        The device is told to heat once its supply is as it shall be: a session that begins before the power is
        there would be too short by however long a busy supply takes. Off is told at once, and relays wait for nothing.
        """
        if not self._changed:
            return ()
        new = [output for output, value in self._wanted.items() if self._written.get(output) != value]
        if self._is_supply_pending():
            new = [o for o in new if o.startswith((SUPPLY, RELAY)) or self._is_safe(o)]
        else:
            self._changed = False
            self._pulses.clear()
        self._written.update((output, self._wanted[output]) for output in new)
        return [(output, self._wanted[output]) for output in sorted(new, key=_rank)]

    def _is_safe(self, output: str) -> bool:
        return self._wanted[output] == safe_value(output)

    def _is_supply_pending(self) -> bool:
        return any(
            self._confirmed.get(output) != value
            for output, value in self._wanted.items()
            if output.startswith(SUPPLY)
        )

    def confirm(self, output: str, value: Value) -> None:
        """The value was carried out and read back."""
        self._confirmed[output] = value

    @property
    def energised(self) -> bool:
        """Whether any supply output is wanted on."""
        return any(value is True for output, value in self._wanted.items() if output.endswith(".output"))
