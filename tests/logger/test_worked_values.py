"""One node of 240 J/K and 0.35 W/K under 6 W from 23 °C: what is judged is what is computed on paper."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest

from tests.logger.samples import MAPPING, Sample, changed, values, verdicts

LEVEL_DEGC, TIME_CONSTANT_S = 23.0 + 6.0 / 0.35, 240.0 / 0.35
PLAN = """\
plan: one node
purpose: Analytic values.
checks:
  - rise_time: {steady_slope: 0.0001 K/min, at_most: 1800 s}
  - time_to: {temperature: 40 degC, at_most: 5000 s}
  - time_constant: {at_most: 800 s}
  - dead_time: {at_most: 30 s}
  - steady_mean: {steady_slope: 0.0001 K/min, at_most: 42 degC}
"""


def test_the_first_order_heater_has_its_worked_values(tmp_path: Path) -> None:
    def node(rows: list[list[str]]) -> None:
        for row in rows:
            since = float(row[0]) - 120.0
            row[2] = (
                f"{23.0 + 6.0 / 0.35 * (1.0 - exp(-since / TIME_CONSTANT_S)) if since > 0.0 else 23.0:.9f}"
            )

    mapping = changed(
        MAPPING,
        ("{signal: power, above: 1 %}", "{from: 120 s}"),
        ("half_width: 0.5 K", "standard: 0.01 K"),
    )
    t = [5.0 * n for n in range(4001)]
    judged = Sample(tmp_path, t=t, mapping=mapping, plan=PLAN, edit=node).judge()
    assert values(judged) == {
        "rise_time": pytest.approx(1506.668, abs=0.05),
        "time_to": pytest.approx(3282.85, abs=0.05),
        "time_constant": pytest.approx(685.714, abs=1e-3),
        "dead_time": pytest.approx(0.0, abs=1e-3),
        "steady_mean": pytest.approx(40.142857, abs=1e-4),
    }
    assert verdicts(judged)["steady_mean"] == "PASS"
