"""What ends a wait, folded over a lane's readings: soak, steady, signals together, and what came too early."""

from __future__ import annotations

from math import nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from rig.engine.lane import Lane
from rig.engine.waits import until
from rig.plan.program import Place, Soak, Step, Until, UntilSignal, UntilSteady
from tests.engine.scripted import ON, Script, lines, run_script, told

NAMES = ("skin.a1", "skin.b1")


class Readings:
    """A lane of two probes, read together."""

    def __init__(self, wait: Until) -> None:
        self.derivation = SimpleNamespace(instant=[nan, nan], value=[nan, nan])
        index = {name: number for number, name in enumerate(NAMES)}
        self.lane = cast(
            "Lane",
            SimpleNamespace(watch=None, events=[], derivation=self.derivation, signal=index.__getitem__),
        )
        self.wait = until(self.lane, Step("wait", Place("plan.yaml", 1, 1), until=wait, within_s=60.0))

    def read(self, t: float, *values: float) -> None:
        for index, value in enumerate(values):
            self.derivation.instant[index], self.derivation.value[index] = t, value
        assert self.lane.watch is not None
        self.lane.watch(range(len(values)))

    @property
    def over(self) -> bool:
        return next(self.wait)


def test_readings_count_from_the_moment_the_step_begins() -> None:
    """Also those that come before the wait is first asked, one scan later."""
    readings = Readings(UntilSignal(("skin.a1",), above=True, limit=40.0, readings=2))
    readings.read(0.0, 41.0)
    readings.read(1.0, 41.0)
    assert readings.over


def test_several_readings_between_two_scans_are_all_folded() -> None:
    readings = Readings(UntilSignal(("skin.a1",), above=False, limit=30.0))
    assert not readings.over
    readings.read(0.0, 29.0)
    readings.read(1.0, 35.0)
    assert readings.over, "it was below for one reading"


def test_a_wait_for_several_signals_is_over_when_all_are_beyond_at_one_time() -> None:
    readings = Readings(UntilSignal(NAMES, above=True, limit=35.0, readings=2))
    for t, (a, b) in enumerate([(36.0, 34.0), (36.0, 34.0), (34.0, 36.0), (36.0, 36.0)]):
        readings.read(float(t), a, b)
        assert not readings.over, "each was beyond for two readings at another time"
    readings.read(4.0, 36.0, 36.0)
    assert readings.over


def test_a_wait_for_several_signals_goes_on_while_one_has_read_nothing() -> None:
    readings = Readings(UntilSignal(NAMES, above=False, limit=35.0))
    readings.read(0.0, 34.0, nan)
    assert not readings.over
    readings.read(1.0, 34.0, 34.0)
    assert readings.over


def test_a_soak_is_over_when_all_signals_have_stayed_at_one_time() -> None:
    readings = Readings(Soak(NAMES, 40.0, 0.5, 2.0))
    for t, (a, b) in enumerate([(40.0, 35.0), (40.0, 39.8), (40.0, 39.8), (41.0, 39.8), (40.0, 39.8)]):
        readings.read(float(t), a, b)
        assert not readings.over
    for later in (5.0, 6.0):
        readings.read(later, 40.0, 40.0)
    assert readings.over


def test_a_soak_waits_for_a_probe_that_reads_nothing() -> None:
    readings = Readings(Soak(NAMES, 40.0, 0.5, 2.0))
    for t in range(4):
        readings.read(float(t), 40.0, 40.0 if t == 0 else nan)
    assert not readings.over


def test_a_wait_for_steadiness_needs_its_window() -> None:
    readings = Readings(UntilSteady(NAMES, 0.01, 10.0))
    for t in range(8):
        readings.read(float(t), 40.0, 40.0)
    assert not readings.over
    readings.read(8.0, 40.0, 40.0)
    assert readings.over


def test_a_slope_either_way_is_not_steady() -> None:
    for rate in (0.02, -0.02):
        readings = Readings(UntilSteady(NAMES[:1], 0.01, 10.0))
        for t in range(30):
            readings.read(float(t), 40.0 + rate * t)
        assert not readings.over


def test_a_soak_and_a_wait_for_steadiness_end_on_the_bench(tmp_path: Path) -> None:
    body = f"""\
steps:
  - {{name: steady, until: {{signal: skin.*, steady: 0.2 K/min, over: 30 s}}, within: 2 min}}
  - {{name: soak, soak: {{signal: phantom, at: 37 degC, tolerance: 0.5 K, for: 20 s}}, within: 1 min}}
  - {{name: too far, {ON}, soak: {{signal: skin.a1, at: 44 degC, tolerance: 1 K, for: 1 s}}, within: 5 s}}
"""
    result = run_script(body, tmp_path)
    assert told(result)[1::2] == ["steady reached", "soak reached", "too far timeout"]
    ends = {line["step"]: line["t"] for line in lines(result, "step") if line["state"] == "end"}
    starts = {line["step"]: line["t"] for line in lines(result, "step") if line["state"] == "start"}
    assert 24.0 <= ends["steady"] - starts["steady"] <= 31.0
    assert 20.0 <= ends["soak"] - starts["soak"] <= 22.0


def test_the_watch_of_a_step_ends_with_it(tmp_path: Path) -> None:
    body = """\
steps:
  - {name: one, until: {signal: skin.hottest, above: 20 degC}, within: 9 s}
  - {name: two, hold: 3 s}
"""
    watches: list[Any] = []

    class Both(Script):
        def scanned(self, lane: Lane) -> None:
            super().scanned(lane)
            watches.append(lane.watch if lane.step == "two" else None)

    run_script(body, tmp_path, script=Both())
    assert set(watches) == {None}
