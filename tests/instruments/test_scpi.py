from __future__ import annotations

import pytest

from instruments import scpi
from instruments.protocols import Identity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Keysight Technologies,E36312A,MY59002391,2.1.0-1.0.4-1.12",
            Identity("Keysight Technologies", "E36312A", "MY59002391", "2.1.0-1.0.4-1.12"),
        ),
        (
            "Siglent Technologies,SPD3303X-E,SPD3XIDX5R3677,1.01.01.02.07R2,V3.0",
            Identity("Siglent Technologies", "SPD3303X-E", "SPD3XIDX5R3677", "1.01.01.02.07R2,V3.0"),
        ),
        (
            "Keithley instruments, 2231A-30-3, 0123456789ABCDEFGH, 1.01-1.04\n",
            Identity("Keithley instruments", "2231A-30-3", "0123456789ABCDEFGH", "1.01-1.04"),
        ),
        (
            "KEITHLEY INSTRUMENTS INC.,MODEL 2701,1216866,A09 /A02",
            Identity("KEITHLEY INSTRUMENTS INC.", "2701", "1216866", "A09 /A02"),
        ),
        ("LAMBDA,GENX-Y", Identity("LAMBDA", "GENX-Y", "", "")),
    ],
)
def test_identities_of_real_instruments_are_understood(text: str, expected: Identity) -> None:
    assert scpi.identity(text) == expected


@pytest.mark.parametrize("text", ["", "1", ",,,", "Keysight,"])
def test_an_identity_without_maker_or_model_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no maker and model"):
        scpi.identity(text)


def test_a_serial_number_of_a_twin_is_seen() -> None:
    assert scpi.identity("Keysight Technologies,E36312A,SIM1,1").simulated
    assert not scpi.identity("Keysight Technologies,E36312A,MYSIM1,1").simulated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('+0,"No error"', (0, "No error")),
        ('0,"No error;0;0 0"', (0, "No error;0;0 0")),
        ("0  No Error", (0, "No Error")),
        ("+0, No Error", (0, "No Error")),
        ("-100, “Command error”", (-100, "Command error")),
        ('-113,"Undefined header"', (-113, "Undefined header")),
        ('301,"PV Above OVP"', (301, "PV Above OVP")),
    ],
)
def test_error_spellings_of_seven_makes(text: str, expected: tuple[int, str]) -> None:
    assert scpi.error(text) == expected


def test_an_empty_error_reply_is_an_error() -> None:
    with pytest.raises(ValueError, match="no error number"):
        scpi.error("")


@pytest.mark.parametrize("text", ["9.9E37", "+9.90000000E+37", "-9.9E37", "9.91E37", "NAN", "inf"])
def test_what_is_no_number_is_kept_as_received(text: str) -> None:
    assert scpi.reading(text) == text
    with pytest.raises(ValueError, match="not a finite number"):
        scpi.number(text)


@pytest.mark.parametrize(("text", "value"), [("+1", 1.0), ("5.0011", 5.0011), ("+1.00000000E+01", 10.0)])
def test_all_three_number_forms_are_read(text: str, value: float) -> None:
    assert scpi.reading(text) == value
    assert scpi.number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("ON", True), ("yes", True), ("0", False), ("Off", False)]
)
def test_booleans_of_all_makes(text: str, value: bool) -> None:
    assert scpi.boolean(text) is value


def test_a_word_that_is_no_boolean_is_an_error() -> None:
    with pytest.raises(ValueError, match="neither on nor off"):
        scpi.boolean("2")


def test_draining_stops_at_zero() -> None:
    replies = iter(['-113,"Undefined header"', '-222,"Data out of range"', '+0,"No error"', "never asked"])
    assert scpi.drain(lambda _: next(replies)) == [(-113, "Undefined header"), (-222, "Data out of range")]


def test_draining_an_instrument_that_never_says_zero_ends() -> None:
    assert len(scpi.drain(lambda _: '-350,"Queue overflow"')) == scpi.ERROR_QUEUE_BOUND
