"""The chain of hashes: each line carries the SHA-256 of itself and of all lines before it.

An unkeyed chain shows every alteration to whoever holds its last hash from elsewhere: ledger, signature,
report. Alone it can be made again by anyone, and then shows nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from rig.record.errors import WrongLineError
from rig.record.strict import Line, finite

MAX_HEAD_BYTES = 16 * 1024 * 1024
"""Longest first line, newline included: it holds documents of up to 2 MiB each."""

MAX_LINE_BYTES = 4 * 1024 * 1024
"""Longest line after it. Longer ones are neither written nor read: no file can fill a reader's memory."""

_MARK = b',"h":"'
_TAIL = len(_MARK) + 64 + len(b'"}')


def digest(previous: str, body: bytes) -> str:
    """The hash of a line in lower-case hex.

    Args:
        previous: the hash of the line before, empty for the first.
        body: the line's bytes without its hash: the object closed with ``}``, no newline.
    """
    return sha256(previous.encode("ascii") + body).hexdigest()


def encode(line: Line, number: int, previous: str) -> tuple[bytes, str]:
    """A line as it stands in the file, newline included, and its hash.

    Raises:
        WrongLineError: ``k`` is not the first key or ``n`` or ``h`` is there already, a value is not strict
            JSON, or the line would be longer than `MAX_LINE_BYTES` (the first: `MAX_HEAD_BYTES`).
    """
    kind = _kind(line)
    plain = _serialise(line, kind)
    cut = len(kind) + 7  # {"k":"…"
    body = b'%b,"n":%d%b' % (plain[:cut], number, plain[cut:])
    longest = MAX_LINE_BYTES if number else MAX_HEAD_BYTES
    if len(body) + _TAIL > longest:
        raise WrongLineError(kind, f"it is {len(body)} bytes long, more than a line may be ({longest})")
    return close(body, digest(previous, body))


def close(body: bytes, hexdigest: str) -> tuple[bytes, str]:
    """The line made of a body and its hash, newline included, and the hash."""
    return body[:-1] + _MARK + hexdigest.encode("ascii") + b'"}\n', hexdigest


def split(raw: bytes) -> tuple[bytes, str] | None:
    """A line of a file, with or without newline, as body and claimed hash; None if it does not end in one."""
    line = raw[:-1] if raw.endswith(b"\n") else raw
    if line[-_TAIL:-66] != _MARK or line[-2:] != b'"}':
        return None
    try:
        return line[:-_TAIL] + b"}", line[-66:-2].decode("ascii")
    except UnicodeDecodeError:
        return None


def verify(raw: bytes, previous: str) -> str | None:
    """The hash of a line as read if it is the one that follows from the line before, else None."""
    parts = split(raw)
    if parts is None:
        return None
    body, claimed = parts
    return claimed if digest(previous, body) == claimed else None


def parse(raw: bytes) -> dict[str, Any] | None:
    """The object that a line holds; None if it is not a JSON object in UTF-8."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _kind(line: Line) -> str:
    kind = line.get("k")
    if not isinstance(kind, str) or next(iter(line)) != "k" or not kind.isidentifier() or not kind.isascii():
        raise WrongLineError(str(kind), "its first key is not the kind, k")
    if "n" in line or "h" in line:
        raise WrongLineError(kind, "it has a number or a hash already")
    return kind


def _serialise(line: Line, kind: str) -> bytes:
    if kind != "scan":
        line = {name: finite(kind, value, name) for name, value in line.items()}
    try:
        plain = orjson.dumps(line, default=_number)
    except TypeError as error:
        raise WrongLineError(kind, str(error)) from error
    if kind == "scan" and b"null" in plain:  # what orjson makes of NaN; no scan line holds a null
        finite(kind, line.get("s"), "s")
        finite(kind, line.get("t"), "t")
    return plain


def _number(value: object) -> float:
    """A float of another library (NumPy) as ours; whatever else orjson asks about is not JSON."""
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a value that JSON can hold")
