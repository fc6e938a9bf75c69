"""The wiring that a record's head holds, on the reference bench and on one with shared outputs."""

from __future__ import annotations

from typing import Any

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.bench.wiring import wire
from rig.signals.layout import read_wiring

PERIODS = {"scanner": 1.0, "supply": 0.2, "belt": 0.1}


def wiring_of(bench: str, slot: str) -> dict[str, Any]:
    description = load_bench(shipped.bench(bench))
    return wire(description, description.slot(slot), PERIODS)


def test_the_supplys_columns_are_quantity_major() -> None:
    for bench, slot in (("reference", "main"), ("four-belts", "three")):
        columns = wiring_of(bench, slot)["sources"]["supply"]["columns"]
        assert [column["signal"] for column in columns] == [
            f"supply.{heater}.{what}" for what in ("voltage", "current", "output") for heater in "ab"
        ]


def test_a_heater_with_an_output_of_its_own_is_wired_as_ever() -> None:
    wiring = wiring_of("reference", "main")
    assert wiring["heaters"] == {h: {"lead_ohms": 0.2, "remote_sense": True} for h in "ab"}
    assert {c["convert"]["kind"] for c in wiring["sources"]["supply"]["columns"]} == {"value"}


@pytest.mark.parametrize("slot", ["one", "two", "three", "four"])
def test_heaters_on_one_output_share_its_current_and_see_its_leads_for_all(slot: str) -> None:
    wiring = wiring_of("four-belts", slot)
    converts = [column["convert"] for column in wiring["sources"]["supply"]["columns"]]
    share, plain = {"kind": "share", "of": 2}, {"kind": "value"}
    assert converts == [plain, plain, share, share, plain, plain]
    assert wiring["heaters"] == {
        "a": {"lead_ohms": 0.2, "remote_sense": True, "shares_with": ["b"]},
        "b": {"lead_ohms": 0.2, "remote_sense": True, "shares_with": ["a"]},
    }
    assert read_wiring(wiring).shares("b") == ("a",)
