"""What bus workers tell the engine, and what the engine asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Value = float | str | bool


@dataclass(slots=True)
class DeviceEvent:
    """Something the device under test says happened; data is JSON."""

    what: str
    data: dict[str, Value | None]


@dataclass(slots=True)
class Reading:
    """Raw values of one source as received: finite numbers as floats, anything else as the text it came in.

    Attributes:
        source: the station's name on the bench.
        instant: bench time of the reading in s.
        values: one per column of the station, whose lanes take those that are theirs.
        offsets: seconds after instant of each column, where the instrument stamps them; else None.
        events: what the device reported with this reading.
        within_s: how far from their instants the values may have been taken, if further than `rig.bench.stamps` has it.
    """

    source: str
    instant: float
    values: list[float | str]
    offsets: list[float] | None = None
    events: Sequence[DeviceEvent] = ()
    within_s: float | None = None


@dataclass(slots=True)
class Done:
    """A lane's demand was carried out and read back."""

    slot: str
    output: str
    value: Value
    readback: Value


@dataclass(slots=True)
class Failed:
    """An exchange failed: slot and output name the demand, None means that it was a reading."""

    source: str
    slot: str | None
    output: str | None
    error: Exception


@dataclass(frozen=True, slots=True)
class OffDetail:
    """What became of one output when it was to go off."""

    resource: str
    output: str
    confirmed: bool
    what: str


@dataclass(slots=True)
class BeganOff:
    """A worker has told all its outputs of a lane to go off."""

    worker: str
    slot: str


@dataclass(slots=True)
class WentOff:
    """A worker has tried to switch all its outputs of a lane off, and looked at them."""

    worker: str
    slot: str
    details: list[OffDetail]


@dataclass(slots=True)
class Rested:
    """A worker has put all its relays of a lane to rest; trouble: what went wrong, None if nothing did."""

    worker: str
    slot: str
    trouble: str | None


Message = Reading | Done | Failed | BeganOff | WentOff | Rested
