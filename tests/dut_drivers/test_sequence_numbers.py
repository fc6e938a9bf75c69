"""Frames that are alike but for their number, which a replay must be able to tell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dut_drivers.frames import MAX_PAYLOAD, SequenceNumbers, encode

NUMBERS = SequenceNumbers()
numbers = st.integers(0, 255)
payloads = st.binary(max_size=MAX_PAYLOAD)


@given(numbers, numbers, numbers, payloads)
def test_requests_that_differ_by_their_number_are_alike(a: int, b: int, kind: int, payload: bytes) -> None:
    assert NUMBERS.without(encode(a, kind, payload)) == NUMBERS.without(encode(b, kind, payload))
    assert NUMBERS.without(b"\0" + encode(a, kind, payload)) == b"\0" + NUMBERS.without(
        encode(b, kind, payload)
    )


@given(numbers, numbers, payloads, payloads)
def test_requests_that_differ_by_anything_else_are_not(a: int, kind: int, one: bytes, other: bytes) -> None:
    alike = NUMBERS.without(encode(a, kind, one)) == NUMBERS.without(encode(a, kind, other))
    assert alike == (one == other)
    assert NUMBERS.without(encode(a, kind, one)) != NUMBERS.without(encode(a, kind ^ 1, one))


@given(numbers, numbers, numbers, payloads)
def test_a_reply_gets_the_number_of_the_other_request(a: int, b: int, kind: int, payload: bytes) -> None:
    request, other = encode(a, 1), encode(b, 1)
    assert NUMBERS.answering(encode(a, kind, payload), request, other) == encode(b, kind, payload)


def test_a_late_reply_and_what_is_no_frame_stay_as_they_are() -> None:
    late, reply = encode(3, 9, b"late"), encode(4, 9, b"now")
    replies = late + b"\x05noise\0" + reply + b"\x07rest"
    changed = NUMBERS.answering(replies, encode(4, 1), encode(7, 1))
    assert changed == late + b"\x05noise\0" + encode(7, 9, b"now") + b"\x07rest"


@given(st.binary(max_size=40))
def test_bytes_that_hold_no_frame_are_compared_as_they_are(data: bytes) -> None:
    assert NUMBERS.without(b"\xff" + data.replace(b"\0", b"")) == b"\xff" + data.replace(b"\0", b"")
