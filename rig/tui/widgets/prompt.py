"""The card on which a lane asks: in the flow, beside plot and STOP, never over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from rig.engine.desk import Asked
from rig.plan.answering import hint
from rig.tui.session import RunSession

if TYPE_CHECKING:
    from rig.tui.app import RigApp


@final
class PromptCard(Vertical):
    """A question with what may be answered; an empty answer answers nothing."""

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._asked: tuple[str, Asked] | None = None

    def compose(self) -> ComposeResult:
        """The question, the input, and why an answer was refused."""
        yield Static(id="question", markup=False)
        yield Input(id="answer", select_on_focus=False)
        yield Static(id="refusal", markup=False)

    def on_mount(self) -> None:
        """Nothing is asked yet."""
        self.display = False

    def show(self, slot: str, asked: Asked | None, refusal: str) -> None:
        """The question of a lane, or none."""
        now = None if asked is None else (slot, asked)
        if now != self._asked:
            self._asked = now
            self._change()
        if asked is not None:
            words = self.query_one("#refusal", Static)
            words.display = bool(refusal)
            words.update(f"! refused: {refusal}")

    def follow(self, session: RunSession | None) -> None:
        """The first question that is open in a session, or none."""
        slot, asked = next(iter(session.asked.items()), ("", None)) if session is not None else ("", None)
        self.show(slot, asked, "" if session is None else session.refusal)

    def _change(self) -> None:
        self.display = self._asked is not None
        answer = self.query_one("#answer", Input)
        answer.value = ""
        if self._asked is None:
            if answer.has_focus:
                self.screen.set_focus(None)
            return
        slot, asked = self._asked
        question = asked.question
        self.query_one("#question", Static).update(f"? {question.text}  ({slot}, step {asked.step})")
        answer.placeholder = f"{hint(question)}; Enter answers"
        known = ["yes"] if question.kind == "confirm" else list(question.choices)
        answer.suggester = SuggestFromList(known, case_sensitive=False) if known else None
        answer.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the answer on; nobody confirms anything by an empty line."""
        event.stop()
        session = cast("RigApp", self.app).session
        if self._asked is not None and session is not None and event.value.strip():
            session.answer(self._asked[0], event.value)
            event.input.select_all()  # what is scanned next takes the place of what was refused
            cast("RigApp", self.app).tick()
