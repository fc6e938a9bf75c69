"""The screen on a terminal, with a bench behind it: STOP, a frozen and a killed screen, terminals that lack much."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.errors import ExitCode
from tests.tui.driving import lines_of
from tests.tui.terminals import F12, BenchWithScreen, Terminal, bench_with_screen
from tests.waiting import until

pytestmark = pytest.mark.real_time


@pytest.fixture
def served(
    bench: BenchDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BenchWithScreen]:
    with bench_with_screen(bench, tmp_path, monkeypatch) as found:
        yield found


def outcome(folder: Path) -> tuple[str, str]:
    line = until(lambda: next((line for line in lines_of(folder) if line["k"] == "outcome"), None))
    return line["ended"], line["detail"]


@pytest.mark.parametrize("blocked_s", ["0", "1"], ids=["loop-free", "loop-blocked"])
def test_f12_reaches_the_wire(
    served: BenchWithScreen, short_plan: Callable[[str], Path], blocked_s: str
) -> None:
    terminal = served.screen(short_plan("10 min"), RIG_BLOCK=blocked_s)
    served.until_hot()
    terminal.press(F12)
    until(served.is_dark)
    (folder,) = served.runs()
    assert outcome(folder) == ("stop", "Ada")
    until(lambda: b"OUTPUT OFF" in terminal.written)
    assert terminal.quits() == ExitCode.STOPPED


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["frozen", "killed"])
def test_a_screen_that_is_gone_switches_off(
    served: BenchWithScreen, short_plan: Callable[[str], Path], how: signal.Signals
) -> None:
    terminal = served.screen(short_plan("10 min"))
    served.until_hot()
    terminal.signal(how)
    until(served.is_dark)
    (folder,) = served.runs()
    ended, detail = outcome(folder)
    assert ended == "interrupt"
    silent = "the controlling screen was silent for 2 s"
    assert detail == {signal.SIGSTOP: silent, signal.SIGKILL: "the controlling process ended"}[how]


def test_sigterm_switches_off_and_ends_with_130(
    served: BenchWithScreen, short_plan: Callable[[str], Path]
) -> None:
    terminal = served.screen(short_plan("10 min"))
    served.until_hot()
    terminal.signal(signal.SIGTERM)
    assert terminal.ends() == ExitCode.INTERRUPTED
    assert served.is_dark()


@pytest.mark.slow
def test_a_terminal_that_hangs_up_switches_off(
    served: BenchWithScreen, short_plan: Callable[[str], Path]
) -> None:
    terminal = served.screen(short_plan("10 min"))
    served.until_hot()
    terminal.hang_up()
    until(served.is_dark)
    (folder,) = served.runs()
    assert outcome(folder)[0] == "interrupt"
    assert terminal.ends() == ExitCode.INTERRUPTED


@pytest.mark.slow
def test_a_screen_with_a_defect_switches_off_and_ends_with_70(
    served: BenchWithScreen, short_plan: Callable[[str], Path], tmp_path: Path
) -> None:
    terminal = served.screen(short_plan("10 min"), RIG_CRASH=str(tmp_path / "crash"))
    served.until_hot()
    (tmp_path / "crash").touch()
    assert terminal.ends() == ExitCode.DEFECT
    assert served.is_dark()
    assert b"a defect of the screen" in terminal.written


@pytest.mark.slow
def test_a_second_screen_on_a_busy_bench_is_a_viewer_that_can_stop(
    served: BenchWithScreen, short_plan: Callable[[str], Path]
) -> None:
    plan = short_plan("10 min")
    first = served.screen(plan)
    served.until_hot()
    second = served.screen(plan)
    until(lambda: b"VIEWER" in second.written)
    until(lambda: b"is in use" in second.written)
    assert len(served.runs()) == 1
    second.press(F12)
    until(served.is_dark)
    (folder,) = served.runs()
    assert outcome(folder)[0] == "stop"
    assert second.quits() == ExitCode.PASSED
    assert first.quits() == ExitCode.STOPPED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "size"),
    [
        ({"TERM": "linux"}, (80, 24)),
        ({"TERM": "vt100", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}, (80, 24)),
        ({"NO_COLOR": "1"}, (80, 24)),
        ({}, (20, 5)),
        ({}, (3, 2)),
    ],
    ids=["no-braille", "no-utf-8", "no-colour", "tiny", "nothing"],
)
def test_a_poor_terminal_shows_what_it_can_and_stops(
    tmp_path: Path, environment: dict[str, str], size: tuple[int, int]
) -> None:
    """The simulated bench in real time: F12 works, and the screen ends with its code."""
    command = ["-m", "rig.cli", "tui", "cutoff", "--speed", "1", "--out", str(tmp_path / "runs")]
    terminal = Terminal(command, environment, size)
    try:
        until(lambda: (tmp_path / "runs").exists() and list((tmp_path / "runs").glob("*/run.jsonl")))
        (folder,) = [path.parent for path in (tmp_path / "runs").glob("*/run.jsonl")]
        until(lambda: any(line["k"] == "scan" for line in lines_of(folder)))
        terminal.press(F12)
        assert outcome(folder)[0] == "stop"
        until(lambda: any(line["k"] == "end" for line in lines_of(folder)))
        assert terminal.quits() == ExitCode.STOPPED
    finally:
        terminal.close()


def test_a_terminal_that_can_show_no_screen_is_told_what_to_do_instead(tmp_path: Path) -> None:
    terminal = Terminal(["-m", "rig.cli", "tui", "cutoff", "--out", str(tmp_path / "runs")], {"TERM": "dumb"})
    assert terminal.ends() == ExitCode.WRONG_INPUT
    until(lambda: b"rig run --plain" in terminal.written)
    assert not (tmp_path / "runs").exists()
    terminal.close()
