from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import serial

from dut_drivers.errors import LinkLost
from dut_drivers.ir_lumbar_wrap import IrLumbarWrap
from dut_drivers.link import Link
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.pty_server import PtyServer
from dut_drivers.simulated.standalone import ManualClock, sound_parameters
from dut_drivers.simulated.twin import BeltTwin


@pytest.fixture
def twin() -> BeltTwin:
    return BeltTwin(BeltWorld(sound_parameters(), lambda _, ohms: 7.4 / ohms), "SIM9")


@pytest.fixture
def server(twin: BeltTwin) -> Iterator[PtyServer]:
    with PtyServer(twin, ManualClock(), nullcontext()) as serving:
        yield serving


def driver(server: PtyServer) -> IrLumbarWrap:
    clock = ManualClock()
    link = Link(
        lambda: serial.Serial(server.path, 115200, exclusive=True), server.path, clock, deadline_s=2.0
    )
    return IrLumbarWrap(link, clock)


def test_the_same_driver_speaks_through_a_pseudo_terminal(server: PtyServer) -> None:
    belt = driver(server)
    assert belt.identify().serial == "SIM9"
    belt.set_level("high")
    assert belt.poll()[0][2] == 3
    assert belt.rearm() is False
    assert [event.name for event in belt.poll()[1]] == ["belt.rearm_refused"]
    belt.close()


def test_the_belt_keeps_its_state_while_hosts_come_and_go(server: PtyServer) -> None:
    first = driver(server)
    first.set_level("medium")
    first.close()
    second = driver(server)
    assert second.poll()[0][2] == 2
    second.reopen()
    assert second.poll()[0][2] == 2
    second.close()


def test_bytes_of_every_value_pass_unchanged(server: PtyServer) -> None:
    belt = driver(server)
    for _ in range(40):
        belt.rearm()
    assert [event.number for event in belt.poll()[1]] == list(range(9, 17))
    belt.close()


def test_an_unplugged_belt_is_a_lost_link(server: PtyServer, twin: BeltTwin) -> None:
    belt = driver(server)
    belt.poll()
    twin.plugged = False
    with pytest.raises(LinkLost):
        belt.poll()
    belt.close()


def test_closing_twice_is_closing(twin: BeltTwin) -> None:
    server = PtyServer(twin, ManualClock(), nullcontext())
    server.close()
    server.close()
    assert not server._thread.is_alive()
    assert not Path(server.path).exists()
