"""How items of plans appear in pytest's reports, and what stands below them all."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Words instead of a traceback where a plan has not passed."""
    report = yield
    if call.excinfo is not None and "rig" in dict(item.user_properties):
        from rig.pytest_plugin.shown import NotPassed

        if isinstance(call.excinfo.value, NotPassed):
            report.longrepr = call.excinfo.value.representation
    return report


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> Any:
    """A value that no limit judges neither passes nor fails: it is counted as reported."""
    properties = dict(report.user_properties) if report.when == "call" and report.outcome == "passed" else {}
    if "rig" not in properties or properties["verdict"] != "REPORTED":
        return None
    return "reported", "·", f"REPORTED {properties.get('measured', '')}".rstrip()


def pytest_report_header(config: pytest.Config) -> str:
    """Which bench, before anything of the rig is imported."""
    bench = config.getoption("bench") or config.getini("rig_bench") or "reference (it ships, simulated)"
    return f"plans: on bench {bench}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The worst margin, the requirements that were judged, and the runs that did not pass."""
    from rig.pytest_plugin.summary import summary_lines

    lines = summary_lines(terminalreporter.stats)
    if lines:
        terminalreporter.section("plans")
        for line in lines:
            terminalreporter.line(line)
