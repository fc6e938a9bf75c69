"""Whatever stands in a file, it is refused with words or judged, and what is judged holds no number that is made up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.errors import InputError
from tests.logger.samples import Sample, seconds, verdicts

PIECES = [piece.encode() for piece in (
    "", ",", "\n", "\r", '"', "\0", "-", "1e400", "1e308", "-1e300", "OL", ";", "\t", "#", " ", "\u200b", "nan", "0x10",
    "1_0", "9" * 400,
)] + [b"\xff"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed")


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_a_spoilt_file_is_refused_or_judged(folder: Path, seed: int, count: int) -> None:
    pick = random.Random(seed)
    sample = Sample(folder, t=seconds(900.0, 10.0))
    file, _, _ = sample.write()
    data = bytearray(file.read_bytes())
    for _ in range(count):
        at = pick.randrange(len(data))
        data[at : at + pick.randrange(12)] = pick.choice(PIECES)
    found = outcome(sample, bytes(data))
    assert found <= {"PASS", "FAIL", "INVALID", "INCONCLUSIVE", "NOT RUN"} or found == {"refused"}


def outcome(sample: Sample, data: bytes) -> set[str]:
    """The verdicts, or that the file was refused with words about reading it."""
    try:
        return set(verdicts(sample.judge(data)).values())
    except InputError as error:
        return {"refused" if str(error).startswith("reading ") else str(error)}
