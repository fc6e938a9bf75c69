"""Replies that take their time, and what they wait for."""

from __future__ import annotations

from typing import Protocol


class Operation(Protocol):
    """What takes its time, such as a scan."""

    def advance(self, now: float) -> float:
        """Do what is due at ``now``; return the instant of the next thing to do, or of readiness."""
        ...

    @property
    def done(self) -> bool:
        """Whether it is over."""
        ...


class Deferred(Operation, Protocol):
    """A reply that is still being made; once it is done, ``text`` can be called."""

    def text(self) -> str:
        """The reply, without line end."""
        ...


class Compound:
    """The reply to a message of several queries of which at least one takes its time."""

    __slots__ = ("_parts", "done")

    def __init__(self, parts: list[str | Deferred]) -> None:
        self._parts = parts
        self.done = False

    def advance(self, now: float) -> float:
        """See ``Operation.advance``; until all of them are ready."""
        waiting = [part for part in self._parts if not isinstance(part, str)]
        instant = max(part.advance(now) for part in waiting)
        self.done = all(part.done for part in waiting)
        return instant

    def text(self) -> str:
        """The parts, joined."""
        return ";".join(part if isinstance(part, str) else part.text() for part in self._parts)


class Completion:
    """The reply to ``*OPC?`` while an operation goes on."""

    __slots__ = ("_operation",)

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    @property
    def done(self) -> bool:
        """Whether the operation is over."""
        return self._operation.done

    def advance(self, now: float) -> float:
        """See ``Operation.advance``."""
        return self._operation.advance(now)

    def text(self) -> str:
        """Always 1 (IEEE 488.2 §10.19)."""
        return "1"
