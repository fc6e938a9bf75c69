"""VISA resource names by their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.bench.resources import EXAMPLES, example_like, is_resource


@pytest.mark.parametrize(
    "text",
    [
        *EXAMPLES.values(),
        "TCPIP::supply.lab.example::INSTR",
        "tcpip0::192.0.2.10::inst0::instr",
        "TCPIP0::192.0.2.10::hislip0,4880::INSTR",
        "TCPIP0::192.0.2.10",
        "TCPIP0::[2001:db8::1]::5025::SOCKET",
        "USB::10893::4354::MY1::0::INSTR",
        "USB0::0x2A8D::0x1102::MY1",
        "USB0::0x0AAD::0x0135::035375056::RAW",
        "GPIB::5",
        "GPIB1::30::2::INSTR",
        "ASRL1::INSTR",
        "ASRLCOM3::INSTR",
        "ASRL/dev/serial/by-id/usb-FTDI-if00-port0::INSTR",
    ],
)
def test_forms_of_the_specification(text: str) -> None:
    assert is_resource(text)


@pytest.mark.parametrize(
    "text",
    [
        "TCPIP0:192.0.2.11",
        "TCPIP0::",
        "TCPIP0::192.0.2.10::5025",
        "TCPIP0::192.0.2.10::5025::SOCKETS",
        "TCPIP0::192.0.2.10::SOCKET",
        "tcpip::psu::socket",
        "TCPIP0::192.0.2.10::0::SOCKET",
        "TCPIP0::192.0.2.10::65536::SOCKET",
        "TCPIP0::192.0.2 .10::5025::SOCKET",
        "192.0.2.10",
        "USB0::0x2A8D::MY1::INSTR",
        "GPIB0::31::INSTR",
        "GPIB0::x::INSTR",
        "ASRL::INSTR",
        "COM3",
        "",
    ],
)
def test_what_has_none_of_the_forms(text: str) -> None:
    assert not is_resource(text)


def test_the_example_is_of_the_same_interface() -> None:
    assert example_like("gpib:5") == "GPIB0::5::INSTR"
    assert example_like("10.0.0.1") == EXAMPLES["TCPIP"]


PARTS = (
    "TCPIP0",
    "USB",
    "GPIB0",
    "ASRL1",
    "192.0.2.10",
    "psu",
    "inst0",
    "5025",
    "99999",
    "SOCKET",
    "INSTR",
    "0x1",
    "",
)


@given(st.lists(st.sampled_from(PARTS), max_size=6))
def test_any_parts_are_one_or_none(parts: list[str]) -> None:
    assert is_resource("::".join(parts)) in (True, False)


@given(st.text(alphabet="TCPIPUSBGA:0159x.[]/, ", max_size=60))
def test_any_text_is_one_or_none(text: str) -> None:
    assert is_resource(text) in (True, False)
