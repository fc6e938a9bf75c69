"""A wiring with volts, values and a supply, as a bench would have it."""

from __future__ import annotations

from typing import Any

import pytest

PROBES = ("skin.a1", "skin.a2", "skin.b1", "ambient")


def make_wiring() -> dict[str, Any]:
    wire = {"kind": "thermocouple", "type": "T", "junction": 0}
    plain = {"kind": "value"}
    scanner: list[dict[str, Any]] = [{"signal": "junction", "dimension": "temperature", "convert": plain}]
    for name in PROBES:
        column: dict[str, Any] = {"signal": name, "dimension": "temperature", "convert": wire}
        if name.startswith("skin."):
            column |= {"heater": name[5], "place": "skin", "site": f"site {name[6]}"}
        scanner.append(column)
    supply = [
        {"signal": f"supply.{h}.{q}", "dimension": q, "convert": plain, "heater": h}
        for q in ("voltage", "current")
        for h in "ab"
    ]
    belt = [{"signal": "belt.a.sensor", "dimension": "temperature", "convert": plain, "heater": "a"}]
    return {
        "sources": {
            "scanner": {"period_s": 1.0, "columns": scanner},
            "supply": {"period_s": 0.2, "columns": supply},
            "belt": {"period_s": 0.1, "columns": belt},
        },
        "heaters": {h: {"lead_ohms": 0.2, "remote_sense": True} for h in "ab"},
    }


@pytest.fixture(scope="session")
def wiring() -> dict[str, Any]:
    return make_wiring()


def make_shared_wiring() -> dict[str, Any]:
    """The same bench with both heaters on one output: its current stands in the columns of both."""
    shared = make_wiring()
    for column in shared["sources"]["supply"]["columns"][2:]:
        column["convert"] = {"kind": "share", "of": 2}
    for heater, other in ("ab", "ba"):
        shared["heaters"][heater] |= {"lead_ohms": 0.4, "shares_with": [other]}
    return shared


@pytest.fixture(scope="session")
def shared_wiring() -> dict[str, Any]:
    return make_shared_wiring()
