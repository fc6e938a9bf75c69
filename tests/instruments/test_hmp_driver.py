"""The HMP driver at the wire: what it sends, and what it makes of replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from instruments.errors import NotConfirmed, Refused, UnexpectedReply
from instruments.protocols import OutputSetup, OutputState
from instruments.rohde_schwarz_hmp import RohdeSchwarzHmp

if TYPE_CHECKING:
    from tests.instruments.conftest import Wire

Pair = tuple[str, str | None]

OK = '0,"No error"'
SETUP = OutputSetup(volts_limit_ovp=9.0, ocp=True, remote_sense=True)
SWITCHES = (
    "INST:NSEL 1;:INST:NSEL?;:OUTP:SEL?;:INST:NSEL 2;:INST:NSEL?;:OUTP:SEL?;"
    ":INST:NSEL 3;:INST:NSEL?;:OUTP:SEL?;:INST:NSEL 4;:INST:NSEL?;:OUTP:SEL?;:OUTP:GEN?"
)
LINKS = "INST:NSEL 2;:INST:NSEL?;:FUSE:LINK? 1;:FUSE:LINK? 3;:FUSE:LINK? 4"
BACK = "INST:NSEL 2;:INST:NSEL?;:OUTP:SEL?;:VOLT?;:VOLT:PROT:LEV?;:VOLT:PROT:MODE?;:FUSE:STAT?;:FUSE:DEL?"


def poll(*outputs: int) -> str:
    each = (f"INST:NSEL {n};:INST:NSEL?;:MEAS:VOLT?;:MEAS:CURR?;:OUTP:SEL?;:" for n in outputs)
    return "".join(each) + "OUTP:GEN?"


def change(output: int, command: str, reply: str = OK) -> Pair:
    return f"INST:NSEL {output};:{command};:INST:NSEL?;:SYST:ERR?", f"{output};{reply}"


def links(*linked: int) -> list[Pair]:
    """The questions about output 2's fuse, and replies where it takes those outputs along."""
    reply = ";".join("1" if other in linked else "0" for other in (1, 3, 4))
    ways: list[Pair] = [(f"INST:NSEL {n};:INST:NSEL?;:FUSE:LINK? 2", f"{n};0") for n in (1, 3, 4)]
    return [(LINKS, f"2;{reply}"), *ways]


def driver(wire: Wire, *pairs: Pair) -> RohdeSchwarzHmp:
    return RohdeSchwarzHmp(wire(*pairs)[0], "HMP4040")


PROGRAM = [
    change(2, "OUTP:SEL 0"),
    change(2, "VOLT 0"),
    change(2, "VOLT:PROT:LEV 9"),
    change(2, "VOLT:PROT:MODE MEAS"),
]
FUSE = [change(2, "FUSE:DEL 50"), change(2, "FUSE:STAT ON")]


@pytest.mark.parametrize(
    "reply",
    [
        "ROHDE&SCHWARZ,HMP4040,120224,HW50020003/SW2.70",
        "HAMEG,HMP4040,017003,HW50020001/SW2.01",
        "Rohde&Schwarz,HMP4040,120224,HW50020003/SW2.70",
        "Rohde & Schwarz, hmp4040, 120224, SW2.70",
    ],
)
def test_all_spellings_of_the_maker_are_known(wire: Wire, reply: str) -> None:
    assert driver(wire, ("*IDN?", reply)).identify().maker == reply.partition(",")[0]


@pytest.mark.parametrize(
    "reply", ["HAMEG,HMP2030,1,2", "Rohde&Schwarz,NGE103B,1,1.54", "HP,HMP4040,1,1", "1"]
)
def test_another_instrument_is_not_taken_for_the_supply(wire: Wire, reply: str) -> None:
    with pytest.raises(UnexpectedReply):
        driver(wire, ("*IDN?", reply)).identify()


def test_two_outputs_are_measured_in_one_exchange_each_with_its_echo(wire: Wire) -> None:
    supply = driver(wire, (poll(2, 4), "2;7.400;0.8108;1;4;0.001;9.91E37;0;1"))
    assert supply.measure([2, 4]) == [7.4, 0.001, 0.8108, "9.91E37", 1.0, 0.0]


def test_four_outputs_take_two_exchanges_so_that_each_stays_below_the_deadline(wire: Wire) -> None:
    supply = driver(wire, (poll(1, 2), "1;1;0.1;1;2;2;0.2;1;1"), (poll(3, 4), "3;3;0.3;1;4;4;0.4;1;1"))
    assert supply.measure([1, 2, 3, 4]) == [1.0, 2.0, 3.0, 4.0, 0.1, 0.2, 0.3, 0.4, 1.0, 1.0, 1.0, 1.0]


def test_nothing_is_on_while_the_master_is_off(wire: Wire) -> None:
    supply = driver(
        wire,
        (poll(2), "2;0;0;1;0"),
        ("INST:NSEL 2;:INST:NSEL?;:VOLT?;:CURR?;:OUTP:SEL?;:OUTP:GEN?", "2;7.400;1.2000;1;0"),
    )
    assert supply.measure([2]) == [0.0, 0.0, 0.0]
    assert supply.state(2) == OutputState(7.4, 1.2, False)


def test_an_output_that_would_go_on_with_the_master_does_not_count_as_off(wire: Wire) -> None:
    supply = driver(wire, (poll(2, 3), "2;0.1;0;1;3;0.2;0;0;0"))
    assert supply.off_state([2, 3]) == [(True, 0.1, 0.0), (False, 0.2, 0.0)]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("4;7.4;0.8;1;4;7.4;0.8;1;1", "output 4 was selected, not 2"),
        ("2;7.4;0.8;1;2;7.4;0.8;1;1", "output 2 was selected, not 4"),
        ("x;7.4;0.8;1;4;7.4;0.8;1;1", "'x'"),
        ("2;7.4;0.8;1", "does not fit"),
        ("2", "does not fit"),
        ("2;7.4;0.8;1;4;7.4;0.8;1;", "does not fit"),
        ("2;7.4;0.8;7;4;7.4;0.8;1;1", "does not fit"),
        ("2;7.4;volt;1;4;7.4;0.8;1;1", "does not fit"),
    ],
)
def test_a_reply_about_another_output_or_of_another_shape_is_no_measurement(
    wire: Wire, reply: str, words: str
) -> None:
    session, resource = wire((poll(2, 4), reply), ("*IDN?", "HAMEG,HMP4040,1,1"))
    supply = RohdeSchwarzHmp(session, "HMP4040")
    with pytest.raises(UnexpectedReply, match=words):
        supply.measure([2, 4])
    supply.identify()
    assert resource.cleared == 1


def test_a_command_that_hit_another_output_is_an_error(wire: Wire) -> None:
    message, _ = change(2, "VOLT 7.4")
    with pytest.raises(UnexpectedReply, match=r"setting output 2 to 7.4 V: output 1 was selected, not 2"):
        driver(wire, (message, f"1;{OK}")).set_voltage(2, 7.4)


def test_a_refusal_carries_code_and_text_and_empties_the_queue(wire: Wire) -> None:
    supply = driver(
        wire,
        change(3, "CURR 12", '-222,"Data out of range;CURR"'),
        ("SYST:ERR?", '-350,"Queue overflow"'),
        ("SYST:ERR?", OK),
    )
    with pytest.raises(Refused, match=r"output 3 to 12 A \(CURR 12\): refused with -222") as caught:
        supply.set_current_limit(3, 12.0)
    assert (caught.value.code, caught.value.text) == (-222, "Data out of range;CURR")


def test_the_first_output_on_deselects_what_the_master_would_feed_besides(wire: Wire) -> None:
    supply = driver(
        wire,
        (SWITCHES, "1;0;2;0;3;1;4;1;0"),
        change(3, "OUTP:SEL 0"),
        change(4, "OUTP:SEL 0"),
        change(2, "OUTP:SEL 1;:OUTP:GEN 1"),
    )
    supply.set_output(2, True)


def test_a_further_output_on_touches_neither_master_nor_others(wire: Wire) -> None:
    driver(wire, (SWITCHES, "1;0;2;0;3;1;4;0;1"), change(2, "OUTP:SEL 1")).set_output(2, True)


def test_one_of_several_off_leaves_the_master(wire: Wire) -> None:
    driver(wire, change(2, "OUTP:SEL 0"), (SWITCHES, "1;1;2;0;3;1;4;1;1")).set_output(2, False)


def test_the_last_output_off_takes_the_master_along(wire: Wire) -> None:
    supply = driver(wire, change(2, "OUTP:SEL 0"), (SWITCHES, "1;0;2;0;3;0;4;0;1"), change(2, "OUTP:GEN 0"))
    supply.set_output(2, False)


def test_switching_off_waits_for_nothing_and_leaves_the_master(wire: Wire) -> None:
    supply = driver(
        wire, ("INST:NSEL 2;:OUTP:SEL 0;:VOLT 0", None), ("INST:NSEL 4;:OUTP:SEL 0;:VOLT 0", None)
    )
    supply.switch_off([2, 4])


def test_preparing_programs_and_reads_back_each_setting(wire: Wire) -> None:
    supply = driver(wire, *PROGRAM, *links(), *FUSE, (BACK, "2;0;0.000;9.000;measured;1;50"), *links())
    supply.prepare({2: SETUP})


def test_preparing_unlinks_the_fuse_from_the_other_outputs(wire: Wire) -> None:
    supply = driver(
        wire,
        *PROGRAM,
        *links(1, 4),
        change(2, "FUSE:UNL 1"),
        change(2, "FUSE:UNL 4"),
        *FUSE,
        (BACK, "2;0;0.000;9.000;MEAS;1;50"),
        *links(),
    )
    supply.prepare({2: SETUP})


@pytest.mark.parametrize(
    ("reply", "linked", "wrong"),
    [
        ("2;1;0;9;MEAS;1;50", (), "output reads on"),
        ("2;0;0.5;9;MEAS;1;50", (), "voltage reads 0.5"),
        ("2;0;0;33;MEAS;1;50", (), "over-voltage level reads 33.0, not 9.0"),
        ("2;0;0;9;PROT;1;50", (), "over-voltage mode reads PROT"),
        ("2;0;0;9;MEAS;0;50", (), "fuse reads False"),
        ("2;0;0;9;MEAS;1;250", (), "fuse delay in ms reads 250"),
        ("2;0;0;9;MEAS;1;50", (3,), r"linked fuses reads \[\(2, 3\)\]"),
    ],
)
def test_a_setting_that_reads_back_differently_is_not_confirmed(
    wire: Wire, reply: str, linked: tuple[int, ...], wrong: str
) -> None:
    supply = driver(wire, *PROGRAM, *links(), *FUSE, (BACK, reply), *links(*linked))
    with pytest.raises(NotConfirmed, match=wrong):
        supply.prepare({2: SETUP})


CLEARING = [change(2, "VOLT 0"), change(2, "OUTP:SEL 0")]
ARMED = ("INST:NSEL 2;:INST:NSEL?;:OUTP:SEL?;:FUSE:STAT?", "2;0;1")
CLEAR = change(2, "VOLT:PROT:CLE;:FUSE:STAT OFF;:FUSE:STAT ON")
AFTER = "INST:NSEL 2;:INST:NSEL?;:OUTP:SEL?;:FUSE:STAT?;:VOLT:PROT:TRIP?;:FUSE:TRIP?"
OFF = ("INST:NSEL 2;:OUTP:SEL 0;:VOLT 0", None)


def test_clearing_a_trip_goes_by_zero_and_off_and_is_confirmed(wire: Wire) -> None:
    driver(wire, *CLEARING, ARMED, CLEAR, (AFTER, "2;0;1;0;0")).clear_protection(2)


def test_a_fuse_that_was_off_is_not_armed_by_clearing(wire: Wire) -> None:
    was_off = (ARMED[0], "2;0;0")
    clear = change(2, "VOLT:PROT:CLE;:FUSE:STAT OFF")
    driver(wire, *CLEARING, was_off, clear, (AFTER, "2;0;0;0;0")).clear_protection(2)


@pytest.mark.parametrize(
    ("reply", "wrong", "again"),
    [
        ("2;1;1;0;0", "the output reads on", [OFF]),
        ("2;0;1;1;0", "still tripped", [OFF]),
        ("2;0;1;0;1", "still tripped", [OFF]),
        ("2;0;0;0;0", "fuse reads False, not True", []),
    ],
)
def test_a_supply_that_comes_back_on_or_stays_tripped_is_switched_off_and_reported(
    wire: Wire, reply: str, wrong: str, again: list[Pair]
) -> None:
    supply = driver(wire, *CLEARING, ARMED, CLEAR, (AFTER, reply), *again)
    with pytest.raises(NotConfirmed, match=wrong):
        supply.clear_protection(2)


def test_an_unknown_model_is_refused(wire: Wire) -> None:
    with pytest.raises(ValueError, match="known are HMP4040"):
        RohdeSchwarzHmp(wire()[0], "HMP2030")
