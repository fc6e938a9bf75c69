"""Questions to the operator and what people answer and note: from other threads into the scan, which never waits."""

from __future__ import annotations

import hashlib
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, final

from rig.engine.pictures import below, why_no_photograph
from rig.plan.answering import Verdict, consider
from rig.plan.program import Question, Step
from rig.record.lines import plain_name

PHOTOGRAPHS = "photographs"
MOST_NOTE = 1000
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is open: step says which, with its pass and attempt, and identifies it."""

    step: str
    question: Question

    def message(self) -> dict[str, Any]:
        """As clients are told."""
        return {"step": self.step, "question": asdict(self.question)}

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Asked:
        """The question of a message."""
        fields = dict(message["question"])
        return cls(message["step"], Question(**{**fields, "choices": tuple(fields["choices"])}))


Reply = Callable[[str, str], str | None]
"""Takes who answers and what; why it was refused, None if it was accepted or is on its way."""


class Asker(Protocol):
    """Whoever shows people what is asked."""

    def asks(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        """A lane asks, or None: does not ask any more.

        On the wall clock this must return at once; on the virtual one it may wait for the answer, as time stands still.
        """

    def refused(self, why: str) -> None:
        """An answer that was on its way was refused."""


@dataclass(frozen=True, slots=True)
class Given:
    """Something that a person said: an answer to a step's question, or a note where step is None."""

    who: str
    text: str
    step: str | None = None
    value: str | float | bool | None = None
    refused: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@final
class Desk:
    """Where one lane asks and people answer.

    Answering looks at the answer, and copies a photograph, on the thread of whoever answers.

    Args:
        prepared: answers by step, given before the run.
        by: who has prepared them.
        beside: the folder in which their photographs' paths begin, '' for the working folder.
    """

    def __init__(self, prepared: Mapping[str, str] | None = None, by: str = "", beside: str = "") -> None:
        self.asked: Asked | None = None
        self.serial: str | None = None
        self.folder: Path | None = None
        self._prepared = dict(prepared or {})
        self._by = by
        self._beside = beside
        self._kept: dict[str, tuple[Verdict, Mapping[str, Any]]] = {}
        self._news: deque[Asked | None] = deque()
        self._given: deque[Given] = deque()
        self._notes: deque[Given] = deque()

    def keep_prepared(self, steps: Iterable[Step]) -> None:
        """Copy the photographs of prepared answers before the scan begins, which no file may hold."""
        names = {step.name for step in steps if step.ask is not None and step.ask.kind == "photograph"}
        for step, text in self._prepared.items():
            if plain_name(step) in names:
                path = below(self._beside, text)
                self._kept[path] = self._keep(path)

    def ask(self, step: str, name: str, question: Question) -> bool:
        """Open a question; whether its answer was prepared, under the step's words or its name, and has been given."""
        self._given.clear()
        self.asked = Asked(step, question)
        prepared = self._prepared.get(step, self._prepared.get(name))
        if prepared is not None:
            is_path = question.kind == "photograph"
            self.answer(self._by, below(self._beside, prepared) if is_path else prepared)
            return True
        self._news.append(self.asked)
        return False

    def close(self) -> None:
        """Nothing is asked any more."""
        self.asked = None
        self._news.append(None)

    def news(self) -> Iterator[Asked | None]:
        """Questions that were opened since the last scan, None for one that was closed; the scan tells of them."""
        while self._news:
            yield self._news.popleft()

    def answer(self, who: str, text: str, step: str | None = None) -> str | None:
        """Answer what is asked, from any thread; why the answer was refused, None if it was accepted.

        Args:
            who: the person.
            text: as typed or scanned.
            step: whose question is meant; None for whatever is asked.
        """
        asked = self.asked
        if asked is None or step not in (None, asked.step):
            return "nothing of that kind is being asked"
        verdict, data = consider(asked.question, text, self.serial), NOTHING
        if verdict.refused is None and asked.question.kind == "photograph":
            verdict, data = self._kept.get(text.strip()) or self._keep(text.strip())
        self._given.append(Given(who, text.strip(), asked.step, verdict.value, verdict.refused, data))
        return verdict.refused

    def note(self, who: str, text: str) -> str | None:
        """Take a note into the record, from any thread; why not, if so."""
        text = text.strip()
        if not text or len(text) > MOST_NOTE or not text.isprintable():
            return f"a note is one line of 1 to {MOST_NOTE} characters"
        self._notes.append(Given(who, text))
        return None

    def given(self) -> Iterator[Given]:
        """Answers since the last scan, in order; the scan takes them."""
        while self._given:
            yield self._given.popleft()

    def notes(self) -> Iterator[Given]:
        """Notes since the last scan, in order; the scan takes them."""
        while self._notes:
            yield self._notes.popleft()

    def _keep(self, text: str) -> tuple[Verdict, Mapping[str, Any]]:
        """Copy a picture into the run's folder, and hash what was copied."""
        source = Path(text).expanduser()
        try:
            refused = why_no_photograph(text)
            if refused is not None:
                return Verdict(None, refused), NOTHING
            assert self.folder is not None, "a lane that asks has a folder"
            into = self.folder / PHOTOGRAPHS
            into.mkdir(exist_ok=True)
            kept = into / f"{len(list(into.iterdir())) + 1:03d}-{source.name}"
            shutil.copyfile(source, kept)
            digest = hashlib.sha256(kept.read_bytes()).hexdigest()
        except OSError as error:
            return Verdict(None, f"{text} cannot be kept: {error}"), NOTHING
        return Verdict(f"{PHOTOGRAPHS}/{kept.name}"), {"from": str(source.resolve()), "sha256": digest}


@final
class Desks:
    """The desks of all lanes of the run that is in progress, for whoever has something to say."""

    def __init__(self) -> None:
        self.lanes: Mapping[str, Desk] = {}

    def answer(self, who: str, text: str, lane: str | None, step: str | None) -> dict[str, Any]:
        """Answer the question of a lane, or the only one that is open."""
        open_ = {name: desk for name, desk in self.lanes.items() if desk.asked is not None}
        if lane is None and len(open_) > 1:
            return {"error": f"several lanes ask; name one of {', '.join(open_)}"}
        desk = self.lanes.get(lane) if lane is not None else next(iter(open_.values()), None)
        if desk is None:
            return {"error": "nothing is being asked" if lane is None else f"there is no lane {lane!r}"}
        refused = desk.answer(who, text, step)
        return {"accepted": refused is None, "refused": refused}

    def note(self, who: str, text: str) -> dict[str, Any]:
        """Take a note into the record of every lane."""
        if not self.lanes:
            return {"error": "no run is in progress"}
        refused = {desk.note(who, text) for desk in self.lanes.values()} - {None}
        return {"accepted": not refused, "refused": next(iter(refused), None)}
