"""The bench's wiring as data: which column of which source is which signal, and how raw becomes value.

It stands in the head of every run file, so that a verdict needs no bench file to be computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rig.bench import stamps
from rig.bench.corrections import corrected_by, wired_corrections
from rig.bench.description import BenchDescription, HeaterEntry, SlotEntry

Wiring = dict[str, Any]

BELT = "belt"
BELT_COMMON = (
    ("belt.uptime", "time"),
    ("belt.state", "count"),
    ("belt.level", "count"),
    ("belt.session_left", "time"),
    ("belt.latched", "count"),
    ("belt.regulation", "count"),
    ("belt.fault", "count"),
)
BELT_UNIT = (("sensor", "temperature"), ("current", "current"), ("heater", "count"))
SUPPLY_QUANTITIES = (("voltage", "voltage"), ("current", "current"), ("output", "count"))


def device_source(slot: SlotEntry, bench: BenchDescription) -> str:
    """What the device in a slot is called among the bench's sources; a lane of its own calls it ``belt``."""
    return BELT if len(bench.slots) == 1 else f"{BELT}.{slot.name}"


def wire(bench: BenchDescription, slot: SlotEntry, periods_s: Mapping[str, float]) -> Wiring:
    """The wiring of one slot.

    Args:
        bench: the bench.
        slot: the slot of the lane.
        periods_s: period of each source, by its name in the bench file, and of ``belt``.

    Returns:
        A JSON object: ``sources`` by name with period, stamp and columns, ``heaters`` with their leads. An output that
        feeds several heaters stands in the columns of each of them: its current as received, converted to the
        mean of the heaters; lead_ohms is what a heater of that mean current sees of the common leads. ``corrections``
        of wires by name, if probes of the slot have any.
    """
    groups = (
        (stamps.SCANNER, _scanner_sources(bench, slot)),
        (stamps.SUPPLY, _supply_sources(slot)),
        (stamps.BELT, {BELT: _belt_columns(slot)}),
    )
    return {
        "sources": {
            name: {"period_s": periods_s[name], "stamp": stamp.as_json(), "columns": columns}
            for stamp, sources in groups
            for name, columns in sources.items()
        },
        "heaters": {
            heater.name: {
                "lead_ohms": heater.sharing * heater.lead_ohms,
                "remote_sense": heater.remote_sense,
                **_shares_with(heater, slot),
            }
            for heater in slot.heaters
        },
        **wired_corrections(bench.corrections, (probe.correction for probe in slot.probes)),
    }


def _shares_with(heater: HeaterEntry, slot: SlotEntry) -> dict[str, list[str]]:
    """The names of the other heaters on a heater's output, if there are any."""
    output = (heater.supply, heater.output)
    others = [h.name for h in slot.heaters if h is not heater and (h.supply, h.output) == output]
    return {"shares_with": others} if others else {}


def _plain(signal: str, dimension: str, **more: str) -> dict[str, Any]:
    return {"signal": signal, "dimension": dimension, "convert": {"kind": "value"}, **more}


def _scanner_sources(bench: BenchDescription, slot: SlotEntry) -> dict[str, list[dict[str, Any]]]:
    sources: dict[str, list[dict[str, Any]]] = {}
    for probe in slot.probes:
        columns = sources.setdefault(probe.scanner, _reference_column(bench))
        more = {"place": probe.place, "site": probe.site}
        if probe.heater is not None:
            more["heater"] = probe.heater
        column = _plain(probe.signal, "temperature", **more)
        if bench.thermocouples.method == "volts":
            column["convert"] = {"kind": "thermocouple", "type": bench.thermocouples.type, "junction": 0}
        if probe.correction is not None:
            column["convert"] = corrected_by(probe.correction, column["convert"])
        columns.append(column)
    return sources


def _reference_column(bench: BenchDescription) -> list[dict[str, Any]]:
    """The reference block leads the scan where temperatures are made from volts."""
    if bench.thermocouples.junction_channel is None:
        return []
    return [_plain("junction", "temperature")]


def _supply_sources(slot: SlotEntry) -> dict[str, list[dict[str, Any]]]:
    sources: dict[str, list[dict[str, Any]]] = {}
    for supply in dict.fromkeys(heater.supply for heater in slot.heaters):
        fed = [heater for heater in slot.heaters if heater.supply == supply]
        sources[supply] = [
            _supply_column(heater, quantity, dimension)
            for quantity, dimension in SUPPLY_QUANTITIES
            for heater in fed
        ]
    return sources


def _supply_column(heater: HeaterEntry, quantity: str, dimension: str) -> dict[str, Any]:
    column = _plain(f"supply.{heater.name}.{quantity}", dimension, heater=heater.name)
    if quantity == "current" and heater.sharing > 1:
        column["convert"] = {"kind": "share", "of": heater.sharing}
    return column


def _belt_columns(slot: SlotEntry) -> list[dict[str, Any]]:
    columns = [_plain(signal, dimension) for signal, dimension in BELT_COMMON]
    for heater in slot.heaters:
        columns += [
            _plain(f"belt.{heater.name}.{quantity}", dimension, heater=heater.name)
            for quantity, dimension in BELT_UNIT
        ]
    return columns
