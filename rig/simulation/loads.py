"""Heating units at the end of their leads, as a supply output sees them, and the output as the units see it."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Protocol, final

from dut_drivers.simulated.belt_world import BeltWorld


class Source(Protocol):
    """What a unit needs of a supply's twin."""

    def amps_into(self, output: int, ohms: float) -> float:
        """Amps that so many ohms at the far end of the leads draw from an output."""


@final
class UnitLoad:
    """One unit on an output of its own. lead_ohms: both conductors."""

    __slots__ = ("_unit", "_world", "lead_ohms")

    def __init__(self, world: BeltWorld, unit: str, lead_ohms: float) -> None:
        self._world = world
        self._unit = unit
        self.lead_ohms = lead_ohms

    def resistance_ohms(self) -> float:
        """As `Load` has it."""
        return self._world.resistance_ohms(self._unit)


@final
class ParallelLoad:
    """Several units of one belt on one output; the leads are common to them."""

    __slots__ = ("_units", "_world", "lead_ohms")

    def __init__(self, world: BeltWorld, units: Sequence[str], lead_ohms: float) -> None:
        self._world = world
        self._units = tuple(units)
        self.lead_ohms = lead_ohms

    def resistance_ohms(self) -> float:
        """All that conduct, in parallel; inf when none does."""
        siemens = sum(1.0 / self._world.resistance_ohms(unit) for unit in self._units)
        return 1.0 / siemens if siemens > 0.0 else inf


@final
class Feed:
    """Where a unit's current comes from: an output, and all units that it feeds."""

    __slots__ = ("_load", "_output", "_source")

    def __init__(self, source: Source, output: int, load: UnitLoad | ParallelLoad) -> None:
        self._source = source
        self._output = output
        self._load = load

    def amps(self, ohms: float) -> float:
        """Amps through one unit of so many ohms: its part of what all of them draw together."""
        if isinstance(self._load, UnitLoad):
            return self._source.amps_into(self._output, ohms)
        together = self._load.resistance_ohms()
        return self._source.amps_into(self._output, together) * together / ohms if together < inf else 0.0
