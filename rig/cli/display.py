"""A thread between the scan and whoever reads: a reader that stops reading stops the display, never the scan."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import NoReturn, final

from rig.cli import streams
from rig.errors import ExitCode
from rig.platform import ignore_signals

FRAME_S = 0.1
LAST_FRAME_S = 2.0


class _Stuck:
    """Whether a thread is stuck in writing to stdout: whoever writes, or flushes, after it is stuck as well."""

    stdout = False


def is_stuck() -> bool:
    """Whether nothing can be written to stdout any more."""
    return _Stuck.stdout


def leave(code: int) -> NoReturn:
    """End the process with this code, also where a thread is stuck in writing to a reader that does not read.

    From here on no signal changes it.
    """
    if _Stuck.stdout:
        os._exit(code)
    try:
        code = streams.end(code)
        ignore_signals()
    except KeyboardInterrupt:
        os._exit(code or ExitCode.INTERRUPTED)
    sys.exit(code)


@final
class Display:
    """Calls show() about ten times a second on a thread of its own, until closed."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._closing = Event()
        self._thread = Thread(target=self._run, name="display", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Show once more and end; a reader that does not read is not waited for, and is shown nothing more."""
        self._closing.set()
        self._thread.join(LAST_FRAME_S)
        if self._thread.is_alive():
            _Stuck.stdout = True

    def _run(self) -> None:
        while not self._closing.wait(FRAME_S):
            self._show()
        self._show()


def shown(action: Callable[..., None], *arguments: object) -> None:
    """Show something, unless whoever shows is stuck in it."""
    if _Stuck.stdout:
        return
    action(*arguments)
    if not _Stuck.stdout:
        sys.stdout.flush()
