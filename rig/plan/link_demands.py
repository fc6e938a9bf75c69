"""What a step demands of supply and belt, and the curves that it lets a supply follow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rig.documents import Scalar, did_you_mean, quoted
from rig.documents.quantities import Amount, Measure
from rig.plan.model import BeltModel, ProfileModel, RampModel, SupplyModel
from rig.plan.program import Demand, Profile
from rig.plan.scope import Scope, place_of
from rig.units import Dimension, format_value

EVERY_S = 1.0
"""A curve is written anew once a second unless the plan says otherwise."""

SHORTEST_EVERY_S = 0.5
"""Two outputs of a modal supply take up to 0.4 s to be set and read back (R&S HMP: 0.1 s a command) [estimate]."""

_TIME = Measure((Dimension.TIME,))
_INSTANT = Measure((Dimension.TIME,), zero=True)
_VOLTAGE = Measure((Dimension.VOLTAGE,), zero=True)
_CURRENT = Measure((Dimension.CURRENT,))


def supply_demands(model: SupplyModel | None, scope: Scope) -> Iterator[Demand]:
    """Limits before the output: written in order, nothing is switched on before it is set."""
    if model is None:
        return
    heaters = scope.heaters if model.heaters is None else _named_heaters(model.heaters, scope)
    if model.voltage is not None:
        yield from _on_outputs(heaters, "voltage", model.voltage, _VOLTAGE, scope)
    if model.current_limit is not None:
        yield from _on_outputs(heaters, "current_limit", model.current_limit, _CURRENT, scope)
    if model.output is not None:
        place = place_of(model.output.span)
        for heater in heaters:
            yield Demand(f"supply.{heater}.output", model.output.value, place)


def _named_heaters(names: tuple[Scalar, ...], scope: Scope) -> tuple[str, ...]:
    """The heaters of those names in the order of the bench file, without those that hold mistakes."""
    names = tuple(Scalar(scope.word(name, scope.heaters), name.span) for name in names)
    wanted = {name.text for name in names}
    found = []
    for name in {name.text: name for name in reversed(names)}.values():
        if name.text not in scope.heaters:
            if name.text not in scope.reader.lost:
                message = f"slot {scope.slot.name} feeds no heater {quoted(name.text)}"
                scope.error("unknown-heater", name.span, message, did_you_mean(name.text, scope.heaters))
            continue
        beside = _left_out(name.text, wanted, scope)
        if beside:
            whole = ", ".join(heater for heater in scope.heaters if heater in {name.text, *beside})
            message = (
                f"heater {name.text} shares its supply output with {' and '.join(beside)} on bench "
                f"{quoted(scope.bench.name)}: one cannot be set without the other"
            )
            remedy = f"name all of them, heaters: [{whole}], or use a bench with an output for each heater"
            scope.error("part-of-output", name.span, message, remedy)
            continue
        found.append(name.text)
    return tuple(heater for heater in scope.heaters if heater in found)


def _left_out(heater: str, wanted: set[str], scope: Scope) -> list[str]:
    """Those that share a heater's output and are not wanted."""
    outputs = {each.name: (each.supply, each.output) for each in scope.slot.heaters}
    return [other for other, output in outputs.items() if output == outputs[heater] and other not in wanted]


def _on_outputs(
    heaters: tuple[str, ...], what: str, amount: Amount, kind: Measure, scope: Scope
) -> Iterator[Demand]:
    value = scope.resolve(amount, kind, what)
    if value is not None:
        for heater in heaters:
            yield Demand(f"supply.{heater}.{what}", value, place_of(amount.span))


def belt_demands(model: BeltModel | None, scope: Scope) -> Iterator[Demand]:
    """The demands on the belt, those that only prepare before the level."""
    if model is None:
        return
    if model.session is not None:
        yield from _session(model.session, scope)
    if model.regulation is not None:
        yield Demand("belt.regulation", model.regulation.text, place_of(model.regulation.span))
    if model.level is not None:
        yield from _level(model.level, scope)
    if model.rearm is not None:
        yield Demand("belt.rearm", model.rearm.value, place_of(model.rearm.span))


def _session(amount: Amount, scope: Scope) -> Iterator[Demand]:
    seconds = scope.resolve(amount, _TIME, "session")
    if seconds is None:
        return
    choices = scope.profile.sessions_s
    if seconds not in choices:
        message = f"{quoted(amount.text)}: {scope.profile.name} has no such session"
        known = ", ".join(format_value(choice, Dimension.TIME) for choice in choices)
        scope.error("unknown-session", amount.span, message, f"write one of {known}")
        return
    yield Demand("belt.session", seconds, place_of(amount.span))


def _level(level: Scalar, scope: Scope) -> Iterator[Demand]:
    levels = ("off", *scope.profile.levels_degc)
    word = scope.word(level, levels)
    if word not in levels:
        if level.text not in scope.reader.lost:
            message = f"{quoted(word)} is no level of {scope.profile.name}"
            remedy = did_you_mean(word, [*levels, *scope.bindings])
            scope.error("unknown-level", level.span, message, remedy)
        return
    yield Demand("belt.level", word, place_of(level.span))


def ramp(model: RampModel, scope: Scope) -> Profile | None:
    """A ramp from what is demanded when it begins; None after reporting."""
    target = scope.resolve(model.voltage, _VOLTAGE, "voltage")
    over_s = scope.resolve(model.over, _TIME, "over")
    outputs, every_s = _outputs(model.heaters, scope), _every(model.every, scope)
    if target is None or over_s is None or every_s is None or not outputs:
        return None
    return Profile(outputs, ((0.0, None), (over_s, target)), every_s)


def profile(model: ProfileModel, scope: Scope) -> Profile | None:
    """A profile of points, the first at 0 s and each later than the one before; None after reporting."""
    points = []
    for point in model.points:
        at_s = scope.resolve(point.at, _INSTANT, "at")
        volts = scope.resolve(point.voltage, _VOLTAGE, "voltage")
        if at_s is not None and volts is not None:
            points.append((at_s, volts))
    outputs, every_s = _outputs(model.heaters, scope), _every(model.every, scope)
    if len(points) < len(model.points) or every_s is None or not outputs:
        return None
    if points[0][0] != 0.0:
        message = "a profile begins when its step does"
        scope.error("profile", model.points[0].at.span, message, "write at: 0 s for the first point")
        return None
    for written, (before, after) in zip(model.points[1:], pairwise(points), strict=True):
        if after[0] <= before[0]:
            message = f"{quoted(written.at.text)} is not later than the point before"
            scope.error("profile", written.at.span, message, "write the points in the order of time")
            return None
    return Profile(outputs, tuple(points), every_s)


def _outputs(names: tuple[Scalar, ...] | None, scope: Scope) -> tuple[str, ...]:
    heaters = scope.heaters if names is None else _named_heaters(names, scope)
    return tuple(f"supply.{heater}.voltage" for heater in heaters)


def _every(amount: Amount | None, scope: Scope) -> float | None:
    if amount is None:
        return EVERY_S
    every_s = scope.resolve(amount, _TIME, "every")
    if every_s is not None and every_s < SHORTEST_EVERY_S:
        message = f"{quoted(amount.text)}: a supply cannot be set so often"
        scope.error("out-of-range", amount.span, message, f"write {SHORTEST_EVERY_S:g} s or more")
        return None
    return every_s
