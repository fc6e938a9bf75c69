"""What a check measures: its metric, over each pass of its step or the parts of the run that were not interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from math import isfinite
from types import MappingProxyType
from typing import Any

from rig.checks.covering import beyond_tables
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.interruptions import FAILS_IN_PART, across, pieces
from rig.checks.parts import part_around, uninterrupted
from rig.checks.passes import Window
from rig.checks.table import MetricSpec
from rig.checks.verdict import Verdict, worst
from rig.checks.view import Line, RunView

CANNOT_SHOW: Mapping[str, str] = MappingProxyType(
    {
        "session_length": "the record of another logger does not say which session was asked for",
        "watchdog_delay": "the record of another logger does not say when the host sent a frame",
        "fault_response": "the record of another logger does not say when a fault was made",
        "latch": "the record of another logger does not say what was demanded of the belt",
        "stays_off": "the record of another logger does not say whether heat was still demanded",
        "probe_placement": "the record of another logger does not say which heater was driven when",
    }
)
"""Metrics that need what the rig alone writes down, and why a record of another logger has none of them."""


OF_THE_SUPPLY = ("energy", "unit_power")
"""Metrics whose uncertainty is that of the bench's own supply: of another logger's volts and amps they have none."""


def measure(view: RunView, spec: MetricSpec, check: Line, limit: Mapping[str, Any] | None) -> list[Finding]:
    """A finding for each pass of the check's step; for the whole run, each part that was not interrupted, or one.

    A metric of all passes together has one finding.
    """
    step = check.get("step")
    if view.is_logged and spec.name in CANNOT_SHOW:
        return [Finding(None, None, CANNOT_SHOW[spec.name], verdict=Verdict.INVALID)]
    try:
        windows = _windows(view, step)
    except UnjudgedError as error:
        return [error.finding]
    if step is None:
        if spec.name in FAILS_IN_PART:
            # a record that goes back in time can end before it begins: then there are no parts, and it is INVALID
            windows = [part for window in windows for part in pieces(view.interruptions, window)] or windows
        return [
            _measure_within(uninterrupted(view, window), spec, check, limit, [window]) for window in windows
        ]
    if spec.over_passes:
        return [_measure_within(view, spec, check, limit, windows)]
    return [
        _measure_within(part_around(view, step, window), spec, check, limit, [window]) for window in windows
    ]


def measure_undone(
    view: RunView, spec: MetricSpec, check: Line, limit: Mapping[str, Any] | None
) -> list[Finding]:
    """A finding for what a check's step had come to in each pass that was interrupted; it can only fail."""
    step = check.get("step")
    if step is None or spec.name not in FAILS_IN_PART:
        return []
    windows = [window for gap in view.interruptions for window in gap.undone.get(step, ())]
    return [
        _measure_within(part_around(view, step, window), spec, check, limit, [window]) for window in windows
    ]


def _measure_within(
    view: RunView, spec: MetricSpec, check: Line, limit: Mapping[str, Any] | None, passes: list[Window]
) -> Finding:
    unknown = next((words for window in passes if (words := across(view.interruptions, window))), "")
    if unknown:
        return Finding(None, None, unknown, verdict=Verdict.INVALID)
    try:
        ask = Ask(
            params=_whole_params(spec, check),
            window=(passes[0][0], passes[-1][1]),
            passes=tuple(passes),
            sense=None if limit is None else limit["sense"],
            limit=None if limit is None else limit["value"],
        )
        measured: Finding = import_module(spec.module).measure(view, ask)
        if view.is_logged and spec.name in OF_THE_SUPPLY:
            words = "how exactly another logger reads volts and amps is not known"
            measured = replace(measured, expanded=None, reason=words, ceiling=Verdict.INVALID)
        beyond = beyond_tables(view, import_module(spec.module).needs(view.layout, ask.params))
        if beyond:
            measured = _unsupported(measured, beyond)
    except UnjudgedError as error:
        return error.finding
    except ArithmeticError as error:
        words = f"its readings cannot be computed with ({type(error).__name__}: {error})"
        return Finding(None, None, words, verdict=Verdict.INVALID)
    return measured


def _unsupported(finding: Finding, words: str) -> Finding:
    """The same where its readings support no verdict but a FAIL."""
    decided = None if finding.verdict is None else worst((finding.verdict, Verdict.INVALID))
    reason = f"{words}; {finding.reason}" if finding.reason else words
    return replace(finding, reason=reason, ceiling=worst((finding.ceiling, Verdict.INVALID)), verdict=decided)


def given_params(spec: MetricSpec, check: Line) -> dict[str, Any]:
    """The parameters of a check, with their defaults where it gives none."""
    given = check.get("params") or {}
    return {name: given.get(name, param.default) for name, param in spec.params.items()}


def _whole_params(spec: MetricSpec, check: Line) -> dict[str, Any]:
    """The parameters of a check that has all it needs; one that is only reported may lack some."""
    params = given_params(spec, check)
    needed = [name for name, param in spec.params.items() if param.required and name != spec.limit_param]
    lacking = [name for name in needed if params[name] is None]
    if lacking:
        raise UnjudgedError(Verdict.INVALID, f"{spec.name} was asked for without {' and '.join(lacking)}")
    return params


def _windows(view: RunView, step: str | None) -> list[Window]:
    spans = [(view.first_s, view.last_s)] if step is None else view.step_spans(step)
    if not spans:
        raise UnjudgedError(Verdict.NOT_RUN, f"step {step!r} never started")
    if not view.steps or not isfinite(spans[0][0]):
        raise UnjudgedError(Verdict.NOT_RUN, "no step of the run ever started")
    return spans
