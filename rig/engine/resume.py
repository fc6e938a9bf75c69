"""From a run that a crash has left: where it goes on, with which demands, and on what it must go on.

A plan goes on behind the last complete pass of a ``repeat`` that stands at its top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from pathlib import Path
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.messages import Value
from rig.bench.wiring import Wiring
from rig.checks.step_history import RETRIED
from rig.clock import Clock, LaterClock, utc_now
from rig.engine.declare import declare_lines, documents
from rig.engine.image import PULSES, safe_value
from rig.engine.work import Work, link_plans, read_bench
from rig.errors import BenchError
from rig.plan.program import Block, Program
from rig.record.reader import read_run
from rig.record.resuming import Interrupted, read_interrupted, refusal
from rig.record.strict import finite

_CHAIN = frozenset({"n", "h"})
SAME_DEVICE = ("model", "serial", "firmware")


@dataclass(frozen=True, slots=True)
class Resume:
    """A run that goes on.

    Attributes:
        interrupted: what its file holds.
        block: the ``repeat`` at the top of its plan that goes on.
        passes: how many passes of it are complete.
        demands: what was demanded of each output when the last of them ended; pulses are left out.
        left: of each output that was not safe, what was last demanded of it.
    """

    interrupted: Interrupted
    block: str
    passes: int
    demands: Mapping[str, Value]
    left: Mapping[str, Value]

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.interrupted.path.parent

    @property
    def session(self) -> int:
        """Which part of the run begins now: 2 the first time that it is resumed."""
        return self.interrupted.sessions + 1

    def clock(self, clock: Clock, *, simulated: bool) -> Clock:
        """A clock whose bench time is the run's own.

        Args:
            clock: just made.
            simulated: the bench is one of this process: it goes on with the next whole second, as if nothing had been
                between. Any other goes on with real time, and never before the last line.
        """
        last_s = self.interrupted.last_s
        if simulated:
            return LaterClock(clock, floor(last_s) + 1.0)
        scan_s: float = self.interrupted.head["scan_s"]
        return LaterClock(clock, max(self.elapsed_s(), last_s + scan_s))

    def elapsed_s(self) -> float:
        """Real time since the run's bench time 0, by this machine's clock."""
        return (utc_now() - datetime.fromisoformat(self.interrupted.head["anchor"])).total_seconds()

    def require_same_bench(self, bench: Bench, wiring: Wiring, scan_s: float) -> None:
        """See that it is the same device on a bench that is read in the same way.

        Raises:
            InputError: the bench would be read in another way than the head says.
            BenchError: another device sits in the slot, or what was simulated is real, or the other way round.
        """
        head, file = self.interrupted.head, self.interrupted.path
        if finite("head", wiring, "wiring") != head["wiring"] or scan_s != head["scan_s"]:
            raise refusal(
                file, "this version of the rig would read the bench in another way", "begin a new run"
            )
        found = bench.devices[head["lane"]]
        then, now = (
            {name: source.get(name) for name in SAME_DEVICE}
            for source in (head["device"], {name: getattr(found, name) for name in SAME_DEVICE})
        )
        if then != now:
            raise BenchError(
                f"resuming {file.parent}: in slot {head['lane']} sits {_words(now)}, and the run was begun with "
                f"{_words(then)}; nothing was switched on; put that one back, or begin a new run"
            )
        if bench.simulated != head["simulated"]:
            raise BenchError(
                f"resuming {file.parent}: it was begun on a {_kind(head['simulated'])} bench, and this one is "
                f"{_kind(bench.simulated)}; nothing was switched on; begin a new run"
            )


def _words(device: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in device.items())


def _kind(simulated: object) -> str:
    return "simulated" if simulated else "real"


@final
class _Progress:
    """What the lines of a record say of the passes that were made, of the demands then, and of what was too late."""

    def __init__(self) -> None:
        self.declared: list[dict[str, Any]] = []
        self.passes: dict[str, int] = {}
        self.demands: dict[str, dict[str, Value]] = {}
        self.last: dict[str, Value] = {}
        self.late = ""

    def look(self, line: dict[str, Any]) -> None:
        match line["k"]:
            case "declare":
                self.declared.append({name: value for name, value in line.items() if name not in _CHAIN})
            case "demand":
                self.last[line["output"]] = line["value"]
            case "step" if line["outcome"] in ("timeout", RETRIED):
                self.late = line["step"] if line["outcome"] == "timeout" else ""
            case "step" if line["outcome"] == "done" and len(line.get("pass", ())) == 1:
                self.passes[line["step"]] = line["pass"][0]
                self.demands[line["step"]] = {o: v for o, v in self.last.items() if o not in PULSES}


def read_work(path: Path) -> Work:
    """What a run that shall go on was made from, read again from its files.

    Raises:
        InputError: a file is not there, holds mistakes, or is not as it was when the run was begun.
        RecordError: the run cannot be read.
    """
    reader = read_run(path)
    head = reader.head
    settings: Mapping[str, str] = head["bench"].get("settings") or {}
    plan, bench = (_file(head, role, reader.path) for role in ("plan", "bench"))
    work = link_plans(read_bench(bench, settings), [str(plan)], [head["lane"]], settings)
    program = work.plans[0][0]
    then, now = _hashes(head["documents"]), _hashes(documents(program))
    changed = [file for file in {**then, **now} if then.get(file) != now.get(file)]
    if changed:
        why = f"{', '.join(changed)} changed since it was begun (its SHA-256 is another)"
        raise refusal(reader.path, why, "bring the file back as it was, or begin a new run")
    return work


def prepare(path: Path, program: Program) -> Resume:
    """Where a run goes on.

    Args:
        path: its folder or file.
        program: as `read_work` has linked it.

    Raises:
        InputError: it cannot go on: see `read_interrupted`; or it ran out of time, or no pass of a ``repeat`` at its
            top was complete.
        RecordError: it cannot be read.
    """
    progress = _Progress()
    interrupted = read_interrupted(path, progress.look)
    if progress.declared != list(declare_lines(program)):
        why = "this version of the rig reads its plan in another way, or it ended before it had begun"
        raise refusal(interrupted.path, why, "begin a new run")
    if progress.late:
        why = f"step {progress.late!r} had run out of time, which ends a run"
        raise refusal(interrupted.path, why, "rig judge tells what it holds; begin a new run")
    block = _block(program, progress.passes)
    if block is None:
        why = "no pass of a `repeat:` at the top of its plan was complete"
        remedy = "begin a new run; to make a plan resumable, write what it does again and again as a repeat"
        raise refusal(interrupted.path, why, remedy)
    return Resume(
        interrupted=interrupted,
        block=block.name,
        passes=progress.passes[block.name],
        demands=progress.demands[block.name],
        left={output: value for output, value in progress.last.items() if value != safe(output, value)},
    )


def safe(output: str, value: Value) -> Value:
    """What an output stands at once it was switched off: its safe value, or what it was where it has none."""
    safe = safe_value(output)
    return value if safe is None else safe


def _block(program: Program, passes: Mapping[str, int]) -> Block | None:
    """The last of the plan's top blocks of which a pass is complete."""
    tops = (item for item in reversed(program.steps) if isinstance(item, Block) and item.kind == "repeat")
    return next((block for block in tops if passes.get(block.name)), None)


def _file(head: Mapping[str, Any], role: str, path: Path) -> Path:
    """The file of that role as the head names it."""
    name = next((item["file"] for item in head["documents"] if item["role"] == role), None)
    if name is None:
        raise refusal(path, f"its head names no {role} file", "begin a new run")
    file = Path(name)
    if not file.is_file():
        why = f"its {role} file {name} is not there"
        raise refusal(path, why, "go to the folder in which it was begun, or bring the file back")
    return file


def _hashes(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {item["file"]: item["sha256"] for item in items}
