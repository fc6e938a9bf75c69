"""``rig stop``: switch running benches off, from any terminal."""

from __future__ import annotations

import getpass
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from rig.errors import ExitCode

PATIENCE_S = 20.0
LOOK_S = 0.1
LOOK_AT_THE_BENCH = "look at the bench now and use the physical switch"


@click.command()
def command() -> int:
    """Switch off every run of this user that is in progress, and wait until read-back confirms it.

    Ends with 0 if every output was seen to be off, 3 if nothing was running or an output was not confirmed.
    """
    from rig.engine.control import running

    paths = running()
    if paths:
        with ThreadPoolExecutor(len(paths)) as pool:
            outcomes = [outcome for outcome in pool.map(_stop, paths) if outcome is not None]
    else:
        outcomes = []
    for _, words in outcomes:
        click.echo(words)
    if not outcomes:
        click.echo("nothing to stop: no run of this user is in progress", err=True)
    return ExitCode.PASSED if outcomes and all(dark for dark, _ in outcomes) else ExitCode.UNAVAILABLE


def _stop(path: Path) -> tuple[bool, str] | None:
    """Stop one run; whether it was seen dark, in words. None if nobody listened any more."""
    from rig.engine.control import Answer, ask

    answer = ask(path, {"do": "stop", "who": getpass.getuser()})
    if answer is Answer.NOBODY:
        return None
    if answer is Answer.SILENT:
        return False, f"process {path.stem}: NOT CONFIRMED: it does not answer; {LOOK_AT_THE_BENCH}"
    return _await_dark(path, answer)


def _await_dark(path: Path, answer: Any) -> tuple[bool, str]:
    """Follow the run of every lane until its record says what became of its outputs.

    In a teardown they were seen off before: then what counts is that they are looked at once more.
    """
    from rig.clock import WallClock
    from rig.engine.control import Answer, ask

    clock = WallClock()
    folders: list[Path] = []
    since: dict[Path, float] = {}
    while clock.now() < PATIENCE_S:
        if isinstance(answer, dict) and answer["lanes"]:
            folders = [Path(lane["run"]) for lane in answer["lanes"]]
            for folder, lane in zip(folders, answer["lanes"], strict=True):
                since.setdefault(folder, lane["t"] if lane["off"] is None else 0.0)
        offs = [_off_line(folder, since[folder]) for folder in folders]
        if folders and all(off is not None for off in offs):
            dark = [off is not None and bool(off["confirmed"]) for off in offs]
            return all(dark), "\n".join(map(_words, folders, dark))
        if not folders and answer is Answer.NOBODY:
            return True, f"process {path.stem}: ended before it had switched anything on"
        clock.sleep(LOOK_S)
        answer = ask(path, {"do": "state"})
    who = ", ".join(map(str, folders)) or path.stem
    return False, f"{who}: NOT CONFIRMED: no word of the outputs in {PATIENCE_S:g} s; {LOOK_AT_THE_BENCH}"


def _words(folder: Path, dark: bool) -> str:
    words = "off, confirmed by read-back" if dark else f"NOT CONFIRMED off: {LOOK_AT_THE_BENCH}"
    return f"{folder}: outputs {words}"


def _off_line(folder: Path, since: float) -> dict[str, Any] | None:
    """The last one from that bench time on, in s."""
    from rig.errors import RecordError
    from rig.record.reader import read_run

    try:
        offs = [line for line in read_run(folder).lines("off") if line["t"] >= since]
    except RecordError:
        return None
    return offs[-1] if offs else None
