"""How far readings may lie from their stamps, from the record into the uncertainty of what is timed."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.instants import Bracket, timing_of
from rig.checks.judge import judge
from rig.errors import RecordError
from rig.signals.layout import read_wiring
from tests.checks.declared import AGE_S, BELT_WITHIN_S, SUPPLY_WITHIN_S, copied, make_wiring

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]

WIDTHS = st.floats(0.0, 10.0)


def delay(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return next(r for r in judge(lines).results if r["name"] == "response_delay")


def slow(lines: list[dict[str, Any]], source: str, within_s: float) -> list[dict[str, Any]]:
    """The same run with exchanges of a source that say their own width."""
    changed = copied(lines)
    for line in changed:
        if line["k"] == "scan" and source in line["s"]:
            line["w"] = {**line.get("w", {}), source: within_s}
    return changed


def test_an_instant_between_readings_is_uncertain_by_bracket_and_mapping() -> None:
    """Half widths 0.1 s and 0.05 s, 0.025 s and 0.11 s, all rectangular."""
    budget = timing_of(Bracket(1.0, 1.2, 0.025), Bracket(0.9, 1.0, 0.11))
    assert budget.standard == pytest.approx(sqrt((0.1**2 + 0.05**2 + 0.025**2 + 0.11**2) / 3.0))


@given(st.lists(st.tuples(WIDTHS, WIDTHS), min_size=1, max_size=3), WIDTHS)
def test_more_doubt_about_a_stamp_never_narrows_an_instant(
    brackets: list[tuple[float, float]], more: float
) -> None:
    known = timing_of(*(Bracket(0.0, width, within) for width, within in brackets))
    doubted = timing_of(*(Bracket(0.0, width, within + more) for width, within in brackets))
    assert doubted.standard >= known.standard
    wider = timing_of(*(Bracket(0.0, width + more, within) for width, within in brackets))
    assert wider.standard >= known.standard


def test_a_delay_has_the_mapping_of_both_sources_and_the_age_of_telemetry(run: NewRun) -> None:
    mapped = (BELT_WITHIN_S + AGE_S) ** 2 + SUPPLY_WITHIN_S**2
    expected = 2.0 * sqrt((0.05**2 + 0.1**2 + mapped) / 3.0)
    assert delay(run(late_s=0.3).lines)["uncertainty"] == pytest.approx(expected)


def test_exchanges_that_take_longer_widen_the_delay_and_turn_no_fail_into_a_pass(run: NewRun) -> None:
    for late_s in (0.3, 0.7, 1.5):
        lines = run(late_s=late_s).lines
        quick, laggard = delay(lines), delay(slow(lines, "belt", 0.1))
        assert laggard["value"] == quick["value"]
        assert laggard["uncertainty"] > quick["uncertainty"] + 0.02
        assert laggard["verdict"] == quick["verdict"] or laggard["verdict"] == "INCONCLUSIVE"


def test_exchanges_of_half_a_second_support_no_delay_of_a_second(run: NewRun) -> None:
    found = delay(slow(run(late_s=0.3).lines, "supply", 0.5))
    assert (found["verdict"], "exceeds a third" in found["reason"]) == ("INCONCLUSIVE", True)


def test_only_the_readings_around_an_instant_widen_it(run: NewRun) -> None:
    lines = run(late_s=0.3).lines
    cut_s = delay(lines)["detail"]["fell_s"]
    long_ago = [
        {**line, "w": {"supply": 2.0}} if line["k"] == "scan" and line["t"] < cut_s - 10.0 else line
        for line in lines
    ]
    assert delay(long_ago) == delay(lines)


def test_a_record_that_says_nothing_of_its_stamps_is_judged_with_an_estimate(run: NewRun) -> None:
    lines = copied(run(late_s=0.3).lines)
    for source in lines[0]["wiring"]["sources"].values():
        del source["stamp"]
    lines[0]["profile"] = {k: v for k, v in lines[0]["profile"].items() if k != "telemetry_age_s"}
    found = delay(lines)
    assert found["uncertainty"] == pytest.approx(2.0 * sqrt((0.05**2 + 0.1**2 + 0.2**2 + 0.1**2) / 3.0))
    assert found["verdict"] == "PASS"


@pytest.mark.parametrize("width", [-0.1, float("nan"), float("inf"), "wide", None])
def test_a_stamp_that_is_no_width_is_damage(width: object) -> None:
    wiring = make_wiring()
    wiring["sources"]["belt"]["stamp"] = {"of": "middle", "within_s": width}
    with pytest.raises(RecordError, match="reading the wiring"):
        read_wiring(wiring)
