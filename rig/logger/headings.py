"""Units that the names of columns tell, against those of the mapping: a wrong scale passes what is too hot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isclose

from rig.documents import Scalar, quoted
from rig.logger.table import NUMBERED, CsvError, Table
from rig.plan.logged_signals import SCALES, LoggedSignal
from rig.plan.mapping import TimeColumn
from rig.units import Dimension

_UNIT = re.compile(r"[\[(]\s*([^\[\]()]+?)\s*[\])]\s*$")

_TEMPERATURES: Mapping[str, str] = {
    **dict.fromkeys(("c", "°c", "degc", "deg c", "℃", "celsius"), "degC"),
    **dict.fromkeys(("f", "°f", "degf", "deg f", "℉", "fahrenheit"), "degF"),
}
"""By what stands behind a name in brackets. K is not among them: it may be the type of a thermocouple."""

_TIMES: Mapping[str, float] = {
    **dict.fromkeys(("us", "µs", "μs"), 1e-6),
    **dict.fromkeys(("ms", "millis", "msec"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hours"), 3600.0),
}


def require_scale(table: Table, signal: LoggedSignal) -> None:
    """See that a temperature has the scale that its column is named by; a column that is called by number has no name.

    Raises:
        CsvError: it has another.
    """
    named = _TEMPERATURES.get(_unit_of(signal.column))
    if named is None or signal.measured is not Dimension.TEMPERATURE or signal.thermocouple is not None:
        return
    factor, offset = SCALES.get(named, (1.0, 0.0))
    if not (isclose(signal.factor, factor) and isclose(signal.offset, offset, abs_tol=1e-6)):
        _refuse(table, signal.column, f"a temperature in {named}", f"unit of {signal.name}")


def require_time_unit(table: Table, time: TimeColumn) -> None:
    """See that seconds are counted in the unit that their column is named by.

    Raises:
        CsvError: it is another.
    """
    named = _TIMES.get(_unit_of(time.column))
    if named is not None and time.format in ("seconds", "epoch") and named != time.scale_s:
        _refuse(table, time.column, f"a time in {_unit_of(time.column)}", "unit of time:")


def _unit_of(column: Scalar) -> str:
    found = None if column.text.startswith(NUMBERED) else _UNIT.search(column.text)
    return "" if found is None else found[1].lower()


def _refuse(table: Table, column: Scalar, named: str, what: str) -> None:
    words = f"column {quoted(column.text)} is named as {named}, and the mapping says otherwise"
    number = f"{NUMBERED}{table.find(column) + 1}"
    remedy = f"correct {what}, or if the name is wrong call the column by its number, {number}"
    raise CsvError(f"reading {table.file}: {words}; {remedy}")
