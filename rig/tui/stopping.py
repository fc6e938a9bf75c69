"""STOP on the thread that reads the keys: it does not wait for the screen's loop."""

from __future__ import annotations

from collections.abc import Callable

from textual.driver import Driver
from textual.events import Key
from textual.message import Message

from rig.tui.titling import WindowTitle

STOP_KEY = "f12"
BREAK_KEY = "ctrl+c"


def with_stop(
    base: type[Driver], pressed: Callable[[str], None], window: WindowTitle | None = None
) -> type[Driver]:
    """A driver as base that tells of STOP keys before the app's loop gets them.

    Args:
        base: of this platform.
        pressed: is told the key, on the thread that reads; must be safe there, and not wait.
        window: writes its title while the terminal is the app's.
    """
    title = window or WindowTitle()

    class StopDriver(base):  # type: ignore[valid-type, misc]
        """Sees each key first."""

        def start_application_mode(self) -> None:
            super().start_application_mode()
            title.open(self.write)

        def stop_application_mode(self) -> None:
            title.close()
            super().stop_application_mode()

        def process_message(self, message: Message) -> None:
            if isinstance(message, Key) and message.key in {STOP_KEY, BREAK_KEY}:
                pressed(message.key)
            super().process_message(message)

    return StopDriver
