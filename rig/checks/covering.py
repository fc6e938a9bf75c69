"""Whether what was read lies within the corrections of the wires that it was read by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rig.checks.finding import UnjudgedError
from rig.checks.view import RunView


def beyond_tables(view: RunView, names: Iterable[str]) -> str:
    """Words about the first of the signals that was anywhere beyond the table of its wire; '' if none was.

    A folded signal is its members. What has no correction, or no reading, is passed over.
    """
    tables = view.layout.corrections
    members = dict.fromkeys(member for name in names for member in view.members(name)) if tables else ()
    found = (_beyond(view, member) for member in members if member in tables)
    return next((words for words in found if words), "")


def _beyond(view: RunView, name: str) -> str:
    table = view.layout.corrections[name]
    try:
        value = view.trace(name).value
    except UnjudgedError:
        return ""
    valid = value[np.isfinite(value)]
    if not len(valid) or table.covers(float(valid.min()), float(valid.max())):
        return ""
    extreme = valid.max() if float(valid.max()) > table.high_degc else valid.min()
    span = f"{table.low_degc:.1f} to {table.high_degc:.1f} degC"
    return f"{name} was at {extreme:.2f} degC, and its correction {table.name} covers {span}"
