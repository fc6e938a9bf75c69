"""Where a check was judged, in the record of a real run of the cut-off plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rig.bench.description import BenchDescription
from rig.engine.run import RunResult
from rig.plan.loading import load_program
from rig.pytest_plugin.judged import AROUND_S, Judged, find_judged, plot_check
from rig.record.reader import read_run
from rig.signals.layout import read_wiring

PEAK: dict[str, Any] = {"metric": "peak_temperature", "limit": {"unit": "degC", "value": 42.0}}


def test_each_check_of_the_cutoff_plan_has_a_trace(
    sound_cutoff: RunResult, bench: BenchDescription, cutoff: Path
) -> None:
    assert sound_cutoff.judgement is not None
    layout = read_wiring(read_run(sound_cutoff.folder).head["wiring"])
    params = {check.name: check.params for check in load_program(cutoff, bench).checks}
    found = {
        check["name"]: find_judged(check, params[check["name"]], layout)
        for check in sound_cutoff.judgement.results
    }
    assert {name: where.signal for name, where in found.items() if where} == {
        "peak_temperature": "skin.hottest",
        "response_delay": "supply.a.current",
        "stays_off": "supply.a.current",
        "latch": "supply.a.current",
        "sensor_agreement": "skin.hottest",
        "trip_temperature": "skin.hottest",
        "thermal_overshoot": "skin.hottest",
        "crossing_delay": "supply.a.current",
    }
    peak = next(check for check in sound_cutoff.judgement.results if check["name"] == "peak_temperature")
    at_s = peak["detail"]["at_s"]
    assert found["peak_temperature"] == Judged("skin.hottest", at_s - AROUND_S, at_s + AROUND_S, at_s, 42.0)
    lines = plot_check(sound_cutoff.folder, peak, params["peak_temperature"])
    assert len(lines) == 11
    assert f"{at_s:.1f} s" in lines[-2]
    assert lines[1].startswith("    42.00 ┤──")


@pytest.mark.parametrize(
    ("detail", "at_s", "start_s"),
    [
        ({"peak_s": 500.0, "asked_s": 400.0}, 500.0, 440.0),
        ({"on_s": 10.0, "reached_s": {"a": None, "b": 300.0}}, 10.0, -50.0),
        ({"reached_s": {"a": None, "b": 300.0}}, 300.0, 240.0),
        ({"from_s": 900.0, "to_s": 1500.0}, None, 900.0),
        ({}, None, float("-inf")),
    ],
)
def test_the_instant_that_decided_is_found(
    sound_cutoff: RunResult, detail: dict[str, Any], at_s: float | None, start_s: float
) -> None:
    layout = read_wiring(read_run(sound_cutoff.folder).head["wiring"])
    where = find_judged({**PEAK, "detail": detail}, {"of": "skin.a1"}, layout)
    assert where is not None
    assert (where.signal, where.at_s, where.start_s) == ("skin.a1", at_s, start_s)
