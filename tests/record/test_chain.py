from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import orjson
import pytest

from rig.record.chain import MAX_LINE_BYTES, digest, encode, parse, split, verify
from rig.record.errors import WrongLineError


def test_the_first_line_by_hand() -> None:
    """The hash of line 0 covers nothing but the line: SHA-256 of the body, computed by hashlib alone."""
    raw, last = encode({"k": "step", "t": 0.5, "step": "é"}, 0, "")
    body = '{"k":"step","n":0,"t":0.5,"step":"é"}'.encode()
    assert last == hashlib.sha256(body).hexdigest()
    assert raw == body[:-1] + b',"h":"' + last.encode() + b'"}\n'


def test_the_next_line_by_hand() -> None:
    _, first = encode({"k": "step"}, 0, "")
    raw, second = encode({"k": "scan", "t": 1, "s": {}}, 1, first)
    assert second == hashlib.sha256(first.encode() + b'{"k":"scan","n":1,"t":1,"s":{}}').hexdigest()
    assert verify(raw, first) == second
    assert verify(raw, second) is None
    assert list(json.loads(raw)) == ["k", "n", "t", "s", "h"]


def test_split_gives_back_what_close_joined() -> None:
    raw, last = encode({"k": "note", "text": 'a,"h":"b"}'}, 3, "ab" * 32)
    parts = split(raw)
    assert parts is not None
    assert parts == (b'{"k":"note","n":3,"text":"a,\\"h\\":\\"b\\"}"}', last)
    assert split(raw[:-1]) == parts
    assert digest("ab" * 32, parts[0]) == last


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"{}", b"x" * 72, b'{"k":"a","h":""}', b',"h":"' + b"\xff" * 64 + b'"}']
)
def test_what_is_no_line_is_not_split(raw: bytes) -> None:
    assert split(raw) is None
    assert verify(raw, "") is None


@pytest.mark.parametrize("hexdigest", ["A" * 64, "g" * 64, "\\u0061" * 10 + "0000"])
def test_another_hash_is_not_verified(hexdigest: str) -> None:
    assert verify(b'{"k":"a","n":0,"h":"' + hexdigest.encode() + b'"}\n', "") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({}, "its first key"),
        ({"t": 1, "k": "scan"}, "its first key"),
        ({"k": 'a"b'}, "its first key"),
        ({"k": "é"}, "its first key"),
        ({"k": "step", "n": 1}, "a number or a hash already"),
        ({"k": "step", "h": ""}, "a number or a hash already"),
        ({"k": "step", "t": math.nan}, "t is nan"),
        ({"k": "scan", "t": math.nan, "s": {}}, "t is nan"),
        ({"k": "scan", "t": 0.0, "s": {"belt": [0.0, [math.inf]]}}, "s.belt[1][0] is inf"),
        ({"k": "scan", "t": 0.0, "s": {"belt": [0.0, [1j]]}}, "complex"),
        ({"k": "scan", "t": 0.0, "s": {"belt": [0.0, ["\udcff"]]}}, "UTF-8"),
        ({"k": "note", "text": "x" * MAX_LINE_BYTES}, "more than a line may be"),
    ],
)
def test_a_line_that_the_format_cannot_hold_is_refused(line: dict[str, object], said: str) -> None:
    with pytest.raises(WrongLineError) as caught:
        encode(line, 1, "")
    assert said in str(caught.value)


def test_the_word_null_as_received_is_a_string_like_others() -> None:
    raw, _ = encode({"k": "scan", "t": 0.0, "s": {"scanner": [0.0, ["null"]]}}, 0, "")
    assert orjson.loads(raw)["s"]["scanner"][1] == ["null"]


def test_floats_of_numpy_are_written_as_floats() -> None:
    raw, _ = encode({"k": "scan", "t": np.float64(0.1), "s": {"belt": [0.0, [np.float64(37.25)]]}}, 0, "")
    assert b'"t":0.1,' in raw
    assert b"[37.25]" in raw
    with pytest.raises(WrongLineError, match=r"s\.belt"):
        encode({"k": "scan", "t": 0.0, "s": {"belt": [0.0, [np.float64("nan")]]}}, 0, "")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 100_000, b'{"a":NaN}', b'{"a":1e999}', b"\0"]
)
def test_what_is_no_strict_json_object_is_not_parsed(raw: bytes) -> None:
    assert parse(raw) is None
