"""The screens by name: key, title and where each is loaded from when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from rig.tui.screen import RigScreen


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen: the key that leads to it (empty for none), its title, ``module:class``, and what it is in words."""

    key: str
    title: str
    where: str
    words: str

    def make(self) -> RigScreen:
        """Load it and make one."""
        module, _, name = self.where.partition(":")
        made = getattr(import_module(module), name)()
        assert isinstance(made, RigScreen)
        return made


PLACES: dict[str, Entry] = {
    "bench": Entry("f2", "Bench", "rig.tui.screens.bench:BenchScreen", "the bench"),
    "plans": Entry("f3", "Plans", "rig.tui.screens.plans:PlansScreen", "the plans"),
    "run": Entry("f4", "Run", "rig.tui.screens.run:RunScreen", "what is run, or is shown"),
    "lanes": Entry("", "Lanes", "rig.tui.screens.lanes:LanesScreen", "all lanes"),
    "runs": Entry("f5", "Runs", "rig.tui.screens.runs:RunsScreen", "the runs so far"),
    "jog": Entry("f6", "Jog", "rig.tui.screens.jog:JogScreen", "manual control"),
    "prepare": Entry("", "Prepare", "rig.tui.screens.prepare:PrepareScreen", "the preparation"),
    "checklist": Entry("", "Checklist", "rig.tui.screens.checklist:ChecklistScreen", "the checklist"),
    "result": Entry("", "Result", "rig.tui.screens.result:ResultScreen", "the result"),
}
"""F1 (help), F12 (STOP) belong to the app."""
