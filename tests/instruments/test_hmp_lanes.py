"""Driver and twin of the HMP4040 together: four lanes on one supply, and the traps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from instruments.catalogue import hmp_reading_s
from instruments.errors import LinkLost, ReplyTimeout
from instruments.protocols import OutputSetup, OutputState, Supply
from instruments.simulated.faults import Fault

if TYPE_CHECKING:
    from instruments.rohde_schwarz_hmp import RohdeSchwarzHmp
    from tests.instruments.conftest import HmpBench

SETUP = OutputSetup(volts_limit_ovp=9.0, ocp=True, remote_sense=True)
LANES = (1, 2, 3, 4)


def heating(hmp_bench: HmpBench, *outputs: int) -> RohdeSchwarzHmp:
    supply = hmp_bench.hmp()
    supply.prepare(dict.fromkeys(outputs, SETUP))
    for output in outputs:
        supply.set_voltage(output, 7.4)
        supply.set_current_limit(output, 1.2)
        supply.set_output(output, True)
    return supply


def powered(hmp_bench: HmpBench) -> list[bool]:
    return [hmp_bench.twin.amps_into(output, 7.4**2 / 6) > 0.0 for output in LANES]


def test_the_reference_belt_unit_at_rated_voltage(hmp_bench: HmpBench) -> None:
    """6 W at 7.4 V: 0.8108 A through 9.1267 ohms, sensed at the device's terminals."""
    supply: Supply = heating(hmp_bench, 1, 2)
    assert supply.identify().simulated
    started = hmp_bench.clock.now()
    assert supply.measure([1, 2]) == [7.4, 7.4, 0.8108, 0.8108, 1.0, 1.0]
    assert hmp_bench.clock.now() - started == pytest.approx(hmp_reading_s(2))
    assert supply.state(2) == OutputState(7.4, 1.2, True)
    supply.switch_off([1, 2])
    assert [(on, amps) for on, _, amps in supply.off_state([1, 2])] == [(False, 0.0), (False, 0.0)]
    assert supply.drain_errors() == []


def test_reading_four_lanes_leaves_each_exchange_below_the_deadline(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, *LANES)
    supply.set_deadline(0.15)
    started = hmp_bench.clock.now()
    assert supply.measure(LANES)[8:] == [1.0] * 4
    assert hmp_bench.clock.now() - started == pytest.approx(0.18)


@pytest.mark.parametrize("lane", LANES)
def test_one_lane_off_is_off_at_once_and_leaves_three_heating(hmp_bench: HmpBench, lane: int) -> None:
    supply = heating(hmp_bench, *LANES)
    now = hmp_bench.clock.now()
    supply.switch_off([lane])
    assert hmp_bench.clock.now() == now
    assert powered(hmp_bench) == [other != lane for other in LANES]
    assert supply.off_state([lane])[0][0] is False


def test_the_master_goes_off_with_the_last_lane(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, 2, 3)
    bare = hmp_bench.bare()
    supply.set_output(2, False)
    assert powered(hmp_bench) == [False, False, True, False]
    assert bare.query("OUTP:GEN?") == "1"
    supply.set_output(3, False)
    assert bare.query("OUTP:GEN?") == "0"


def test_an_output_selected_behind_the_master_gets_no_power_by_ours(hmp_bench: HmpBench) -> None:
    """Somebody left 12 V selected on output 4, held back by the master alone."""
    bare = hmp_bench.bare()
    bare.write("INST:NSEL 4;:VOLT 12;:OUTP:SEL 1")
    heating(hmp_bench, 1)
    assert powered(hmp_bench) == [True, False, False, False]


def test_one_lanes_open_fuse_leaves_three_heating_though_they_had_been_linked(hmp_bench: HmpBench) -> None:
    bare = hmp_bench.bare()
    for fuse, others in ((1, (2, 3, 4)), (2, (1, 3)), (4, (1,))):
        bare.write(f"INST:NSEL {fuse};" + ";".join(f":FUSE:LINK {other}" for other in others))
    supply = heating(hmp_bench, *LANES)
    hmp_bench.loads[2].ohms = 1.0
    assert supply.measure(LANES)[8:] == [1.0, 0.0, 1.0, 1.0]
    assert bare.query("INST:NSEL 2;:FUSE:TRIP?") == "1"


def test_our_clearing_leaves_a_tripped_twin_off_though_the_bare_command_would_not(
    hmp_bench: HmpBench,
) -> None:
    supply = heating(hmp_bench, 1, 2)
    hmp_bench.loads[1].ohms = hmp_bench.loads[2].ohms = 1.0
    assert supply.measure([1, 2])[4:] == [0.0, 0.0]
    hmp_bench.loads[1].ohms = hmp_bench.loads[2].ohms = 9.0
    bare = hmp_bench.bare()
    assert bare.query("INST:NSEL 1;:FUSE:TRIP?;:FUSE OFF;:OUTP:SEL?") == "1;1"
    supply.clear_protection(2)
    assert supply.state(2) == OutputState(0.0, 1.2, False)
    assert bare.query("INST:NSEL 2;:FUSE:TRIP?;:FUSE?;:VOLT:PROT:TRIP?") == "0;1;0"


def test_an_over_voltage_trip_is_cleared_and_stays_off(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, 2)
    supply.set_voltage(2, 10.0)
    assert supply.measure([2]) == [0.0, 0.0, 0.0]
    supply.clear_protection(2)
    assert powered(hmp_bench) == [False] * 4
    assert hmp_bench.bare().query("INST:NSEL 2;:VOLT:PROT:TRIP?") == "0"


def test_another_client_that_selects_disturbs_nothing(hmp_bench: HmpBench) -> None:
    supply, other = heating(hmp_bench, 1, 2), hmp_bench.bare()
    for selected in LANES:
        other.write(f"INST:NSEL {selected}")
        assert supply.measure([1, 2])[4:] == [1.0, 1.0]
        other.write(f"INST:NSEL {selected}")
        supply.set_voltage(2, 7.0)
    assert [supply.state(output).volts for output in LANES] == [7.4, 7.0, 0.0, 0.0]


def test_an_unloaded_output_falls_in_half_a_second(hmp_bench: HmpBench) -> None:
    hmp_bench.loads[2].ohms = math.inf
    supply = heating(hmp_bench, 2)
    supply.switch_off([2])
    ((_, volts, _),) = supply.off_state([2])
    assert volts > 1.0
    hmp_bench.clock.sleep(0.5)
    ((_, volts, _),) = supply.off_state([2])
    assert volts < 0.1


def test_off_still_acts_on_a_supply_that_answers_no_more(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, 1, 2)
    supply.set_deadline(0.15)
    for reply in range(1, 200):
        hmp_bench.faults["hmp", reply] = Fault("hang")
    started = hmp_bench.clock.now()
    with pytest.raises(ReplyTimeout):
        supply.measure([1, 2])
    assert hmp_bench.clock.now() - started == pytest.approx(0.15)
    supply.switch_off([1])
    assert powered(hmp_bench) == [False, True, False, False]


def test_a_link_that_was_cut_is_lost_and_cannot_be_opened_again(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, 2)
    for reply in range(1, 200):
        hmp_bench.faults["hmp", reply] = Fault("cut")
    with pytest.raises(LinkLost):
        supply.measure([2])
    with pytest.raises(LinkLost):
        supply.reopen()


def test_a_link_opened_again_finds_the_settings(hmp_bench: HmpBench) -> None:
    supply = heating(hmp_bench, 2)
    supply.reopen()
    assert supply.state(2) == OutputState(7.4, 1.2, True)
    supply.close()
    with pytest.raises(LinkLost, match="closed"):
        supply.state(2)
