"""Answers that were prepared for what plans ask, so that a run needs nobody at a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from rig.documents import Diagnostics, Scalar, did_you_mean, read_document
from rig.documents.answers import read_answers
from rig.engine.pictures import below, why_no_photograph
from rig.errors import InputError
from rig.plan.answering import consider
from rig.plan.program import Program, Step
from rig.record.lines import plain_name


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by step, as a plan's results name it, with or without its pass.

    Attributes:
        every: for all lanes.
        lanes: for one lane, before those for all.
        by: who has prepared them, for the record.
        folder: where the paths of photographs among them begin; '' for the folder in which the rig was started.
    """

    every: Mapping[str, str] = field(default_factory=dict)
    lanes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by: str = ""
    folder: str = ""

    def of(self, lane: str) -> dict[str, str]:
        """Those of a lane."""
        return {**self.every, **self.lanes.get(lane, {})}

    def for_programs(self, programs: Iterable[Program]) -> Answers:
        """Only those of these programs' lanes and questions, where a file holds the answers of many plans."""
        programs = tuple(programs)
        names = {step.name for program in programs for step in program.questions}
        slots = {program.slot for program in programs}
        lanes = {lane: _of(answers, names) for lane, answers in self.lanes.items() if lane in slots}
        return Answers(_of(self.every, names), lanes, self.by)


def _of(answers: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {step: text for step, text in answers.items() if plain_name(step) in names}


NO_ANSWERS = Answers()


def read_answers_file(path: Path, operator: str | None) -> Answers:
    """The answers of a file, given in the operator's name.

    Raises:
        InputError: the file cannot be read or holds mistakes.
    """
    diagnostics = Diagnostics()
    document = read_document(path, diagnostics)
    found = None if document is None else read_answers(document, diagnostics)
    diagnostics.raise_if_errors()
    assert document is not None, "what cannot be read has errors"
    assert found is not None, "what cannot be read has errors"
    lanes = {lane.text: _texts(answers) for lane, answers in found.lanes.items()}
    by = f"{operator or 'unattended'}, by {path.name} (SHA-256 {document.sha256[:16]})"
    return Answers(_texts(found.answers), lanes, by, str(path.parent))


def _texts(table: Mapping[Scalar, Scalar]) -> dict[str, str]:
    return {key.text: value.text for key, value in table.items()}


def check_answers(answers: Answers, programs: Iterable[Program], *, anybody: bool) -> None:
    """Refuse, before anything is opened, what cannot be answered as prepared.

    Args:
        answers: that were prepared.
        programs: all that shall be run.
        anybody: whether somebody can answer what is left open.

    Raises:
        InputError: an answer belongs to no question, would be refused, or is missing with nobody there to ask; all of
            that at once.
    """
    programs = tuple(programs)
    slots = {program.slot for program in programs}
    wrong = [f"there is no lane {lane!r}" for lane in answers.lanes if lane not in slots]
    wrong += _strangers(answers, programs)
    for program in programs:
        for step in program.questions:
            wrong += _wrong(step, answers, program, anybody=anybody)
    if wrong:
        told = "\n  ".join(dict.fromkeys(wrong))
        raise InputError(f"looking at the answers before the run:\n  {told}\nnothing was switched on")


def _why_not_kept(text: str) -> str | None:
    try:
        return why_no_photograph(text)
    except OSError as error:
        return f"{text} cannot be read: {error}"


def _strangers(answers: Answers, programs: Iterable[Program]) -> list[str]:
    names = {step.name for program in programs for step in program.questions}
    given = [*answers.every, *(step for lane in answers.lanes.values() for step in lane)]
    return [
        f"no step {step!r} asks anything; {did_you_mean(step, names)}"
        for step in given
        if plain_name(step) not in names
    ]


def _wrong(step: Step, answers: Answers, program: Program, *, anybody: bool) -> list[str]:
    assert step.ask is not None, "only what asks is looked at"
    prepared = answers.of(program.slot)
    given = [text for name, text in prepared.items() if plain_name(name) == step.name]
    if not given and not anybody:
        return [f"{program.name!r} asks {step.ask.text!r} in step {step.name!r}; nobody can answer it here"]
    refusals = [consider(step.ask, text, None).refused for text in given]
    if step.ask.kind == "photograph":
        refusals += [_why_not_kept(below(answers.folder, text)) for text in given]
    return [f"step {step.name!r}: {refused}" for refused in refusals if refused is not None]
