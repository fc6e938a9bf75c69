from __future__ import annotations

import re
from pathlib import Path

import pytest

from dut_drivers.frames import decode, encode
from dut_drivers.messages import EVENT_NAMES, Kind, Reason, ResetCause, describe_reason
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.standalone import SERIAL, sound_parameters
from dut_drivers.simulated.twin import BeltTwin

TEXT = (Path(__file__).parents[2] / "docs" / "belt-protocol.md").read_text("utf-8")
EXAMPLE = re.findall(r"^t=([\d.]+) (.+)\nhost ([0-9a-f ]+)\nbelt ([0-9a-f ]+)$", TEXT, re.MULTILINE)


def test_the_example_is_what_the_belt_says() -> None:
    twin = BeltTwin(BeltWorld(sound_parameters(), lambda _, ohms: 8.14 / ohms), SERIAL)
    assert len(EXAMPLE) == 9
    tenths = 0
    for time, what, request, reply in EXAMPLE:
        while tenths < round(10 * float(time)):
            tenths += 1
            twin.write(encode(0, Kind.PING), tenths / 10)
            twin.read(tenths / 10)
        twin.write(bytes.fromhex(request), tenths / 10)
        answer = twin.read(tenths / 10)
        assert answer is not None
        assert answer[1].hex(" ") == reply, what


@pytest.mark.parametrize(("time", "what", "request_bytes", "reply"), EXAMPLE)
def test_every_frame_of_the_example_is_valid(time: str, what: str, request_bytes: str, reply: str) -> None:
    for written in (request_bytes, reply):
        raw = bytes.fromhex(written)
        assert raw.endswith(b"\0")
        assert decode(raw[:-1]) is not None, f"{time} {what}"


@pytest.mark.parametrize("kind", Kind)
def test_every_request_is_documented(kind: Kind) -> None:
    assert f"| {kind:02X} | {kind.name} |" in TEXT


@pytest.mark.parametrize(("code", "name"), EVENT_NAMES.items())
def test_every_event_is_documented(code: int, name: str) -> None:
    assert f"| {code} | `{name}` |" in TEXT


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_documented(reason: Reason) -> None:
    assert re.search(rf"^\| {reason} \| \S", TEXT, re.MULTILINE)
    assert describe_reason(reason) != f"code {reason}"


@pytest.mark.parametrize("cause", ResetCause)
def test_every_reset_cause_is_documented(cause: ResetCause) -> None:
    assert f"| {cause} | {cause.name.lower().replace('_', ' ')}" in TEXT.replace("brown-out", "brown out")


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        (0x55, b"12", Reason.UNKNOWN_KIND),
        (Kind.PING, b"1", Reason.BAD_LENGTH),
        (Kind.SET_REGULATION, b"\x02none", Reason.BAD_VALUE),
        (Kind.SET_REGULATION, b"\x00none", Reason.BAD_KEY),
    ],
)
def test_the_first_reason_of_the_table_is_given_and_nothing_changes(
    kind: int, payload: bytes, reason: Reason
) -> None:
    twin = BeltTwin(BeltWorld(sound_parameters(), lambda _, ohms: 8.14 / ohms), SERIAL)
    before = asked(twin, Kind.POLL, bytes(6))
    assert asked(twin, kind, payload) == (0xFF, bytes((kind, reason)))
    assert asked(twin, Kind.POLL, bytes(6)) == before


def test_normal_regulation_needs_no_key() -> None:
    twin = BeltTwin(BeltWorld(sound_parameters(), lambda _, ohms: 8.14 / ohms), SERIAL)
    assert asked(twin, Kind.SET_REGULATION, b"\x00TEST") == (0x92, b"")
    assert asked(twin, Kind.OFF, b"") == (0x94, b"")
    assert asked(twin, Kind.POLL, bytes(6))[1][14] == 0
    assert asked(twin, Kind.SET_REGULATION, b"\x01none") == (0x92, b"")
    assert asked(twin, Kind.POLL, bytes(6))[1][14] == 1


def test_another_level_leaves_the_session_running() -> None:
    twin = BeltTwin(BeltWorld(sound_parameters(), lambda _, ohms: 8.14 / ohms), SERIAL)
    asked(twin, Kind.SET_LEVEL, b"\x03")
    asked(twin, Kind.PING, b"", 1.0)
    asked(twin, Kind.SET_LEVEL, b"\x01", 1.0)
    left_ms = asked(twin, Kind.POLL, bytes(6), 1.0)[1][9:13]
    assert int.from_bytes(left_ms) == 599_000


def asked(twin: BeltTwin, kind: int, payload: bytes, now: float = 0.0) -> tuple[int, bytes]:
    """Kind and payload of the answer."""
    twin.write(encode(7, kind, payload), now)
    answer = twin.read(now)
    assert answer is not None
    frame = decode(answer[1][:-1])
    assert frame is not None
    assert frame.sequence == 7
    return frame.kind, frame.payload
