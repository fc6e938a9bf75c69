"""What the guardian saw of an output, and how it answers the engine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, final


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one output.

    Attributes:
        slot: its lane.
        resource: the supply or device, by its name on the bench.
        output: its name in the lane.
        confirmed: whether it was seen to be off.
        what: what was read back, or why nothing was.
        seconds: from the request to this look.
    """

    slot: str
    resource: str
    output: str
    confirmed: bool
    what: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.output} of {self.resource} (slot {self.slot}): {self.what}"


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """The guardian's answer to one request.

    Attributes:
        id: what the request was given.
        to: what was asked: ready, arm, stand_down, hand_over, off or rehearse.
        done: whether it was accepted; where outputs were to go off, whether all of them were seen to be off.
        words: why not, for people; empty where nothing is to be said.
        seconds: from the request to the answer.
        outputs: each output that was to go off.
    """

    id: int
    to: str
    done: bool
    words: str = ""
    seconds: float = 0.0
    outputs: tuple[Seen, ...] = ()

    def message(self) -> dict[str, Any]:
        """As it crosses the link."""
        return asdict(self)

    @classmethod
    def read(cls, message: dict[str, Any]) -> Answer | None:
        """The answer that a message holds; None if it holds none."""
        try:
            outputs = tuple(Seen(**seen) for seen in message["outputs"])
            return cls(**{**message, "outputs": outputs})
        except (KeyError, TypeError):
            return None
