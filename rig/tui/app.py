"""The app: its screens, STOP, the heartbeat, and five frames a second of what is being run or shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, final

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from rig.clock import wall_seconds
from rig.errors import ExitCode
from rig.tui.chrome import Chrome
from rig.tui.draft import Draft
from rig.tui.registry import PLACES
from rig.tui.screen import RigDialog, RigScreen
from rig.tui.session import RunSession
from rig.tui.status import Situation, Status, status_of
from rig.tui.stopping import with_stop
from rig.tui.view.reader import LaneReader, LiveLines
from rig.tui.view.snapshot import LaneSnapshot

FRAME_S = 0.2
BEAT_S = 0.25


@final
class RigApp(App[None]):
    """The operator's screen.

    Args:
        draft: what will be run.
        begin: whether to begin it at once.
        ascii_only: for terminals without braille and box signs.
        now: real time in s.

    Attributes:
        draft: what will be run next; screens replace it.
        session: what is being run, or was run last; None before.
        readers: of the lanes that are watched, by slot. lanes: as they were at the newest frame, in their order.
        status: of all of it, as the two lines on top show it.
        code: with which the command ends: of the last run as ``rig run`` would have given it.
        lane: slot of the lane that the run screen shows.
    """

    TITLE = "rig"
    CSS_PATH = "style/rig.tcss"
    ENABLE_COMMAND_PALETTE = True
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {
        name: entry.make for name, entry in PLACES.items()
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f12", "stop", "STOP · output off", priority=True, show=True),
        Binding("ctrl+c", "break", show=False, priority=True),
        *(Binding(entry.key, f"show('{name}')", entry.title) for name, entry in PLACES.items() if entry.key),
        Binding("ctrl+q", "quit", "Quit", show=True),
    ]

    def __init__(
        self,
        draft: Draft | None = None,
        *,
        begin: bool = False,
        ascii_only: bool = False,
        now: Callable[[], float] = wall_seconds,
    ) -> None:
        base = super().get_driver_class()
        super().__init__(driver_class=with_stop(base, self.pressed))
        self.draft = draft or Draft()
        self.session: RunSession | None = None
        self.readers: dict[str, LaneReader] = {}
        self.lanes: Sequence[LaneSnapshot] = ()
        self.status = Status()
        self.code: int = ExitCode.PASSED
        self.lane = ""
        self.ascii = ascii_only
        self._begin = begin
        self._now = now
        self._folders: dict[str, Any] = {}
        self._told = False
        self._leaving = False

    def on_mount(self) -> None:
        """Frames and beats from now on."""
        self.set_interval(FRAME_S, self.tick)
        self.set_interval(BEAT_S, self.beat)
        self.push_screen("plans")
        if self._begin:
            self.call_after_refresh(self.begin)

    # what screens call

    def begin(self, draft: Draft | None = None) -> None:
        """Run a draft, or the present one, and show it. Says why not where it cannot be run.

        Raises:
            InputError: a document or a setting is wrong.
        """
        if self.is_busy:
            self.notify("a run is on already", severity="warning")
            return
        draft = draft or self.draft
        self.start(RunSession(draft, draft.link()))

    def start(self, session: RunSession) -> None:
        """Run what was linked, and show it."""
        self.session, self._told = session, False
        self._watch_nothing()
        session.start()
        self.action_show("run")

    @property
    def is_busy(self) -> bool:
        """Whether a run of this screen is on."""
        return self.session is not None and not self.session.is_over

    def stop_now(self, who: str | None = None) -> None:
        """Outputs off; from any thread, never waits, never asks."""
        session = self.session
        if session is not None and not session.is_over:
            session.stop(who)

    def pressed(self, key: str) -> None:
        """A STOP key, on the thread that reads the keys; ctrl+c counts as one while a run is on."""
        del key
        self.stop_now()

    # actions

    def action_stop(self) -> None:
        """F12, also where no driver saw it first."""
        self.stop_now()
        self.tick()

    def action_break(self) -> None:
        """Ctrl-C stops while a run is on; else it says how to leave."""
        if self.is_busy:
            self.action_stop()
        else:
            self.notify("ctrl+q quits")

    def action_show(self, name: str) -> None:
        """Another screen; F4 leads to the lanes where there are several and none was chosen."""
        if name == "run" and len(self.readers) > 1 and not self.lane:
            name = "lanes"
        if isinstance(self.screen, RigDialog) or name not in PLACES:
            return
        entry = self.get_screen(name)
        if self.screen is not entry:
            self.switch_screen(name)

    async def action_quit(self) -> None:
        """Leave; a run that is on has to be stopped before."""
        if self.is_busy:
            self.notify("a run is on: F12 switches its outputs off, then quit", severity="warning")
            return
        self.exit()

    def leave(self) -> None:
        """End as soon as what is run is over; from a signal handler too."""
        self._leaving = True

    # frames

    def beat(self) -> None:
        """The loop lives."""
        if self.session is not None:
            self.session.beat()

    def tick(self) -> None:
        """One frame: look at the lanes, and let the screen on top draw what has changed."""
        self._follow()
        self.lanes = tuple(reader.snapshot() for reader in self.readers.values())
        self.status = status_of(self.lanes, self._situation())
        screen = self.screen
        for chrome in screen.query(Chrome):
            chrome.status = self.status
        if isinstance(screen, RigScreen | RigDialog) and screen.is_mounted:
            screen.refresh_view()
        self._tell()
        if self._leaving and not self.is_busy:
            self.exit()

    def _situation(self) -> Situation:
        session = self.session
        if session is None:
            return Situation()
        return Situation(
            is_live=session.is_live,
            stopping=session.stopped_by is not None,
            is_over=session.is_over,
            says="" if session.error is None else str(session.error),
        )

    def _follow(self) -> None:
        """A reader for each lane that has a folder."""
        session = self.session
        if session is None or session.folders is self._folders:
            return
        self._folders = folders = dict(session.folders)
        for slot in [slot for slot in self.readers if slot not in folders]:
            self.readers.pop(slot).close()
        for slot, folder in folders.items():
            if slot not in self.readers:
                self.readers[slot] = LaneReader(LiveLines(folder), self._now)
                self.readers[slot].start()

    def _watch_nothing(self) -> None:
        for reader in self.readers.values():
            reader.close()
        self.readers, self.lanes, self.lane = {}, (), ""

    def _tell(self) -> None:
        session = self.session
        if session is None or self._told or not session.is_over:
            return
        self._told = True
        self.code = session.exit_code
        if self.code != ExitCode.PASSED:
            self.bell()


def exit_code_of(app: RigApp) -> int:
    """What the shell is told: of the last run, or that the screen itself has failed."""
    return ExitCode.DEFECT if app.return_code else app.code


def run_app(app: RigApp) -> int:
    """Show it until somebody leaves; what is run is over afterwards, whatever happened to the screen.

    SIGINT, SIGTERM and SIGHUP switch off and leave.
    """
    from rig.platform import signals_as_requests

    def leave(signal_name: str) -> None:
        if app.session is not None and not app.session.is_over:
            app.session.interrupt(signal_name)
        app.leave()

    with signals_as_requests(leave):
        try:
            app.run()
        finally:
            partial(_see_off, app)()
    return exit_code_of(app)


def _see_off(app: RigApp) -> None:
    session = app.session
    if session is not None and not session.is_over:
        session.interrupt("the screen has ended")
        session.join()
        app.code = session.exit_code
