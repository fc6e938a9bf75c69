from __future__ import annotations

import termios
from collections.abc import Callable

import pytest
import serial

from dut_drivers.errors import BadFrame, DeviceError, LinkLost, Refused, ReplyTimeout
from dut_drivers.frames import Frame, decode, encode
from dut_drivers.link import Link
from dut_drivers.messages import NAK, REPLY, Kind
from dut_drivers.simulated.standalone import ManualClock

Script = Callable[[Frame], bytes]


class FakePort:
    """Answers each request as the script says; reading nothing takes the timeout."""

    def __init__(self, clock: ManualClock, *answers: Script) -> None:
        self.timeout: float | None = None
        self.sent: list[bytes] = []
        self.closed = False
        self._clock = clock
        self._answers = list(answers)
        self._received = b""

    @property
    def in_waiting(self) -> int:
        return len(self._received)

    def read(self, size: int = 1, /) -> bytes:
        if not self._received:
            self._clock.sleep(self.timeout or 0.0)
        data, self._received = self._received[:size], self._received[size:]
        return data

    def write(self, data: bytes, /) -> int:
        self.sent.append(data)
        frame = decode(data.strip(b"\0"))
        assert frame is not None
        self._received += self._answers.pop(0)(frame)
        return len(data)

    def reset_input_buffer(self) -> None:
        self._received = b""

    def close(self) -> None:
        self.closed = True


def silence(_: Frame) -> bytes:
    return b""


def good(request: Frame) -> bytes:
    return encode(request.sequence, request.kind | REPLY, b"ok")


def late(request: Frame) -> bytes:
    """The answer to the request before, then that to this one."""
    return encode(request.sequence - 1, request.kind | REPLY, b"old") + good(request)


def garbled(request: Frame) -> bytes:
    return b"\x55" + good(request)


def wrong_kind(request: Frame) -> bytes:
    return encode(request.sequence, Kind.PING | REPLY)


def refused(request: Frame) -> bytes:
    return encode(request.sequence, NAK, bytes((request.kind, 6)))


def link_with(*answers: Script) -> tuple[Link, FakePort, ManualClock]:
    clock = ManualClock()
    port = FakePort(clock, *answers)
    return Link(lambda: port, "/dev/ttyUSB0", clock), port, clock


def test_a_reply_is_returned() -> None:
    link, port, _ = link_with(good)
    assert link.exchange(Kind.POLL, b"pp") == b"ok"
    assert port.sent == [b"\0" + encode(1, Kind.POLL, b"pp")]


def test_a_reply_to_an_earlier_request_is_dropped() -> None:
    link, _, _ = link_with(good, late)
    link.exchange(Kind.SET_LEVEL)
    assert link.exchange(Kind.POLL) == b"ok"


@pytest.mark.parametrize("first", [silence, garbled, wrong_kind])
def test_a_query_is_sent_once_more(first: Script) -> None:
    link, port, clock = link_with(first, good)
    assert link.exchange(Kind.POLL) == b"ok"
    assert port.sent[1] == b"\0" + encode(2, Kind.POLL)
    assert clock.now() == pytest.approx(0.3)


def test_a_command_is_sent_once() -> None:
    link, port, clock = link_with(silence)
    with pytest.raises(
        ReplyTimeout, match=r"setting the level on /dev/ttyUSB0: no reply within 0\.3 s; check"
    ):
        link.exchange(Kind.SET_LEVEL, b"\1")
    assert len(port.sent) == 1
    assert clock.now() == pytest.approx(0.3)


def test_off_is_sent_once_more() -> None:
    link, port, _ = link_with(silence, good)
    link.exchange(Kind.OFF)
    assert len(port.sent) == 2


def test_two_lost_replies_are_a_timeout() -> None:
    link, _, clock = link_with(silence, silence)
    with pytest.raises(ReplyTimeout):
        link.exchange(Kind.POLL)
    assert clock.now() == pytest.approx(0.6)


def test_bytes_that_are_no_reply_are_a_bad_frame() -> None:
    link, _, _ = link_with(garbled, garbled)
    with pytest.raises(BadFrame, match="check baud rate"):
        link.exchange(Kind.POLL)


def test_a_refusal_carries_its_reason() -> None:
    link, _, _ = link_with(refused)
    with pytest.raises(Refused, match="refused: too hot") as caught:
        link.exchange(Kind.REARM)
    assert caught.value.reason == 6


def test_the_sequence_number_wraps() -> None:
    link, port, _ = link_with(*[good] * 300)
    for _ in range(300):
        link.exchange(Kind.PING)
    assert decode(port.sent[299][:-1]) == Frame(300 % 256, Kind.PING, b"")


@pytest.mark.parametrize(
    "error",
    [
        serial.SerialException("write failed"),
        OSError(5, "Input/output error"),
        termios.error(5, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
    ],
)
def test_every_error_of_a_dying_port_is_a_lost_link(error: Exception) -> None:
    def fail(_: Frame) -> bytes:
        raise error

    link, _, _ = link_with(fail)
    with pytest.raises(LinkLost, match="then reopen it") as caught:
        link.exchange(Kind.POLL)
    assert caught.value.__cause__ is error
    assert isinstance(caught.value, DeviceError)


def test_a_closed_link_is_lost_until_reopened() -> None:
    link, port, _ = link_with(good)
    link.close()
    assert port.closed
    with pytest.raises(LinkLost, match="the port is closed"):
        link.exchange(Kind.PING)
    link.reopen()
    assert link.exchange(Kind.PING) == b"ok"


def test_a_port_that_does_not_open_is_a_lost_link() -> None:
    def refuse() -> FakePort:
        raise serial.SerialException(2, "No such file or directory: '/dev/ttyUSB7'")

    with pytest.raises(LinkLost, match="opening the port on belt"):
        Link(refuse, "belt", ManualClock())
