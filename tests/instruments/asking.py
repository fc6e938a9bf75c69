"""A question to a twin, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instruments.simulated.scpi_engine import Conversation


def ask(conversation: Conversation, text: str, now: float = 0.0, *, within_s: float = 60.0) -> str:
    """The answer that is there so long after the question, which is put at bench time now; without its line end."""
    conversation.write(text.encode() + b"\n", now)
    item = conversation.read(now + within_s)
    assert item is not None
    return item[1].decode().removesuffix("\n")
