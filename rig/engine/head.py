"""The head of a run file: all that is needed to judge the run on another machine, years later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rig.bench.bench import Bench
from rig.bench.corrections import headed_budget
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.wiring import Wiring
from rig.clock import utc_now
from rig.engine.answers import NO_ANSWERS, Answers
from rig.engine.declare import documents
from rig.engine.dictation import Dictation
from rig.engine.resume import Resume
from rig.plan.program import Program
from rig.record import lines
from rig.record.naming import iso_utc
from rig.software import identity

CLOCK_BACK_S = 0.5
"""A machine's clock that stands so far before the record's time has been set back, or was never right."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run, where to, and by whom.

    Attributes:
        programs: one a lane, each linked for a slot of its own.
        out: the folder that gets the run's folder and the ledger.
        seed: of the simulated bench, None on a real one.
        settings: what ``--set`` changed of the files.
        answers: prepared for what the plans ask.
        speed: times real time, None for the bench's own. faults: of a simulated bench.
        resume: the interrupted run of the one program that goes on, None for new runs.
        dictations: by slot, where the steps of a lane come from whose program has none of its own.
        replay: what wire log the instruments' replies are taken from, None where they answer themselves.
    """

    programs: Sequence[Program]
    bench: BenchDescription
    out: Path
    seed: int | None = None
    operator: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = NO_ANSWERS
    speed: float | None = None
    faults: tuple[str, ...] = ()
    resume: Resume | None = None
    dictations: Mapping[str, Dictation] = field(default_factory=dict)
    replay: Mapping[str, str] | None = None

    def is_simulated(self, bench: Bench) -> bool:
        """Whether what the run shows is a simulation's, or was said before: a replay measures nothing anew."""
        return bench.simulated or self.replay is not None

    @property
    def slots(self) -> list[SlotEntry]:
        """The slots that the programs run on, in their order."""
        return [self.bench.slot(program.slot) for program in self.programs]


def make_head(
    request: RunRequest,
    program: Program,
    bench: Bench,
    wiring: Wiring,
    *,
    scan_s: float,
    run: str,
    guardian: int | None,
) -> dict[str, Any]:
    """The head line of one lane."""
    wires = request.bench.thermocouples
    return lines.head(
        run=run,
        plan=program.name,
        lane=program.slot,
        simulated=request.is_simulated(bench),
        seed=request.seed,
        clock=bench.clock.kind,
        anchor=iso_utc(bench.clock.anchor),
        software=identity(),
        scan_s=scan_s,
        documents=documents(program),
        bench={
            "name": request.bench.name,
            "file": request.bench.file,
            "guardian": _guardian(guardian),
            "settings": request.settings,
            "speed": request.speed,
            "faults": request.faults,
            **({} if request.replay is None else {"replay": request.replay}),
        },
        instruments=_instruments(bench),
        device=_device(program, bench),
        wiring=wiring,
        budget=headed_budget(wires.budget_name, wires.budget, request.bench.corrections),
        profile=program.profile,
        operator=request.operator,
        parameters=program.parameters,
    )


def make_resumed(
    request: RunRequest, resume: Resume, bench: Bench, guardian: int | None, guardian_record: str | None
) -> dict[str, Any]:
    """The line with which an interrupted run goes on.

    Args:
        request: its programs are one.
        resume: where it goes on.
        bench: as it was found.
        guardian: process id.
        guardian_record: file of the guardian's record of the session before.
    """
    (program,) = request.programs
    interrupted = resume.interrupted
    t = round(bench.clock.now(), 6)
    back_s = t - resume.elapsed_s()
    live = request.bench.simulation is None
    return lines.resumed(
        t,
        from_s=interrupted.last_s,
        at=iso_utc(utc_now()),
        clock_back_s=round(back_s, 3) if live and back_s > CLOCK_BACK_S else None,
        block=resume.block,
        passes=resume.passes,
        software=identity(),
        instruments=_instruments(bench),
        device=_device(program, bench),
        guardian=_guardian(guardian),
        guardian_record=guardian_record,
        operator=request.operator,
        torn=interrupted.torn_text,
    )


def _guardian(pid: int | None) -> dict[str, Any] | None:
    return None if pid is None else {"pid": pid}


def _device(program: Program, bench: Bench) -> dict[str, Any]:
    device = bench.devices.get(program.slot)
    return {**(asdict(device) if device else {}), "profile": program.device}


def _instruments(bench: Bench) -> list[dict[str, Any]]:
    return [
        {
            "name": item.entry.name,
            "role": item.entry.role,
            "identity": asdict(item.identity),
            "resource": item.entry.resource,
            "calibration": asdict(item.entry.calibration) if item.entry.calibration else None,
        }
        for item in bench.identified
    ]
