"""VISA resource names: whether a text has one of the forms that an instrument can be opened by.

The forms are those of the VISA specification (VPP-4.3, section 4.3.1) for the interfaces that instruments of a
bench sit on. Nothing is opened and pyvisa is not needed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.bench.description import BenchDescription, SlotEntry

_HOST = r"(?:\[[0-9a-f:.%]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)"
_NUMBER = r"(?:0x[0-9a-f]{1,4}|\d{1,5})"
_FORMS = {
    "TCPIP": (
        rf"TCPIP\d*::{_HOST}::\d{{1,5}}::SOCKET",
        rf"TCPIP\d*::{_HOST}(?:::(?!SOCKET$)[a-z][a-z0-9]*(?:,\d{{1,5}})?)?(?:::INSTR)?",
    ),
    "USB": (rf"USB\d*::{_NUMBER}::{_NUMBER}::[^:\s]+(?:::\d{{1,3}})?(?:::(?:INSTR|RAW))?",),
    "GPIB": (r"GPIB\d*::(?:[12]?\d|30)(?:::(?:[12]?\d|30))?(?:::INSTR)?",),
    "ASRL": (r"ASRL(?:\d+|COM\d+|/[^:\s]+)(?:::INSTR)?",),
}
_PATTERNS = tuple(re.compile(form, re.ASCII | re.IGNORECASE) for forms in _FORMS.values() for form in forms)

EXAMPLES = {
    "TCPIP": "TCPIP0::192.0.2.10::5025::SOCKET",
    "USB": "USB0::0x2A8D::0x1102::MY12345678::INSTR",
    "GPIB": "GPIB0::5::INSTR",
    "ASRL": "ASRL/dev/ttyUSB0::INSTR",
}
"""A resource name of each interface."""

_HIGHEST_PORT = 65535


def is_resource(text: str) -> bool:
    """Whether the text has the form of a VISA resource name on TCPIP, USB, GPIB or ASRL."""
    if not any(pattern.fullmatch(text) for pattern in _PATTERNS):
        return False
    port = text.split("::")[-2] if text.upper().endswith("::SOCKET") else ""
    return not port or 0 < int(port) <= _HIGHEST_PORT


def example_like(text: str) -> str:
    """A resource name of the interface with which the text begins, or one on TCPIP."""
    upper = text.upper()
    return next((example for name, example in EXAMPLES.items() if upper.startswith(name)), EXAMPLES["TCPIP"])


def canonical(resource: str) -> str:
    """One spelling of a VISA resource: upper and lower case are the same, and so are TCPIP and TCPIP0."""
    interface, _, rest = resource.upper().partition("::")
    return f"{interface}{'' if interface[-1:].isdigit() or interface.startswith('ASRL') else '0'}::{rest}"


def parts_of(bench: BenchDescription, slots: Sequence[SlotEntry]) -> list[str]:
    """What a bench is made of, each part by one name however the bench file spells it: instruments, then links."""
    links = (slot.link for slot in slots)
    return [
        *(canonical(entry.resource) for entry in bench.instruments),
        *(link if "://" in link else os.path.realpath(link) for link in links),
    ]
