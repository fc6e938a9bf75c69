"""What a plan has to reach on purpose: an interlock at or below it would end a sound run.

What a step waits for is no such thing: a wait beyond an interlock is a mistake of the wait (signal_waits.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from rig.plan.program import Interlock, InterlockKind, UntilEvent
from rig.plan.subject import Subject, is_skin
from rig.units import Dimension, format_value


class Needs:
    """What the plan has to reach on purpose: an interlock at or below it would end a sound run."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        rated = subject.is_whole("ratings")
        self._volts = subject.highest(".voltage") if rated else None
        self._amps_limit = subject.highest(".current_limit") if rated else None
        self._skin_degc = max(_temperatures(subject, own=False), default=None)
        self._own_degc = max(_temperatures(subject, own=True), default=None)

    def check(self, interlock: Interlock) -> None:
        """Report an interlock that the plan itself would trip, or that something else comes before."""
        info = self._subject.scope.signals[interlock.signals[0]]
        if interlock.kind is InterlockKind.BELOW:
            self._check_below(interlock)
        if interlock.kind is not InterlockKind.ABOVE:
            return
        if info.dimension is Dimension.CURRENT and info.source != "belt":
            self._check_current(interlock)
        elif info.dimension is Dimension.VOLTAGE:
            self._check_voltage(interlock)
        elif is_skin(interlock.signals[0]):
            self._check_temperature(interlock, self._skin_degc)
        elif info.source == "belt" and info.dimension is Dimension.TEMPERATURE:
            self._check_temperature(interlock, self._own_degc)

    def _check_temperature(self, interlock: Interlock, reached_degc: float | None) -> None:
        if reached_degc is not None and interlock.limit <= reached_degc:
            self._report_need(interlock, reached_degc, Dimension.TEMPERATURE)

    def _check_current(self, interlock: Interlock) -> None:
        if self._volts is not None:
            profile = self._subject.scope.profile
            amps = self._volts / profile.unit_ohms * (1.0 + profile.mismatch)
            amps = amps if self._amps_limit is None else min(amps, self._amps_limit)
            if interlock.limit <= amps:
                self._report_need(interlock, amps, Dimension.CURRENT)
        if self._amps_limit is not None and interlock.limit >= self._amps_limit:
            limit = format_value(self._amps_limit, Dimension.CURRENT)
            self._report_out_of_reach(interlock, f"the supply's current limit of {limit}")

    def _check_voltage(self, interlock: Interlock) -> None:
        if self._volts is not None and interlock.limit <= self._volts:
            self._report_need(interlock, self._volts, Dimension.VOLTAGE)
        protection = min(heater.over_voltage_volts for heater in self._subject.scope.slot.heaters)
        if interlock.limit >= protection:
            limit = format_value(protection, Dimension.VOLTAGE)
            self._report_out_of_reach(interlock, f"the supply's over-voltage protection at {limit}")

    def _check_below(self, interlock: Interlock) -> None:
        for condition in self._subject.program.conditions:
            if condition.kind not in interlock.signals or condition.nominal is None:
                continue
            lowest = condition.nominal - condition.tolerance
            if interlock.limit >= lowest:
                self._report_need(interlock, lowest, Dimension.TEMPERATURE)

    def _report_need(self, interlock: Interlock, value: float, dimension: Dimension) -> None:
        reached = format_value(value, dimension)
        message = f"{interlock.quoted} would end a sound run: the plan itself reaches {reached}"
        self._subject.blame(interlock, "trips-in-use", message, f"write a limit beyond {reached}")

    def _report_out_of_reach(self, interlock: Interlock, barrier: str) -> None:
        """What never comes to be in this plan is still watched for others where the bench says so."""
        if not interlock.bench_wide:
            message = f"{interlock.quoted} can never fire: {barrier} comes first"
            self._subject.blame(interlock, "cannot-fire", message, "write a lower limit")


def _temperatures(subject: Subject, *, own: bool) -> Iterator[float]:
    """What the demanded levels and the awaited cut-off make of the skin, or of the belt's own sensors."""
    profile = subject.scope.profile
    defeated = any(demand.value == "defeated" for _, demand in subject.demands("belt.regulation"))
    if not defeated:
        for _, demand in subject.demands("belt.level"):
            if demand.value in profile.levels_degc:
                yield profile.levels_degc[str(demand.value)] + profile.band_k
    if any(step.until == UntilEvent("belt.cutoff") for step in subject.program.walk()):
        yield profile.cutoff_degc + (0.0 if own else profile.cutoff_tolerance_k)
