"""The table of defects, and sound parameters made defective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from dut_drivers.errors import DeviceError
from dut_drivers.simulated.parameters import WorldParameters

TABLE: Final = "dut_drivers/simulated/defects.yaml"


@dataclass(frozen=True, slots=True)
class Defect:
    """A named defect: what it is, in words, and the fields of ``WorldParameters`` that it changes."""

    name: str
    about: str
    changes: Mapping[str, Any]


@lru_cache
def defects() -> Mapping[str, Defect]:
    """All defects by name, in the table's order.

    Raises:
        DeviceError: a defect changes a field that the world does not have.
    """
    table = yaml.load((files("dut_drivers.simulated") / "defects.yaml").read_text("utf-8"), yaml.CSafeLoader)
    known = {each.name for each in fields(WorldParameters)}
    found = {}
    for name, entry in table.items():
        unknown = sorted(entry["changes"].keys() - known)
        if unknown:
            got = f"no such field: {', '.join(unknown)}"
            raise DeviceError(TABLE, f"reading defect {name}", got, "use a field of WorldParameters")
        changes = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry["changes"].items()
        }
        found[name] = Defect(name, entry["about"], MappingProxyType(changes))
    return MappingProxyType(found)


def find_defect(name: str) -> Defect:
    """The defect of that name.

    Raises:
        DeviceError: there is none; the message lists all names.
    """
    table = defects()
    if name not in table:
        raise DeviceError(
            TABLE, f"looking up defect {name!r}", "no such defect", f"use one of {', '.join(table)}"
        )
    return table[name]


def with_defects(parameters: WorldParameters, names: Sequence[str]) -> WorldParameters:
    """The belt with those defects, a later one winning where two change the same field.

    Raises:
        DeviceError: an unknown name; the message lists all names.
    """
    for name in names:
        parameters = replace(parameters, **find_defect(name).changes)
    return parameters
