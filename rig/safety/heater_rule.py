"""What a heater's output may read under the commands that it was given: volts, amps, on or off.

Where heaters share a supply output their mean current is the value: half of it is enough to tell that the
output gives current, and the mean stands at its limit when the output does.
"""

from __future__ import annotations

from math import inf, isnan
from typing import NamedTuple, final

from rig.safety.commands import Command, Commands
from rig.safety.heater_times import HEATING_AMPS
from rig.signals.derive import Derivation

READBACK = "read-back away from its setting"
CURRENT = "current without command"
OUTPUT = "output on when it should be off"
COLUMNS = ("voltage", "current", "output")

READINGS = 2
"""One reading may fall into a change; two in a row are no transition [estimate]."""

VOLTS_AWAY = 0.3
"""Least distance in V from the setting that counts: far beyond a supply's 0.05 % + 10 mV and its noise [estimate]."""

SHARE_AWAY = 0.05
"""The same as a share of the setting: 5 % of volts are 10 % of the heater's power [estimate]."""

LIMITING = 0.98
"""From this share of its current limit on an output gives what it may, and its volts are what they are [estimate]."""

OUTPUT_SETTLES_S = 1.0
"""From the read-back of a change until volts and amps are as they shall be: bench supplies need below 0.2 s with
a load of some ohms, down-programming included [estimate]."""

LEVEL_SETTLES_S = 2.0
"""From the acknowledgement of level off until the device's heaters take no current: its control period of at most
1 s, and the supply's next reading [estimate]."""

Found = tuple[str, int, float]
"""Which rule trips, on which signal's index, at which limit in the signal's base unit."""


class Bounds(NamedTuple):
    """What a heater's newest reading may be now: beyond it something is wrong, or it is explained."""

    least_volts: float = -inf
    most_volts: float = inf
    most_amps: float = inf
    may_be_on: bool = True


@final
class HeaterRule:
    """One heater's columns, what they may read at present, and how often in a row each rule saw them beyond it."""

    __slots__ = (
        "amps",
        "amps_limit",
        "bounds",
        "heating_amps",
        "local_ohms",
        "name",
        "output",
        "seen",
        "volts",
    )

    def __init__(self, name: str, derivation: Derivation) -> None:
        index, layout = derivation.index, derivation.layout
        self.name = name
        self.volts, self.amps, self.output = (index[f"supply.{name}.{what}"] for what in COLUMNS)
        self.heating_amps = HEATING_AMPS / (1 + len(layout.shares(name)))
        self.local_ohms = layout.local_ohms.get(name, 0.0)
        self.amps_limit = inf
        self.bounds = Bounds()
        self.seen = {OUTPUT: 0, CURRENT: 0, READBACK: 0}

    def bound(self, commands: Commands, t: float, first: float) -> float:
        """Set what a reading made at t may be; returns the bench time at which that changes by itself."""
        output = commands.of(f"supply.{self.name}.output") or Command(False, first)
        level = commands.of("belt.level")
        on_from = self._on_from(commands, output)
        off_from = output.since + OUTPUT_SETTLES_S if output.value is False else inf
        level_off = level is not None and level.value == "off"
        dark_from = level.since + LEVEL_SETTLES_S if level is not None and level_off else inf
        self.bounds = self._make(commands, is_on=t >= on_from, is_off=t >= off_from, is_dark=t >= dark_from)
        return min((at for at in (on_from, off_from, dark_from) if at > t), default=inf)

    def _on_from(self, commands: Commands, output: Command) -> float:
        """From when on the volts of an output that is on must be those commanded, inf if they need not."""
        volts = commands.of(f"supply.{self.name}.voltage")
        limit = commands.of(f"supply.{self.name}.current_limit")
        changes = [output, *([volts] if volts else []), *([limit] if limit else [])]
        if output.value is not True or volts is None or any(change.value is None for change in changes):
            return inf
        return max(change.since for change in changes) + OUTPUT_SETTLES_S

    def _make(self, commands: Commands, *, is_on: bool, is_off: bool, is_dark: bool) -> Bounds:
        most_amps = self.heating_amps if is_off or is_dark else inf
        volts = commands.of(f"supply.{self.name}.voltage")
        if not is_on or volts is None or volts.value is None:
            return Bounds(most_amps=most_amps, may_be_on=not is_off)
        limit = commands.of(f"supply.{self.name}.current_limit")
        self.amps_limit = inf if limit is None or limit.value is None else LIMITING * float(limit.value)
        setting = float(volts.value)
        away = max(VOLTS_AWAY, SHARE_AWAY * abs(setting))
        return Bounds(setting - away, setting + away, most_amps)

    def judge(self, value: list[float]) -> Found | None:
        """Count what the newest reading shows; the rule that has seen enough of it."""
        bounds, amps, volts, state = self.bounds, value[self.amps], value[self.volts], value[self.output]
        # a supply that senses at its own terminals may show less there by what its leads take
        least_volts = bounds.least_volts - self.local_ohms * (0.0 if isnan(amps) else max(0.0, amps))
        is_away = (volts < least_volts and not amps >= self.amps_limit) or volts > bounds.most_volts
        limit_volts = bounds.most_volts if volts > bounds.most_volts else least_volts
        for rule, index, is_wrong, limit in (
            (OUTPUT, self.output, state > 0.5 and not bounds.may_be_on, 0.0),
            (CURRENT, self.amps, amps > bounds.most_amps, bounds.most_amps),
            (READBACK, self.volts, is_away, limit_volts),
        ):
            if is_wrong:
                self.seen[rule] += 1
                if self.seen[rule] >= READINGS:
                    return rule, index, limit
            elif not isnan(value[index]):
                self.seen[rule] = 0
        return None

    @property
    def is_suspect(self) -> bool:
        """Whether the last reading was beyond anything."""
        return any(self.seen.values())
