"""Steps as written into steps as run: a demand for each output, every wait bounded."""

from __future__ import annotations

from collections.abc import Iterator

from rig.documents import Scalar, Span, did_you_mean, quoted
from rig.documents.quantities import Amount, Measure
from rig.plan.link_interlocks import whole_readings
from rig.plan.model import BeltModel, EventWait, SignalWait, StepModel, SupplyModel
from rig.plan.program import Demand, Step, UntilEvent, UntilSignal
from rig.plan.scope import EVENTS, Scope, place_of
from rig.units import Dimension, format_value

_TIME = Measure((Dimension.TIME,))
_VOLTAGE = Measure((Dimension.VOLTAGE,), zero=True)
_CURRENT = Measure((Dimension.CURRENT,))


def link_steps(models: tuple[StepModel, ...], scope: Scope) -> tuple[Step, ...]:
    """The steps of a plan, without those that hold mistakes; these are reported."""
    first: dict[str, Span] = {}
    linked = []
    for model in models:
        before = first.setdefault(model.name.text, model.name.span)
        if before is not model.name.span:
            message = f"step {quoted(model.name.text)} is already in line {before.line}"
            scope.error("duplicate-step", model.name.span, message, "give each step a name of its own")
        step = _link(model, scope)
        if step is not None:
            linked.append(step)
    return tuple(linked)


def _link(model: StepModel, scope: Scope) -> Step | None:
    errors = scope.reader.diagnostics.error_count
    demands = (*_supply_demands(model.supply, scope), *_belt_demands(model.belt, scope))
    hold_s = None if model.hold is None else scope.resolve(model.hold, _TIME, "hold")
    within_s = None if model.within is None else scope.resolve(model.within, _TIME, "within")
    until = None if model.until is None else _until(model.until, scope)
    _check_waits(model, scope)
    if scope.reader.diagnostics.error_count > errors:
        return None
    return Step(model.name.text, place_of(model.name.span), demands, hold_s, until, within_s)


def _check_waits(model: StepModel, scope: Scope) -> None:
    name = quoted(model.name.text)
    if model.hold is not None and model.until is not None:
        message = f"step {name} has both hold and until"
        scope.error("hold-and-until", model.hold.span, message, "make two steps, or keep one of them")
    elif model.until is not None and model.within is None:
        message = f"step {name} waits without a limit of time"
        scope.error("unbounded-wait", model.until.span, message, 'add "within:", e.g. within: 20 min')
    elif model.within is not None and model.until is None:
        message = f"step {name} has within but no until"
        scope.error("within-alone", model.within.span, message, 'add "until:", or write "hold:" instead')


def _supply_demands(model: SupplyModel | None, scope: Scope) -> Iterator[Demand]:
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
    wanted = {name.text for name in names}
    found = []
    for name in {name.text: name for name in reversed(names)}.values():
        if name.text not in scope.heaters:
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


def _belt_demands(model: BeltModel | None, scope: Scope) -> Iterator[Demand]:
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
    if level.text not in levels:
        message = f"{quoted(level.text)} is no level of {scope.profile.name}"
        scope.error("unknown-level", level.span, message, did_you_mean(level.text, levels))
        return
    yield Demand("belt.level", level.text, place_of(level.span))


def _until(model: EventWait | SignalWait, scope: Scope) -> UntilEvent | UntilSignal | None:
    if isinstance(model, SignalWait):
        return _until_signal(model, scope)
    if model.event.text not in EVENTS:
        message = f"unknown event {quoted(model.event.text)}"
        scope.error("unknown-event", model.event.span, message, did_you_mean(model.event.text, EVENTS))
        return None
    return UntilEvent(model.event.text)


def _until_signal(model: SignalWait, scope: Scope) -> UntilSignal | None:
    info = scope.signal(model.signal)
    limit = model.below if model.above is None else model.above
    if limit is None or (model.above is not None and model.below is not None):
        message = "a wait for a signal needs either above or below"
        scope.error("one-limit", model.signal.span, message, "write e.g. above: 40 degC")
        return None
    if info is None:
        return None
    value = scope.resolve(limit, Measure((info.dimension,), zero=True), model.signal.text)
    readings = 1 if model.for_ is None else whole_readings(model.for_, scope)
    if value is None or readings is None:
        return None
    return UntilSignal(model.signal.text, model.above is not None, value, readings)
