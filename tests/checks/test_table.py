"""The table of metrics: light to import, and true of the modules that it names."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

from rig.checks.table import METRICS, UNITS


def test_the_table_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'scipy', 'pint', 'pyvisa', 'GTC'}"
    code = f"import sys, rig.checks.table, rig.checks.verdict; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_metric_has_a_module_that_measures() -> None:
    for name, spec in METRICS.items():
        module = import_module(spec.module)
        assert callable(module.measure)
        assert callable(module.needs)
        assert spec.name == name
        assert spec.unit == UNITS[spec.dimension]
        assert spec.algorithm >= 1


def test_a_judged_metric_has_a_sense_and_a_limit_param_is_one_of_its_params() -> None:
    for spec in METRICS.values():
        assert spec.sense in {"at_most", "at_least", None}
        assert not spec.needs_limit or spec.sense is not None
        assert spec.limit_param is None or spec.params[spec.limit_param].required


def test_the_metrics_of_the_cut_off_plan_are_there() -> None:
    assert {n for n, s in METRICS.items() if s.needs_limit} >= {
        "peak_temperature",
        "response_delay",
        "stays_off",
        "sensor_agreement",
    }
    assert METRICS["stays_off"].sense == "at_least"
    assert METRICS["peak_temperature"].params["of"].default == "skin.hottest"
