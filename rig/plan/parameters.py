"""Parameters of a plan: what each may be, what it was set to, and what the names in quantities then stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from rig.documents import Scalar, did_you_mean, quoted
from rig.documents.quantities import in_range, report_dimension
from rig.plan.model import ParameterModel
from rig.plan.scope import Binding, Scope
from rig.units import Reference, UnitError, parse_expression

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NAME_OF_BENCH = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)+", re.ASCII)
"""What the bench file may call a heater or a relay, and no quantity: ``open-a1``."""


def declare(models: Mapping[Scalar, ParameterModel], scope: Scope) -> Scope:
    """The scope with a plan's parameters and no others; those that hold mistakes are reported and counted as lost."""
    bound = {}
    for name, model in models.items():
        binding = _bind(name, model, scope)
        if binding is None:
            scope.reader.lost.add(name.text)
        else:
            bound[name.text] = binding
    return replace(scope, bindings=bound, declared={name.text: model for name, model in models.items()})


def _bind(name: Scalar, model: ParameterModel, scope: Scope) -> Binding | None:
    if not _is_free(name, scope):
        return None
    binding = read_value(model.default, scope)
    return binding if binding is not None and _fits(binding, model.default, name.text, model, scope) else None


def _is_free(name: Scalar, scope: Scope) -> bool:
    if _NAME.fullmatch(name.text) is None:
        message = f"{quoted(name.text)} cannot stand in a quantity"
        scope.error(
            "parameter-name", name.span, message, "write letters, digits and underscores, e.g. drive_voltage"
        )
        return False
    if name.text in scope.profile.names():
        message = f"{quoted(name.text)} is a value of {scope.profile.name}"
        scope.error("parameter-name", name.span, message, "choose another name")
        return False
    return True


def read_value(text: Scalar, scope: Scope) -> Binding | None:
    """What a text says where a parameter gets its value: a quantity, a number times a name, or a word.

    None after reporting if it is none of them. A word may have a meaning as a quantity as well: ``high`` is a
    level and its temperature. The name of another parameter stands for what that one stands for.
    """
    named = scope.bindings.get(text.text)
    if named is not None:
        scope.refer(text.text)
        return named
    if _NAME_OF_BENCH.fullmatch(text.text):
        return Binding(text.text, None)
    try:
        expression = parse_expression(text.text)
    except UnitError as error:
        scope.error("bad-quantity", text.span, str(error), error.help)
        return None
    if not isinstance(expression, Reference):
        return Binding(text.text, expression)
    if expression.factor == 1.0 and not scope.knows(expression.name):
        return Binding(text.text, None)
    quantity = scope.look_up(expression, text.span)
    return None if quantity is None else Binding(text.text, quantity)


def may_be(value: Binding, text: Scalar, name: str, scope: Scope) -> bool:
    """Whether a parameter of the scope may be set to a value; reports it if not."""
    default = scope.bindings.get(name)
    if default is not None and not _is_like(value, default, text, name, scope):
        return False
    return _fits(value, text, name, scope.declared[name], scope)


def _fits(binding: Binding, text: Scalar, name: str, model: ParameterModel, scope: Scope) -> bool:
    quantity = binding.quantity
    if quantity is not None and not in_range(quantity, text.span, scope.reader, name):
        return False
    return _is_chosen(binding, text, name, model, scope) and _is_between(binding, text, name, model, scope)


def _is_chosen(binding: Binding, text: Scalar, name: str, model: ParameterModel, scope: Scope) -> bool:
    if model.one_of is None:
        return True
    choices = [(choice, read_value(choice, scope)) for choice in model.one_of]
    if any(choice is None for _, choice in choices) or any(_same(binding, choice) for _, choice in choices):
        return all(choice is not None for _, choice in choices)
    known = [choice.text for choice, _ in choices]
    message = f"{quoted(text.text)}: {name} is one of {', '.join(known)}"
    scope.error("out-of-range", text.span, message, did_you_mean(text.text, known))
    return False


def _same(one: Binding, other: Binding | None) -> bool:
    if other is None or one.quantity is None or other.quantity is None:
        return other is not None and one.text == other.text
    return (one.quantity.value, one.quantity.dimension) == (other.quantity.value, other.quantity.dimension)


def _is_between(binding: Binding, text: Scalar, name: str, model: ParameterModel, scope: Scope) -> bool:
    bounds = [(bound, sign) for bound, sign in ((model.least, 1.0), (model.most, -1.0)) if bound is not None]
    quantity = binding.quantity
    if bounds and quantity is None:
        message = f"{quoted(text.text)}: {name} has a range, so it must be a quantity"
        scope.error("bad-quantity", text.span, message, "write a number with a unit")
        return False
    for bound, sign in bounds:
        assert quantity is not None, "words have no range"
        edge = scope.quantity(bound)
        if edge is None:
            return False
        if edge.dimension is not quantity.dimension:
            report_dimension(quantity, edge.dimension, text.span, scope.reader, name)
            return False
        if sign * (quantity.value - edge.value) < 0.0:
            side = "least" if sign > 0.0 else "most"
            message = f"{quoted(text.text)}: {name} is at {side} {bound.text}"
            scope.error(
                "out-of-range",
                text.span,
                message,
                f"write {bound.text} or {'more' if sign > 0.0 else 'less'}",
            )
            return False
    return True


def set_values(given: Mapping[Scalar, Scalar], outer: Scope, scope: Scope) -> dict[str, Binding] | None:
    """Values that a caller gives to a plan's parameters, read by the caller's names; None after reporting.

    Args:
        given: by parameter.
        outer: of the caller.
        scope: of the plan that is called, with the defaults.
    """
    bound: dict[str, Binding] = {}
    sound = True
    for name, text in given.items():
        binding = None
        if name.text not in scope.declared:
            if name.text not in scope.reader.lost:
                message = f"the called plan has no parameter {quoted(name.text)}"
                remedy = did_you_mean(name.text, scope.declared) or "remove it, or declare it there"
                outer.error("unknown-parameter", name.span, message, remedy)
        elif (value := read_value(text, outer)) is not None and may_be(value, text, name.text, scope):
            binding = value
        if binding is None:
            sound = False
        else:
            bound[name.text] = binding
    return bound if sound else None


def _is_like(value: Binding, default: Binding, text: Scalar, name: str, scope: Scope) -> bool:
    """Whether a value is of the kind of another one of the same parameter; reports it if not."""
    if default.quantity is None or value.quantity is None:
        if default.quantity is not value.quantity and default.text not in scope.profile.levels_degc:
            wanted = "a word" if default.quantity is None else "a quantity"
            message = f"{quoted(text.text)}: {name} is {wanted}, as in {default.text}"
            scope.error("bad-quantity", text.span, message, f"write e.g. {default.text}")
            return False
        return True
    if value.quantity.dimension is not default.quantity.dimension:
        report_dimension(value.quantity, default.quantity.dimension, text.span, scope.reader, name)
        return False
    return True
