"""The run of a test, on an engine thread of this process or an engine process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pytest

from rig.engine.answers import Answers, read_answers_file
from rig.engine.declare import additions
from rig.engine.head import RunRequest
from rig.engine.process_lines import EngineOrder
from rig.engine.script import script_to_json
from rig.engine.scripted import ScriptedProcess
from rig.engine.wires import replay_words
from rig.engine.work import Work
from rig.order import Order
from rig.pytest_plugin.choice import Choice, choose, marked_by
from rig.pytest_plugin.engine_thread import EngineThread
from rig.pytest_plugin.run import Beginning, Engine, Run, RunOrder
from rig.pytest_plugin.settings import read_settings


def make_run(request: pytest.FixtureRequest) -> Run:
    """A run for a test, on the bench of the command line; nothing is opened yet.

    Raises:
        InputError: as `choose`.
    """
    choice, asked = choose(request), read_settings(request.config)
    slot, order = choice.slots[0].name, asked.order
    prepared = (
        {} if asked.answers_file is None else read_answers_file(asked.answers_file, order.operator).of(slot)
    )
    given: Mapping[str, str] = {**prepared, **marked_by(request).get("answers", {})}
    answers = Answers(given, by=order.operator or "the test")
    function = getattr(request.node, "obj", None)

    def start(beginning: Beginning) -> Engine:
        if choice.is_live:
            return _start_apart(choice, order, answers, beginning)
        return _start_here(choice, order, answers, beginning)

    return Run(
        RunOrder(
            test=choice.name,
            file=str(request.path),
            purpose=(getattr(function, "__doc__", None) or choice.name).strip().split("\n")[0],
            bench=choice.bench,
            slot=slot,
            start=start,
            answers=given,
        )
    )


def _start_here(choice: Choice, order: Order, answers: Answers, beginning: Beginning) -> EngineThread:
    replay = choice.replay
    request = RunRequest(
        (beginning.frame,),
        choice.bench,
        order.out,
        choice.seed,
        order.operator,
        settings=choice.settings,
        answers=answers,
        replay=None if replay is None else replay_words(replay),
    )
    engine = EngineThread(request, choice.opened, None if replay else choice.speed)
    engine.add("steps", beginning.plan.last("steps"), additions(beginning.frame, beginning.program))
    return engine


def _start_apart(choice: Choice, order: Order, answers: Answers, beginning: Beginning) -> ScriptedProcess:
    frame = beginning.frame
    work = Work(choice.bench, (beginning.document.file,), ((frame,),))
    engine_order = EngineOrder(
        bench_file=choice.bench.file,
        plans=work.files,
        slots=(frame.slot,),
        settings={},
        out=str(order.out),
        operator=order.operator,
        documents=work.documents,
        nobody_wears=order.declared.nobody_wears,
        attended=order.declared.attended,
        answers=asdict(answers),
        script=script_to_json(beginning.plan, beginning.document, frame.slot),
        record=() if choice.record is None else (str(choice.record.resolve()),),
    )
    return ScriptedProcess(work, engine_order)
