"""The run of a test, on an engine thread of this process or an engine process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from rig.engine.answers import Answers
from rig.engine.declare import additions
from rig.engine.head import RunRequest
from rig.engine.process_lines import EngineOrder
from rig.engine.script import script_to_json
from rig.engine.scripted import ScriptedProcess
from rig.engine.work import Work
from rig.errors import InputError
from rig.pytest_plugin.choice import Choice, choose, marked_by
from rig.pytest_plugin.engine_thread import EngineThread
from rig.pytest_plugin.run import Beginning, Engine, Run, RunOrder


def make_run(request: pytest.FixtureRequest) -> Run:
    """A run for a test, on the bench of the command line; nothing is opened yet.

    Raises:
        InputError: as `choose`, or a wire log was asked for that could not be replayed.
    """
    choice, config = choose(request), request.config
    runs = config.getoption("--rig-runs")
    out = Path(runs) if runs else request.getfixturevalue("tmp_path") / "runs"
    given: Mapping[str, str] = marked_by(request).get("answers", {})
    answers = Answers(given, by="the test")
    function = getattr(request.node, "obj", None)

    def start(beginning: Beginning) -> Engine:
        if choice.is_live:
            return _start_apart(choice, out, answers, beginning, config)
        return _start_here(choice, out, answers, beginning)

    _require_replayable(choice)
    return Run(
        RunOrder(
            test=choice.name,
            file=str(request.path),
            purpose=(getattr(function, "__doc__", None) or choice.name).strip().split("\n")[0],
            bench=choice.bench,
            slot=choice.slots[0].name,
            start=start,
            answers=given,
        )
    )


def _require_replayable(choice: Choice) -> None:
    """On the wall clock two links take turns as it happens, and a guardian speaks to the bench beside the engine.

    Raises:
        InputError: the run would be recorded there.
    """
    if choice.record is None or not (choice.is_live or choice.speed is not None):
        return
    raise InputError(
        f"recording {choice.name} on {choice.bench.name!r} ({choice.bench.file}): the wire log of a run can be "
        f"replayed from the virtual clock alone (--speed max); on a bench outside of this process record tests "
        f"that use bench, supply, thermocouples or device"
    )


def _start_here(choice: Choice, out: Path, answers: Answers, beginning: Beginning) -> EngineThread:
    replay = choice.replay
    request = RunRequest(
        (beginning.frame,),
        choice.bench,
        out,
        choice.seed,
        settings=choice.settings,
        answers=answers,
        replay=None if replay is None else {"wire_log": replay.path.name, "sha256": replay.sha256},
    )
    engine = EngineThread(request, choice.ports, None if replay else choice.speed)
    engine.add("steps", beginning.plan.last("steps"), additions(beginning.frame, beginning.program))
    return engine


def _start_apart(
    choice: Choice, out: Path, answers: Answers, beginning: Beginning, config: pytest.Config
) -> ScriptedProcess:
    frame = beginning.frame
    work = Work(choice.bench, (beginning.document.file,), ((frame,),))
    order = EngineOrder(
        bench_file=choice.bench.file,
        plans=work.files,
        slots=(frame.slot,),
        settings={},
        out=str(out),
        operator=None,
        documents=work.documents,
        nobody_wears=config.getoption("--nobody-wears-it"),
        attended=config.getoption("--attended-by"),
        answers=asdict(answers),
        script=script_to_json(beginning.plan, beginning.document, frame.slot),
    )
    return ScriptedProcess(work, order)
