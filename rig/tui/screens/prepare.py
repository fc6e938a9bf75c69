"""Preparing a run: the plan's parameters, slots, serial numbers, who runs it; checked while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

from textual import on
from textual.binding import Binding, BindingType
from textual.events import ScreenResume

from rig.tui.draft import Draft
from rig.tui.models.preparation import Answered, Preparation, answered, prepare
from rig.tui.screens.form import FormScreen


@final
class PrepareScreen(FormScreen):
    """A form made from the plan's parameters."""

    HELP_WORDS: ClassVar[str] = (
        "What the plan may be told before it runs. Every field is read as `rig run --set` reads it, and says what is "
        "wrong with it as soon as you stop typing. An empty parameter has its default."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "show('plans')", "Plans", tooltip="go: back to the plans"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._preparation: Preparation | None = None
        self._made_for: Draft | None = None

    @on(ScreenResume)
    async def resumed(self) -> None:
        """Another plan or bench has another form."""
        if not self.is_ready:
            return
        draft = self.rig.draft
        if draft.plans and draft != self._made_for:
            self._made_for = draft
            self._preparation = made = prepare(draft)
            await self.make(made.title, made.bench, made.items)
        self.check_soon()

    def check(self, typed: Mapping[str, str]) -> Answered:
        """As `rig run` reads and links it."""
        assert self._preparation is not None, "without it there are no lines"
        return answered(self._preparation, typed)

    def taken(self, answer: Answered) -> None:
        """The form stands as it is typed."""
        self._made_for = answer.draft
