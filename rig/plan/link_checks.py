"""Checks as written into checks as judged: the metric's table decides parameters, limit and sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rig.checks.rules import AS_USUAL, Widths
from rig.checks.rules import RULES as MEANINGS
from rig.checks.table import METRICS, MetricSpec, ParamSpec
from rig.documents import Scalar, did_you_mean, nearest, quoted
from rig.documents.limits import RULES, LimitEntry
from rig.documents.quantities import Amount, Measure
from rig.plan.check_keys import known_keys, measure_of, number_key_of
from rig.plan.library import Library
from rig.plan.link_steps import Spot
from rig.plan.model import CheckModel
from rig.plan.program import Check, JsonScalar, Limit
from rig.plan.scope import Scope, place_of
from rig.units import Dimension, UnitError, difference_of, parse_expression

_SENSES = ("at_most", "at_least")
_WIDTHS = ("guard", "guard_band", "risk")
GREATEST_RISK = 0.5
"""A value at its limit is on the wrong side with this probability: no rule can ask for more."""


def link_checks(
    models: tuple[CheckModel, ...],
    spots: Mapping[str, Sequence[Spot]] | None,
    scope: Scope,
    library: Library,
) -> tuple[Check, ...]:
    """The checks of a plan, without those that hold mistakes; these are reported.

    A check of a step in a ``for_each`` becomes one for each pass, with the parameter's value there.

    Args:
        models: as written.
        spots: the steps that a check can name, by their paths; None if one of them could not be read.
        scope: the slot and its names.
        library: where limits are found.
    """
    names: set[str] = set()
    checks = []
    for model in models:
        for spot in _spots(model, spots, scope):
            linker = _Linker(spot, scope if spot is None else spot.scope, library, names)
            checks.append(linker.link(model))
    return tuple(check for check in checks if check is not None)


def _spots(
    model: CheckModel, spots: Mapping[str, Sequence[Spot]] | None, scope: Scope
) -> Sequence[Spot | None]:
    """Where a check is judged: the whole run, or each pass of the step that it names."""
    written = model.parameters.get("step")
    if written is None or spots is None:
        return (None,)
    step = written[1]
    paths = [step.text] if step.text in spots else [p for p in spots if p.endswith(f" / {step.text}")]
    if len(paths) == 1:
        return spots[paths[0]]
    if paths:
        message = f"{quoted(step.text)} is the name of several steps"
        scope.error("unknown-step", step.span, message, "write one of " + ", ".join(sorted(paths)))
    else:
        message = f"there is no step {quoted(step.text)}"
        scope.error("unknown-step", step.span, message, did_you_mean(step.text, spots))
    return (None,)


@dataclass(frozen=True, slots=True)
class _Decision:
    """A limit and the rule that decides by it."""

    limit: Limit | None
    rule: str | None = None


class _Linker:
    def __init__(self, spot: Spot | None, scope: Scope, library: Library, names: set[str]) -> None:
        self._spot = spot
        self._scope = scope
        self._library = library
        self._names = names

    def link(self, model: CheckModel) -> Check | None:
        spec = METRICS.get(model.metric.text)
        if spec is None:
            message = f"unknown check {quoted(model.metric.text)}"
            self._scope.error(
                "unknown-check", model.metric.span, message, did_you_mean(model.metric.text, METRICS)
            )
            return None
        errors = self._scope.reader.diagnostics.error_count
        self._check_keys(model, spec)
        params = {name: self._parameter(model, name, param) for name, param in spec.params.items()}
        decision = _Decision(None, "report") if model.reported else self._decision(model, spec)
        if spec.limit_param is not None and decision.limit is not None:
            params[spec.limit_param] = decision.limit.value
        name = self._name(model)
        rule = decision.rule or ("guarded" if decision.limit is not None else "simple")
        guard, band, risk = self._widths(model, spec, rule)
        if self._scope.reader.diagnostics.error_count > errors:
            return None
        place = place_of(model.metric.span)
        return Check(
            name,
            spec.name,
            params,
            place,
            rule,
            decision.limit,
            guard,
            self._spot.name if self._spot else None,
            band,
            risk,
        )

    def _check_keys(self, model: CheckModel, spec: MetricSpec) -> None:
        known = known_keys(spec)
        for key, _ in model.parameters.values():
            if key.text in known:
                continue
            message = f"unknown key {quoted(key.text)} in {spec.name}"
            remedy = did_you_mean(key.text, known)
            if key.text in _SENSES and spec.sense in _SENSES:
                remedy = f"{spec.name} is limited by {spec.limit_param or spec.sense}"
            self._scope.error("unknown-key", key.span, message, remedy)

    def _parameter(self, model: CheckModel, name: str, param: ParamSpec) -> JsonScalar:
        written = model.parameters.get(name)
        if written is None:
            if param.required and not model.reported and name != METRICS[model.metric.text].limit_param:
                message = f"{model.metric.text} needs {quoted(name)}"
                self._scope.error("missing-key", model.metric.span, message, f'add "{name}:"')
            return param.default
        _, value = written
        if param.kind == "signal":
            self._scope.signal(value)
            return value.text
        if param.kind == "text":
            self._check_choice(value, name, param)
            return value.text
        return self._value(value, Dimension(param.kind), name)

    def _check_choice(self, value: Scalar, name: str, param: ParamSpec) -> None:
        if param.choices and value.text not in param.choices:
            message = f"{quoted(value.text)} is no {name} of this check"
            self._scope.error("unknown-word", value.span, message, did_you_mean(value.text, param.choices))

    def _value(self, text: Scalar, dimension: Dimension, label: str) -> float | None:
        """A number with its unit; a count is a bare number, and may be none at all."""
        try:
            expression = parse_expression(text.text)
        except UnitError as error:
            self._scope.error("bad-quantity", text.span, str(error), error.help)
            return None
        return self._scope.resolve(Amount(expression, text.span), measure_of(dimension), label)

    def _decision(self, model: CheckModel, spec: MetricSpec) -> _Decision:
        written = model.parameters
        number_key = number_key_of(spec) or ""
        number, named = written.get(number_key), written.get("limit")
        rule = self._rule(model)
        if number is not None and named is not None:
            message = f"{spec.name} has both a number and a limit id"
            self._scope.error("two-limits", named[0].span, message, "keep one of them")
            return _Decision(None, rule)
        if number is not None:
            return _Decision(self._limit_of_number(number[1], spec, number_key), rule)
        if named is not None:
            return self._decision_by_id(named[1], spec, rule)
        misspelt = any(
            nearest(key, known_keys(spec)) == number_key for key in written.keys() - known_keys(spec)
        )
        if spec.needs_limit and not misspelt and not written.keys() & {*_SENSES}:
            message = f"{spec.name} has no limit"
            remedy = f"add {number_key} or limit, or list it under report"
            self._scope.error("no-limit", model.metric.span, message, remedy)
        return _Decision(None, rule)

    def _rule(self, model: CheckModel) -> str | None:
        written = model.parameters.get("rule")
        if written is None:
            return None
        rule = written[1]
        if rule.text not in RULES:
            message = f"{quoted(rule.text)} is no decision rule"
            self._scope.error("unknown-word", rule.span, message, did_you_mean(rule.text, RULES))
        return rule.text

    def _limit_of_number(self, text: Scalar, spec: MetricSpec, key: str) -> Limit | None:
        dimension = Dimension(spec.dimension)
        value = self._value(text, dimension, key)
        if value is None or spec.sense is None:
            return None
        return Limit(f"plan/{spec.name}", spec.sense, value, dimension.value, "the plan", None, None, None)

    def _decision_by_id(self, name: Scalar, spec: MetricSpec, rule: str | None) -> _Decision:
        entry = self._library.limit(name, self._scope.reader)
        if entry is None or not self._suits(entry, name, spec):
            return _Decision(None, rule)
        self._note_unconfirmed(entry, name)
        limit = Limit(
            id=name.text,
            sense=entry.sense,
            value=entry.amount.value,
            dimension=spec.dimension,
            source=entry.source.text,
            clause=None if entry.clause is None else entry.clause.text,
            edition=None if entry.edition is None else entry.edition.text,
            confirmed_by=None if entry.confirmed_by is None else entry.confirmed_by.text,
            confirmed_on=None if entry.confirmed_on is None else entry.confirmed_on.text,
        )
        return _Decision(limit, rule or (entry.rule.text if entry.rule else None))

    def _suits(self, entry: LimitEntry, name: Scalar, spec: MetricSpec) -> bool:
        if spec.sense is not None and entry.sense != spec.sense:
            message = f"limit {quoted(name.text)} is {entry.sense}; {spec.name} needs {spec.sense}"
            self._scope.error("wrong-sense", name.span, message, "name another limit")
            return False
        needed = Measure((Dimension(spec.dimension),), zero=True)
        return self._scope.resolve(Amount(entry.amount.expression, name.span), needed, spec.name) is not None

    def _note_unconfirmed(self, entry: LimitEntry, name: Scalar) -> None:
        if entry.confirmed_by is None:
            message = f"limit {quoted(name.text)} has not been confirmed by a person"
            remedy = "compare it with its source, then add confirmed_by: and confirmed_on: to the limits file"
            self._scope.reader.diagnostics.note("plan/unconfirmed-limit", name.span, message, remedy)

    def _name(self, model: CheckModel) -> str:
        written = model.parameters.get("name")
        scalar = model.metric if written is None else written[1]
        label = self._spot.label if self._spot else ""
        name = f"{scalar.text} [{label}]" if label else scalar.text
        if name in self._names:
            message = f"there already is a check {quoted(name)}"
            self._scope.error("duplicate-check", scalar.span, message, 'add "name:" to tell them apart')
        self._names.add(name)
        return name

    def _widths(self, model: CheckModel, spec: MetricSpec, rule: str) -> Widths:
        """What the check says about its guard band; what its rule has no use for is a mistake."""
        written = model.parameters
        given = [name for name in _WIDTHS if name in written]
        useless = [name for name in given if rule in MEANINGS and name not in MEANINGS[rule].uses]
        for name in useless:
            uses = [other for other, meaning in MEANINGS.items() if name in meaning.uses]
            message = f"the rule {rule} has no use for {name}"
            self._scope.error(
                "unknown-key", written[name][0].span, message, f"write rule: {' or '.join(uses)}"
            )
        if {"guard", "guard_band"} <= written.keys():
            message = f"{spec.name} has both guard and guard_band"
            self._scope.error("two-limits", written["guard_band"][0].span, message, "keep one of them")
        width = difference_of(Dimension(spec.dimension))
        guard = self._value(written["guard"][1], Dimension.RATIO, "guard") if "guard" in written else None
        band = self._value(written["guard_band"][1], width, "guard_band") if "guard_band" in written else None
        return Widths(AS_USUAL.guard if guard is None else guard, band, self._risk(model) or AS_USUAL.risk)

    def _risk(self, model: CheckModel) -> float | None:
        written = model.parameters.get("risk")
        risk = None if written is None else self._value(written[1], Dimension.RATIO, "risk")
        if written is not None and risk is not None and risk > GREATEST_RISK:
            message = f"{quoted(written[1].text)}: a risk is at most 50 %"
            self._scope.error("out-of-range", written[1].span, message, "write e.g. 5 %")
        return risk
