"""The app: its screens, STOP, the heartbeat, and five frames a second of what is being run or shown."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, final

from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen

from rig.clock import wall_seconds
from rig.errors import ExitCode, RigError
from rig.tui.asciiness import AsciiApp
from rig.tui.chrome import Chrome
from rig.tui.draft import Draft
from rig.tui.equipment import WORKFLOW_BINDINGS, copy_screen, equip, jump, save_picture, show_help
from rig.tui.offers import RigCommands
from rig.tui.rearming import RearmDialog
from rig.tui.registry import PLACES
from rig.tui.screen import RigDialog, RigScreen
from rig.tui.status import Status, status_of
from rig.tui.stopping import BREAK_KEY, with_stop
from rig.tui.titling import WindowTitle
from rig.tui.view.snapshot import LaneSnapshot
from rig.tui.watching import Watching
from rig.tui.workflow import Workflow

if TYPE_CHECKING:  # they bring numpy and the engine, which the first frame does without
    from rig.tui.session import RunSession
    from rig.tui.view.reader import LaneReader

FRAME_S = 0.2
BEAT_S = 0.25


@final
class RigApp(AsciiApp):
    """The operator's screen.

    Args:
        draft: what will be run.
        begin: whether to begin it at once.
        view: folders of runs to look at.
        read_only: nothing but looking, and STOP.
        ascii_only: for terminals without braille and box signs.
        theme: a name of `rig.tui.themes.THEMES`; the calm dark one if none.
        now: real time in s.

    Attributes:
        draft: what will be run next; screens replace it.
        session: what is being run, or was run last; None before.
        watching: whose lanes are looked at. lanes: as they were at the newest frame, in their order.
        status: of all of it, as the two lines on top show it.
        code: with which the command ends: of the last run as ``rig run`` would have given it.
        latch: why nothing may be begun before somebody has given a name; empty if it may.
        trouble: what is said once the screen is gone, empty if nothing is.
        lane: slot of the lane that the run screen shows.
        first_notes: what the record of the next run shall begin with.
    """

    TITLE = "rig"
    CSS_PATH: ClassVar = ["style/rig.tcss", "style/workflow.tcss"]
    COMMANDS: ClassVar = {RigCommands}
    ENABLE_COMMAND_PALETTE = True
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {
        name: entry.make for name, entry in PLACES.items()
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f12", "stop", "STOP · output off", priority=True, show=False, tooltip="STOP: outputs off now"
        ),
        Binding("ctrl+c", "break", show=False, priority=True),
        *WORKFLOW_BINDINGS,
        *(
            Binding(
                entry.key,
                f"show('{name}')",
                entry.title,
                key_display=entry.key.upper(),
                tooltip=f"go: to {entry.words}",
            )
            for name, entry in PLACES.items()
            if entry.key
        ),
        Binding("ctrl+q", "quit", "Quit", show=False, tooltip="screen: quit"),
        Binding("ctrl+z", "suspend", show=False),
    ]

    def __init__(
        self,
        draft: Draft | None = None,
        *,
        begin: bool = False,
        view: Sequence[Path] = (),
        read_only: bool = False,
        ascii_only: bool = False,
        theme: str = "",
        now: Callable[[], float] = wall_seconds,
    ) -> None:
        base = super().get_driver_class()
        self.window = WindowTitle()
        super().__init__(driver_class=with_stop(base, self.pressed, self.window))
        self.draft = draft or Draft()
        self.session: RunSession | None = None
        self.watching = Watching(now)
        self.lanes: Sequence[LaneSnapshot] = ()
        self.status = Status()
        self.code: int = ExitCode.PASSED
        self.latch = ""
        self.trouble = ""
        self.lane = ""
        self.first_notes: list[str] = []
        self._seen: deque[str] = deque()
        self.ascii = ascii_only
        self.wanted_theme = theme
        self.read_only = read_only
        self.flow = Workflow(self)
        self._begin = begin
        self._first = tuple(view)
        self._told = False
        self._leaving = False
        equip(self)

    def on_mount(self) -> None:
        """Frames and beats from now on."""
        self.set_interval(FRAME_S, self.tick)
        self.set_interval(BEAT_S, self.beat)
        self.push_screen("run" if self.read_only else "plans")
        self.call_after_refresh(self._settle)
        if self._first:
            self.call_after_refresh(self.view, self._first)
        elif self._begin:
            self.call_after_refresh(self._begin_first)

    @staticmethod
    def _settle() -> None:
        """The first frame stands: what it took stays for good, and what runs plans is loaded while somebody looks."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        Thread(target=import_module, args=("rig.tui.session",), name="loading", daemon=True).start()

    def _begin_first(self) -> None:
        """What the command line named, prepared first where names are needed; a mistake in it is the command's."""
        try:
            if self.flow.needs_names():
                self.action_show("prepare")
            else:
                self.begin()
        except RigError as error:
            self.code, self.trouble = error.exit_code, str(error)
            self.exit()

    # what screens call

    def begin(self, draft: Draft | None = None) -> None:
        """Run a draft, or the present one, and show it. Where the bench is in use, show that instead.

        After a STOP or a trip somebody has to give a name first.

        Raises:
            InputError: a document or a setting is wrong.
        """
        if self.is_busy or self.read_only:
            self.notify("only a viewer" if self.read_only else "a run is on already", severity="warning")
            return
        draft = draft or self.draft
        if self.latch:
            self.push_screen(RearmDialog(self.latch), partial(self._rearmed, draft))
            return
        from rig.tui.remote import folders_on
        from rig.tui.session import RunSession

        work = draft.link()
        taken = [] if work.bench.simulation is not None else folders_on(work.bench)
        if taken:
            self.view(taken, "the bench is in use: a viewer")
        else:
            self.start(RunSession(draft, work))

    def _rearmed(self, draft: Draft, who: str | None) -> None:
        """Somebody has given a name: nothing is on yet, and a run may begin."""
        if who:
            self.rearm(who)
            self.begin(draft)

    def rearm(self, who: str) -> None:
        """Nothing is latched any more; by whom stands in the record of the run that follows."""
        self.first_notes.append(f"re-armed by {who} after: {self.latch}")
        self.latch = ""

    def start(self, session: RunSession) -> None:
        """Run what was linked, and show it."""
        self.watching.clear()
        self.lane = ""
        self.session, self._told = session, False
        session.start()
        self.action_show("lanes" if len(session.work.plans[0]) > 1 else "run")

    def view(self, folders: Sequence[Path], says: str = "") -> None:
        """Look at runs of another process, or at old ones; F12 switches off who runs them, and nothing else is asked.

        Args:
            folders: of the runs, one a lane.
            says: why, in the two lines on top.
        """
        if self.is_busy:
            return
        self.watching.view(folders, says)
        self.lane = ""
        self.action_show("run")

    def show_again(self, folder: Path, speed: float = 1.0) -> None:
        """Show a run as it was, at a speed that can be changed; a run that is on is not hidden behind it."""
        if self.is_busy:
            self.notify("a run is on: an old one is shown when it is over", severity="warning")
            return
        self.watching.show_again(folder, speed)
        self.lane = ""
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
        elif not self.flow.stop_examination(who):
            self.watching.stop()

    def pressed(self, key: str) -> None:
        """A STOP key, on the thread that reads the keys; ctrl+c counts as one while something may be on."""
        if key != BREAK_KEY or not self.flow.is_free:
            self._seen.append(key)
            self.stop_now()

    # actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer looks, and can stop; it leads nowhere else."""
        if not self.read_only or action not in {"show", "picture"}:
            return True
        return action == "show" and parameters[0] in {"run", "lanes"}

    def action_stop(self) -> None:
        """F12; where the driver saw it first, everything was done, unless a run began between the two."""
        if self._seen:
            self._seen.popleft()
        else:
            self.stop_now()
        if self.session is not None and self.is_busy and self.session.stopped_by is None:
            self.stop_now()
        self.tick()

    def action_break(self) -> None:
        """Ctrl-C stops while something may be on; else it says how to leave."""
        if self._seen or not self.flow.is_free:
            self.action_stop()
        else:
            self.notify("ctrl+q quits")

    @property
    def readers(self) -> Mapping[str, LaneReader]:
        """Of the lanes that are looked at, by slot."""
        return self.watching.readers

    @property
    def chosen(self) -> tuple[LaneSnapshot | None, LaneReader | None]:
        """The lane that the run screen shows, and who reads it."""
        slots = list(self.readers)
        slot = self.lane if self.lane in slots else next(iter(slots), "")
        if slot not in slots or len(self.lanes) != len(slots):
            return None, None
        return self.lanes[slots.index(slot)], self.readers[slot]

    def choose_next(self) -> None:
        """The lane behind the one that is shown."""
        slots = list(self.readers)
        if slots:
            self.lane = slots[(slots.index(self.lane) + 1) % len(slots) if self.lane in slots else 0]

    def action_lanes(self) -> None:
        """All lanes, where there are several."""
        if len(self.readers) > 1:
            self.lane = ""
            self.action_show("lanes")

    def action_help(self) -> None:
        """F1 and ``?``: for what is focused."""
        show_help(self)

    def action_jump(self) -> None:
        """Letters on everything that can have the keys."""
        jump(self)

    def action_picture(self) -> None:
        """The screen as an SVG file."""
        save_picture(self)

    def action_copy_screen(self) -> None:
        """The screen as text, to the clipboard."""
        copy_screen(self)

    def action_show(self, name: str) -> None:
        """Another screen; F4 leads to the lanes where there are several and none was chosen."""
        if name == "run" and len(self.readers) > 1 and not self.lane:
            name = "lanes"
        if isinstance(self.screen, RigDialog) or name not in PLACES:
            return
        entry = self.get_screen(name)
        if self.screen is not entry:
            self.switch_screen(name)

    def action_suspend(self) -> None:
        """Back to the shell for a while; a run that is on would be switched off by the silence."""
        if self.is_busy:
            self.notify(
                "a run is on: a screen that sleeps switches it off; F12 does so now", severity="warning"
            )
        else:
            self.action_suspend_process()

    async def action_quit(self) -> None:
        """Leave; a run that is on has to be stopped before."""
        if self.is_busy:
            self.notify("a run is on: F12 switches its outputs off, then quit", severity="warning")
            return
        if self.flow.examining is not None:
            self.notify("the bench is being examined: it is off in a moment, then quit", severity="warning")
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
        if not self.screen_stack:  # it is being taken down
            return
        self.watching.follow(self.session)
        self.lanes = tuple(reader.snapshot() for reader in self.readers.values())
        self.status = status_of(self.lanes, self.watching.situation(self.session, is_live=self.flow.is_live))
        for screen in self.screen_stack:  # what is seen behind a dialog or the palette goes on, too
            for chrome in screen.query(Chrome):
                chrome.status = self.status
            if isinstance(screen, RigScreen | RigDialog) and screen.is_composed:
                with suppress(NoMatches):  # a screen that is being taken down has lost some of its widgets
                    screen.refresh_view()
        self._note_first()
        self._tell()
        self.flow.tick()
        self.window.show(self.status)
        if self._leaving and not self.is_busy:
            self.exit()

    def _note_first(self) -> None:
        """What the record shall begin with, as soon as the run takes notes."""
        session = self.session
        if self.first_notes and session is not None and any(lane.state == "running" for lane in self.lanes):
            for words in self.first_notes:
                session.note(words)
            self.first_notes.clear()

    def _tell(self) -> None:
        session = self.session
        if session is None or self._told or not session.is_over:
            return
        self._told = True
        self.code = session.exit_code
        if self.code != ExitCode.PASSED:
            self.bell()
        from rig.engine.run import RunResult

        ends = {result.ending.kind for _, result in session.outcomes if isinstance(result, RunResult)}
        if session.stopped_by is not None:
            self.latch = f"STOP by {session.stopped_by}"
        elif "interlock" in ends:
            self.latch = "an interlock has switched off"
