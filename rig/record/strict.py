"""Plain values that strict JSON can hold, and nothing else.

JSON has no number for NaN or infinity (RFC 8259, section 6), and orjson writes ``null`` for them without a
word. What is declared or judged must be finite and is refused otherwise; what was measured becomes a string.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import Any

from rig.record.errors import WrongLineError

Line = dict[str, Any]
"""One line of a run file before the writer numbers and chains it; its first key is ``k``."""

_DEEPEST = 64
_INTEGERS = range(-(2**63), 2**64)


def finite(kind: str, value: object, name: str) -> Any:
    """A plain copy of a value for a line of that kind.

    Enumerations become their values, mappings dicts, tuples lists; characters that UTF-8 cannot hold
    (undecodable bytes of a file name) are written as backslash escapes.

    Args:
        kind: the line's kind, for the error.
        value: None, a bool, number, string, enumeration, or mappings and sequences of these.
        name: what the value is called in the line, for the error.

    Raises:
        WrongLineError: a float is not finite, an integer needs more than 64 bits, a key is not a string,
            the nesting is deeper than 64, or a type is none of the above.
    """
    return _plain(kind, value, name, lenient=False, depth=0)


def measured(kind: str, value: object, name: str) -> Any:
    """As `finite`, but a float that is not finite becomes the string ``nan``, ``inf`` or ``-inf``.

    For values that come from an instrument or the device: a lying sensor is recorded, not an error of ours.

    Raises:
        WrongLineError: as `finite`, except for floats.
    """
    return _plain(kind, value, name, lenient=True, depth=0)


def text(value: str) -> str:
    """The string, with characters that UTF-8 cannot hold written as backslash escapes."""
    if value.isascii():
        return str(value)
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(kind: str, value: object, name: str, *, lenient: bool, depth: int) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (int, float)):
        return _number(kind, value, name, lenient=lenient)
    if depth >= _DEEPEST:
        raise WrongLineError(kind, f"{name} is nested deeper than {_DEEPEST}")
    if isinstance(value, Mapping):
        return {
            _key(kind, key, name): _plain(kind, item, f"{name}.{key}", lenient=lenient, depth=depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [
            _plain(kind, item, f"{name}[{index}]", lenient=lenient, depth=depth + 1)
            for index, item in enumerate(value)
        ]
    raise WrongLineError(kind, f"{name} is a {type(value).__name__}, which JSON cannot hold")


def _number(kind: str, value: float, name: str, *, lenient: bool) -> int | float | str:
    if isinstance(value, int):
        if value not in _INTEGERS:
            raise WrongLineError(kind, f"{name} is an integer of more than 64 bits")
        return int(value)
    if isfinite(value):
        return float(value)
    if lenient:
        return repr(float(value))
    raise WrongLineError(kind, f"{name} is {float(value)!r}, and JSON holds finite numbers only")


def _key(kind: str, key: object, name: str) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise WrongLineError(kind, f"{name} has the key {key!r}, which is not a string")
    return text(key)
