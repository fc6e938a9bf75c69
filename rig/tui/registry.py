"""The screens by name: key, title and where each is loaded from when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from rig.tui.screen import RigScreen


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen: the key that leads to it (empty for none), its title, and ``module:class``."""

    key: str
    title: str
    where: str

    def make(self) -> RigScreen:
        """Load it and make one."""
        module, _, name = self.where.partition(":")
        made = getattr(import_module(module), name)()
        assert isinstance(made, RigScreen)
        return made


PLACES: dict[str, Entry] = {
    "bench": Entry("f2", "Bench", "rig.tui.screens.bench:BenchScreen"),
    "plans": Entry("f3", "Plans", "rig.tui.screens.plans:PlansScreen"),
    "run": Entry("f4", "Run", "rig.tui.screens.run:RunScreen"),
    "lanes": Entry("", "Lanes", "rig.tui.screens.lanes:LanesScreen"),
    "runs": Entry("f5", "Runs", "rig.tui.screens.runs:RunsScreen"),
    "jog": Entry("f6", "Jog", "rig.tui.screens.jog:JogScreen"),
}
"""F1 (help), F12 (STOP) belong to the app."""
