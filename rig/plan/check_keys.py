"""What a check of each metric may say, from the judge's table: its keys, their kinds, its JSON Schema."""

from __future__ import annotations

from typing import Any

from rig.checks.table import MetricSpec, ParamSpec
from rig.documents.fields import Kind, Text, Word
from rig.documents.limits import RULES
from rig.documents.quantities import Measure
from rig.documents.schema import Schema
from rig.units import Dimension, difference_of

_COMMON: dict[str, Kind[Any]] = {
    "name": Text(),
    "step": Text(),
    "rule": Word(RULES),
    "guard": Measure((Dimension.RATIO,), names=True),
    "risk": Measure((Dimension.RATIO,), names=True),
    "limit": Text(),
}


def number_key_of(spec: MetricSpec) -> str | None:
    """The key under which a check has its own number; None if it can have none."""
    return spec.limit_param or spec.sense


def known_keys(spec: MetricSpec) -> set[str]:
    """Every key that a check of this metric may have."""
    return set(_kinds(spec))


def measure_of(dimension: Dimension) -> Measure:
    """A number with its unit that may be a number times a name; a count is a bare number, and may be none at all."""
    if dimension is Dimension.COUNT:
        return Measure((Dimension.RATIO,), zero=True, names=True)
    return Measure((dimension,), names=True)


def schema_of_check(spec: MetricSpec) -> Schema:
    """The parameters of a check; a metric that needs a limit has either a number or a limit's id."""
    needed = [name for name, param in spec.params.items() if param.required and name != spec.limit_param]
    schema: Schema = {
        "type": "object" if needed or spec.needs_limit else ["object", "null"],
        "properties": {name: kind.schema() for name, kind in _kinds(spec).items()},
        "required": needed,
        "additionalProperties": False,
    }
    if spec.needs_limit:
        schema["oneOf"] = [{"required": [number_key_of(spec)]}, {"required": ["limit"]}]
    return schema


def _kinds(spec: MetricSpec) -> dict[str, Kind[Any]]:
    kinds = {name: _kind(param) for name, param in spec.params.items()}
    number_key = number_key_of(spec)
    if number_key is not None and number_key not in kinds:
        kinds[number_key] = measure_of(Dimension(spec.dimension))
    return kinds | {"guard_band": measure_of(difference_of(Dimension(spec.dimension)))} | _COMMON


def _kind(param: ParamSpec) -> Kind[Any]:
    if param.kind == "signal":
        return Text()
    if param.kind == "text":
        return Word(param.choices) if param.choices else Text()
    return measure_of(Dimension(param.kind))
