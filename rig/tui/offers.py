"""What can be done now, in sentences: for the command palette, for F1 and for nobody else to keep in step.

A sentence is the tooltip of a binding; only bindings that are in force on the screen, and enabled, are offered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast, final

from textual.binding import ActiveBinding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from rig.tui.themes import THEMES

if TYPE_CHECKING:
    from rig.tui.app import RigApp


@dataclass(frozen=True, slots=True)
class Offer:
    """A sentence such as ``bench: examine every part``, the key that does the same, and what it does."""

    sentence: str
    key: str
    action: Callable[[], object]

    @property
    def words(self) -> str:
        """The sentence with its key in brackets."""
        return f"{self.sentence}  [{self.key}]" if self.key else self.sentence


def offers(app: RigApp, screen: Screen[object]) -> Iterator[Offer]:
    """Everything that can be done now: by the screen's keys first, then how it looks."""
    seen = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        sentence = binding.tooltip or _sentence(active)
        if active.enabled and ": " in sentence and binding.action not in seen:
            seen.add(binding.action)
            run = partial(app.run_action, binding.action, active.node)
            yield Offer(sentence, app.get_key_display(binding), run)
    for name, words in THEMES.items():
        if name != app.theme:
            yield Offer(f"theme: {words}", "", partial(setattr, app, "theme", name))


def _sentence(active: ActiveBinding) -> str:
    """Of a screen's key that has a word only; '' for keys of widgets, which are no commands."""
    place = type(active.node).__name__.removesuffix("Screen").lower()
    words = active.binding.description.lower()
    return f"{place}: {words}" if words and isinstance(active.node, Screen) else ""


@final
class RigCommands(Provider):
    """The palette's commands."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        async for offer in self._offers():
            yield DiscoveryHit(Content(offer.words), offer.action, offer.words)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        async for offer in self._offers():
            score = matcher.match(offer.words)
            if score > 0:
                yield Hit(score, matcher.highlight(offer.words), offer.action, offer.words)

    async def _offers(self) -> AsyncIterator[Offer]:
        for offer in offers(cast("RigApp", self.app), self.screen):
            yield offer
