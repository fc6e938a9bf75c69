"""Status registers: what is the case, what has been since somebody looked, and what of it shows in the status byte.

SCPI-1999 vol. 1 §9 and vol. 2 §20; STATus:OPERation, STATus:QUEStionable and STATus:PRESet are mandatory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from instruments.simulated.scpi_parser import INTEGER, Handler, Parameter, ScpiError

_MOST = 0xFFFF
_USED = 0x7FFF


class Add(Protocol):
    """``CommandTree.add``."""

    def __call__(self, pattern: str, handler: Handler, *parameters: Parameter) -> None:
        """Register a command."""
        ...


class StatusRegister:
    """A condition, the events that it has brought and the mask that lets them through to the summary.

    An event is a bit of the condition that has come since the last look; what came and went between two looks is
    not seen.

    Args:
        condition: the bits that hold now, 15 of them.
    """

    __slots__ = ("_condition", "_enabled", "_events", "_seen")

    def __init__(self, condition: Callable[[], int]) -> None:
        self._condition = condition
        self._events = self._seen = self._enabled = 0

    @property
    def enabled(self) -> int:
        """The mask."""
        return self._enabled

    def look(self) -> int:
        """The condition; bits that are new in it are events."""
        now = self._condition()
        self._events |= now & ~self._seen
        self._seen = now
        return now

    def summary(self) -> bool:
        """Whether an enabled event stands."""
        if not self._enabled:
            return False
        self.look()
        return bool(self._events & self._enabled)

    def take_events(self) -> int:
        """The events, which are gone with that."""
        self.look()
        events, self._events = self._events, 0
        return events

    def enable(self, mask: int) -> None:
        """Choose which events show in the summary.

        Raises:
            ScpiError: -222 more than 16 bits.
        """
        if not 0 <= mask <= _MOST:
            raise ScpiError(-222)
        self._enabled = mask & _USED


def add_register(add: Add, pattern: str, find: Callable[..., StatusRegister]) -> None:
    """Register the commands of a register; ``find`` gets the numeric suffixes of the pattern."""

    def enable(*arguments: int) -> None:
        find(*arguments[:-1]).enable(arguments[-1])

    add(f"{pattern}[:EVENt]?", lambda *suffixes: f"+{find(*suffixes).take_events()}")
    add(f"{pattern}:CONDition?", lambda *suffixes: f"+{find(*suffixes).look()}")
    add(f"{pattern}:ENABle", enable, INTEGER)
    add(f"{pattern}:ENABle?", lambda *suffixes: f"+{find(*suffixes).enabled}")
