"""Volts of thermocouples in a file become temperatures by the same conversion as on the bench."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logger.samples import MAPPING, Sample, changed, values, verdicts

PLAN = """\
plan: volts
purpose: One temperature.
checks:
  - peak_temperature: {of: plate, at_most: 60 degC}
"""
VECTORS = [("K", 0.774567, 23.0, 42.0), ("T", 0.785112, 23.0, 42.0), ("K", 0.815635, 23.0, 43.0),
           ("T", 0.827291, 23.0, 43.0), ("K", 0.652564, 25.0, 41.0), ("T", 0.661823, 25.0, 41.0)]  # fmt: skip
"""Type, mV, reference junction in °C, °C: domain vectors of cold-junction compensation."""


@pytest.mark.parametrize(("wire", "millivolts", "junction", "degc"), VECTORS)
def test_millivolts_and_their_junction_come_to_degrees(
    wire: str, millivolts: float, junction: float, degc: float, tmp_path: Path
) -> None:
    def volts(rows: list[list[str]]) -> None:
        for row in rows:
            row[1:] = [f"{junction}", f"{millivolts}"]

    mapping = changed(
        MAPPING,
        ("plate: {column: T1, unit: degC}", f"plate: {{column: T1, unit: mV, thermocouple: {wire}, junction: block}}"),
        ('power: {column: Q1, unit: "%"}', "block: {column: Q1, unit: degC}"),
        ("heat: {signal: power, above: 1 %}", "heat: {from: 120 s}"),
    )  # fmt: skip
    judged = Sample(tmp_path, edit=volts, mapping=mapping, plan=PLAN).judge()
    assert values(judged)["peak_temperature"] == pytest.approx(degc, abs=2e-5)


def test_a_thermocouple_whose_junction_is_not_read_has_no_temperature(tmp_path: Path) -> None:
    def volts(rows: list[list[str]]) -> None:
        for n, row in enumerate(rows):
            row[1:] = ["OL" if n > 100 else "23.0", "0.774567"]

    mapping = changed(
        MAPPING,
        (
            "plate: {column: T1, unit: degC}",
            "plate: {column: T1, unit: mV, thermocouple: K, junction: block}",
        ),
        ('power: {column: Q1, unit: "%"}', "block: {column: Q1, unit: degC}"),
        ("heat: {signal: power, above: 1 %}", "heat: {from: 120 s}"),
    )
    judged = Sample(tmp_path, edit=volts, mapping=mapping, plan=PLAN).judge()
    assert verdicts(judged) == {"peak_temperature": "INVALID"}
