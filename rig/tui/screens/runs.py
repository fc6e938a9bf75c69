"""The runs of the folder: listed, filtered, their results shown, shown again from their records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import ScreenResume
from textual.message import Message
from textual.widgets import DataTable, Input, Static

from rig.errors import RigError
from rig.index import list_runs
from rig.tui.models.history import RunRow, matching, run_rows
from rig.tui.screens.narrowing import NarrowingScreen
from rig.tui.words import cut, plain

COLUMNS = ("verdict", "", "plan", "lane", "serial number", "begun (UTC)", "took")

LEAST_NAME = 24
"""Columns that a plan's name has at least; a longer one may take a third of all."""


@final
class RunsScreen(NarrowingScreen):
    """What was run, newest first."""

    AUTO_FOCUS = LIST = "DataTable"
    HELP_WORDS: ClassVar[str] = (
        "Every run of the folder, from its file alone. The chain is not checked here: `rig verify` does that. "
        "A filter takes any words: FAIL, a serial number, a day, LIVE or SIMULATED."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "result", "Result", priority=True, tooltip="run: show what this one came to"),
        Binding("v", "replay", "Show again", tooltip="run: show this one again, at any speed"),
        Binding("slash", "narrow", "Filter", key_display="/", tooltip="runs: filter by any word"),
        Binding("escape", "clear", "All runs", tooltip="runs: end the filter, show all"),
        Binding("u", "read", "Read again", show=False, tooltip="runs: read the folder again"),
    ]

    class Read(Message):
        """The folder was read."""

        def __init__(self, rows: Sequence[RunRow], why: str) -> None:
            super().__init__()
            self.rows = rows
            self.why = why

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[RunRow] = ()
        self._found: Sequence[RunRow] = ()
        self._why = ""

    def compose_body(self) -> ComposeResult:
        """Filter over the table."""
        yield Input(placeholder="/ filter: FAIL, a serial number, a day, a plan", compact=True, id="filter")
        table: DataTable[str] = DataTable(cursor_type="row", zebra_stripes=False, cell_padding=1)
        yield table
        yield Static(id="count", markup=False)

    @on(ScreenResume)
    def resumed(self) -> None:
        """There may be new ones."""
        if not self.is_ready:
            return
        self.action_read()

    def action_read(self) -> None:
        """Read the folder again, in a thread."""
        self._read()

    @work(thread=True, exclusive=True, group="runs")
    def _read(self) -> None:
        try:
            rows, why = run_rows(list_runs(self.rig.draft.order.out)), ""
        except RigError as error:
            rows, why = [], str(error)
        self.post_message(self.Read(rows, why))

    def on_runs_screen_read(self, message: Read) -> None:
        """Fill the table; the cursor stays on its run."""
        if not self.is_ready:
            return
        self._rows, self._why = message.rows, message.why
        self._fill()

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        before = self._under_cursor()
        self._found = matching(self._rows, self.query_one("#filter", Input).value)
        table.clear(columns=True)
        for column in COLUMNS:
            table.add_column(column, key=column or "mark")
        for row in self._found:
            entry = row.entry
            cells = (
                f"{row.glyph} {row.verdict}",
                row.mark,
                cut(entry.plan or entry.id, max(LEAST_NAME, self.size.width // 3)),
                entry.lane,
                entry.serial,
                row.when,
                row.duration,
            )
            table.add_row(
                *(plain(cell) for cell in cells) if self.rig.ascii else cells, key=str(entry.folder)
            )
        ids = [row.entry.id for row in self._found]
        if before is not None and before.entry.id in ids:
            table.move_cursor(row=ids.index(before.entry.id))
        words = self._why or f" {len(self._found)} of {len(self._rows)} runs in {self.rig.draft.order.out}"
        fault = self._under_cursor()
        if fault is not None and fault.entry.fault:
            words += f" · {fault.entry.fault}"
        self.query_one("#count", Static).update(words)
        self.refresh_bindings()

    def _under_cursor(self) -> RunRow | None:
        row = self.query_one(DataTable).cursor_row
        return self._found[row] if 0 <= row < len(self._found) else None

    def on_data_table_row_highlighted(self) -> None:
        """Another run, other keys."""
        self.refresh_bindings()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        event.stop()
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be read has a result; what is written still has none."""
        if not self.is_ready:
            return True
        row = self._under_cursor()
        readable = row is not None and row.entry.fault is None
        if action == "result":
            return readable
        if action == "replay":
            return readable and not self.rig.is_busy
        if action == "clear":
            return self.is_narrowed
        return True

    def action_result(self) -> None:
        """What it came to."""
        row = self._under_cursor()
        if row is not None:
            self.rig.flow.show_results((row.entry.folder,))

    def action_replay(self) -> None:
        """The run again, from its record."""
        row = self._under_cursor()
        if row is not None:
            self.rig.show_again(row.entry.folder)
