"""Manual control: heaters driven by hand for a while, with interlocks and a record, as `rig bench jog` does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, final

from textual import on
from textual.binding import Binding, BindingType
from textual.events import ScreenResume

from rig.errors import InputError
from rig.tui.draft import Draft
from rig.tui.models.jogging import WATCHED, answered_jog, jog_items
from rig.tui.models.preparation import Answered
from rig.tui.screens.form import FormScreen


@final
class JogScreen(FormScreen):
    """Values in, a plan out; it goes the way of every plan, through the checklist."""

    HELP_WORDS: ClassVar[str] = (
        "Heaters driven by hand. What is typed becomes a plan called jog, which is run as every plan is: interlocks, "
        "STOP, checklist and record. It judges nothing, and ends by itself after at most 10 min."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "show('bench')", "Bench", tooltip="go: to the bench"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory(prefix="rig-jog-")
        self._base: Draft | None = None

    @on(ScreenResume)
    async def resumed(self) -> None:
        """Another bench has another form."""
        if not self.is_ready:
            return
        draft = self.rig.draft
        if self._base is None or draft.order.bench_file != self._base.order.bench_file:
            try:
                bench = draft.order.read_bench()
            except InputError as error:
                self.notify(str(error), severity="error", markup=False)
                return
            self._base = draft
            kind = "SIMULATED" if bench.simulation is not None else "not simulated here"
            await self.make(
                "Manual control", f"{bench.name} ({kind})", list(jog_items(draft, bench)), WATCHED
            )
        self.check_soon()

    def check(self, typed: Mapping[str, str]) -> Answered:
        """As `rig bench jog` reads it."""
        return answered_jog(self.rig.draft, typed, Path(self._folder.name) / "jog.yaml")

    def taken(self, answer: Answered) -> None:
        """The result leads back here."""
        self.rig.flow.jogged = answer.draft.plans

    def on_unmount(self) -> None:
        """The plan is in the record."""
        self._folder.cleanup()
