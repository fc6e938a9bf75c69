"""The screen in a process of its own, begun with a plan; ``RIG_BLOCK`` blocks its loop again and again, for seconds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rig.cli.display import leave
from rig.clock import WallClock
from rig.order import Order
from rig.safety.live import Declared
from rig.tui.app import RigApp
from rig.tui.draft import Draft
from rig.tui.life import run_app

BLOCK = "RIG_BLOCK"
CRASH = "RIG_CRASH"
"""Names a file; once it is there, the screen has a defect."""


class Blocker:
    """Blocks the loop of an app for most of the time, once it has begun."""

    def __init__(self, app: RigApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    def begin(self) -> None:
        self._app.set_interval(self._seconds + 0.05, self._block)

    def _block(self) -> None:
        WallClock().sleep(self._seconds)


def crash() -> None:
    if Path(os.environ[CRASH]).exists():
        raise ValueError("a defect of the screen")


def main(bench: str, plan: str, out: str) -> int:
    order = Order(bench_file=Path(bench), out=Path(out), operator="Ada", declared=Declared("Ada", "Ada"))
    app = RigApp(Draft(order, (plan,)), begin=True)
    seconds = float(os.environ.get(BLOCK, "0"))
    if os.environ.get(CRASH):
        app.call_later(app.set_interval, 0.05, crash)
    if seconds:
        app.call_later(Blocker(app, seconds).begin)
    return run_app(app)


if __name__ == "__main__":
    leave(main(*sys.argv[1:]))
