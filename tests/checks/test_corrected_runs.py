"""Runs whose wires have corrections: what is judged is the corrected temperature, within the table, in calibration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.declared import SITES

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NewRun = Callable[..., "RunBuilder"]
Points = list[tuple[float, float]]
CERTIFICATE = {"certificate": "W-1", "date": "2026-06-01", "due": "2027-06-01"}
FLAT = [(20.0, 0.0), (45.0, 0.0)]


def correct(
    built: RunBuilder,
    points: Points,
    *,
    signals: Iterable[str] = SITES,
    calibration: dict[str, str] | None = CERTIFICATE,
    standard_k: float = 0.05,
) -> RunBuilder:
    """The same raw readings with a correction of these signals, in place of the budget's component ``wire``."""
    head = built.head
    head["wiring"]["corrections"] = {"reel": {"points": points, "held_k": 3.0, "calibration": calibration}}
    for column in head["wiring"]["sources"]["scanner"]["columns"]:
        if column["signal"] in signals:
            column["convert"] = {"kind": "corrected", "by": "reel", "of": column["convert"]}
    parts = [part for part in head["budget"]["components"] if part["name"] != "wire"]
    own = {"name": "correction reel", "standard_k": standard_k, "distribution": "normal", "common": False}
    parts.append({**own, "dof": None, "averages_out": False})
    head["budget"]["corrected"] = {"reel": {"name": "with reel", "components": deepcopy(parts)}}
    return built


def calibration_of(built: RunBuilder) -> dict[str, Any]:
    return next(c for c in built.judge().conditions if c["kind"] == "calibration")


def test_wires_that_read_too_much_fail_a_sound_belt_until_they_are_corrected(run: NewRun) -> None:
    wrong = run(site_offset_k=1.6).result("peak_temperature")
    right = correct(run(site_offset_k=1.6), [(20.0, -1.6), (46.0, -1.6)]).result("peak_temperature")
    assert (wrong["verdict"], right["verdict"]) == ("FAIL", "PASS")
    assert right["value"] == pytest.approx(wrong["value"] - 1.6)


def test_wires_that_read_too_little_pass_an_unsound_belt_until_they_are_corrected(run: NewRun) -> None:
    wrong = run(threshold_degc=42.6, site_offset_k=-2.2, within_s=400.0, stay_off_s=150.0).result(
        "peak_temperature"
    )
    built = run(threshold_degc=42.6, site_offset_k=-2.2, within_s=400.0, stay_off_s=150.0)
    right = correct(built, [(20.0, 2.2), (46.0, 2.2)]).result("peak_temperature")
    assert (wrong["verdict"], right["verdict"]) == ("PASS", "FAIL")


def test_a_correction_of_nothing_changes_no_value(run: NewRun) -> None:
    plain = {r["name"]: r["value"] for r in run().judge().results}
    assert {r["name"]: r["value"] for r in correct(run(), FLAT).judge().results} == plain


def test_the_uncertainty_is_that_of_the_least_certain_probe_that_was_looked_at(run: NewRun) -> None:
    plain = run().result("peak_temperature")["uncertainty"]
    same = correct(run(), FLAT).result("peak_temperature")["uncertainty"]
    worse = correct(run(), FLAT, standard_k=0.3).result("peak_temperature")["uncertainty"]
    one = correct(run(), FLAT, signals=["skin.b3"], standard_k=0.3).result("peak_temperature")["uncertainty"]
    better = correct(run(), FLAT, signals=["skin.b3"], standard_k=0.0).result("peak_temperature")
    other = correct(run(), FLAT, signals=["ambient"], standard_k=0.3).result("peak_temperature")
    assert same == pytest.approx(plain)
    assert worse > plain + 0.2
    assert one == pytest.approx(worse)
    assert (better["uncertainty"], other["uncertainty"]) == pytest.approx((plain, plain))


def test_what_was_read_beyond_the_table_is_invalid(run: NewRun) -> None:
    peak = correct(run(), [(20.0, 0.0), (37.0, 0.0)]).result("peak_temperature")
    assert peak["verdict"] == "INVALID"
    assert "its correction reel covers 17.0 to 40.0 degC" in peak["reason"]
    assert peak["value"] == run().result("peak_temperature")["value"]


def test_a_fail_beyond_the_table_stays_a_fail(run: NewRun) -> None:
    peak = correct(run(site_offset_k=3.0), [(20.0, 0.0), (37.0, 0.0)]).result("peak_temperature")
    assert peak["verdict"] == "FAIL"


def test_a_probe_beyond_its_table_spoils_only_what_looks_at_it(run: NewRun) -> None:
    judgement = correct(run(), [(30.0, 0.0), (45.0, 0.0)], signals=["ambient"]).judge()
    ambient = next(c for c in judgement.conditions if c["kind"] == "ambient")
    assert ambient["verdict"] == "INVALID"
    assert ambient["value"] == pytest.approx(23.1)
    built = correct(run(conditions=[]), [(30.0, 0.0), (45.0, 0.0)], signals=["ambient"])
    assert built.result("peak_temperature")["verdict"] == "PASS"


def test_a_metric_that_decides_itself_passes_nothing_beyond_the_table(run: NewRun) -> None:
    """The detectors that look at a skin beyond its table may not say that all is well."""
    for result in correct(run(), [(36.9, 0.0), (37.0, 0.0)]).judge().results:
        looks_at_skin = result["metric"] not in {"response_delay", "stays_off", "latch"}
        if result["rule"] != "report" and looks_at_skin:
            assert result["verdict"] == "INVALID", result


@pytest.mark.parametrize(
    ("calibration", "words"),
    [
        (None, "correction reel of skin.a1, skin.b2 has no calibration"),
        ({**CERTIFICATE, "due": "2026-11-20"}, "correction reel of skin.a1, skin.b2 was due on 2026-11-20"),
        ({**CERTIFICATE, "due": "soon"}, "is due at 'soon', which is no date"),
    ],
)
def test_a_wire_out_of_calibration_is_named_by_its_probes_and_passes_nothing(
    run: NewRun, calibration: dict[str, str] | None, words: str
) -> None:
    built = correct(run(), FLAT, signals=["skin.a1", "skin.b2"], calibration=calibration)
    found = calibration_of(built)
    assert found["verdict"] == "INVALID"
    assert words in found["reason"]
    assert built.result("peak_temperature")["verdict"] == "INVALID"


def test_a_wire_that_is_due_on_the_day_of_the_run_holds(run: NewRun) -> None:
    built = correct(run(), FLAT, calibration={**CERTIFICATE, "due": "2026-11-21"})
    assert calibration_of(built)["verdict"] == "PASS"
