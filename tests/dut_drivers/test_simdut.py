from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import serial

from dut_drivers.frames import decode, encode
from dut_drivers.messages import Kind
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.protocol_simdut import Serial, register, unregister
from dut_drivers.simulated.standalone import ManualClock, sound_parameters
from dut_drivers.simulated.twin import BeltTwin

PING = encode(1, Kind.PING)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def twin() -> BeltTwin:
    return BeltTwin(BeltWorld(sound_parameters(), lambda _unit, _ohms: 0.0), "SIM7")


@pytest.fixture
def port(clock: ManualClock, twin: BeltTwin) -> Iterator[Serial]:
    opened = serial.serial_for_url(register("belt7", twin, clock, nullcontext()), timeout=0.3)
    assert isinstance(opened, Serial)
    yield opened
    opened.close()
    unregister("belt7")


def test_a_reply_takes_the_belts_time_on_the_clock(port: Serial, clock: ManualClock) -> None:
    assert port.write(PING) == len(PING)
    assert port.in_waiting == 0
    data = port.read(1)
    assert clock.now() == pytest.approx(0.004)
    data += port.read(port.in_waiting)
    assert decode(data[:-1]) == (1, Kind.PING | 0x80, b"")


def test_a_read_of_more_than_there_is_takes_the_timeout(port: Serial, clock: ManualClock) -> None:
    port.write(PING)
    assert len(port.read(100)) == 9
    assert clock.now() == pytest.approx(0.3)


def test_a_read_of_nothing_takes_the_timeout(port: Serial, clock: ManualClock) -> None:
    assert port.read(1) == b""
    assert clock.now() == pytest.approx(0.3)


def test_a_timeout_of_zero_does_not_wait(port: Serial, clock: ManualClock) -> None:
    port.timeout = 0
    port.write(PING)
    assert port.read(1) == b""
    assert clock.now() == 0.0


def test_waiting_for_ever_for_nothing_is_an_error(port: Serial) -> None:
    port.timeout = None
    with pytest.raises(serial.SerialException, match="nothing is on its way"):
        port.read(1)


def test_dropping_the_input_drops_what_is_on_its_way(port: Serial, clock: ManualClock) -> None:
    port.write(PING)
    port.reset_input_buffer()
    assert port.read(1) == b""


def test_a_closed_port_cannot_be_used(port: Serial) -> None:
    port.close()
    with pytest.raises(serial.PortNotOpenError):
        port.read(1)
    with pytest.raises(serial.PortNotOpenError):
        port.write(PING)


def test_an_unplugged_port_fails_and_does_not_open(port: Serial, twin: BeltTwin) -> None:
    twin.plugged = False
    for use in (lambda: port.read(1), lambda: port.write(PING), lambda: port.in_waiting):
        with pytest.raises(serial.SerialException, match="unplugged"):
            use()
    with pytest.raises(serial.SerialException, match="unplugged"):
        serial.serial_for_url("simdut://belt7")


def test_an_unknown_name_lists_those_there_are(port: Serial) -> None:
    with pytest.raises(
        serial.SerialException, match="no simulated belt of that name; there are: belt7"
    ) as caught:
        serial.serial_for_url("simdut://belt8")
    assert caught.value.errno == 2


def test_a_name_is_given_once(port: Serial, twin: BeltTwin, clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="simdut://belt7: the name is in use"):
        register("belt7", twin, clock, nullcontext())


def test_the_lock_is_held_while_the_twin_is_touched_and_never_while_waiting(twin: BeltTwin) -> None:
    held = 0

    class Lock:
        def __enter__(self) -> None:
            nonlocal held
            held += 1

        def __exit__(self, *_: object) -> None:
            nonlocal held
            held -= 1

    class Watching(ManualClock):
        def sleep(self, seconds: float) -> None:
            assert held == 0
            super().sleep(seconds)

    class Watched(BeltTwin):
        def write(self, data: bytes, now: float) -> None:
            assert held == 1
            super().write(data, now)

    watched = Watched(twin._world, "SIM8")
    clock = Watching()
    port = serial.serial_for_url(register("locked", watched, clock, Lock()), timeout=0.3)
    try:
        port.write(PING)
        assert len(port.read(9)) == 9
        assert clock.now() > 0
    finally:
        port.close()
        unregister("locked")


def test_a_twin_never_passes_for_a_real_belt(twin: BeltTwin) -> None:
    with pytest.raises(ValueError, match="serial number 'WRAP-0007' must begin with SIM"):
        BeltTwin(twin._world, "WRAP-0007")
