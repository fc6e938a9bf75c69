"""How plans are to be run, as a face was asked: on which bench, how fast, where to, in whose name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        record: files that get the wire logs of the plans, one each in their order, or none at all.
        replay: wire logs that stand in for the bench, one for each plan in their order, or none at all.
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
    record: tuple[Path, ...] = ()
    replay: tuple[Path, ...] = ()

    @property
    def is_virtual(self) -> bool:
        """Whether a bench that is simulated here runs on the virtual clock."""
        return self.speed in (None, inf)

    def replaying(self, wire_logs: Sequence[Path]) -> Order:
        """The same on the bench of wire logs, one for each plan, in the slots and with the settings of then.

        Raises:
            InputError: a log cannot be read, or they were recorded on different benches.
        """
        from rig.bench.wire_log import read_wire_head

        head, *others = map(read_wire_head, wire_logs)
        for path, other in zip(wire_logs[1:], others, strict=True):
            if (other.bench_text, other.slots) != (head.bench_text, head.slots):
                raise InputError(
                    f"replaying {path}: it was recorded on another bench or other slots than {wire_logs[0]}; "
                    f"replay them one by one"
                )
        settings = {**head.settings, **self.settings}
        return replace(self, slots=head.slots, settings=settings, speed=None, replay=tuple(wire_logs))

    def read_bench(self) -> BenchDescription:
        """The bench that it is for.

        Raises:
            InputError: the file cannot be read or holds mistakes, or a bench that is not simulated in this process
                shall go at another speed or have faults.
        """
        if self.replay:
            from rig.bench.wire_log import read_wire_head
            from rig.bench.wire_replay import recorded_bench

            return recorded_bench(read_wire_head(self.replay[0]))
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


def wire_files(folder: Path, plans: Sequence[str]) -> tuple[Path, ...]:
    """The wire logs of plans in a folder, by the plans' names.

    Raises:
        InputError: a plan does not exist, or two of them have the same name.
    """
    from rig.bench.wire_log import SUFFIX
    from rig.engine.work import find_plan

    files = tuple(folder / (find_plan(plan).stem + SUFFIX) for plan in plans)
    if len(set(files)) < len(files):
        raise InputError(
            f"naming the wire logs in {folder}: two plans have the same name, {', '.join(plans)}; run them one by one"
        )
    return files


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
