"""Steps and blocks as written into those that are run: names, passes, demands, waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, final

from rig.bench.fault_names import parse_lane_fault
from rig.documents import Scalar, Span, quoted
from rig.documents.quantities import Amount, Measure
from rig.errors import InputError
from rig.plan.calls import Calls
from rig.plan.link_demands import belt_demands, profile, ramp, supply_demands
from rig.plan.link_questions import question
from rig.plan.link_relays import relay_demands
from rig.plan.link_waits import soak, until
from rig.plan.model import BlockModel, ChoiceModel, ItemModel, StepModel
from rig.plan.parameters import may_be, read_value
from rig.plan.program import Block, Item, Pass, Place, Step
from rig.plan.scope import Binding, Scope, place_of
from rig.units import Dimension

MOST_STEPS = 20_000
"""Steps of one plan, each pass of a ``for_each`` counted [estimate, beyond any use]."""

MOST_TIMES = 1_000_000
MOST_ATTEMPTS = 100

_TIME = Measure((Dimension.TIME,))
_NUMBER = Measure((Dimension.RATIO,), example="3")
_ACTIONS = ("hold", "until", "soak", "ramp", "profile", "ask")


class Spot(NamedTuple):
    """A step, or one pass of a block, that a check can name.

    name: as it stands in the record. label: of the passes that it is in, empty where there is but one. scope: of the
    plan that is run, with the values of its parameters there.
    """

    name: str
    label: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Path:
    """Where in the plan: the names as written, as in the record, and the labels of the passes."""

    written: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def into(self, written: str, label: str = "") -> Path:
        """One level down, into a pass of that label."""
        named = f"{written}[{label}]" if label else written
        labels = (*self.labels, label) if label else self.labels
        return Path((*self.written, written), (*self.named, named), labels)

    @property
    def name(self) -> str:
        """As it stands in the record."""
        return " / ".join(self.named)

    @property
    def spoken(self) -> str:
        """As a plan names it."""
        return " / ".join(self.written)


@final
@dataclass
class StepLinker:
    """Links the steps of one plan.

    Attributes:
        spots: by the path as written, what a check may name.
        written: the model of each step by its place.
        is_whole: false once a block with all its steps was left out for a mistake.
    """

    calls: Calls
    spots: dict[str, list[Spot]] = field(default_factory=dict)
    written: dict[Place, StepModel] = field(default_factory=dict)
    is_whole: bool = True
    _count: int = 0
    _named: dict[str, Span] = field(default_factory=dict)

    def link(self, models: Iterable[ItemModel], scope: Scope, path: Path | None = None) -> tuple[Item, ...]:
        """The items, without those that hold mistakes; these are reported."""
        path = path or Path()
        linked = []
        for model in models:
            self._claim(path.into(model.name.text), model.name, scope)
            item = self._item(model, scope, path)
            if item is not None:
                linked.append(item)
        return tuple(linked)

    def _claim(self, path: Path, name: Scalar, scope: Scope) -> None:
        """Two steps of one name could not be told apart in the record."""
        before = self._named.setdefault(path.name, name.span)
        if before is not name.span:
            message = f"step {quoted(path.name)} is already in line {before.line}"
            scope.error("duplicate-step", name.span, message, "give each step a name of its own")

    def _item(self, model: ItemModel, scope: Scope, path: Path) -> Item | None:
        self._count += 1
        if self._count == MOST_STEPS + 1:
            message = f"the plan comes to more than {MOST_STEPS} steps"
            scope.error("too-many-steps", model.name.span, message, "write repeat: where nothing differs")
        if self._count > MOST_STEPS:
            self.is_whole = False
            return None
        if isinstance(model, BlockModel):
            block = self._block(model, scope, path)
            self.is_whole = self.is_whole and block is not None
            return block
        here = path.into(model.name.text)
        self._note(here, scope)
        self.written[place_of(model.name.span)] = model
        return link_step(model, here.name, scope)

    def _note(self, path: Path, scope: Scope) -> None:
        spots = self.spots.setdefault(path.spoken, [])
        if all(spot.name != path.name for spot in spots):
            spots.append(Spot(path.name, ", ".join(path.labels), scope.of_run))

    def _block(self, model: BlockModel, scope: Scope, path: Path) -> Block | None:
        name, place = path.into(model.name.text).name, place_of(model.name.span)
        if model.for_each is not None:
            passes = tuple(self._passes(model, model.for_each, scope, path))
            return Block(name, "for_each", place, passes) if passes else None
        inner: Scope = scope
        steps: Sequence[ItemModel] = model.steps
        if model.call is not None:
            called = self.calls.enter(model.call, model.with_ or {}, scope)
            if called is None:
                return None
            inner, steps = called
        one = self._pass(steps, inner, path.into(model.name.text))
        if model.call is not None:
            self.calls.leave()
            return Block(name, "call", place, (one,))
        if model.repeat is not None:
            times = _whole(model.repeat, scope, "repeat", MOST_TIMES)
            return None if times is None else Block(name, "repeat", place, (one,), times=times)
        assert model.attempts is not None, "the grammar asks for one of them"
        attempts = _whole(model.attempts, scope, "attempts", MOST_ATTEMPTS)
        return None if attempts is None else Block(name, "group", place, (one,), attempts=attempts)

    def _pass(self, steps: Iterable[ItemModel], scope: Scope, path: Path) -> Pass:
        self._note(path, scope)
        return Pass(path.name, self.link(steps, scope, path))

    def _passes(
        self, model: BlockModel, choices: Sequence[ChoiceModel], scope: Scope, path: Path
    ) -> Iterator[Pass]:
        """One pass for each row of values, called by the value of the first parameter."""
        declared = [choice for choice in choices if _is_declared(choice.name, scope)]
        if len(declared) < len(choices):
            return
        seen: set[str] = set()
        for row in zip(*(choice.values for choice in choices), strict=True):
            bound = {
                choice.name.text: _value_of(choice, value, scope)
                for choice, value in zip(choices, row, strict=True)
            }
            bindings = {name: binding for name, binding in bound.items() if binding is not None}
            if len(bindings) < len(bound):
                self.is_whole = False
                continue
            label = row[0]
            if label.text in seen:
                message = f"{quoted(label.text)} stands twice; its passes could not be told apart"
                scope.error("duplicate-value", label.span, message, "write repeat: to do the same again")
                continue
            seen.add(label.text)
            inner = path.into(model.name.text, f"{choices[0].name.text}={label.text}")
            self._claim(inner, label, scope)
            yield self._pass(model.steps, scope.within(bindings), inner)


def _is_declared(name: Scalar, scope: Scope) -> bool:
    if name.text in scope.bindings:
        scope.used.add(name.text)
        return True
    if name.text not in scope.reader.lost:
        message = f"the plan has no parameter {quoted(name.text)}"
        scope.error("unknown-parameter", name.span, message, "declare it under parameters:")
    return False


def _value_of(choice: ChoiceModel, value: Scalar, scope: Scope) -> Binding | None:
    """What a parameter is in a pass; None after reporting if it may not be that."""
    binding = read_value(value, scope)
    return binding if binding is not None and may_be(binding, value, choice.name.text, scope) else None


def link_step(model: StepModel, name: str, scope: Scope) -> Step | None:
    """A step under the name that it has in the record; None after reporting."""
    errors = scope.reader.diagnostics.error_count
    demands = (
        *supply_demands(model.supply, scope),
        *belt_demands(model.belt, scope),
        *relay_demands(model.relays, scope),
    )
    wait = None if model.until is None else until(model.until, scope)
    dwell = None if model.soak is None else soak(model.soak, scope)
    rise = None if model.ramp is None else ramp(model.ramp, scope)
    asked = None if model.ask is None else question(model.ask, scope)
    curve = None if model.profile is None else profile(model.profile, scope)
    attempts = 1 if model.attempts is None else _whole(model.attempts, scope, "attempts", MOST_ATTEMPTS)
    hold_s = None if model.hold is None else scope.resolve(model.hold, _TIME, "hold")
    within_s = None if model.within is None else scope.resolve(model.within, _TIME, "within")
    inject = tuple(fault for text in model.inject or () if (fault := _fault(text, scope)))
    _check_actions(model, scope)
    if scope.reader.diagnostics.error_count > errors or attempts is None:
        return None
    return Step(
        name=name,
        place=place_of(model.name.span),
        demands=demands,
        hold_s=hold_s,
        until=wait or dwell,
        within_s=within_s,
        profile=rise or curve,
        ask=asked,
        annotate=None if model.annotate is None else model.annotate.text,
        inject=inject,
        attempts=attempts,
    )


def _check_actions(model: StepModel, scope: Scope) -> None:
    if not model.is_whole:
        return
    name = quoted(model.name.text)
    actions = [action for action in _ACTIONS if getattr(model, action) is not None]
    if len(actions) > 1:
        message = f"step {name} has both {actions[0]} and {actions[1]}"
        span: Span = getattr(model, actions[1]).span
        scope.error("one-action", span, message, "make two steps, or keep one of them")
        return
    wait = model.until or model.soak or model.ask
    if wait is not None and model.within is None:
        message = f"step {name} waits without a limit of time"
        scope.error("unbounded-wait", wait.span, message, 'add "within:", e.g. within: 20 min')
    elif model.within is not None and wait is None:
        message = f"step {name} has within but nothing to wait for"
        scope.error("within-alone", model.within.span, message, 'add "until:", or write "hold:" instead')
    elif model.attempts is not None and wait is None:
        message = f"step {name} cannot fail, so it needs no attempts"
        scope.error(
            "attempts-alone", model.attempts.span, message, 'remove it, or add "until:" and "within:"'
        )


def _whole(amount: Amount, scope: Scope, label: str, most: int) -> int | None:
    value = scope.resolve(amount, _NUMBER, label)
    if value is None:
        return None
    if value != int(value) or not 1 <= value <= most:
        message = f"{quoted(amount.text)}: {label} is a whole number from 1 to {most}"
        scope.error("out-of-range", amount.span, message, f"write e.g. {label}: 3")
        return None
    return int(value)


def _fault(text: Scalar, scope: Scope) -> str | None:
    """A fault by the name that the bench knows it by."""
    if scope.bench.simulation is None:
        message = f"{quoted(text.text)}: bench {quoted(scope.bench.name)} is not simulated in this process"
        scope.error("no-fault-port", text.span, message, "inject faults on a simulated bench")
        return None
    try:
        _, known_as = parse_lane_fault(text.text, scope.bench, scope.slot)
    except InputError as error:
        scope.error("bad-fault", text.span, str(error), "docs/faults.md has them all")
        return None
    return known_as
