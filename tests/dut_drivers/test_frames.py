from __future__ import annotations

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dut_drivers.frames import MAX_PAYLOAD, Frame, Splitter, decode, encode

bytes_0_to_255 = st.integers(0, 255)
payloads = st.binary(max_size=MAX_PAYLOAD)


def test_the_crc_is_ccitt_false() -> None:
    # Check value of CRC-16/CCITT-FALSE in Greg Cook's catalogue of parametrised CRC algorithms.
    assert crc_hqx(b"123456789", 0xFFFF) == 0x29B1


def test_a_frame_has_the_documented_bytes() -> None:
    # Body 01 01 02 00 encodes to 04 01 01 02 01; CRC-16/CCITT-FALSE over those five bytes is AFCD.
    assert encode(1, 0x02) == bytes.fromhex("04 01 01 02 01 03 af cd 00")


@given(bytes_0_to_255, bytes_0_to_255, payloads)
def test_a_frame_comes_back_as_it_was(sequence: int, kind: int, payload: bytes) -> None:
    raw = encode(sequence, kind, payload)
    assert raw.count(0) == 1
    assert raw.endswith(b"\0")
    assert decode(raw[:-1]) == Frame(sequence, kind, payload)


@given(bytes_0_to_255, bytes_0_to_255, st.binary(max_size=60))
def test_no_single_flipped_bit_is_accepted(sequence: int, kind: int, payload: bytes) -> None:
    raw = encode(sequence, kind, payload)
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        # A good frame follows, so that a flipped delimiter has something to merge with.
        pieces = Splitter().feed(bytes(flipped) + encode(9, 9, b"next"))
        accepted = [frame for frame in map(decode, pieces) if frame is not None]
        assert accepted in ([Frame(9, 9, b"next")], [])


@given(st.binary(max_size=300), bytes_0_to_255, payloads)
def test_a_frame_after_garbage_and_a_delimiter_is_found(
    garbage: bytes, sequence: int, payload: bytes
) -> None:
    pieces = Splitter().feed(garbage + b"\0" + encode(sequence, 3, payload))
    assert decode(pieces[-1]) == Frame(sequence, 3, payload)


@given(st.binary(max_size=300))
def test_decoding_never_raises(raw: bytes) -> None:
    frame = decode(raw)
    assert frame is None or encode(*frame) == raw + b"\0"


@given(st.lists(payloads, max_size=5), st.integers(1, 7))
def test_frames_in_small_pieces_are_put_together(sent: list[bytes], size: int) -> None:
    stream = b"".join(encode(1, 2, payload) for payload in sent)
    splitter = Splitter()
    found = [raw for at in range(0, len(stream), size) for raw in splitter.feed(stream[at : at + size])]
    assert [decode(raw) for raw in found] == [Frame(1, 2, payload) for payload in sent]


def test_endless_garbage_takes_no_memory() -> None:
    splitter = Splitter()
    for _ in range(100):
        assert splitter.feed(b"\x55" * 1000) == []
    assert len(splitter._rest) < 300
    assert decode(splitter.feed(b"\0" + encode(7, 1))[-1]) == Frame(7, 1, b"")


@pytest.mark.parametrize("altered", ["version", "length"])
def test_a_wrong_version_or_length_is_refused_though_the_crc_fits(altered: str) -> None:
    from cobs import cobs

    body = bytearray((1, 5, 3, 2)) + b"xy"
    body[0 if altered == "version" else 3] += 1
    encoded = cobs.encode(bytes(body))
    assert decode(encoded + cobs.encode(crc_hqx(encoded, 0xFFFF).to_bytes(2, "big"))) is None


def test_a_payload_that_is_too_long_is_an_error() -> None:
    with pytest.raises(ValueError, match="at most 240 bytes, not 241"):
        encode(0, 1, bytes(241))
