"""Interlocks as written into interlocks as watched: patterns expanded, limits in base units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rig.documents import Scalar, did_you_mean, quoted
from rig.documents.quantities import Amount, Measure
from rig.plan.model import InterlockModel
from rig.plan.program import Interlock, InterlockKind
from rig.plan.scope import Scope, place_of
from rig.signals.layout import JUNCTION
from rig.units import Dimension, difference_of, format_value

_PER_HEATER = (
    InterlockKind.DETACHED,
    InterlockKind.FROZEN,
    InterlockKind.SPREAD,
    InterlockKind.TERMINAL,
)
_TIME = Measure((Dimension.TIME,))
_RATE = Measure((Dimension.TEMPERATURE_RATE,))
_COUNT = Measure((Dimension.COUNT,))


def link_interlocks(models: Iterable[InterlockModel], scope: Scope) -> tuple[Interlock, ...]:
    """Interlocks as written, linked; those that judge the probes of one heater become one for each heater."""
    linked: list[Interlock] = []
    names: dict[str, InterlockModel] = {}
    for model in models:
        for interlock in _link(model, scope):
            if names.setdefault(interlock.name, model) is model:
                linked.append(interlock)
                continue
            message = f"interlock {quoted(interlock.name)} is declared twice"
            where = model.name.span if model.name else model.span
            scope.error("duplicate-interlock", where, message, "remove one of them, or give it a name")
    return tuple(linked)


def _link(model: InterlockModel, scope: Scope) -> Iterator[Interlock]:
    signals = _signals(model, scope)
    if not signals or (model.kind is InterlockKind.TERMINAL and not _meet_junction(model, scope, signals)):
        return
    limit = scope.resolve(model.limit, _limit_kind(model, scope, signals), model.kind.value)
    window = _window(model, scope)
    if limit is None or window is None:
        return
    readings, window_s = window
    base = model.name.text if model.name else _name(model, limit, scope, signals)
    place = place_of(model.span)
    if model.kind not in _PER_HEATER:
        yield Interlock(base, model.kind, signals, limit, place, readings, window_s)
        return
    if _belong_to_heaters(model, scope, signals):
        for heater in scope.heaters:
            own = scope.of(signals, heater)
            if own:
                name = f"{base} ({heater})"
                yield Interlock(name, model.kind, own, limit, place, readings, window_s, heater)


def is_over_temperature(interlock: Interlock) -> bool:
    """Whether a rule of a plan's own watches probes between belt and phantom for too high a temperature."""
    is_skin = interlock.signals[0].startswith("skin.")
    return interlock.kind is InterlockKind.ABOVE and is_skin and not interlock.bench_wide


def is_known(model: InterlockModel, scope: Scope) -> bool:
    """Whether the slot has what a rule watches; nothing is reported."""
    if model.kind is InterlockKind.STALE:
        return any(info.source == model.pattern.text for info in scope.signals.values())
    names = [model.pattern, *([model.other] if model.other else [])]
    return all(scope.expand(name.text) for name in names)


def _signals(model: InterlockModel, scope: Scope) -> tuple[str, ...]:
    if model.kind is InterlockKind.STALE:
        return _signals_of_source(model.pattern, scope)
    if model.other is None:
        return scope.match(model.pattern)
    pair = model.pattern, model.other
    found = [scope.signal(name) for name in pair]
    if any(info is None for info in found):
        return ()
    if len({info.dimension for info in found if info is not None}) > 1:
        message = f"{quoted(pair[0].text)} and {quoted(pair[1].text)} have different dimensions"
        scope.error("mixed-signals", pair[1].span, message, "name two signals of one kind")
        return ()
    return pair[0].text, pair[1].text


def _meet_junction(model: InterlockModel, scope: Scope, signals: tuple[str, ...]) -> bool:
    """Whether the signals are thermocouples whose reference junction the bench measures; reports it if not."""
    junction = scope.signals.get(JUNCTION)
    stranger = next((s for s in signals if junction and scope.signals[s].source != junction.source), None)
    if junction is None:
        message = (
            f"bench {quoted(scope.bench.name)} measures no reference junction to compare the probes with"
        )
        remedy = 'remove the rule, or measure volts: "method: volts" with "junction:" in the bench file'
        scope.error("no-junction", model.pattern.span, message, remedy)
    elif stranger is not None:
        message = f"{stranger} is not read against the reference junction"
        scope.error("no-junction", model.pattern.span, message, "name probes of the heaters, e.g. skin.*")
    return junction is not None and stranger is None


def _signals_of_source(name: Scalar, scope: Scope) -> tuple[str, ...]:
    sources = sorted({info.source for info in scope.signals.values()})
    if name.text not in sources:
        message = f"the bench has no source {quoted(name.text)}"
        scope.error("unknown-source", name.span, message, did_you_mean(name.text, sources))
        return ()
    return tuple(
        signal for signal, info in scope.signals.items() if info.source == name.text and not info.folded
    )


def _limit_kind(model: InterlockModel, scope: Scope, signals: tuple[str, ...]) -> Measure:
    watched = scope.signals[signals[0]].dimension
    if model.kind in (InterlockKind.STALE, InterlockKind.FROZEN):
        return _TIME
    if model.kind is InterlockKind.RISING:
        return _RATE
    if model.kind in (InterlockKind.ABOVE, InterlockKind.BELOW):
        return Measure((watched, *((Dimension.RATIO,) if watched is Dimension.COUNT else ())), zero=True)
    return Measure((difference_of(watched),))


def _window(model: InterlockModel, scope: Scope) -> tuple[int, float] | None:
    """Readings and seconds of the rule's ``for``, ``over`` or ``within``."""
    amount = model.window
    if amount is None or model.kind is InterlockKind.FROZEN:
        return 1, 0.0
    return readings_or_seconds(amount, scope, "the rule's time")


def readings_or_seconds(amount: Amount, scope: Scope, label: str) -> tuple[int, float] | None:
    """A number of readings and no time, or one reading and a time in seconds; None after reporting."""
    quantity = scope.quantity(amount)
    if quantity is None:
        return None
    if quantity.dimension is Dimension.COUNT:
        count = _whole_readings(amount, scope)
        return None if count is None else (count, 0.0)
    seconds = scope.resolve(amount, _TIME, label)
    return None if seconds is None else (1, seconds)


def _whole_readings(amount: Amount, scope: Scope) -> int | None:
    """A number of readings; None after reporting if it is not a whole one."""
    value = scope.resolve(amount, _COUNT, "for")
    if value is None:
        return None
    if value != int(value) or value < 1:
        message = f"{quoted(amount.text)} is no whole number of readings"
        scope.error("bad-quantity", amount.span, message, "write e.g. 2 readings")
        return None
    return int(value)


def _belong_to_heaters(model: InterlockModel, scope: Scope, signals: tuple[str, ...]) -> bool:
    strangers = [name for name in signals if scope.signals[name].heater is None]
    if strangers:
        message = f"{strangers[0]} sits on no heater; {model.kind.value} compares probes with their heater"
        scope.error("no-heater", model.pattern.span, message, "name probes of the heaters, e.g. skin.*")
    return not strangers


def _name(model: InterlockModel, limit: float, scope: Scope, signals: tuple[str, ...]) -> str:
    watched = scope.signals[signals[0]].dimension
    pattern = model.pattern.text
    if model.other is not None:
        return f"{pattern} and {model.other.text} differ"
    if model.kind in (InterlockKind.ABOVE, InterlockKind.BELOW):
        return f"{pattern} {model.kind.value} {format_value(limit, watched)}"
    if model.kind is InterlockKind.RISING:
        return f"{pattern} rising {format_value(limit, Dimension.TEMPERATURE_RATE)}"
    return f"{pattern} {model.kind.value}"
