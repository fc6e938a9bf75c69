"""The bench: who is on it, what protects it, what is wired to what; examined, proven off, acknowledged from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import ScreenResume
from textual.message import Message

from rig.bench.description import BenchDescription
from rig.bench.health import Finding, State
from rig.clock import utc_now
from rig.errors import RigError
from rig.safety.latch import Tripped
from rig.safety.stop import StopBox
from rig.tui.dialogs.choice import ChoiceDialog
from rig.tui.dialogs.name import tripped_dialog
from rig.tui.models.benches import bench_files, chosen_of
from rig.tui.models.wiring import draw
from rig.tui.screen import RigScreen
from rig.tui.screens.bench_words import details, heading, parts, protections, trouble
from rig.tui.widgets.sheet import Sheet
from rig.tui.words import short_path
from rig.upkeep.acknowledgement import acknowledge
from rig.upkeep.chosen import Chosen
from rig.upkeep.examination import examine
from rig.upkeep.looks import look_at_latch

WIDE = 124
"""Columns from which the wiring stands beside the parts."""


@final
class BenchScreen(RigScreen):
    """Instruments, protections and wiring of the bench that is chosen."""

    AUTO_FOCUS = "#scroll"
    HELP_WORDS: ClassVar[str] = (
        "The bench as its file says, and as it answered when it was examined. Nothing is asked of an instrument "
        "before you ask for it: the doctor switches every output off first, then on at 1 V, to prove that off works."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "choose", "Choose", tooltip="bench: choose another one"),
        Binding(
            "d",
            "examine(False)",
            "Doctor",
            tooltip="bench: examine every part, and prove at 1 V that off works",
        ),
        Binding(
            "t",
            "examine(True)",
            "Self-test",
            tooltip="bench: examine it, and let the instruments test themselves",
        ),
        Binding(
            "f8",
            "acknowledge",
            "Acknowledge",
            key_display="F8",
            tooltip="bench: acknowledge the trip by name",
        ),
        Binding("enter", "show('plans')", "Plans", tooltip="go: to the plans for this bench"),
    ]

    class Found(Message):
        """Something was found, or all of it (None)."""

        def __init__(self, finding: Finding | None, why: str = "") -> None:
            super().__init__()
            self.finding = finding
            self.why = why

    def __init__(self) -> None:
        super().__init__()
        self._findings: list[Finding] = []
        self._trouble = ""
        self._bench: BenchDescription | None = None
        self._latch: Finding | None = None

    def compose_body(self) -> ComposeResult:
        """The heading over two columns, or over one where the screen is narrow."""
        yield Sheet("heading")
        with VerticalScroll(id="scroll"), Horizontal(id="columns"):
            yield Sheet("parts")
            yield Sheet("wiring")

    @on(ScreenResume)
    def resumed(self) -> None:
        """The draft may be for another bench now, and the latch may have tripped."""
        if not self.is_ready:
            return
        self.action_look()

    def on_resize(self) -> None:
        """One column or two."""
        self.set_class(self.size.width >= WIDE, "-wide")

    def action_look(self) -> None:
        """Read the bench file again; no instrument is asked."""
        try:
            self._bench = self.rig.draft.order.read_bench()
            self._latch = look_at_latch(self._bench)
            self._trouble = ""
        except RigError as error:
            self._bench, self._latch, self._trouble = None, None, str(error)
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        bench, found, today = self._bench, tuple(self._findings), utc_now().date()
        busy = self.rig.flow.examining is not None
        if bench is None:
            self.query_one("#heading", Sheet).show(lambda _: trouble(self._trouble))
            self.query_one("#parts", Sheet).show(lambda _: Text())
            self.query_one("#wiring", Sheet).show(lambda _: Text())
            return
        latch, why = self._latch, self._trouble
        self.query_one("#heading", Sheet).show(lambda width: heading(bench, latch, why, width, busy=busy))
        self.query_one("#parts", Sheet).show(
            lambda width: Text("\n").join(
                [
                    parts(bench, found, today, width),
                    protections(bench, found, today, width),
                    details(found, width),
                ]
            )
        )
        self.query_one("#wiring", Sheet).show(lambda width: Text("\n".join(draw(bench, width)), no_wrap=True))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A trip is acknowledged only where there is one; nothing is examined while something is on."""
        if action == "acknowledge":
            return self._latch is not None and self._latch.state is State.LATCHED
        if action in {"examine", "choose"}:
            return self.rig.flow.is_free and (action == "choose" or self._bench is not None)
        return True

    @work
    async def action_choose(self) -> None:
        """Another bench file."""
        offers = [(f"{file.stem:<18} {short_path(file)}", str(file)) for file in bench_files()]
        dialog = ChoiceDialog("Which bench?", offers, "or the path of a bench file")
        chosen = await self.rig.push_screen_wait(dialog)
        if chosen is not None:
            self.rig.flow.choose_bench(Path(chosen))
            self._findings = []
            self.action_look()

    def action_examine(self, self_test: bool) -> None:
        """Ask every part; in a thread, so that the screen goes on."""
        try:
            chosen = chosen_of(self.rig.draft)
        except RigError as error:
            self._trouble = str(error)
            self._show()
            return
        self._findings, self._trouble = [], ""
        self.rig.flow.examining = stop = StopBox()
        self._show()
        self.refresh_bindings()
        self._examine(chosen, self.rig.draft.order.out, stop, self_test)

    @work(thread=True, exclusive=True, group="doctor")
    def _examine(self, chosen: Chosen, out: Path, stop: StopBox, self_test: bool) -> None:
        why = ""
        try:
            for finding in examine(chosen, out, stop, self_test=self_test):
                self.post_message(self.Found(finding))
        except RigError as error:
            why = str(error)
        finally:
            self.post_message(self.Found(None, why))

    def on_bench_screen_found(self, message: Found) -> None:
        """Show it at once."""
        if not self.is_ready:
            return
        if message.finding is not None:
            self._findings.append(message.finding)
        else:
            self.rig.flow.end_examination()
            self._trouble = message.why
            self.rig.flow.examined = (self.rig.draft.order.bench_file, tuple(self._findings))
            self.refresh_bindings()
        self._show()

    @work
    async def action_acknowledge(self) -> None:
        """Free the bench in a person's name, after that person has looked at it."""
        bench, latch = self._bench, self._latch
        if bench is None or latch is None:
            return
        who = await self.rig.push_screen_wait(tripped_dialog(latch.words))
        if who is None:
            return
        try:
            trips: Sequence[Tripped] = acknowledge(bench, who)
        except RigError as error:
            self._trouble = str(error)
        else:
            self.notify(f"{len(trips)} acknowledged by {who}; {bench.name} may switch on again", markup=False)
        self.action_look()
