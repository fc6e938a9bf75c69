"""The head of a run file: all that is needed to judge the run on another machine, years later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.wiring import Wiring
from rig.engine.answers import NO_ANSWERS, Answers
from rig.engine.declare import documents
from rig.engine.dictation import Dictation
from rig.plan.program import Program
from rig.record import lines
from rig.record.naming import iso_utc
from rig.software import identity


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run, where to, and by whom.

    Attributes:
        programs: one a lane, each linked for a slot of its own.
        out: the folder that gets the run's folder and the ledger.
        seed: of the simulated bench, None on a real one.
        settings: what ``--set`` changed of the files.
        answers: prepared for what the plans ask.
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
    dictations: Mapping[str, Dictation] = field(default_factory=dict)
    replay: Mapping[str, str] | None = None

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
    wires, device = request.bench.thermocouples, bench.devices.get(program.slot)
    return lines.head(
        run=run,
        plan=program.name,
        lane=program.slot,
        simulated=bench.simulated,
        seed=request.seed,
        clock=bench.clock.kind,
        anchor=iso_utc(bench.clock.anchor),
        software=identity(),
        scan_s=scan_s,
        documents=documents(program),
        bench={
            "name": request.bench.name,
            "file": request.bench.file,
            "guardian": None if guardian is None else {"pid": guardian},
            "settings": request.settings,
            **({} if request.replay is None else {"replay": request.replay}),
        },
        instruments=[
            {
                "name": item.entry.name,
                "role": item.entry.role,
                "identity": asdict(item.identity),
                "resource": item.entry.resource,
                "calibration": asdict(item.entry.calibration) if item.entry.calibration else None,
            }
            for item in bench.identified
        ],
        device={**(asdict(device) if device else {}), "profile": program.device},
        wiring=wiring,
        budget={"name": wires.budget_name, "components": [asdict(component) for component in wires.budget]},
        profile=program.profile,
        operator=request.operator,
    )
