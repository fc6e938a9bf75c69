"""What ``rig run --resume`` does: an interrupted run goes on by what stands in its own head."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from rig.cli.display import shown
from rig.cli.running import run_linked
from rig.engine.resume import Resume, prepare, read_work
from rig.index import find_run
from rig.order import Order
from rig.safety.live import Declared


def resume_run(
    name: str,
    out: Path,
    *,
    operator: str | None,
    declared: Declared,
    form: str,
    answers_file: Path | None = None,
) -> int:
    """Go on with a run behind its last complete pass; the exit code is that of the whole run.

    Args:
        name: the run's folder, id or the beginning of its id.
        out: the folder of runs in which an id is looked up.
        operator: who resumes it.
        declared: what persons say of this part of the run.
        form: text, plain, json or jsonl.
        answers_file: what was prepared for the questions that come again.

    Raises:
        InputError: it cannot go on, or not by the files that are there; nothing was switched on.
        RecordError: it cannot be read.
    """
    path = find_run(out, name)
    work = read_work(path)
    resume = prepare(path, work.plans[0][0])
    shown(partial(print, file=sys.stderr), _words(resume))
    return run_linked(work, _order(resume, operator, declared), form, answers_file)


def _order(resume: Resume, operator: str | None, declared: Declared) -> Order:
    head = resume.interrupted.head
    bench = head["bench"]
    return Order(
        bench_file=Path(bench["file"]),
        slots=[head["lane"]],
        settings=bench.get("settings") or {},
        seed=head["seed"] or 0,
        speed=None if head["clock"] == "virtual" else bench.get("speed"),
        out=resume.folder.parent,
        operator=operator,
        declared=declared,
        faults=tuple(bench.get("faults") or ()),
        resume=resume,
    )


def _words(resume: Resume) -> str:
    interrupted = resume.interrupted
    return (
        f"resuming {resume.folder.name}: {resume.passes:,} passes of {resume.block!r} are complete; "
        f"it was interrupted at {interrupted.last_s:.1f} s"
    )
