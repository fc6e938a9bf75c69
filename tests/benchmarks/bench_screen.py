"""What the operator's screen costs, and how fast STOP is. `make bench` prints it; nothing here asserts a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from math import sin
from pathlib import Path
from statistics import median, quantiles

import pytest
from textual.pilot import Pilot

from rig.bench.description import BenchDescription
from rig.clock import WallClock, wall_seconds
from rig.engine.series import Quiet
from rig.engine.work import link_plans
from rig.execution import run_work
from rig.order import Order
from rig.safety.live import Declared
from rig.tui.app import FRAME_S, RigApp
from rig.tui.plot.drawing import Look, draw
from rig.tui.plot.picture import Level, Line, Picture
from rig.tui.view.envelope import Trace
from tests.tui.driving import Frozen, cut_at, drive, lines_of, until
from tests.tui.terminals import F12, BenchWithScreen, Terminal, bench_with_screen
from tests.waiting import until as until_so

ROUNDS = 20
FRAMES = 100
JITTER_S = 60
LOOK_S = 0.001


@pytest.fixture
def served(
    bench: BenchDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BenchWithScreen]:
    with bench_with_screen(bench, tmp_path, monkeypatch) as found:
        yield found


def _shows_stop(terminal: Terminal) -> bool:
    return b"F12 STOP" in terminal.written


def spread_of(values: list[float]) -> str:
    """Median, 99th percentile and the longest."""
    cuts = quantiles(values, n=100, method="inclusive")
    return f"p50 {cuts[49]:.2f}, p99 {cuts[98]:.2f}, longest {max(values):.2f}, n {len(values)}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_share_of_a_core(tmp_path: Path, size: tuple[int, int]) -> None:
    """Half an hour of ten probes at 1 Hz and the belt at 10 Hz behind it, then frames with two new scans each."""
    order = Order(out=tmp_path / "runs")
    series = run_work(order, link_plans(order.read_bench(), ["steady-state"], [], {}), Quiet())
    ((_, result),) = series.outcomes
    folder = next((tmp_path / "runs").glob("*/run.jsonl")).parent
    assert result is not None
    begun = cut_at(folder, 1780.0, tmp_path / "begun")
    more = [
        line
        for line in (folder / "run.jsonl").read_bytes().splitlines(keepends=True)
        if b'"k":"scan"' in line[:12]
    ][-2 * FRAMES :]
    now, costs = Frozen(), []
    app = RigApp(view=[begun], now=now)

    async def act(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.lanes and app.lanes[0].last_s > 1779.0)
        await pilot.pause(1.0)
        with (begun / "run.jsonl").open("ab") as file:
            for frame in range(FRAMES):
                file.write(b"".join(more[2 * frame : 2 * frame + 2]))
                file.flush()
                now.s += FRAME_S
                before = sum(os.times()[:2])
                await pilot.pause(FRAME_S)
                costs.append(sum(os.times()[:2]) - before)

    drive(app, act, size)
    share = sum(costs) / (FRAMES * FRAME_S)
    print(
        f"\nscreen {size[0]}×{size[1]} at {1 / FRAME_S:g} Hz, 10 traces of 1,780 readings: {share:.1%} of a core"
    )


def test_a_frame_costs_its_cells() -> None:
    """Eight curves drawn at 120×24, however many readings there were."""
    for points in (240, 1_800, 18_000, 180_000):
        traces = [Trace(0.0) for _ in range(8)]
        for number, trace in enumerate(traces):
            for second in range(points):
                trace.add(float(second), 36.0 + number + sin(second / 50.0))
        times = []
        for _ in range(50):
            began = wall_seconds()
            lines = [Line(str(n), trace.curve(recent=False), n) for n, trace in enumerate(traces)]
            picture = Picture("x", "°C", 0.0, float(points), 34.0, 46.0, lines, [Level(42.0, "limit")])
            draw(picture, 120, 24, Look())
            times.append(1000.0 * (wall_seconds() - began))
        print(f"\nplot of 8 × {points} readings at 120×24: {median(times):.2f} ms")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("blocked_s", ["0", "1"], ids=["loop-free", "loop-blocked"])
def test_stop_key_to_off(served: BenchWithScreen, short_plan: Callable[[str], Path], blocked_s: str) -> None:
    """From the key's bytes on the terminal until the supply's twin has carried out OFF, over TCP."""
    plan, latencies, clock = short_plan("10 min"), [], WallClock()
    for _ in range(ROUNDS):
        terminal = served.screen(plan, RIG_BLOCK=blocked_s)
        served.until_hot()
        clock.sleep(1.3)
        began = wall_seconds()
        terminal.press(F12)
        while not served.is_dark():
            clock.sleep(LOOK_S)
        latencies.append(1000.0 * (wall_seconds() - began))
        terminal.quits()
    words = "loop blocked for 1 s at a time: " if blocked_s != "0" else ""
    print(f"\n{words}STOP key → supply off: {spread_of(latencies)} ms")


@pytest.mark.timeout(600)
def test_jitter_of_the_scan(
    served: BenchWithScreen, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    """How late scans are, with a screen and with none."""
    plan = short_plan(f"{JITTER_S} s")
    declared = Declared("Ada", "Ada")
    order = Order(bench_file=tmp_path / "client.yaml", out=tmp_path / "plain", declared=declared)
    run_work(order, link_plans(order.read_bench(), [str(plan)], [], {}), Quiet())
    terminal = served.screen(plan)
    until_so(lambda: list((tmp_path / "runs").glob("*/run.jsonl")))
    (with_screen,) = served.runs()
    clock = WallClock()
    while b'"k":"end"' not in (with_screen / "run.jsonl").read_bytes()[-2000:]:
        clock.sleep(0.5)  # the twins answer in this process
    terminal.quits()
    (without,) = [path.parent for path in (tmp_path / "plain").glob("*/run.jsonl")]
    for words, folder in (("without a screen", without), ("with the screen", with_screen)):
        scans = [line["t"] for line in lines_of(folder) if line["k"] == "scan"]
        late = [1000.0 * ((t - scans[0]) % 0.1) for t in scans[1:]]
        print(
            f"\nscan behind its instant, {words}: {spread_of([min(each, 100.0 - each) for each in late])} ms"
        )


BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("F12 STOP")

Bare().run()
"""
"""The least that can be shown with the same library."""


def _first_frame(command: list[str]) -> float:
    """Seconds from the start of a process to the words of its frame; its bytecode is kept for the next one."""
    began = wall_seconds()
    terminal = Terminal(command, {"PYTHONDONTWRITEBYTECODE": ""}, (120, 36))
    until_so(partial(_shows_stop, terminal))
    took_s = wall_seconds() - began
    terminal.quits()
    terminal.close()
    return took_s


def test_first_frame() -> None:
    """From the start of the process to the two lines on top, warm, and how long a bare screen takes in turn with it."""
    ours, bare = [], []
    for _ in range(12):
        ours.append(_first_frame(["-m", "rig.cli", "tui"]))
        bare.append(_first_frame(["-c", BARE]))
    for words, times in (("first frame", ours[1:]), ("of a bare screen", bare[1:])):
        print(
            f"\n{words}: median {median(times):.3f} s, least {min(times):.3f} s, longest {max(times):.3f} s"
        )
    print(f"ratio of the medians: {median(ours[1:]) / median(bare[1:]):.2f}")
