"""How plans are to be run, as a face was asked: on which bench, how fast, where to, in whose name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from rig import shipped
from rig.errors import InputError
from rig.safety.live import Declared

if TYPE_CHECKING:  # they bring the judge and numpy, which collecting plans and the first frame do without
    from rig.bench.description import BenchDescription
    from rig.engine.resume import Resume


@dataclass(frozen=True, slots=True)
class Order:
    """How plans are to be run.

    Attributes:
        bench_file: None for the simulated one that ships.
        slots: all of the bench if none is named.
        settings: what is changed of bench and plans.
        speed: times real time; None is the bench's own, inf the virtual clock.
        out: the folder of runs.
        resume: the run that goes on, None for new ones; the fields above are then those of its head.
    """

    bench_file: Path | None = None
    slots: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    speed: float | None = None
    out: Path = Path("runs")
    operator: str | None = None
    declared: Declared = field(default_factory=Declared)
    faults: tuple[str, ...] = ()
    resume: Resume | None = None

    @property
    def is_virtual(self) -> bool:
        """Whether a bench that is simulated here runs on the virtual clock."""
        return self.speed in (None, inf)

    def read_bench(self) -> BenchDescription:
        """The bench that it is for.

        Raises:
            InputError: the file cannot be read or holds mistakes, or a bench that is not simulated in this process
                shall go at another speed or have faults.
        """
        from rig.engine.work import read_bench

        bench = read_bench(self.bench_file or shipped.bench(), self.settings)
        if bench.simulation is None and self.speed not in (None, 1.0):
            raise InputError(
                "--speed other than 1 is for the simulated bench of this process; "
                "real instruments take their own time"
            )
        if bench.simulation is None and self.faults:
            raise InputError(
                "--fault is for the simulated bench of this process; a real bench has no fault port"
            )
        return bench


def read_speed(text: str) -> float:
    """A number of times real time, infinity for ``max``.

    Raises:
        InputError: it is neither.
    """
    try:
        speed = inf if text == "max" else float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0.0:
        raise InputError(f"{text!r} is no speed; give max, 1, or a number of times real time")
    return speed


def split_settings(settings: Sequence[str]) -> dict[str, str]:
    """``key=value`` words as a mapping.

    Raises:
        InputError: a word is not of that form.
    """
    pairs = [setting.partition("=") for setting in settings]
    if any(not sign or not key for key, sign, _ in pairs):
        raise InputError("--set takes key=value, e.g. --set simulation.defects=switch-welded")
    return {key: value for key, _, value in pairs}


def read_serials(words: Sequence[str]) -> dict[str, str]:
    """``SLOT=NUMBER`` words as a mapping; a number alone stands under ''.

    Raises:
        InputError: a number is empty, or a slot has two.
    """
    serials: dict[str, str] = {}
    for word in words:
        slot, _, number = word.rpartition("=")
        if not number.strip() or slot in serials:
            raise InputError(f"reading the serial number {word!r}: give one for each slot, as SLOT=NUMBER")
        serials[slot] = number.strip()
    return serials
