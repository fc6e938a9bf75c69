"""The result: a banner with the word and the number that decides, the checks below it, one lane at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import ScreenResume
from textual.message import Message

from rig.engine.series import RunFailure
from rig.errors import RecordError
from rig.tui.models.result import Result, failure, read_result
from rig.tui.screen import RigScreen
from rig.tui.screens.result_words import banner, checks, facts, lanes
from rig.tui.session import RunSession
from rig.tui.widgets.sheet import Sheet

ALARMS = {"FAIL", "CONDITIONAL FAIL", "ERROR", "ABORTED"}
DOUBTS = {"INCONCLUSIVE", "INVALID", "NOT RUN", "CONDITIONAL PASS"}


@final
class ResultScreen(RigScreen):
    """What the last run, or one of the list, came to."""

    AUTO_FOCUS = "#scroll"
    HELP_WORDS: ClassVar[str] = (
        "What a run came to, read from its record. FAIL means that the device failed; INCONCLUSIVE and INVALID mean "
        "that it was not shown; ERROR and ABORTED mean that the run did not come to its end."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next_device", "Next device", tooltip="run: the same plan with the next device"),
        Binding("n", "other(1)", "Next lane", tooltip="result: the next lane"),
        Binding("p", "other(-1)", "Lane before", show=False, tooltip="result: the lane before"),
        Binding("v", "replay", "Show again", tooltip="result: show the run again, at any speed"),
        Binding("escape", "show('runs')", "Runs", tooltip="go: to the list of runs"),
    ]

    class Read(Message):
        """Records were read."""

        def __init__(self, results: Sequence[Result]) -> None:
            super().__init__()
            self.results = results

    def __init__(self) -> None:
        super().__init__()
        self._results: Sequence[Result] = ()
        self._shown = 0
        self._words = "no result yet"

    def compose_body(self) -> ComposeResult:
        """Banner, lanes, checks."""
        yield Sheet("banner")
        with VerticalScroll(id="scroll"):
            yield Sheet("lanes")
            yield Sheet("checks")
            yield Sheet("facts")

    @on(ScreenResume)
    def resumed(self) -> None:
        """Whatever shall be shown now."""
        if not self.is_ready:
            return
        self.action_read()

    def action_read(self) -> None:
        """Read the records again, in a thread."""
        if self.rig.flow.resulting:
            self._read(self.rig.flow.resulting, None)
        elif self.rig.session is not None:
            self._read((), self.rig.session)

    @work(thread=True, exclusive=True, group="result")
    def _read(self, folders: Sequence[Path], session: RunSession | None) -> None:
        results = [_result(folder) for folder in folders] if session is None else results_of(session)
        self.post_message(self.Read(results))

    def on_result_screen_read(self, message: Read) -> None:
        """The gravest first."""
        if not self.is_ready:
            return
        self._results, self._shown = message.results, 0
        self._show()

    def _show(self) -> None:
        results, number = self._results, self._shown
        self.refresh_bindings()
        if not results:
            self.query_one("#banner", Sheet).show(lambda _: Text(f" {self._words}", style="dim"))
            return
        result = results[number]
        box = self.query_one("#banner", Sheet)
        box.set_class(result.word in ALARMS or result.confirmed is False, "-alarm")
        box.set_class(result.word in DOUBTS, "-doubt")
        box.show(lambda width: banner(result, width))
        self.query_one("#lanes", Sheet).show(lambda width: lanes(results, number, width))
        self.query_one("#checks", Sheet).show(lambda width: checks(result, width))
        self.query_one("#facts", Sheet).show(lambda width: facts(result, width))
        self.query_one("#scroll").scroll_home(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Other lanes where there are several; another device where a plan is prepared."""
        if action == "other":
            return len(self._results) > 1
        if action == "next_device":
            return bool(self.rig.draft.plans) and not self.rig.is_busy
        if action == "replay":
            return self._recorded() is not None and not self.rig.is_busy
        return True

    def _recorded(self) -> Path | None:
        result = self._results[self._shown] if self._results else None
        return result.folder if result is not None and result.is_recorded else None

    def action_other(self, step: int) -> None:
        """Another lane."""
        self._shown = (self._shown + step) % len(self._results)
        self._show()

    def action_next_device(self) -> None:
        """The same form, without the serial numbers of the device before."""
        self.rig.flow.next_device()

    def action_replay(self) -> None:
        """The run again, from its record."""
        folder = self._recorded()
        if folder is not None:
            self.rig.show_again(folder)


def results_of(session: RunSession) -> list[Result]:
    """The results of a session: of its records, and of what could not be run at all; the gravest first."""
    if session.error is not None:
        plan = session.work.plans[0][0].name
        return [failure(plan, "", str(session.error))]
    results = [
        failure(program.name, program.slot, str(outcome.error))
        if isinstance(outcome, RunFailure)
        else _result(outcome.folder)
        for program, outcome in session.outcomes
    ]
    return sorted(results, key=lambda result: not result.needs_attention)


def _result(folder: Path) -> Result:
    try:
        return read_result(folder)
    except RecordError as error:
        return failure(folder.name, "", str(error))
