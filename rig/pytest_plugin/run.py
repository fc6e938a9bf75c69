"""A run written in Python: steps, interlocks and checks in a plan's own words, done and judged by the same engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, final

from yaml.nodes import Node

from rig.bench.description import BenchDescription
from rig.documents import DiagnosticsError, Document, Span
from rig.documents.yaml_nodes import scalar_node
from rig.engine.answers import Answers, check_answers
from rig.engine.declare import additions, frame_of
from rig.engine.dictation import StepEnd
from rig.engine.run import RunResult
from rig.errors import InputError, RigError
from rig.plan.growing import SECTIONS, GrowingPlan, accept, unjudged
from rig.plan.program import Program
from rig.pytest_plugin.words import ended_early
from rig.pytest_plugin.written import Call, calling, document_of

NOT_HERE = ("parameters", "setup", *SECTIONS)
"""Top keys of a plan that a run has calls for, or Python."""

MOST_CHARACTERS = 2000
"""Of an exception's text in the record."""


class RunEndedError(RigError):
    """The run was ended before the test was over: by an interlock, a time-out, the operator, a part that was lost.

    Attributes:
        result: what it came to.
    """

    def __init__(self, result: RunResult) -> None:
        super().__init__(ended_early(result))
        self.result = result


class Engine(Protocol):
    """What carries out a run: on a thread of this process, or a process of its own."""

    def add(self, section: str, node: Node, new: Program) -> None:
        """Declare a part, as it was written and as it was linked; a step is done."""

    def await_end(self) -> StepEnd | None:
        """Wait for the end of the step that was added last; None if the run ended before."""

    def finish(self) -> None:
        """No step comes any more, and all is well."""
        __tracebackhide__ = True

    def fail(self, words: str) -> None:
        """The test has failed: end the run."""

    def interrupt(self, signal_name: str) -> None:
        """End the run as by a signal."""

    def join(self) -> RunResult:
        """Wait for the seal; raises what kept the run from being begun, or was a defect of the rig."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A plan with its first step, from which a run begins.

    Attributes:
        frame: what holds from the beginning. program: with the first step. plan: both as written, in the document.
    """

    frame: Program
    program: Program
    plan: GrowingPlan
    document: Document


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Where and as what a test's run is made.

    Attributes:
        test: the test's name, which the run has unless it says another. file: of its source.
        purpose: what the test is for, in one line.
        start: begins a run with its first step.
        answers: prepared for what the test asks.
    """

    test: str
    file: str
    purpose: str
    bench: BenchDescription
    slot: str
    start: Callable[[Beginning], Engine]
    answers: Mapping[str, str] = field(default_factory=dict)


@final
class Run:
    """One run of one lane. The bench is opened by the first step; everything is off when the test is over.

    Arguments are those of a plan's entries (docs/plan-language.md), with its words and its units: `for_` stands for
    `for`. Mistakes are reported as those of a plan are, at their place in the test.
    """

    def __init__(self, order: RunOrder) -> None:
        self._order = order
        self._texts: dict[str, str] = {}
        self._document = document_of(order.file)
        self._plan = GrowingPlan(self._document, order.bench, order.slot, self._texts)
        self._program: Program | None = None
        self._engine: Engine | None = None
        self._result: RunResult | None = None
        self._over = self._answered_for = False
        self._notes = 0
        here = Span(self._order.file, 1, 1)
        device = order.bench.slot(order.slot).device
        for key, text in (("plan", order.test), ("purpose", order.purpose), ("device", device)):
            self._plan.put(key, scalar_node(text, here))

    @property
    def finished(self) -> bool:
        """Whether the run is over and sealed."""
        return self._over

    @property
    def is_answered_for(self) -> bool:
        """Whether the test itself has asked what the run came to."""
        return self._answered_for

    def plan(self, **keys: Any) -> None:
        """Before the first step, what a plan says at its top: purpose, covers, conditions, sampling, plan, device."""
        __tracebackhide__ = True
        call = self._call()
        self._require_not_begun("the top of a plan is written", call)
        wrong = [key for key in keys if key in NOT_HERE]
        if wrong:
            raise InputError(
                f"{call.span.file}:{call.span.line}: {', '.join(wrong)} does not stand here; write run.interlock(…), "
                f"run.step(…), run.check(…) or run.teardown(…), and variables of Python for parameters"
            )
        for key, node in call.arguments(keys):
            self._plan.put(str(key.value), node)

    def interlock(self, **keys: Any) -> None:
        """Declare an interlock, before the first step: from then on it holds."""
        __tracebackhide__ = True
        call = self._call()
        self._require_not_begun("an interlock is declared", call)
        self._plan.note("interlocks", call.mapping(call.arguments(keys)))

    def teardown(self, name: str, **keys: Any) -> None:
        """Declare a step that is done last, with everything off, unless the test failed; before the first step."""
        __tracebackhide__ = True
        call = self._call()
        self._require_not_begun("a teardown is declared", call)
        self._plan.note("teardown", self._step_node(call, name, keys))

    def step(self, name: str, **keys: Any) -> StepEnd:
        """Do a step, and return when it is over.

        Raises:
            DiagnosticsError: it, or what was declared before the first step, holds mistakes; nothing was done.
            RunEndedError: the run was ended meanwhile; everything is off.
            BenchError: the bench cannot be opened, or power was refused.
        """
        __tracebackhide__ = True
        call = self._call()
        return self._do(self._step_node(call, name, keys))

    def ask(self, name: str, ask: str | Mapping[str, Any], *, within: str = "10 min") -> str | float | bool:
        """Ask the operator, and return the answer: a number in its base unit. Errors are those of `step`."""
        __tracebackhide__ = True
        call = self._call()
        node = self._step_node(call, name, {"ask": ask, "within": within})
        answer = self._do(node, asks=True).answer
        assert answer is not None, "a question that was not answered ends the run"
        return answer

    def annotate(self, text: str) -> None:
        """Write a remark into the record. Errors are those of `step`."""
        __tracebackhide__ = True
        call = self._call()
        self._notes += 1
        name = call.entry("name", scalar_node(f"note {self._notes}", call.span))
        self._do(call.mapping([name, call.entry("annotate", call.text(0, text, "annotate"))]))

    def check(self, metric: str, **parameters: Any) -> None:
        """Declare a check. It is judged from the record when the test is over; one that does not pass fails the test.

        Raises:
            DiagnosticsError: it holds mistakes.
        """
        __tracebackhide__ = True
        call = self._call()
        self._add_check(call, metric, call.mapping(call.arguments(parameters)))

    def report(self, *metrics: str) -> None:
        """Declare metrics of which only the values are wanted. Errors are those of `check`."""
        __tracebackhide__ = True
        call = self._call()
        self._add_check(call, "report", call.list_of(metrics, "report"))

    def finish(self) -> RunResult:
        """End the run now: everything off, teardown, verdicts, seal. What it came to is then for the test to assert.

        A run that was ended before by something else is over already, and gives its result.

        Raises:
            InputError: the run has no step, or a requirement that it covers has no check.
            BenchError: the bench could not be opened, or power was refused.
        """
        self._answered_for = True
        if self._result is None:
            if self._engine is None:
                raise InputError(
                    f"{self._order.test}: the run has no step; write run.step(…), or do not ask for run"
                )
            self._engine.finish()
            self._end()
            self._require_judged()
        assert self._result is not None, "a run that ended has a result, or has raised"
        return self._result

    def abort(self, error: BaseException) -> None:
        """The test has failed or was interrupted: everything off, now; the record is sealed with what happened."""
        if self._engine is None or self._over:
            self._over = True
            return
        if isinstance(error, KeyboardInterrupt):
            self._engine.interrupt("SIGINT")
        else:
            self._engine.fail(f"{type(error).__name__}: {error}".strip()[:MOST_CHARACTERS])
        self._over = True
        try:
            self._result = self._engine.join()
            error.add_note(ended_early(self._result))
        except RigError as trouble:
            error.add_note(f"ending the run: {trouble}")

    def _call(self) -> Call:
        call = calling()
        self._texts[call.source.file] = call.source.text
        return call

    def _step_node(self, call: Call, name: str, keys: Mapping[str, Any]) -> Node:
        named = call.entry("name", call.text(0, name, "name"))
        return call.mapping([named, *call.arguments(keys)])

    def _do(self, node: Node, *, asks: bool = False) -> StepEnd:
        __tracebackhide__ = True
        self._require_not_over()
        require = self._require_answer if asks else accept
        before, program = self._program, self._add("steps", node, require)
        if self._engine is None or before is None:
            self._engine = self._order.start(
                Beginning(frame_of(program), program, self._plan, self._document)
            )
        else:
            self._engine.add("steps", node, additions(before, program))
        self._program = program
        end = self._engine.await_end()
        if end is not None and end.outcome not in ("timeout", "lost"):
            return end
        raise RunEndedError(self._end())

    def _add_check(self, call: Call, metric: str, node: Node) -> None:
        __tracebackhide__ = True
        self._require_not_over()
        entry = (
            call.text(0, metric, "check") if metric != "report" else scalar_node(metric, call.span),
            node,
        )
        part = call.mapping([entry])
        if self._program is None:
            self._plan.note("checks", part)
            return
        before, self._program = self._program, self._add("checks", part)
        assert self._engine is not None, "a run that has begun has an engine"
        self._engine.add("checks", part, additions(before, self._program))

    def _add(self, section: str, node: Node, require: Callable[[Program], None] = accept) -> Program:
        __tracebackhide__ = True
        try:
            return self._plan.add(section, node, require)
        except DiagnosticsError as error:
            raise error.with_traceback(None) from None

    def _require_answer(self, program: Program) -> None:
        """Nobody sits at a terminal: what is asked has an answer that was prepared.

        Raises:
            InputError: it has none, or one that would be refused.
        """
        asked = program.steps[-1:]
        given = {name: text for name, text in self._order.answers.items() if name == asked[0].name}
        check_answers(Answers(given), [replace(program, setup=(), steps=asked, teardown=())], anybody=False)

    def _end(self) -> RunResult:
        """Wait until everything is off and the record is sealed; a signal that came meanwhile ends the tests now."""
        assert self._engine is not None, "only a run that has begun ends"
        self._over = True
        self._result = self._engine.join()
        if self._result.ending.kind == "interrupt":
            raise KeyboardInterrupt
        return self._result

    def _require_judged(self) -> None:
        open_ = () if self._program is None else unjudged(self._program)
        if open_:
            raise InputError(
                f"{self._order.test}: the run covers {', '.join(open_)}, and no check of it judges that; add the "
                f"check, or take it out of covers"
            )

    def _require_not_begun(self, what: str, call: Call) -> None:
        if self._engine is not None:
            raise InputError(
                f"{call.span.file}:{call.span.line}: {what} before the first step, so that it holds for all of them; "
                f"move it up"
            )

    def _require_not_over(self) -> None:
        if self._over:
            raise InputError(
                f"{self._order.test}: the run is over, nothing can be added to it; begin another test"
            )
