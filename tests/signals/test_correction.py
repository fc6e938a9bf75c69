"""Corrections of wires: linear between points, constant beyond them, and the same bits live as in batch."""

from __future__ import annotations

import copy
import struct
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.errors import RecordError
from rig.signals.correction import STEEPEST, Correction
from rig.signals.derive import Derivation
from rig.signals.layout import read_wiring
from rig.signals.traces import traces
from tests.signals.conftest import make_wiring

TABLE = [(20.0, 0.5), (40.0, -0.5), (44.0, 0.1)]


def corrected(wiring: dict[str, Any], points: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    """A wiring whose named signals have a correction of their own."""
    changed = copy.deepcopy(wiring)
    changed["corrections"] = {
        name: {"points": table, "held_k": 3.0, "calibration": None} for name, table in points.items()
    }
    for source in changed["sources"].values():
        for column in source["columns"]:
            if column["signal"] in points:
                column["convert"] = {"kind": "corrected", "by": column["signal"], "of": column["convert"]}
    return changed


@pytest.mark.parametrize(
    ("reading", "true"),
    [(20.0, 20.5), (30.0, 30.0), (40.0, 39.5), (42.0, 41.8), (44.0, 44.1), (10.0, 10.5), (60.0, 60.1)],
)
def test_it_is_linear_between_points_and_constant_beyond(reading: float, true: float) -> None:
    assert Correction("reel", TABLE).corrected(reading) == pytest.approx(true, abs=1e-12)


def test_one_point_is_a_constant() -> None:
    table = Correction("reel", [(42.0, -0.3)])
    assert [table.corrected(t) - t for t in (0.0, 42.0, 90.0)] == pytest.approx([-0.3] * 3)


def test_it_covers_its_points_and_what_it_is_held_beyond_them_and_no_more() -> None:
    table = Correction("reel", TABLE, held_k=3.0)
    assert table.covers(17.5, 47.1)
    assert not table.covers(17.49, 40.0)
    assert not table.covers(30.0, 47.11)


@pytest.mark.parametrize(
    "points",
    [[], [(20.0, 0.1), (20.0, 0.2)], [(30.0, 0.1), (20.0, 0.1)], [(20.0, nan)], [(20.0, 1.0), (21.0, 0.0)]],
)
def test_a_table_that_means_nothing_is_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="correction 'reel'"):
        Correction("reel", points)
    with pytest.raises(RecordError, match="wiring"):
        read_wiring(corrected(make_wiring(), {"skin.a1": points}))


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Points that rise, each within the steepness that is allowed from the one before."""
    at, value = draw(st.floats(-10.0, 40.0)), draw(st.floats(-5.0, 5.0))
    points = [(at, value)]
    for apart, slope in draw(
        st.lists(st.tuples(st.floats(0.5, 20.0), st.floats(-0.99 * STEEPEST, 0.99 * STEEPEST)), max_size=5)
    ):
        at, value = at + apart, value + slope * apart
        points.append((at, value))
    return points


_READING = st.one_of(
    st.floats(-2e-3, 4e-3), st.sampled_from(["+9.90000000E+37", "", 0.0, 1, nan]), st.floats(allow_nan=True)
)
_ROW = st.tuples(st.floats(15.0, 35.0), st.lists(_READING, min_size=4, max_size=4))


@settings(max_examples=200, deadline=None)
@given(
    first=tables(),
    second=tables(),
    rows=st.lists(_ROW, min_size=1, max_size=20),
    kind=st.sampled_from(["thermocouple", "value"]),
)
def test_live_and_batch_give_the_same_bits(
    first: list[tuple[float, float]],
    second: list[tuple[float, float]],
    rows: list[tuple[float, list[Any]]],
    kind: str,
) -> None:
    wiring = make_wiring()
    if kind == "value":
        for column in wiring["sources"]["scanner"]["columns"]:
            column["convert"] = {"kind": "value"}
        rows = [(j, [v * 1e4 if isinstance(v, float) else v for v in row]) for j, row in rows]
    _compare(corrected(wiring, {"skin.a1": first, "skin.b1": second, "ambient": first}), rows)


def _compare(wiring: dict[str, Any], rows: list[tuple[float, list[Any]]]) -> None:
    live = Derivation(wiring)
    names = ["skin.a1", "skin.a2", "skin.b1", "ambient", "skin.hottest"]
    seen: dict[str, list[float]] = {name: [] for name in names}
    lines = []
    for t, (junction, volts) in enumerate(rows):
        live.take("scanner", float(t), [junction, *volts])
        lines.append({"k": "scan", "s": {"scanner": [float(t), [junction, *volts]]}})
        for name in names:
            seen[name].append(live.value[live.index[name]])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        found = traces(wiring, lines, names)
    for name in names:
        assert [struct.pack("d", v) for v in found[name].value if not isnan(v)] == [
            struct.pack("d", v) for v in seen[name] if not isnan(v)
        ]
        assert [isnan(v) for v in found[name].value] == [isnan(v) for v in seen[name]]


def test_raw_readings_stay_as_they_were_received_and_the_hottest_is_that_of_corrected_values() -> None:
    wiring = make_wiring()
    for column in wiring["sources"]["scanner"]["columns"]:
        column["convert"] = {"kind": "value"}
    live = Derivation(corrected(wiring, {"skin.a1": [(40.0, -1.0)]}))
    live.take("scanner", 0.0, [23.0, 41.0, 40.5, 39.0, 23.0])
    assert live.raw[live.index["skin.a1"]] == 41.0
    assert live.value[live.index["skin.a1"]] == 40.0
    assert live.value[live.index["skin.hottest"]] == 40.5


def test_a_reference_junction_takes_no_correction() -> None:
    with pytest.raises(RecordError, match="reference junction"):
        read_wiring(corrected(make_wiring(), {"junction": [(23.0, 0.1)]}))


def test_a_correction_that_the_wiring_lacks_is_no_correction_of_zero() -> None:
    wiring = corrected(make_wiring(), {"skin.a1": TABLE})
    del wiring["corrections"]
    with pytest.raises(RecordError, match="wiring"):
        read_wiring(wiring)
