"""A line of a form: what is asked, where it is typed, what may be typed, and below it what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label


@final
class FormInput(Input):
    """An input that Enter leaves at once, so that a scanner's next digits never land in the field before.

    Keys that were already on their way when Enter was handled go on to whatever has the focus now.
    """

    def __init__(self, value: str, suggester: SuggestFromList | None) -> None:
        super().__init__(value, compact=True, suggester=suggester, select_on_focus=False)
        self._left = False

    def on_focus(self) -> None:
        """Keys are for this one again."""
        self._left = False

    def on_key(self, event: Key) -> None:
        """Enter first; behind it nothing is typed here."""
        if self._left:
            event.prevent_default().stop()
            focused = self.screen.focused
            if focused is not None and focused is not self:
                focused.post_message(Key(event.key, event.character))
        elif event.key == "enter":
            event.prevent_default().stop()
            self.post_message(self.Submitted(self, self.value))
            if self.screen.focus_chain[-1:] != [self]:
                self._left = True
                self.screen.focus_next()


@final
class FormLine(Vertical):
    """One input with its name, hint and trouble.

    Args:
        name: by which the screen finds it.
        label: what is asked.
        value: what stands there at first.
        hint: what may be typed.
        offers: texts that are completed.
        about: what it is for; F1 shows it.

    Attributes:
        label: what is asked.
    """

    DEFAULT_CSS = """
    FormLine { height: auto; }
    FormLine Horizontal { height: 1; }
    FormLine .ask { width: 18; text-style: none; }
    FormLine Input { width: 24; }
    FormLine .hint { width: 1fr; color: $text-muted; padding-left: 2; }
    FormLine .trouble { display: none; width: 1fr; height: auto; padding-left: 18; color: $text-error; }
    FormLine.-wrong .trouble { display: block; }
    FormLine.-wrong .ask { text-style: bold; }
    """

    def __init__(
        self,
        name: str,
        label: str,
        value: str = "",
        *,
        hint: str = "",
        offers: Sequence[str] = (),
        about: str = "",
    ) -> None:
        super().__init__(name=name)
        self.label = label
        self._hint = hint
        self.about = about or hint
        suggester = SuggestFromList(offers, case_sensitive=False) if offers else None
        self.input = FormInput(value, suggester)

    def compose(self) -> ComposeResult:
        """The line, and the one below it where something is wrong."""
        with Horizontal():
            yield Label(self.label, classes="ask", markup=False)
            yield self.input
            yield Label(self._hint, classes="hint", markup=False)
        yield Label("", classes="trouble", markup=False)

    @property
    def value(self) -> str:
        """What stands there, without blanks around it."""
        return self.input.value.strip()

    def show_trouble(self, words: str) -> None:
        """Say what is wrong; '' for nothing."""
        self.set_class(bool(words), "-wrong")
        self.query_one(".trouble", Label).update(f"✗ {words}" if words else "")
