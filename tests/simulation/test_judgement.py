"""Dose, energy, faults and repeated trips through the whole stack: plan, bench, record and judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from tests.runs import Run

HEAD = """
plan: Judged
purpose: Has what is judged beside peak and cut-off.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.1 A}
steps:
  - {name: baseline, supply: {output: off}, hold: 1 min}
"""
FAULT = f"""{HEAD}
  - name: heat
    supply: {{voltage: rated, current_limit: 1.2 A, output: on}}
    belt: {{level: high, session: 30 min, regulation: defeated}}
    hold: 2 min
  - {{name: fault, inject: "belt:sensor-stuck", hold: 3 min}}
checks:
  - fault_response: {{at_most: 2 min, step: fault}}
  - thermal_dose: {{at_most: 2 min, lower_cut: none}}
  - damage_integral: {{at_most: 0.53, rule: four-state}}
  - energy: {{at_most: 10 Wh}}
  - time_above: {{level: 38 degC, at_most: 30 min, rule: specific-risk, risk: 1 %}}
  - report: [time_to]
"""
CYCLES = f"""{HEAD}
  - name: cycles
    repeat: 3
    steps:
      - name: drive
        supply: {{voltage: 1.1 × rated, current_limit: 1.2 A, output: on}}
        belt: {{level: high, session: 30 min, regulation: defeated}}
        until: {{event: belt.cutoff}}
        within: 20 min
      - name: cool
        belt: {{level: off, regulation: normal}}
        until: {{signal: skin.hottest, below: 36.5 degC}}
        within: 30 min
      - {{name: re-arm, belt: {{rearm: on}}, until: {{event: belt.rearmed}}, within: 10 s}}
checks:
  - trip_repeatability: {{at_most: 0.5 K, step: cycles / drive}}
  - peak_temperature: {{limit: ir-lumbar-wrap/skin-peak, rule: iso-14253-1}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Path:
    for folder in ("limits", "requirements"):
        (tmp_path / folder).symlink_to(shipped.test_plans() / folder)
    return tmp_path / "plan.yaml"


def results(run: Run, path: Path, text: str) -> dict[str, dict[str, Any]]:
    path.write_text(text, encoding="utf-8")
    judgement = run(path).judgement
    assert judgement is not None
    return {check["name"]: check for check in judgement.results}


def test_a_stuck_sensor_of_a_heating_belt_is_never_answered(run: Run, write: Path) -> None:
    found = results(run, write, FAULT)
    assert found["fault_response"]["verdict"] == "FAIL"
    assert found["fault_response"]["detail"]["state"] == "hot"
    assert found["fault_response"]["value"] == pytest.approx(180.0, abs=0.5)
    for name in ("thermal_dose", "damage_integral", "energy", "time_above"):
        assert found[name]["verdict"] == "PASS", found[name]
    # 12 W for five minutes
    assert found["energy"]["value"] == pytest.approx(12.0 * 300.0, rel=0.03)
    assert found["time_to"]["reason"] == "time_to was asked for without temperature"


def test_trips_of_a_sound_belt_repeat_within_half_a_kelvin(run: Run, write: Path) -> None:
    found = results(run, write, CYCLES)
    trips = found["trip_repeatability"]
    assert trips["verdict"] == "PASS", trips["reason"]
    assert len(trips["detail"]["trips_degc"]) == 3
    assert 0.0 < trips["value"] < trips["uncertainty"] < 0.3
    assert (found["peak_temperature"]["verdict"], found["peak_temperature"]["rule"]) == (
        "PASS",
        "iso-14253-1",
    )
