"""What every screen and dialog has: the two lines on top, a footer, and a frame five times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast, final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer

from rig.tui.chrome import Chrome

if TYPE_CHECKING:
    from rig.tui.app import RigApp

ResultT = TypeVar("ResultT")


@final
class KeyLine(Footer):
    """The keys of what is focused. An app that is taken down has no screen any more, and so no keys."""

    def compose(self) -> ComposeResult:
        """The keys, as long as there is somebody to press them."""
        if self.app.is_running:
            yield from super().compose()


class RigScreen(Screen[None]):
    """A screen of the rig. Subclasses fill in `compose_body`, and `refresh_view` where something changes by itself.

    Attributes:
        is_composed: whether its widgets are there; before that it is not drawn.
        HELP_WORDS: what the screen is for, in a sentence or two, for F1.
    """

    HELP_WORDS: ClassVar[str] = ""
    is_composed = False
    _situation = ""

    @property
    def rig(self) -> RigApp:
        """The app, with its draft, session, lanes and status."""
        return cast("RigApp", self.app)

    def compose(self) -> ComposeResult:
        """Chrome, body, footer."""
        yield Chrome()
        with Vertical(id="body"):
            yield from self.compose_body()
        yield KeyLine(compact=True, show_command_palette=False)

    def compose_body(self) -> ComposeResult:
        """The widgets between the two lines on top and the footer."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """From now on there is something to draw on."""
        self.is_composed = True

    def on_screen_resume(self) -> None:
        """Nothing old is shown when it comes to the top again."""
        self.rig.tick()

    @property
    def is_ready(self) -> bool:
        """Whether its widgets are there: not before it is composed, and not while the app is taken down."""
        return self.is_composed and bool(self.children) and self.app.is_running

    def refresh_bindings_of(self, situation: str) -> None:
        """Look anew which keys there are, once the situation is another."""
        if situation != self._situation:
            self._situation = situation
            self.refresh_bindings()

    def action_show(self, name: str) -> None:
        """Another place, by a key of this screen that the footer shows in place of the app's."""
        self.rig.action_show(name)

    def refresh_view(self) -> None:
        """Draw `rig.lanes` and `rig.session` as they are now; five times a second while the screen is on top."""


class RigDialog(ModalScreen[ResultT]):
    """A dialog: the two lines stay on top of it, and F12 works as everywhere. Subclasses fill in `compose_body`."""

    is_composed = False

    def on_mount(self) -> None:
        """From now on there is something to draw on."""
        self.is_composed = True

    @property
    def rig(self) -> RigApp:
        """The app."""
        return cast("RigApp", self.app)

    def compose(self) -> ComposeResult:
        """Chrome, and the dialog below it."""
        yield Chrome()
        with Vertical(id="dialog"):
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """The widgets of the dialog."""
        raise NotImplementedError

    def refresh_view(self) -> None:
        """As of a screen."""
