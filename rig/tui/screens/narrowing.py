"""A list under a field whose words narrow it."""

from __future__ import annotations

from typing import ClassVar

from textual.widgets import Input

from rig.tui.screen import RigScreen


class NarrowingScreen(RigScreen):
    """The base of screens with one field and one list; the list has the keys when the screen comes up."""

    LIST: ClassVar[str]

    @property
    def is_narrowed(self) -> bool:
        """Whether the field has words, or the keys."""
        field = self.query_one(Input)
        return bool(field.value) or self.focused is field

    def action_narrow(self) -> None:
        """The keys go to the field."""
        self.query_one(Input).focus()

    def action_clear(self) -> None:
        """Everything again."""
        self.query_one(Input).value = ""
        self.query_one(self.LIST).focus()
