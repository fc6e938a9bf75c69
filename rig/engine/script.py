"""A script that dictates to an engine process: its parts as JSON, linked there again before they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, final

from rig.bench.description import BenchDescription
from rig.documents import Document, Span
from rig.documents.node_json import node_from_json, node_to_json
from rig.documents.yaml_nodes import mapping_node
from rig.engine.declare import additions, declare_lines, documents, frame_of
from rig.engine.dictation import Dictation, StepEnd
from rig.engine.process_lines import from_line
from rig.errors import InputError, RigError
from rig.plan.growing import SECTIONS, GrowingPlan
from rig.plan.program import Program
from rig.safety.stop import StopBox

STEPS = "steps"
DICTATE = "dictate"


def script_to_json(plan: GrowingPlan, document: Document, slot: str) -> dict[str, Any]:
    """A growing plan as it stands with its first step, for an order."""
    parts = {key: [node_to_json(node, document.file) for node in nodes] for key, nodes in plan.parts.items()}
    source = {"file": document.file, "text": document.text, "sha256": document.sha256}
    return {"document": source, "slot": slot, "parts": parts}


@final
class Script:
    """The engine's side: a plan that grows with each request of the client.

    Args:
        found: the order's script.
        bench: that it runs on.
        stop: where a request to end the run goes.
        tell: is told how each step ended, on the engine's thread.

    Attributes:
        frame: what is known before the first step.
        program: with all that was added.
        dictation: for the lane.

    Raises:
        InputError: the script holds mistakes, or is none.
    """

    def __init__(
        self,
        found: Mapping[str, Any],
        bench: BenchDescription,
        stop: StopBox,
        tell: Callable[[StepEnd], None],
    ) -> None:
        self._stop = stop
        self.dictation = Dictation(stands_still=False, tell=tell)
        try:
            source, parts = found["document"], dict(found["parts"])
            document = Document(**source, root=mapping_node([], Span(source["file"], 1, 1)))
            self._plan = GrowingPlan(document, bench, found["slot"], {source["file"]: source["text"]})
            first = node_from_json(parts[STEPS].pop())
            for key, nodes in parts.items():
                for node in map(node_from_json, nodes):
                    add = self._plan.note if key in SECTIONS else self._plan.put
                    add(key, node)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(
                f"reading the script of the engine process: {error!r}; it is sent by a test"
            ) from error
        self.program: Program = self._plan.add(STEPS, first)
        self.frame = frame_of(self.program)

    def begin(self) -> None:
        """Hand the first step to the lane."""
        self._hand_over(STEPS, self.frame)

    def part_of(self, line: bytes) -> dict[str, Any] | None:
        """What a line dictates, None if it asks for something else; one that was cut short dictates nothing sound."""
        try:
            request = from_line(line)
        except (ValueError, TypeError):
            return {"op": "what cannot be read"}
        return request if request.get("do") == DICTATE else None

    def take(self, request: Mapping[str, Any]) -> str | None:
        """Do what the client asks for; why it was not understood, None if it was.

        A part that this process cannot link as the client could, ends the run.
        """
        try:
            match request["op"]:
                case "add":
                    before, section = self.program, request["section"]
                    self.program = self._plan.add(section, node_from_json(request["node"]))
                    self._hand_over(section, before)
                case "finish":
                    self.dictation.finish()
                case "fail":
                    self._stop.fail(str(request["words"]))
                    self.dictation.halt()
                case unknown:
                    return self._end_by(f"it asks for {unknown!r}")
        except (RigError, KeyError, TypeError, ValueError) as error:
            return self._end_by(str(error))
        return None

    def _end_by(self, why: str) -> str:
        words = f"a part of the script was not understood: {why}"
        self._stop.fail(words)
        self.dictation.halt()
        return words

    def _hand_over(self, section: str, before: Program) -> None:
        new = additions(before, self.program)
        self.dictation.declare(tuple(declare_lines(new)), documents(new))
        if section == STEPS:
            self.dictation.give(self.program.steps[-1])


def step_end_to_json(end: StepEnd) -> dict[str, Any]:
    """How a step ended, for the client."""
    return asdict(end)


def step_end_from_json(fields: Mapping[str, Any]) -> StepEnd:
    """The same again."""
    return StepEnd(**fields)
