"""What the guardian decides, as a value: no I/O, no clock; each input gives the next value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import final

SILENCE_S = 0.6
"""How long the heartbeat of an armed bench may be missing: six scans of 0.1 s."""

PROOF_S = 20.0
"""The same while the way off is proven, at 1 V at most, by blocking exchanges."""


class State(Enum):
    """Where the guardian stands."""

    STANDING_BY = "standing by"
    """An engine is there, and has no power yet."""
    ARMED = "armed"
    """Power may be on; the heartbeat is due."""
    ACTING = "acting"
    """It switches off, and has not looked to the end yet."""
    ALARM = "alarm"
    """It could not confirm off: it goes on trying, and calls for a person."""
    CONFIRMED = "confirmed"
    """Every output was seen to be off."""
    TAKEN_OVER = "taken over"
    """A named person has seen to it."""
    STOOD_DOWN = "stood down"
    """The engine confirmed every output off; it may arm again, or end."""


_CALM = frozenset({State.STANDING_BY, State.ARMED, State.STOOD_DOWN})


@final
@dataclass(frozen=True, slots=True)
class Watch:
    """What the guardian knows and is doing. Instants are monotonic seconds of any origin.

    Attributes:
        heard: instant of the last heartbeat. patience_s: how long it may be missing.
        linked: whether the engine's end of the link is open.
        why: what made it act.
        kills: whether the engine has to be ended before off can be trusted.
        who: the person who took over.
    """

    state: State = State.STANDING_BY
    heard: float = 0.0
    patience_s: float = SILENCE_S
    linked: bool = True
    why: str = ""
    kills: bool = False
    who: str = ""

    @property
    def calm(self) -> bool:
        """Whether the engine is in charge."""
        return self.state in _CALM

    @property
    def over(self) -> bool:
        """Whether nothing is left to watch or to do."""
        ended = (State.CONFIRMED, State.TAKEN_OVER)
        return self.state in ended or (self.state is State.STOOD_DOWN and not self.linked)

    def beat(self, now: float) -> Watch:
        """The engine has scanned."""
        return replace(self, heard=now) if self.state is State.ARMED else self

    def arm(self, now: float, patience_s: float = SILENCE_S) -> Watch:
        """The engine is about to switch power on; refused once the guardian has acted.

        Args:
            now: the instant.
            patience_s: how long the heartbeat may be missing: longer only while at most 1 V is on.
        """
        if not (self.calm and self.linked):
            return self
        return replace(self, state=State.ARMED, heard=now, patience_s=min(patience_s, PROOF_S))

    def stand_down(self, *, confirmed: bool) -> Watch:
        """The engine has switched off; accepted only with every output confirmed off."""
        return replace(self, state=State.STOOD_DOWN) if self.calm and confirmed else self

    def hand_over(self, why: str) -> Watch:
        """The engine cannot confirm off and has closed its sessions."""
        return self._act(f"handed over: {why}", kills=False)

    def order_off(self, who: str) -> Watch:
        """A person wants everything off by the guardian's own path, whatever the engine says."""
        return self._act(f"{who} asked the guardian to switch off", kills=True)

    def lose_link(self, why: str) -> Watch:
        """The engine has ended, or its end of the link was closed."""
        after = self if self.state is State.STOOD_DOWN else self._act(why, kills=True)
        return replace(after, linked=False)

    def tick(self, now: float) -> Watch:
        """Time has passed."""
        silence_s = now - self.heard
        if self.state is not State.ARMED or silence_s <= self.patience_s:
            return self
        return self._act(f"no heartbeat for {silence_s:.2f} s", kills=True)

    def look(self, *, confirmed: bool) -> Watch:
        """An attempt to switch off has ended, with this read-back."""
        if self.state not in (State.ACTING, State.ALARM):
            return self
        return replace(self, state=State.CONFIRMED if confirmed else State.ALARM)

    def take_over(self, who: str) -> Watch:
        """A person sees to it from now on; accepted only from a name, after an attempt has failed."""
        if self.state is not State.ALARM or not who.strip():
            return self
        return replace(self, state=State.TAKEN_OVER, who=who.strip())

    def _act(self, why: str, *, kills: bool) -> Watch:
        return replace(self, state=State.ACTING, why=why, kills=kills) if self.calm else self
