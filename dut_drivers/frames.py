"""Frames on the belt's serial line: COBS, CRC-16, version, sequence number, kind, length.

A frame is ``COBS(head + payload)``, ``COBS(check)``, ``00``. The head is version, sequence, kind and length
of the payload, a byte each. The check is the CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of the
*encoded* bytes before it, high byte first, three bytes once encoded. So a bit that flips in a COBS code byte,
which changes several decoded bytes, is still a one-bit error to the CRC, and one-bit errors it always finds.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from cobs import cobs

VERSION = 1
MAX_PAYLOAD = 240
_HEAD = 4
_CHECK = 3
_MAX_ENCODED = 1 + _HEAD + MAX_PAYLOAD + _CHECK


class Frame(NamedTuple):
    """A valid frame: sequence 0-255, kind 0-255, payload at most ``MAX_PAYLOAD`` bytes."""

    sequence: int
    kind: int
    payload: bytes


def encode(sequence: int, kind: int, payload: bytes = b"") -> bytes:
    """The bytes of a frame, closing delimiter included.

    Raises:
        ValueError: sequence or kind is not a byte, or the payload is longer than ``MAX_PAYLOAD``.
    """
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"a frame carries at most {MAX_PAYLOAD} bytes, not {len(payload)}")
    body: bytes = cobs.encode(bytes((VERSION, sequence, kind, len(payload))) + payload)
    return body + _check(body) + b"\0"


def decode(raw: bytes) -> Frame | None:
    """The frame in the bytes between two delimiters, or None if they are not exactly one valid frame.

    A frame with any single bit flipped, in itself or in its delimiter, gives None, with one exception: a flip
    that makes a delimiter of a byte leaves a tail, and that would pass if CRC, version and length, 32 bits,
    matched by chance.
    """
    body = raw[:-_CHECK]
    if len(body) <= _HEAD or raw[-_CHECK:] != _check(body):
        return None
    try:
        data: bytes = cobs.decode(body)
    except cobs.DecodeError:
        return None
    if len(data) < _HEAD or data[0] != VERSION or data[3] != len(data) - _HEAD:
        return None
    return Frame(data[1], data[2], data[_HEAD:])


def _check(body: bytes) -> bytes:
    check: bytes = cobs.encode(crc_hqx(body, 0xFFFF).to_bytes(2, "big"))
    return check


class SequenceNumbers:
    """How frames are numbered: each request has the next sequence number, and its reply the same."""

    def without(self, sent: bytes) -> bytes:
        """What was sent, with every frame as number 0."""
        return _renumbered(sent, lambda _: 0)

    def answering(self, replies: bytes, request: bytes, other: bytes) -> bytes:
        """Replies to a request with the number of another one; late replies to earlier requests keep their own."""
        numbers = dict(zip(_numbers(request), _numbers(other), strict=True))
        return _renumbered(replies, lambda number: numbers.get(number, number))


def _numbers(data: bytes) -> list[int]:
    return [frame.sequence for frame in map(decode, data.split(b"\0")) if frame is not None]


def _renumbered(data: bytes, number: Callable[[int], int]) -> bytes:
    """The bytes with other numbers in all valid frames, and all else as it was."""
    *pieces, rest = data.split(b"\0")
    return b"".join(map(partial(_with_number, number), pieces)) + rest


def _with_number(number: Callable[[int], int], raw: bytes) -> bytes:
    frame = decode(raw)
    if frame is None:
        return raw + b"\0"
    return encode(number(frame.sequence), frame.kind, frame.payload)


class Splitter:
    """Cuts a stream of bytes at the delimiters; what is too long for a frame is dropped."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; what now lies between delimiters, empty pieces left out."""
        pieces = (self._rest + data).split(b"\0")
        rest = pieces.pop()
        self._rest = rest if len(rest) <= _MAX_ENCODED else rest[-_MAX_ENCODED - 1 :]
        return [piece for piece in pieces if piece]

    def clear(self) -> None:
        """Forget an unfinished frame."""
        self._rest = b""
