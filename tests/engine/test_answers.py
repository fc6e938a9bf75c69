"""Answers of many plans in one file."""

from __future__ import annotations

from rig import shipped
from rig.bench.description import BenchDescription
from rig.engine.answers import Answers
from rig.plan.loading import load_program


def test_a_plan_takes_only_the_answers_to_its_own_questions(bench: BenchDescription) -> None:
    asking = load_program(shipped.plans()["incoming-inspection"], bench)
    step = asking.questions[0].name
    everything = Answers(
        {step: "yes", "elsewhere": "7"}, {"main": {step: "no"}, "other": {step: "no"}}, "Ada"
    )
    assert everything.for_programs([asking]) == Answers({step: "yes"}, {"main": {step: "no"}}, "Ada")
    silent = load_program(shipped.plans()["cutoff"], bench)
    assert everything.for_programs([silent]) == Answers({}, {"main": {}}, "Ada")
