"""What is known of a plan's measurements before its run: the bench's budget, and how often what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import inf

from rig.bench.corrections import channel_budget
from rig.bench.ratings import slowest_supply_s
from rig.checks.beforehand import Known
from rig.checks.budget import Budget, Component
from rig.checks.channels import least
from rig.plan.scope import Scope
from rig.plan.subject import Subject

KEPT = 0.95
"""Readings keep their period, and supplies their voltage, within 5 % [estimate]: what is closer is not certain."""


def known_of(subject: Subject) -> Known:
    """What is known of temperatures and voltages."""
    scope = subject.scope
    probes = Counter(
        probe.heater for probe in scope.slot.probes if probe.place == "skin" and probe.heater is not None
    )
    volts = subject.highest(".voltage") if subject.is_whole("steps", "ratings") else None
    return Known(
        channel=_channel(scope),
        probes={heater: probes[heater] for heater in scope.heaters if probes[heater]},
        own_k=scope.profile.cutoff_tolerance_k,
        unit_ohms=scope.profile.unit_ohms,
        volts=None if volts is None else volts / KEPT,
    )


def _channel(scope: Scope) -> Budget:
    """What the budgets of the slot's channels have in common: none of them is below it."""
    wires = dict.fromkeys(probe.correction for probe in scope.slot.probes)
    known = {entry.name: entry for entry in scope.bench.corrections}
    budgets = [
        Budget(
            tuple(
                Component(
                    part.name,
                    part.standard_k,
                    part.shared,
                    inf if part.dof is None else part.dof,
                    part.averages_out,
                )
                for part in channel_budget(scope.bench.thermocouples.budget, known.get(wire or ""))
            )
        )
        for wire in wires or (None,)
    ]
    return least(budgets)


def periods_of(subject: Subject) -> Mapping[str, float] | None:
    """Periods of the sources in s; 0 of several supplies, between whose readings there is no telling how long it is."""
    if not subject.is_whole("sampling"):
        return None
    sampling = subject.program.sampling
    supplies = {heater.supply for heater in subject.scope.slot.heaters}
    return {"belt": sampling.belt_s, "supply": sampling.supply_s if len(supplies) == 1 else 0.0}


def fastest_s(subject: Subject, source: str) -> float:
    """The shortest period at which the bench reads a source."""
    scope, profile = subject.scope, subject.scope.profile
    if source == "supply":
        return slowest_supply_s(scope.bench, scope.slot)
    return max(profile.exchange_s, 0.0 if profile.telemetry_hz is None else 1.0 / profile.telemetry_hz)
