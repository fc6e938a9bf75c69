"""The tree of plans, whose cursor stands on plans and never on a folder."""

from __future__ import annotations

from typing import Any, final

from textual.widgets import Tree
from textual.widgets.tree import TreeNode


@final
class PlanTree(Tree[Any]):
    """Folders are headings, without data; a plan has its `PlanEntry`."""

    def __init__(self) -> None:
        super().__init__("plans", id="tree")
        self.show_root = False
        self.guide_depth = 2

    def action_cursor_down(self) -> None:
        """To the next plan."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """To the plan before."""
        self._step(-1)

    def point_at(self, node: TreeNode[Any]) -> None:
        """Move the cursor, and say so also where the number of its line is that of another node before.

        Asking for the last line gives nodes that are new their lines.
        """
        self.cursor_line = -1
        if self.last_line >= 0:
            self.move_cursor(node)

    def _step(self, by: int) -> None:
        line = self.cursor_line + by
        while (node := self.get_node_at_line(line)) is not None and node.data is None:
            line += by
        if node is not None:
            self.move_cursor(node)
            self.scroll_to_line(max(0, line - 1) if by < 0 else line, animate=False)
