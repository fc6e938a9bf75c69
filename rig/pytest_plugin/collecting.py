"""Plans as nodes: a file, a lane where there are several, a pass of a ``for_each``, and an item for each check."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rig.pytest_plugin import PLAN_SUFFIXES
from rig.pytest_plugin.matching import (
    as_keyword,
    has_plan,
    is_another_document,
    is_matched,
    split_label,
    typed_argument,
)

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from rig.plan.program import Check, Place, Program
    from rig.pytest_plugin.running import LaneRun
    from rig.pytest_plugin.session import Plan

RUN = "run"
"""The item of a lane that answers for its run as a whole."""

TAKEN = ("skip", "skipif", "xfail", "usefixtures", "filterwarnings", "parametrize", "tryfirst", "trylast")
"""Markers by which pytest does something with a test: nothing of a plan may be skipped because of its tag."""


def pytest_configure(config: pytest.Config) -> None:
    """Let passes be typed as plans write them, on the command line and behind ``-k``."""
    config.args[:] = [typed_argument(argument) for argument in config.args]
    if config.option.keyword:
        config.option.keyword = as_keyword(config.option.keyword)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A plan file: one that rig_plans names, or that the command line names and that is a plan."""
    if file_path.suffix not in PLAN_SUFFIXES:
        return None
    config = parent.config
    if is_matched(file_path, config.rootpath, config.getini("rig_plans")):
        found = not is_another_document(file_path)
    else:
        found = parent.session.isinitpath(file_path) and has_plan(file_path)
    return PlanFile.from_parent(parent, path=file_path) if found else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse a bench that is not simulated here, before anything is opened, unless it was asked for."""
    config = session.config
    looks_only = config.option.collectonly or config.option.setuponly
    if (
        looks_only
        or config.option.rig_replay
        or not any(isinstance(item, PlanItem) for item in session.items)
    ):
        return
    from rig.pytest_plugin.live import require_leave
    from rig.pytest_plugin.session import bench_of

    require_leave(bench_of(config))


class PlanFile(pytest.File):
    """A plan, read and linked; nothing is opened."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Its items, under a node for each lane where there are several."""
        from rig.pytest_plugin.session import read_plan

        plan = read_plan(self.config, self.path, self.nodeid)
        (programs,) = plan.work.plans
        register_words(self.config, programs)
        if len(programs) == 1:
            return _items(self, plan, programs[0])
        return [
            _level(self, program.slot, partial(_items, plan=plan, program=program)) for program in programs
        ]

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """What is wrong with the plan, each mistake with its place and a caret, without a traceback."""
        from rig.errors import RigError

        return str(excinfo.value) if isinstance(excinfo.value, RigError) else super().repr_failure(excinfo)


class Level(pytest.Collector):
    """A lane, or a pass of a ``for_each``, with what is under it."""

    items: list[pytest.Item | pytest.Collector]

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """What is under it."""
        return self.items


class PlanItem(pytest.Item):
    """A part of a plan's verdict that passes or fails by itself.

    Attributes:
        lane_run: the run that this item was last asked about.
    """

    lane_run: LaneRun

    def __init__(self, *, plan: Plan, program: Program, place: Place | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.program = program
        self.place = place
        self._asked = 0
        for word in (*program.tags, *self.requirements):
            self.add_marker(getattr(pytest.mark, word))
        for requirement in self.requirements:
            self.add_marker(pytest.mark.requirement(requirement, id=requirement))

    @property
    def requirements(self) -> tuple[str, ...]:
        """Ids of the requirements that it speaks of."""
        return ()

    def setup(self) -> None:
        """Run the plan, unless this item's part of it is already there; asked again, run it again."""
        if self.config.option.setuponly:
            return
        self._asked += 1
        self.lane_run = self.plan.run(self._asked)[self.program.slot]
        self.note()

    @abstractmethod
    def note(self) -> None:
        """Take what the run says of this item; raise if it says nothing."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The line of the plan, and the parts of the id as a heading, which pytest must not take for a Python name."""
        line = None if self.place is None else self.place.line - 1
        parts = self.nodeid.split("::")[1:]
        return self.path, line, " :: ".join((self.path.name, *parts))


class CheckItem(PlanItem):
    """A check of a plan."""

    def __init__(self, *, check: Check, **kwargs: Any) -> None:
        self.check = check
        super().__init__(place=check.place, **kwargs)

    @property
    def requirements(self) -> tuple[str, ...]:
        """Those that the check judges."""
        return self.check.requirements

    def note(self) -> None:
        """Take the check's value and verdict."""
        from rig.pytest_plugin.explaining import note_check

        note_check(self)

    def runtest(self) -> None:
        """Fail unless the check has passed; one that only reports a value does neither."""
        from rig.pytest_plugin.explaining import judge_check

        judge_check(self)


class RunItem(PlanItem):
    """The run of a plan in a lane as a whole: how it ended, its conditions, what disturbed it."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that the plan covers."""
        return self.program.covers

    def note(self) -> None:
        """Take how the run ended."""
        from rig.pytest_plugin.explaining import note_run

        note_run(self)

    def runtest(self) -> None:
        """Fail if anything is wrong that no check tells."""
        from rig.pytest_plugin.explaining import judge_run

        judge_run(self)


def register_words(config: pytest.Config, programs: Iterable[Program]) -> None:
    """Make markers of tags and requirements, so that ``-m`` selects by them.

    Raises:
        InputError: one of them is a marker by which pytest does something else.
    """
    from rig.errors import InputError

    for word in {word for program in programs for word in (*program.tags, *program.covers)}:
        if word in TAKEN or word.startswith("_"):
            raise InputError(
                f"collecting a plan: {word!r} is a word of pytest's own; give the tag another name"
            )
        config.addinivalue_line("markers", f"{word}: plans and checks that say so")


def _level(
    parent: pytest.Collector,
    name: str,
    make: Callable[[pytest.Collector], Iterable[pytest.Item | pytest.Collector]],
) -> Level:
    level: Level = Level.from_parent(parent, name=name)
    level.extra_keyword_matches.add(as_keyword(name))
    level.items = list(make(level))
    return level


def _items(
    parent: pytest.Collector, plan: Plan, program: Program
) -> Iterator[pytest.Item | pytest.Collector]:
    """The checks in the plan's order, those of one pass together, then the run."""
    passes: dict[str, list[tuple[str, Check]]] = {}
    for check in program.checks:
        name, label = split_label(check.name)
        passes.setdefault(label, []).append((name, check))
    for label, checks in passes.items():
        make = partial(_checks, plan=plan, program=program, checks=checks)
        if label:
            yield _level(parent, label, make)
        else:
            yield from make(parent)
    yield RunItem.from_parent(parent, name=RUN, plan=plan, program=program, place=None)


def _checks(
    parent: pytest.Collector, plan: Plan, program: Program, checks: Iterable[tuple[str, Check]]
) -> Iterator[CheckItem]:
    for name, check in checks:
        in_id = name.replace("::", ":")
        yield CheckItem.from_parent(parent, name=in_id, plan=plan, program=program, check=check)
