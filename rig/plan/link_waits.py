"""What a step waits for: an event, a signal beyond a limit, one that is steady, one that stays at a value."""

from __future__ import annotations

from rig.documents import did_you_mean, quoted
from rig.documents.quantities import Amount, Measure
from rig.plan.link_interlocks import readings_or_seconds
from rig.plan.model import EventWait, SignalWait, SoakModel
from rig.plan.program import Soak, Until, UntilEvent, UntilSignal, UntilSteady
from rig.plan.scope import EVENTS, Scope
from rig.units import Dimension, difference_of

_TIME = Measure((Dimension.TIME,))
_RATE = Measure((Dimension.TEMPERATURE_RATE,))


def until(model: EventWait | SignalWait, scope: Scope) -> Until | None:
    """What ends a wait; None after reporting."""
    if isinstance(model, SignalWait):
        return _signal(model, scope)
    if model.event.text not in EVENTS:
        message = f"unknown event {quoted(model.event.text)}"
        scope.error("unknown-event", model.event.span, message, did_you_mean(model.event.text, EVENTS))
        return None
    return UntilEvent(model.event.text)


def soak(model: SoakModel, scope: Scope) -> Soak | None:
    """A dwell at a value; None after reporting."""
    signals = scope.match(model.signal)
    for_s = scope.resolve(model.for_, _TIME, "for")
    if not signals or for_s is None:
        return None
    dimension = scope.signals[signals[0]].dimension
    target = scope.resolve(model.at, Measure((dimension,), zero=True), model.signal.text)
    width = Measure((difference_of(dimension),))
    tolerance = scope.resolve(model.tolerance, width, "tolerance")
    return None if target is None or tolerance is None else Soak(signals, target, tolerance, for_s)


def _signal(model: SignalWait, scope: Scope) -> UntilSignal | UntilSteady | None:
    ways = [name for name in ("above", "below", "steady") if getattr(model, name) is not None]
    if len(ways) != 1:
        message = "a wait for a signal needs one of above, below and steady"
        scope.error("one-limit", model.signal.span, message, "write e.g. above: 40 degC")
        return None
    if model.steady is not None:
        return _steady(model, model.steady, scope)
    if model.over is not None:
        message = "over: belongs to steady:"
        scope.error("one-limit", model.over.span, message, "write for: 10 s, or for: 3 readings")
        return None
    limit = model.below if model.above is None else model.above
    assert limit is not None, "one of them was given"
    return _beyond(model, limit, scope)


def _beyond(model: SignalWait, limit: Amount, scope: Scope) -> UntilSignal | None:
    signals = scope.match(model.signal)
    if not signals:
        return None
    dimension = scope.signals[signals[0]].dimension
    value = scope.resolve(limit, Measure((dimension,), zero=True), model.signal.text)
    span = (1, 0.0) if model.for_ is None else readings_or_seconds(model.for_, scope, "for")
    if value is None or span is None:
        return None
    return UntilSignal(signals, model.above is not None, value, *span)


def _steady(model: SignalWait, steady: Amount, scope: Scope) -> UntilSteady | None:
    signals = scope.match(model.signal)
    slope = scope.resolve(steady, _RATE, "steady")
    if model.over is None:
        message = "steady: needs the time over which the slope is taken"
        scope.error("missing-key", steady.span, message, "add over: 10 min")
        return None
    if model.for_ is not None:
        message = "steady: is told by its own window"
        scope.error("one-limit", model.for_.span, message, "remove for:, or make over: longer")
        return None
    over_s = scope.resolve(model.over, _TIME, "over")
    if not signals or slope is None or over_s is None:
        return None
    if scope.signals[signals[0]].dimension is not Dimension.TEMPERATURE:
        message = f"{quoted(model.signal.text)} is no temperature; steady: is a slope of temperature"
        scope.error("wrong-dimension", model.signal.span, message, "name a temperature, e.g. skin.*")
        return None
    return UntilSteady(signals, slope, over_s)
