"""``--set simulation.…``: values of a bench file changed for one run; the record keeps what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rig.bench.data import known_defects
from rig.bench.description import BenchDescription
from rig.documents import did_you_mean
from rig.errors import InputError
from rig.units import Dimension, UnitError, parse_quantity
from rig.units.ranges import out_of_range

PREFIX = "simulation."
DEFECTS = "defects"


def apply_settings(bench: BenchDescription, settings: Mapping[str, str]) -> BenchDescription:
    """The bench with those values of its ``simulation`` part changed.

    Args:
        bench: a bench file as read.
        settings: by dotted key, e.g. ``simulation.defects`` → ``switch-welded``; a list is separated by commas.

    Raises:
        InputError: an unknown key, a wrong value, or a bench that is not simulated.
    """
    if not settings:
        return bench
    if bench.simulation is None:
        raise InputError(
            f"setting {', '.join(settings)}: the bench {bench.name!r} ({bench.file}) is not simulated; "
            f"only the world behind a simulated bench can be changed"
        )
    changes: dict[str, Any] = {}
    for key, text in settings.items():
        name = key.removeprefix(PREFIX)
        if name not in KEYS:
            raise InputError(f"setting {key}: unknown; it can be {', '.join(PREFIX + name for name in KEYS)}")
        if name == DEFECTS:
            changes[name] = _defects(key, text, bench)
        else:
            field, read = _READERS[name]
            changes[field] = read(key, text)
    return replace(bench, simulation=replace(bench.simulation, **changes))


def _defects(key: str, text: str, bench: BenchDescription) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    known = known_defects(slot.name for slot in bench.slots)
    for name in names:
        if name not in known:
            raise InputError(f"setting {key} to {name!r}: no such defect; {did_you_mean(name, known)}")
    return names


def _tolerances(key: str, text: str) -> str:
    if text not in ("drawn", "nominal"):
        raise InputError(f"setting {key} to {text!r}: it is drawn or nominal")
    return text


def _perfusion(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value <= 8.0:
        raise InputError(f"setting {key} to {text!r}: it is a number from 0.5 to 8, 1 is skin at rest")
    return value


def _temperature(key: str, text: str) -> float:
    try:
        quantity = parse_quantity(text)
    except UnitError as error:
        raise InputError(f"setting {key} to {text!r}: {error}; write e.g. 23 degC") from error
    if quantity.dimension is not Dimension.TEMPERATURE:
        raise InputError(f"setting {key} to {text!r}: it is a temperature, e.g. 23 degC")
    wrong = out_of_range(quantity.value, quantity.dimension)
    if wrong is not None:
        raise InputError(f"setting {key} to {text!r}: {wrong[0]}; {wrong[1]}")
    return quantity.value


_READERS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "ambient": ("ambient_degc", _temperature),
    "perfusion": ("perfusion", _perfusion),
    "tolerances": ("tolerances", _tolerances),
}
KEYS = (*_READERS, DEFECTS)
