"""What a plot shows, before it knows how large it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rig.tui.view.envelope import Curve


@dataclass(frozen=True, slots=True)
class Line:
    """A trace with its label for the right end; colour is an index into the palette. is_bold: drawn over all others."""

    label: str
    curve: Curve
    colour: int = 0
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A limit line at a value; is_limit: a declared limit or a trip, drawn as a full line."""

    value: float
    label: str
    is_limit: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """Where values shall be: (t, lowest, highest), straight between; one line where both are alike."""

    points: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that happened at an instant: a sign that is drawn above the bold trace, and words."""

    t: float
    sign: str
    words: str = ""
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything on one plot; t in bench seconds, shown from origin_s on; values in unit."""

    title: str
    unit: str
    t0: float
    t1: float
    low: float
    high: float
    lines: Sequence[Line] = ()
    levels: Sequence[Level] = ()
    bands: Sequence[Band] = ()
    ticks: Sequence[Tick] = ()
    origin_s: float = 0.0
    says: str = field(default="")
