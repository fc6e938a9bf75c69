"""A column of another logger whose wire was calibrated: its correction, its uncertainty, its dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.checks.judge import Judgement
from rig.documents import DiagnosticsError
from rig.plan.mapping import load_mapping
from tests.logger.samples import CALIBRATION, MAPPING, Sample, changed, reasons, values, verdicts

TABLE = (
    "points: [{at: 20 degC, correction: -0.5 K}, {at: 60 degC, correction: -1.5 K}], expanded: 0.2 K, k: 2"
)
PLATE = "plate: {column: T1, unit: degC}"
PLAN = """\
plan: plate
purpose: One temperature.
checks:
  - peak_temperature: {of: plate, at_most: 60 degC}
"""


def mapping(table: str = f"{{{CALIBRATION}, {TABLE}, in_place_of: logger}}") -> str:
    return changed(
        MAPPING,
        (PLATE, PLATE.replace("degC", "degC, correction: wire-7")),
        ("signals:\n", f"corrections:\n  wire-7: {table}\nsignals:\n"),
    )


def judged(folder: Path, text: str) -> Judgement:
    return Sample(folder, mapping=text, plan=PLAN).judge()


def uncertainty(judgement: Judgement) -> float:
    return float(judgement.results[0]["uncertainty"])


def test_the_column_is_corrected_and_so_is_its_uncertainty(tmp_path: Path) -> None:
    plain, corrected = judged(tmp_path, MAPPING), judged(tmp_path, mapping())
    raw = values(plain)["peak_temperature"]
    assert values(corrected)["peak_temperature"] == pytest.approx(raw - 0.5 - (raw - 20.0) / 40.0)
    assert verdicts(corrected) == {"peak_temperature": "PASS"}
    assert uncertainty(plain) == pytest.approx(0.58, abs=0.01)
    assert uncertainty(corrected) == pytest.approx(0.21, abs=0.01)


def test_beside_the_budget_it_counts_on_top(tmp_path: Path) -> None:
    beside = judged(tmp_path, mapping(f"{{{CALIBRATION}, {TABLE}}}"))
    assert uncertainty(beside) > uncertainty(judged(tmp_path, MAPPING))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (f"{{{TABLE}}}", "correction wire-7 of plate has no calibration"),
        (
            f"{{calibration: {{certificate: C, date: 2025-01-15, due: 2026-05-31}}, {TABLE}}}",
            "correction wire-7 of plate was due on 2026-05-31",
        ),
        (
            f"{{{CALIBRATION}, points: [{{at: 20 degC, correction: 0.1 K}}], expanded: 0.1 K, k: 2}}",
            "its correction wire-7 covers 17.1 to 23.1 degC",
        ),
    ],
)
def test_what_its_calibration_does_not_hold_for_passes_nothing(
    table: str, words: str, tmp_path: Path
) -> None:
    found = judged(tmp_path, mapping(table))
    assert verdicts(found) == {"peak_temperature": "INVALID"}
    assert words in reasons(found)


def test_a_record_without_a_date_cannot_say_whether_its_wire_was_due(tmp_path: Path) -> None:
    undated = changed(mapping(), (", began: 2026-06-01T09:30:00+02:00", ""))
    assert "whether correction wire-7 of plate was due cannot be told" in reasons(judged(tmp_path, undated))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("correction: wire-7}", "correction: wire-8}", "mapping/unknown-correction"),
        ('unit: "%"}', 'unit: "%", correction: wire-7}', "mapping/corrected-signal"),
        ("in_place_of: logger", "in_place_of: wire", "mapping/correction-budget"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "step.mapping.yaml"
    path.write_text(changed(mapping(), (old, new)), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as refused:
        load_mapping(path)
    assert [d.code for d in refused.value.diagnostics if d.severity.value == "error"] == [code]


def test_a_reference_junction_takes_no_correction(tmp_path: Path) -> None:
    text = changed(
        mapping(),
        (
            'power: {column: Q1, unit: "%"}',
            "edge: {column: Q1, unit: mV, thermocouple: K, junction: plate}",
        ),
        ("heat: {signal: power, above: 1 %}", "heat: {from: 120 s}"),
    )
    path = tmp_path / "step.mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DiagnosticsError, match="reference junction"):
        load_mapping(path)
