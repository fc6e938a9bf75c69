"""Text of SCPI instruments, both ways: identities, errors, numbers, channel lists.

Nothing here knows a resource, so wrong text is a ``ValueError``; drivers add what was being done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from instruments.protocols import Identity, Reading

ERROR_QUEUE_BOUND = 50
"""Replies to read at most while emptying an error queue; real queues hold 10 to 20 entries."""

_ERROR = re.compile(r'^\s*([+-]?\d+)\s*,?\s*["“]?(.*?)["”]?\s*$', re.DOTALL)
_TRUE = frozenset({"1", "+1", "ON", "YES"})
_FALSE = frozenset({"0", "+0", "OFF", "NO"})
_INFINITE = 9.9e36


def identity(text: str) -> Identity:
    """Take apart an ``*IDN?`` reply.

    Survives what real instruments send: a fifth field (Siglent: it stays with the firmware), blanks after
    commas (Keithley 2231A), a ``MODEL`` prefix (Keithley 2701), missing fields (TDK-Lambda Genesys).

    Raises:
        ValueError: there are not even a maker and a model.
    """
    fields = [part.strip() for part in text.strip().split(",", 3)]
    if len(fields) < 2 or not fields[0] or not fields[1]:
        raise ValueError(f"no maker and model in {text!r}")
    model = fields[1]
    if model[:6].upper() == "MODEL ":
        model = model[6:].strip()
    serial, firmware, *_ = [*fields[2:], "", ""]
    return Identity(fields[0], model, serial, firmware)


def error(text: str) -> tuple[int, str]:
    """Code and text of one ``SYST:ERR?`` reply; code 0 means that the queue is empty.

    Understands ``+0,"No error"``, ``0,"No error;0;0 0"``, ``0  No Error`` and typographic quotes.

    Raises:
        ValueError: no number stands at the beginning.
    """
    match = _ERROR.match(text)
    if match is None:
        raise ValueError(f"no error number in {text!r}")
    return int(match[1]), match[2]


def boolean(text: str) -> bool:
    """``1``, ``ON`` or ``YES`` against ``0``, ``OFF`` or ``NO``, in any case.

    Raises:
        ValueError: it is none of them.
    """
    word = text.strip().upper()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"neither on nor off: {text!r}")


def reading(text: str) -> Reading:
    """A finite number, or the text as received where the instrument reports none.

    9.9E37 is overload or infinity and 9.91E37 not a number (SCPI-1999 vol. 1 §7.2.1.4-5).

    Raises:
        ValueError: it is no number at all.
    """
    value = float(text)
    return value if -_INFINITE < value < _INFINITE else text.strip()


def number(text: str) -> float:
    """A finite number (NR1, NR2 or NR3).

    Raises:
        ValueError: it is no number, or 9.9E37 or its like.
    """
    value = float(text)
    if not -_INFINITE < value < _INFINITE:
        raise ValueError(f"not a finite number: {text!r}")
    return value


def channel_list(channels: Iterable[int]) -> str:
    """``(@101,102)`` for 101 and 102."""
    return f"(@{','.join(map(str, channels))})"


def drain(ask: Callable[[str], str]) -> list[tuple[int, str]]:
    """Read ``SYST:ERR?`` until it says 0, at most ``ERROR_QUEUE_BOUND`` times: some instruments never say 0.

    Raises:
        ValueError: a reply is no error entry.
    """
    found: list[tuple[int, str]] = []
    for _ in range(ERROR_QUEUE_BOUND):
        entry = error(ask("SYST:ERR?"))
        if entry[0] == 0:
            break
        found.append(entry)
    return found
