"""What a plot shows in each of its views."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rig.tui.plot.drawing import Look, draw
from rig.tui.plot.picture import Level, Line, Picture
from rig.tui.plot.raster import Raster
from rig.tui.plot.views import VIEWS, picture_of, signals_of
from rig.tui.view.envelope import Curve
from rig.tui.view.reader import LaneReader, LiveLines
from tests.tui.driving import Frozen, cut_at


def reader_at(run: Path, t: float, into: Path) -> LaneReader:
    reader = LaneReader(LiveLines(cut_at(run, t, into)), Frozen())
    while reader.step():
        pass
    return reader


@pytest.fixture(scope="module")
def driving(cutoff_run: Path, tmp_path_factory: pytest.TempPathFactory) -> LaneReader:
    """A run that drives to its cut-off, as it was at 440 s."""
    return reader_at(cutoff_run, 440.0, tmp_path_factory.mktemp("driving") / "run")


def picture(reader: LaneReader, view: str) -> Picture:
    lane = reader.snapshot()
    signals = [value.name for value in signals_of(lane, view)]
    return picture_of(lane, view, reader.curves(signals, recent=False), recent=False)


@pytest.mark.parametrize("t", [3.5, 100.0, 440.0, 1187.0])
def test_the_limit_lies_always_within_the_scale(cutoff_run: Path, tmp_path: Path, t: float) -> None:
    reader = reader_at(cutoff_run, t, tmp_path / "run")
    for view in ("skin", "near"):
        shown = picture(reader, view)
        assert shown.levels[0].value == 42.0
        assert shown.low < 42.0 < shown.high


def test_near_the_limit_there_are_two_kelvin(driving: LaneReader) -> None:
    shown = picture(driving, "near")
    assert shown.low == 40.0
    assert shown.high == pytest.approx(42.2)


def test_deviations_are_around_zero(driving: LaneReader) -> None:
    shown = picture(driving, "deviation")
    assert shown.low == -shown.high
    means = [float(np.mean(line.curve.low)) for line in shown.lines]
    assert abs(sum(means)) < 0.05
    assert max(means) > 0.1


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", [(80, 10), (20, 3), (9, 2), (1, 1), (200, 40)])
def test_every_view_fits_every_room(driving: LaneReader, view: str, size: tuple[int, int]) -> None:
    shown = picture(driving, view)
    for look in (Look(), Look(is_ascii=True)):
        strips = draw(shown, *size, look)
        assert len(strips) == size[1]
        assert {strip.cell_length for strip in strips} == {size[0]}
    assert all(strip.text.isascii() for strip in strips)


def test_a_spike_in_one_bucket_is_drawn() -> None:
    t = np.arange(1000, dtype=np.float64)
    high = np.full(1000, 1.0)
    high[500] = 9.0
    raster = Raster(40, 10, 0.0, 1000.0, 0.0, 10.0)
    dots = raster.dots(Curve(t, np.full(1000, 1.0), high))
    assert dots[1, 20] > 0


def test_a_gap_in_the_readings_stays_a_gap() -> None:
    t = np.array([*range(100), *range(600, 700)], dtype=np.float64)
    flat = np.full(200, 5.0)
    dots = Raster(70, 10, 0.0, 700.0, 0.0, 10.0).dots(Curve(t, flat, flat))
    assert dots[:, 11:59].sum() == 0
    assert dots[:, :9].any(axis=0).all()


def test_a_curve_above_the_scale_runs_along_its_upper_edge_and_one_below_is_not_there() -> None:
    t = np.arange(100, dtype=np.float64)
    raster = Raster(50, 10, 0.0, 100.0, 40.0, 42.0)
    above, below = np.full(100, 50.0), np.full(100, 30.0)
    assert raster.dots(Curve(t, above, above))[0].all()
    assert raster.dots(Curve(t, below, below)).sum() == 0


def test_labels_stand_at_the_right_ends_the_highest_first() -> None:
    t = np.arange(10, dtype=np.float64)
    curves = {name: Curve(t, t + shift, t + shift) for name, shift in (("low", 0.0), ("high", 1.0))}
    lines = [Line(name, curve, n) for n, (name, curve) in enumerate(curves.items())]
    shown = Picture("x", "V", 0.0, 10.0, 0.0, 12.0, lines, [Level(11.0, "trip")])
    text = [strip.text for strip in draw(shown, 60, 14, Look())]
    rows = {
        name: next(y for y, row in enumerate(text) if row.rstrip().endswith(f" {name}")) for name in curves
    }
    assert rows["high"] < rows["low"]
    assert any("trip" in row for row in text)


def test_a_long_name_takes_no_digit_from_its_value(driving: LaneReader) -> None:
    shown = picture(driving, "other")
    text = "\n".join(strip.text for strip in draw(shown, 80, 14, Look()))
    labels = {line.label for line in shown.lines}
    assert {label for label in labels if label in text} == labels
    assert any(label.startswith("belt.a.sensor ") for label in labels)


def test_a_limit_keeps_its_row_from_curves_below_it_and_from_limits_above_it() -> None:
    t = np.arange(100, dtype=np.float64)
    curve = Curve(t, np.full(100, 34.0), np.full(100, 41.5))
    levels = [Level(45.0, "trip"), Level(42.0, "limit")]
    shown = Picture("x", "°C", 0.0, 100.0, 33.0, 42.2, [Line("a", curve, is_bold=True)], levels)
    text = [strip.text for strip in draw(shown, 60, 6, Look())]
    (row,) = [row for row in text if "limit" in row]
    assert row.count("─") > 30
    assert not any("trip" in row for row in text)
