"""The table of surroundings: thermal networks of a belt that lies elsewhere than on a back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import yaml

from dut_drivers.errors import DeviceError
from dut_drivers.simulated.thermal import BELT_240_CM2, ThermalParameters

TABLE: Final = "dut_drivers/simulated/surroundings.yaml"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Named surroundings: what they are, in words, and the network of the whole belt in them."""

    name: str
    about: str
    thermal: ThermalParameters


@lru_cache
def surroundings() -> Mapping[str, Surroundings]:
    """All surroundings by name, in the table's order.

    Raises:
        DeviceError: one names a field that the network does not have.
    """
    text = (files("dut_drivers.simulated") / "surroundings.yaml").read_text("utf-8")
    known = {each.name for each in fields(ThermalParameters)}
    found = {}
    for name, entry in yaml.load(text, yaml.CSafeLoader).items():
        unknown = sorted(entry["thermal"].keys() - known)
        if unknown:
            got = f"no such field: {', '.join(unknown)}"
            raise DeviceError(TABLE, f"reading surroundings {name}", got, "use a field of ThermalParameters")
        found[name] = Surroundings(name, entry["about"], replace(BELT_240_CM2, **entry["thermal"]))
    return MappingProxyType(found)


def network_in(name: str | None) -> ThermalParameters:
    """The network of the whole belt in surroundings of that name; None for a back.

    Raises:
        DeviceError: there are none of that name; the message lists all.
    """
    if name is None:
        return BELT_240_CM2
    table = surroundings()
    if name not in table:
        known = f"use one of {', '.join(table)}"
        raise DeviceError(TABLE, f"looking up surroundings {name!r}", "no such surroundings", known)
    return table[name].thermal
