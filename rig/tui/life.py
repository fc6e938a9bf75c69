"""The life of the screen: shown until somebody leaves, and whatever ends it, what it ran is over and off."""

from __future__ import annotations

import os
from threading import Event, Thread

from rig.errors import ExitCode
from rig.platform import signals_as_requests
from rig.tui.app import RigApp

LEAVING_S = 5.0
"""So long a screen may take to leave after what it ran is over."""


def exit_code_of(app: RigApp) -> int:
    """What the shell is told: of the last run, or that the screen itself has failed."""
    return ExitCode.DEFECT if app.return_code else app.code


def run_app(app: RigApp) -> int:
    """Show it until somebody leaves; what is run is over afterwards, whatever happened to the screen.

    SIGINT, SIGTERM and SIGHUP switch off and leave.
    """
    ended = Event()

    def leave(signal_name: str) -> None:
        if app.session is not None and not app.session.is_over:
            app.session.interrupt(signal_name)
        app.leave()
        Thread(target=_end_at_last, args=(app, ended), name="leaving", daemon=True).start()

    with signals_as_requests(leave):
        try:
            app.run()
        finally:
            _see_off(app)
            ended.set()
    return exit_code_of(app)


def _end_at_last(app: RigApp, ended: Event) -> None:
    """A screen whose terminal is gone may wait for it for ever: once what it ran is over, its process ends."""
    if app.session is not None:
        app.session.join()
    if not ended.wait(LEAVING_S):
        os._exit(ExitCode.INTERRUPTED if app.session is None else app.session.exit_code)


def _see_off(app: RigApp) -> None:
    session = app.session
    if session is None:
        return
    if not session.is_over:
        session.interrupt("the screen has ended")
        session.join()
    app.code = session.exit_code
