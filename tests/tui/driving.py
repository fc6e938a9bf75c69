"""The app driven by a test, on a clock that stands still, and on records that are cut where the test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, final

import orjson
import pytest
from textual.pilot import Pilot

from rig.clock import WallClock
from rig.record.naming import RUN_FILE
from rig.tui.app import RigApp

PATIENCE_S = 60.0
SIZES = (
    pytest.param((80, 24), id="80x24"),
    pytest.param((120, 36), id="120x36", marks=pytest.mark.slow),
    pytest.param((200, 60), id="200x60", marks=pytest.mark.slow),
)
"""The narrowest shows whether all fits; the wider ones are for the slow suite."""

Act = Callable[[Pilot[None]], Awaitable[None]]


@final
class Frozen:
    """Real time that passes when the test says so."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def drive(app: RigApp, act: Act, size: tuple[int, int] = (80, 24)) -> None:
    """Show the app without a terminal and act on it; a run that is still on is stopped and waited for."""

    async def main() -> None:
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(pilot)
            if app.session is not None and app.is_busy:
                app.session.stop("test")
                await until(pilot, lambda: app.session is None or app.session.is_over)
        app.watching.clear()

    asyncio.run(main())


async def until(pilot: Pilot[None], what: Callable[[], Any]) -> Any:
    """Wait until it is so; what it then is."""
    clock = WallClock()
    while not (found := what()):
        assert clock.now() < PATIENCE_S, "it never came to be so"
        await pilot.pause(0.02)
    return found


async def all_read(pilot: Pilot[None], app: RigApp, folder: Path) -> None:
    """Wait until the whole file was folded, then draw."""
    last_s = max(line["t"] for line in lines_of(folder) if "t" in line)
    await until(pilot, lambda: any(reader.snapshot().last_s >= last_s for reader in app.readers.values()))
    await pilot.pause()
    app.tick()
    await pilot.pause()
    app.tick()
    await pilot.pause()


def lines_of(folder: Path) -> list[dict[str, Any]]:
    """The whole lines, also of a file that is being written."""
    *whole, _ = (folder / RUN_FILE).read_bytes().split(b"\n")
    return [orjson.loads(line) for line in whole]


def cut_at(folder: Path, t: float, into: Path) -> Path:
    """A copy of a run as it was at that bench time."""
    into.mkdir(parents=True)
    kept = []
    for line in (folder / RUN_FILE).read_bytes().splitlines(keepends=True):
        if orjson.loads(line).get("t", 0.0) > t:
            break
        kept.append(line)
    (into / RUN_FILE).write_bytes(b"".join(kept))
    return into
