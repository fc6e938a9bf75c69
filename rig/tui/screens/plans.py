"""The plans: a tree by folder, a search, and what the plan under the cursor is for and whether it is sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import ScreenResume
from textual.message import Message
from textual.widgets import Input, Tree

from rig.errors import RigError
from rig.index import RunEntry, list_runs
from rig.tui.screens.narrowing import NarrowingScreen
from rig.tui.screens.plan_words import details, label
from rig.tui.widgets.plan_tree import PlanTree
from rig.tui.widgets.sheet import Sheet
from rig.tui.words import plain

if TYPE_CHECKING:  # all that checks plans is loaded by the thread that reads them
    from rig.bench.description import BenchDescription
    from rig.tui.models.plans import PlanEntry


FIRST_S = 0.05
"""So much later than the screen comes up are the plans read: it stands first."""


@final
class PlansScreen(NarrowingScreen):
    """Choose what is to be run."""

    AUTO_FOCUS = LIST = "#tree"
    HELP_WORDS: ClassVar[str] = (
        "Every plan that ships, those of the present folder, and those that were named when the screen was started. "
        "Each is checked against the bench that is chosen, as `rig check --bench` does."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "prepare", "Prepare", priority=True, tooltip="plan: prepare a run of this one"),
        Binding(
            "slash", "narrow", "Search", key_display="/", tooltip="plans: search by any word or requirement"
        ),
        Binding("escape", "clear", "All plans", tooltip="plans: end the search, show all"),
        Binding("r", "last", "Last result", tooltip="plan: show its last result again"),
        Binding("u", "read", "Read again", show=False, tooltip="plans: read and check the files again"),
    ]

    class Read(Message):
        """Plans and runs were read."""

        def __init__(
            self,
            entries: Sequence[PlanEntry],
            runs: Sequence[RunEntry],
            why: str,
            *,
            is_live: bool | None,
        ) -> None:
            super().__init__()
            self.is_live = is_live
            self.entries = entries
            self.runs = runs
            self.why = why

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[PlanEntry] = ()
        self._last: dict[str, RunEntry] = {}
        self._why = "reading the plans …"
        self._named: tuple[Path, ...] | None = None

    def compose_body(self) -> ComposeResult:
        """Search over the tree, and the details beside it."""
        yield Input(
            placeholder="/ search: a word, a requirement such as CUT-1, a folder", compact=True, id="search"
        )
        with Horizontal(id="columns"):
            yield PlanTree()
            with VerticalScroll(id="details", can_focus=False):
                yield Sheet("about")

    @on(ScreenResume)
    def resumed(self) -> None:
        """Another bench, or another run, changes what is shown."""
        if not self.is_ready:
            return
        self.set_timer(FIRST_S, self.action_read)

    def action_read(self) -> None:
        """Read everything again, in a thread."""
        draft = self.rig.draft
        if self._named is None:
            self._named = tuple(path for path in map(Path, draft.plans) if path.exists())
        self._read(self._named)

    @work(thread=True, exclusive=True, group="plans")
    def _read(self, named: Sequence[Path]) -> None:
        from rig.tui.models.plans import plan_files, read_entries

        order, why = self.rig.draft.order, ""
        bench: BenchDescription | None = None
        runs: list[RunEntry] = []
        try:
            bench = order.read_bench()
            runs = list_runs(order.out)
        except RigError as error:
            why = str(error)
        entries = list(read_entries(plan_files(named), bench))
        is_live = None if bench is None else bench.simulation is None
        self.post_message(self.Read(entries, runs, why, is_live=is_live))

    def on_plans_screen_read(self, message: Read) -> None:
        """Fill the tree; the cursor stays on its plan."""
        if not self.is_ready:
            return
        self.rig.flow.is_live = message.is_live
        from rig.tui.models.plans import last_runs

        self._entries, self._last, self._why = message.entries, last_runs(message.runs), message.why
        self._fill()

    def _fill(self) -> None:
        from rig.tui.models.plans import by_folder, matching

        tree = self.query_one(PlanTree)
        before = self._under_cursor()
        tree.clear()
        found = matching(self._entries, self.query_one("#search", Input).value)
        wanted = None
        for folder, entries in by_folder(found).items():
            branch = tree.root.add(folder, expand=True, allow_expand=False)
            for entry in entries:
                words = label(entry, self._last.get(entry.title))
                leaf = branch.add_leaf(plain(words) if self.rig.ascii else words, entry)
                same = before is not None and entry.file == before.file
                wanted = leaf if wanted is None or same else wanted
        tree.root.expand()
        if wanted is not None:
            tree.point_at(wanted)
        else:
            self._show(None)

    def _under_cursor(self) -> PlanEntry | None:
        node = self.query_one(PlanTree).cursor_node
        return None if node is None else node.data

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[PlanEntry]) -> None:
        """What it is for."""
        self._show(event.node.data)
        self.refresh_bindings()

    def _show(self, entry: PlanEntry | None) -> None:
        why, query = self._why, self.query_one("#search", Input).value
        if entry is None:
            words = why or (f"no plan has all of: {query}" if query else "a folder of plans")
            self.query_one("#about", Sheet).show(lambda _: Text(f"{words}", style="dim"))
            return
        last = self._last.get(entry.title)
        self.query_one("#about", Sheet).show(lambda width: details(entry, last, why, width))
        self.query_one("#details").scroll_home(animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while it is typed."""
        event.stop()
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a sound plan can be prepared, only one that has been run has a result."""
        if not self.is_ready:
            return True
        entry = self._under_cursor()
        if action == "prepare":
            return entry is not None and entry.is_sound and not self.rig.is_busy
        if action == "last":
            return (
                entry is not None
                and entry.title in self._last
                and self.focused is not self.query_one("#search")
            )
        if action == "clear":
            return self.is_narrowed
        return True

    def action_prepare(self) -> None:
        """Go on with this plan."""
        entry = self._under_cursor()
        if entry is not None:
            self.rig.draft = replace(self.rig.draft, plans=(str(entry.file),))
            self.rig.action_show("prepare")

    def action_last(self) -> None:
        """Its last result."""
        entry = self._under_cursor()
        if entry is not None and entry.title in self._last:
            self.rig.flow.show_results((self._last[entry.title].folder,))
