"""Questions to the operator, as written into as asked."""

from __future__ import annotations

from rig.documents import Span, did_you_mean, quoted
from rig.documents.quantities import Measure, report_dimension
from rig.plan.model import AskModel, NumberModel
from rig.plan.program import Question
from rig.plan.scope import Scope
from rig.units import Dimension, UnitError, parse_quantity

KINDS = ("number", "choice", "words", "photograph", "serial")


def question(model: AskModel, scope: Scope) -> Question | None:
    """What is asked; None after reporting."""
    kinds = [kind for kind in KINDS if getattr(model, kind) is not None]
    if len(kinds) > 1:
        message = f"a question has one kind of answer; this one has {' and '.join(kinds)}"
        scope.error("one-answer", model.span, message, "make two steps, or keep one of them")
        return None
    if model.number is not None:
        return _number(model, model.number, scope)
    if model.choice is not None:
        return _choice(model, scope)
    kind = kinds[0] if kinds else "confirm"
    return Question(
        model.text.text, kind, of_device=model.serial is not None and model.serial.text == "device"
    )


def _choice(model: AskModel, scope: Scope) -> Question | None:
    choices = tuple(choice.text for choice in model.choice or ())
    if len(set(choices)) < 2:
        message = "a choice needs two answers that differ, or more"
        scope.error("one-answer", model.span, message, "write e.g. choice: [left, right]")
        return None
    return Question(model.text.text, "choice", choices=tuple(dict.fromkeys(choices)))


def _number(model: AskModel, number: NumberModel, scope: Scope) -> Question | None:
    """The dimension is that of the unit, or of the range."""
    dimension = None
    if number.unit is not None:
        dimension = _dimension_of(number.unit.text, number.unit.span, scope)
        if dimension is None:
            return None
    bounds: dict[str, float] = {}
    for name, amount in (("least", number.least), ("most", number.most)):
        if amount is None:
            continue
        found = scope.quantity(amount)
        if found is None:
            return None
        if dimension is not None and found.dimension is not dimension:
            report_dimension(found, dimension, amount.span, scope.reader, name)
            return None
        dimension = found.dimension
        value = scope.resolve(amount, Measure((dimension,), zero=True, negative=True), name)
        if value is not None:
            bounds[name] = value
    if dimension is None:
        message = "a number is asked for without a unit"
        scope.error("one-answer", number.span, message, 'add unit: "%", or least: and most: with their units')
        return None
    if bounds.get("least", 0.0) > bounds.get("most", float("inf")) and len(bounds) == 2:
        assert number.least is not None, "both are there"
        message = f"{quoted(number.least.text)} is above the most that is accepted"
        scope.error("out-of-range", number.least.span, message, "write the lower one after least:")
        return None
    unit = None if number.unit is None else number.unit.text
    return Question(
        model.text.text,
        "number",
        unit=unit,
        dimension=dimension.value,
        least=bounds.get("least"),
        most=bounds.get("most"),
    )


def _dimension_of(unit: str, span: Span, scope: Scope) -> Dimension | None:
    try:
        return parse_quantity(f"1 {unit}").dimension
    except UnitError as error:
        scope.error(
            "bad-quantity",
            span,
            f"{quoted(unit)} is no unit",
            error.help or did_you_mean(unit, ("%", "V", "degC")),
        )
        return None
