"""Interlocks that hold on every lane of every bench without being written: readings against what was commanded.

A plan or a bench file can watch more closely, but cannot switch them off. What the device does by itself under a
level that is commanded (its own cut-off, its regulation) is none of their business: a switch that welds is found by
the temperatures that it makes. Each takes two valid readings; an invalid one neither counts nor clears.
"""

from __future__ import annotations

from math import inf
from typing import Protocol, final

from rig.safety.commands import Commands
from rig.safety.heater_rule import COLUMNS, Found, HeaterRule
from rig.signals.derive import Derivation

REBOOT = "belt rebooted"
RESET_EVENT = "belt.reset"
UPTIME = "belt.uptime"


class Rule(Protocol):
    """A built-in rule about one source."""

    def look(self, t: float) -> Found | None:
        """Look at the newest reading of the source, made at bench time t; what trips, if anything does."""


@final
class Outputs:
    """The outputs of one supply against their commands.

    Bounds are made anew when a command changes or has settled; a reading within them costs four comparisons.
    """

    __slots__ = (
        "_again",
        "_checks",
        "_commands",
        "_derivation",
        "_first",
        "_heaters",
        "_revision",
        "_suspect",
    )

    def __init__(self, derivation: Derivation, heaters: list[str], commands: Commands) -> None:
        self._derivation = derivation
        self._commands = commands
        self._heaters = [HeaterRule(name, derivation) for name in heaters]
        self._checks: list[tuple[int, float, float, int, float, int, float]] = []
        self._revision = -1
        self._again = inf
        self._first = inf
        self._suspect = False

    def look(self, t: float) -> Found | None:
        """Look at the supply's newest reading."""
        if t >= self._again or self._commands.revision != self._revision:
            self._renew(t)
        if not self._suspect:
            value = self._derivation.value
            for volts, least, most, amps, most_amps, output, most_output in self._checks:
                v = value[volts]
                if v < least or v > most or value[amps] > most_amps or value[output] > most_output:
                    break
            else:
                return None
        return self._judge()

    def _renew(self, t: float) -> None:
        self._revision = self._commands.revision
        self._first = min(self._first, t)
        self._again = min(heater.bound(self._commands, t, self._first) for heater in self._heaters)
        self._checks = [
            (
                h.volts,
                h.bounds.least_volts,
                h.bounds.most_volts,
                h.amps,
                h.bounds.most_amps,
                h.output,
                inf if h.bounds.may_be_on else 0.5,
            )
            for h in self._heaters
        ]

    def _judge(self) -> Found | None:
        value = self._derivation.value
        found = [heater.judge(value) for heater in self._heaters]
        self._suspect = any(heater.is_suspect for heater in self._heaters)
        return next((item for item in found if item is not None), None)


@final
class Uptime:
    """A device whose uptime goes backwards has restarted, and has forgotten what it was told.

    One that says so by an event while its uptime does not show it is taken at its word.
    """

    __slots__ = ("_index", "_value", "last")

    def __init__(self, derivation: Derivation, index: int) -> None:
        self._value = derivation.value
        self._index = index
        self.last = -inf

    def look(self, _t: float) -> Found | None:
        """Look at the newest telemetry; the limit is the uptime that it had reached."""
        uptime_s = self._value[self._index]
        if uptime_s >= self.last:
            self.last = uptime_s
        elif uptime_s < self.last:
            return REBOOT, self._index, self.last
        return None


def built_in_rules(derivation: Derivation, commands: Commands, *, reboots: bool) -> dict[str, Rule]:
    """The rules of a lane by source: each has one at most. reboots: whether the device may restart."""
    fed: dict[str, list[str]] = {}
    for heater in derivation.layout.heaters:
        columns = [f"supply.{heater}.{what}" for what in COLUMNS]
        if all(column in derivation.index for column in columns):
            fed.setdefault(derivation.layout.source_of(columns[0]).name, []).append(heater)
    rules: dict[str, Rule] = {
        source: Outputs(derivation, heaters, commands) for source, heaters in fed.items()
    }
    uptime = derivation.index.get(UPTIME)
    if uptime is not None and not reboots:
        rules[derivation.signals[uptime].source] = Uptime(derivation, uptime)
    return rules
