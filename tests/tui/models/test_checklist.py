"""The checklist: nothing to tick where nothing is real, everything by name where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from rig.bench.description import BenchDescription, IndependentCutoff
from rig.bench.health import State
from rig.engine.work import Work, link_plans
from rig.safety.latch import Latch, Tripped
from rig.tui.models.checklist import make_checklist, missing

TODAY = date(2026, 11, 21)
CUTOFF = IndependentCutoff("thermostat", 48.0, "in series with both heaters", "2026-10-01", "Jo Doe")


def work(bench: BenchDescription, plan: str, cutoff: IndependentCutoff | None = CUTOFF) -> Work:
    """The plan on the bench as if it were real."""
    live = replace(bench, simulation=None, slots=(replace(bench.slots[0], cutoff=cutoff),))
    return replace(link_plans(bench, [plan], (), {}), bench=live)


def test_a_simulated_bench_needs_only_the_operator(bench: BenchDescription) -> None:
    checklist = make_checklist(link_plans(bench, ["cutoff"], (), {}), TODAY)
    assert (checklist.to_confirm, checklist.needs_nobody_wears, checklist.latched) == ((), False, False)
    assert checklist.stated[0].text.startswith("SIMULATED")
    assert missing(checklist, frozenset(), "", "", " ") == ["enter who runs it"]
    assert missing(checklist, frozenset(), "", "", "Jo Doe") == []


def test_a_live_bench_needs_switch_phantom_cutoff_and_a_name(bench: BenchDescription) -> None:
    checklist = make_checklist(work(bench, "cutoff"), TODAY)
    keys = [item.key for item in checklist.to_confirm]
    assert keys == ["switch", "phantom main", "cut-off main"]
    assert (checklist.needs_nobody_wears, checklist.needs_attended) == (True, False)
    assert "thermostat at 48 °C, in series with both heaters; proven 2026-10-01" in " ".join(
        item.text for item in checklist.stated
    )
    assert missing(checklist, frozenset(keys[:1]), "", "", "Jo") == [
        "look at 2 more points",
        "enter who has looked that nobody wears the device",
    ]
    assert missing(checklist, frozenset(keys), "Jo", "", "Jo") == []


def test_without_an_independent_cutoff_somebody_stays(bench: BenchDescription) -> None:
    checklist = make_checklist(work(bench, "cutoff", None), TODAY)
    assert checklist.needs_attended
    assert "none declared" in " ".join(item.text for item in checklist.stated)
    ticked = frozenset(item.key for item in checklist.to_confirm)
    assert missing(checklist, ticked, "Jo", "", "Jo") == ["enter who stays beside the bench"]


def test_a_cutoff_whose_proof_has_run_out_is_noted(bench: BenchDescription) -> None:
    old = replace(CUTOFF, proven="2024-01-01")
    states = [item.state for item in make_checklist(work(bench, "cutoff", old), TODAY).stated]
    assert State.NOTE in states[1:]


def test_a_trip_is_acknowledged_first(bench: BenchDescription) -> None:
    wanted = work(bench, "cutoff")
    Latch(wanted.bench).trip(Tripped("2026-11-21T10:00:00Z", str(Path("run")), "main", "skin.* above 45 °C"))
    checklist = make_checklist(wanted, TODAY)
    assert checklist.latched
    assert missing(checklist, frozenset(i.key for i in checklist.to_confirm), "Jo", "", "Jo") == [
        "acknowledge what it is latched for (F8)"
    ]
