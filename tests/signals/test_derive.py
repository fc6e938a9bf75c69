"""Live derivation, and that a record derives to the same bits in batch."""

from __future__ import annotations

import copy
import struct
import subprocess
import sys
from math import inf, isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.signals.derive import Derivation
from rig.signals.layout import QUALITIES
from rig.signals.thermocouple import TYPES
from rig.signals.traces import traces

TYPE_T_42_OVER_23 = 0.785112e-3


def test_volts_over_the_reference_junction_become_degc(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    live.take("scanner", 10.0, [23.0, TYPE_T_42_OVER_23, 0.0, -1e-3, 0.0], [0.0, 0.1, 0.2, 0.3, 0.4])
    assert live.value[live.index["skin.a1"]] == pytest.approx(42.0, abs=2e-5)
    assert live.value[live.index["skin.a2"]] == pytest.approx(23.0, abs=1e-9)
    assert live.instant[live.index["skin.b1"]] == 10.3


def test_hottest_is_the_greatest_valid_skin_with_its_instant(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    live.take("scanner", 10.0, [23.0, "+9.90000000E+37", 5e-4, 6e-4, 9e-4], [0.0, 0.1, 0.2, 0.3, 0.4])
    hottest = live.index["skin.hottest"]
    assert live.value[hottest] == live.value[live.index["skin.b1"]]
    assert live.instant[hottest] == 10.3
    assert live.quality[live.index["skin.a1"]] == "open"
    assert live.quality[hottest] == "ok"


def test_power_is_volts_times_amps(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    changed = live.take("supply", 1.0, [8.14, 8.0, 0.892, 0.5])
    assert live.value[live.index["supply.a.power"]] == 8.14 * 0.892
    assert [live.signals[i].name for i in changed][-2:] == ["supply.a.power", "supply.b.power"]
    live.take("supply", 1.2, [8.14, 8.0, "+9.9E37", 0.5])
    assert isnan(live.value[live.index["supply.a.power"]])
    assert live.quality[live.index["supply.a.power"]] == "overload"


def test_the_current_of_a_shared_output_is_the_mean_of_its_heaters(shared_wiring: dict[str, Any]) -> None:
    live = Derivation(shared_wiring)
    live.take("supply", 1.0, [8.14, 8.14, 1.8, 1.8])
    for heater in "ab":
        assert live.value[live.index[f"supply.{heater}.current"]] == 0.9
        assert live.raw[live.index[f"supply.{heater}.current"]] == 1.8
        assert live.value[live.index[f"supply.{heater}.power"]] == 8.14 * 0.9
    live.take("supply", 1.2, [8.14, 8.14, "+9.9E37", "+9.9E37"])
    assert isnan(live.value[live.index["supply.a.current"]])
    assert live.quality[live.index["supply.a.current"]] == "overload"
    live.take("supply", 1.4, [8.14, 8.14, 1])
    assert live.quality[live.index["supply.b.current"]] == "garbled"


def test_a_share_beside_thermocouples_is_divided_as_well(shared_wiring: dict[str, Any]) -> None:
    wiring = copy.deepcopy(shared_wiring)
    sources = wiring["sources"]
    sources["scanner"]["columns"] += sources.pop("supply")["columns"]
    readings: list[tuple[str, list[Any], list[float] | None]] = [
        ("scanner", [23.0, 1e-3, 1e-3, 1e-3, 1e-3, 7.4, 7.4, 3, 3], None)
    ]
    _compare(wiring, readings)
    live = Derivation(wiring)
    live.take("scanner", 0.0, readings[0][1])
    assert live.value[live.index["supply.b.current"]] == 1.5


def test_nothing_is_valid_before_the_first_reading(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    assert all(isnan(v) for v in live.value)
    assert set(live.quality) == {"unread"}
    assert set(live.instant) == {-inf}


def test_a_lost_reference_junction_invalidates_its_thermocouples(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    live.take("scanner", 0.0, ["+9.90000000E+37", 1e-3, 1e-3, 1e-3, 1e-3])
    assert live.quality[live.index["skin.a1"]] == "open"
    assert isnan(live.value[live.index["skin.hottest"]])
    assert live.quality[live.index["skin.hottest"]] == "open"


def test_volts_beyond_the_wire_are_an_overload(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    live.take("scanner", 0.0, [23.0, 0.1, -0.1, 1e-3, 1e-3])
    assert live.quality[live.index["skin.a1"]] == "overload"
    assert live.quality[live.index["skin.a2"]] == "overload"
    assert live.quality[live.index["skin.b1"]] == "ok"


def test_a_reading_of_the_wrong_length_is_garbled_throughout(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    live.take("supply", 1.0, [8.14, 8.14, 0.9, 0.9])
    live.take("supply", 1.2, [8.14, 8.14, 0.9])
    assert isnan(live.value[live.index["supply.a.voltage"]])
    assert live.quality[live.index["supply.b.power"]] == "garbled"
    assert live.instant[live.index["supply.a.voltage"]] == 1.2


def test_the_lists_are_changed_in_place(wiring: dict[str, Any]) -> None:
    live = Derivation(wiring)
    value, quality, instant = live.value, live.quality, live.instant
    live.take("supply", 1.0, [8.14, 8.14, 0.9, 0.9])
    assert (live.value, live.quality, live.instant) == (value, quality, instant)
    assert value[live.index["supply.a.voltage"]] == 8.14


def test_the_live_path_loads_no_numpy() -> None:
    code = "import sys, rig.signals.derive, rig.signals.folds; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _readings(low: float, high: float) -> st.SearchStrategy[Any]:
    texts = st.sampled_from(["+9.90000000E+37", "-9.90000000E+37", "9.91E37", "", "?"])
    return st.one_of(st.floats(low, high), st.floats(low, high), texts, st.floats(allow_nan=True))


def _columns(reading: st.SearchStrategy[Any], width: int) -> st.SearchStrategy[list[Any]]:
    return st.one_of(
        *[st.lists(reading, min_size=width, max_size=width)] * 4, st.lists(reading, max_size=width)
    )


_SCANNER = st.tuples(
    st.just("scanner"),
    st.tuples(_readings(15.0, 35.0), _columns(_readings(-2e-3, 4e-3), 4)).map(lambda p: [p[0], *p[1]]),
    st.one_of(st.none(), st.lists(st.floats(0.0, 0.9), min_size=5, max_size=5)),
)
_SUPPLY = st.tuples(st.just("supply"), _columns(_readings(0.0, 10.0), 4), st.none())
_BELT = st.tuples(st.just("belt"), _columns(_readings(-40.0, 150.0), 1), st.none())


@settings(max_examples=150, deadline=None)
@given(readings=st.lists(st.one_of(_SCANNER, _SUPPLY, _BELT), min_size=1, max_size=25))
def test_batch_gives_the_bits_of_live(
    wiring: dict[str, Any], readings: list[tuple[str, list[Any], list[float] | None]]
) -> None:
    _compare(wiring, readings)


@settings(max_examples=150, deadline=None)
@given(
    of=st.integers(2, 4),
    readings=st.lists(st.one_of(_SCANNER, _SUPPLY, _BELT), min_size=1, max_size=25),
)
def test_batch_gives_the_bits_of_live_where_heaters_share_an_output(
    shared_wiring: dict[str, Any], of: int, readings: list[tuple[str, list[Any], list[float] | None]]
) -> None:
    wiring = copy.deepcopy(shared_wiring)
    for column in wiring["sources"]["supply"]["columns"][2:]:
        column["convert"]["of"] = of
    for entry in wiring["heaters"].values():
        entry["shares_with"] = ["another"] * (of - 1)
    _compare(wiring, readings)


def _compare(wiring: dict[str, Any], readings: list[tuple[str, list[Any], list[float] | None]]) -> None:
    live = Derivation(wiring)
    names = [s.name for s in live.signals]
    seen: dict[str, list[tuple[float, float, str]]] = {name: [] for name in names}
    lines: list[dict[str, Any]] = []
    for row, (source, values, offsets) in enumerate(readings):
        t0 = row * 0.1
        for index in live.take(source, t0, values, offsets):
            seen[names[index]].append((live.instant[index], live.value[index], live.quality[index]))
        lines.append({"k": "scan", "t": t0, "s": {source: [t0, values, *([offsets] if offsets else [])]}})
    batch = traces(wiring, lines, names)
    for name in names:
        trace = batch[name]
        assert trace.t.tolist() == [t for t, _, _ in seen[name]]
        assert [QUALITIES[code] for code in trace.quality] == [q for _, _, q in seen[name]]
        assert [struct.pack("d", v) for v in trace.value.tolist()] == [
            struct.pack("d", v if not isnan(v) else float("nan")) for _, v, _ in seen[name]
        ]


def test_traces_keep_only_what_was_asked(wiring: dict[str, Any]) -> None:
    lines: list[dict[str, Any]] = [
        {"k": "head"},
        {"k": "scan", "t": 0.0, "s": {"scanner": [0.0, [23.0, 1e-3, 1e-3, 1e-3, 1e-3]]}},
    ]
    found = traces(wiring, lines, ["skin.a1"])
    assert list(found) == ["skin.a1"]
    wire = TYPES["T"]
    assert found["skin.a1"].value[0] == wire.degc(1e-3 * 1000.0 + wire.emf_mv(23.0))
    with pytest.raises(KeyError):
        traces(wiring, lines, ["skin.z9"])


def test_hottest_over_two_scanners_is_that_of_the_newest_readings() -> None:
    plain = {"kind": "value"}
    sources: dict[str, Any] = {
        scanner: {
            "period_s": 1.0,
            "columns": [{"signal": name, "dimension": "temperature", "convert": plain, "place": "skin"}],
        }
        for scanner, name in (("left", "skin.a1"), ("right", "skin.b1"))
    }
    wiring: dict[str, Any] = {"sources": sources, "heaters": {}}
    live = Derivation(wiring)
    lines, seen = [], []
    for t, source, degc in [
        (0.0, "left", 33.0),
        (0.5, "right", 34.0),
        (1.0, "left", 35.0),
        (1.5, "right", 30.0),
    ]:
        live.take(source, t, [degc])
        seen.append(live.value[live.index["skin.hottest"]])
        lines.append({"k": "scan", "t": t, "s": {source: [t, [degc]]}})
    assert seen == [33.0, 34.0, 35.0, 35.0]
    hottest = traces(wiring, lines, ["skin.hottest"])["skin.hottest"]
    assert np.array_equal(hottest.value, seen)
    assert hottest.t.tolist() == [0.0, 0.5, 1.0, 1.0]
