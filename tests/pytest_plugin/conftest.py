"""Tests of tests: each writes a test file, lets pytest run it on the simulated bench, and looks at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from rig.record.reader import RunReader, read_run

PLUGIN = "rig.pytest_plugin"

Outcome = pytest.RunResult
Tried = Callable[..., Outcome]

HEAD = """
import pytest

OVER = {"signal": "skin.*", "above": "45 degC", "for_": "2 readings"}
ON = {"voltage": "rated", "current_limit": "1.2 A", "output": "on"}
BELT = {"level": "high", "session": "10 min"}
"""


def plugin_arguments() -> list[str]:
    """How pytest comes to the plugin where it is not installed as one."""
    installed = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    return [] if installed else ["-p", PLUGIN]


@pytest.fixture
def tried(pytester: pytest.Pytester) -> Tried:
    """Runs a test file with these options; the records go to the folder ``runs``."""

    def run(source: str, *options: str, **how: Any) -> Outcome:
        pytester.makepyfile(test_it=HEAD + source)
        arguments = [*plugin_arguments(), "--rig-runs=runs", "-p", "no:cacheprovider", *options]
        return pytester.runpytest_inprocess(*arguments, **how)

    return run


@pytest.fixture
def records(pytester: pytest.Pytester) -> Callable[[], list[RunReader]]:
    """The records of the runs so far, in their order."""
    return lambda: [read_run(folder) for folder in sorted((Path(pytester.path) / "runs").glob("2*"))]


@pytest.fixture
def record(records: Callable[[], list[RunReader]]) -> Callable[[], RunReader]:
    """The record of the only run."""

    def only() -> RunReader:
        (found,) = records()
        return found

    return only
