"""The bench of a pytest session, and the plans that were collected for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, final

import pytest

from rig.bench.description import BenchDescription
from rig.engine.answers import NO_ANSWERS, Answers, read_answers_file
from rig.engine.work import Work, choose_slots, link_plans
from rig.errors import InputError
from rig.order import Order
from rig.pytest_plugin.settings import Settings, read_settings, wire_file

if TYPE_CHECKING:
    from rig.pytest_plugin.running import LaneRun


@final
@dataclass
class Bench:
    """The bench of a session, how plans are run on it, and why nothing more is begun.

    Attributes:
        description: as its file says.
        answers: to what plans ask.
        live: whether a bench that is not simulated in this process may be used.
        barred: words if a person has to act first; None as long as plans may be begun.
    """

    order: Order
    description: BenchDescription
    answers: Answers
    live: bool
    barred: str | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether this process simulates or replays it; outputs of any other bench may be real."""
        return self.description.simulation is not None or bool(self.order.replay)

    def link(self, plan: Path) -> Work:
        """The plan, linked for each of the slots that were chosen; nothing is opened.

        Raises:
            InputError: it holds mistakes.
        """
        return link_plans(self.description, [str(plan)], self.order.slots, self.order.settings)


@final
@dataclass
class Plan:
    """A plan of a session with its runs: the first is shared by all its items, each rerun of an item asks for the next.

    Attributes:
        order: how it is run.
        runs: in order, each by lane.
    """

    bench: Bench
    work: Work
    order: Order
    runs: list[Mapping[str, LaneRun]] = field(default_factory=list)

    def run(self, number: int) -> Mapping[str, LaneRun]:
        """The run of that number, from 1; made now if there is none yet.

        One that something broke off, such as a limit of time for tests, is not begun again by the next item.
        """
        from rig.pytest_plugin.running import not_run, run_plan

        while len(self.runs) < number:
            this = len(self.runs) + 1
            (programs,) = self.work.plans
            self.runs.append(
                not_run(programs, this, "the run was broken off; why stands with the item before")
            )
            self.runs[-1] = run_plan(self, this)
        return self.runs[number - 1]


BENCH = pytest.StashKey[Bench]()
IS_WRONG = pytest.StashKey[bool]()


def bench_of(config: pytest.Config) -> Bench:
    """The bench of the session, read when it is first asked for.

    Raises:
        InputError: an option, the bench file or the answers hold mistakes, or there is no such slot; told once, then
            only that there was something.
    """
    if IS_WRONG in config.stash:
        raise InputError("the bench cannot be used; why stands with the first plan")
    if BENCH not in config.stash:
        try:
            config.stash[BENCH] = _read_bench(config)
        except InputError:
            config.stash[IS_WRONG] = True
            raise
    return config.stash[BENCH]


def read_plan(config: pytest.Config, path: Path, nodeid: str) -> Plan:
    """A plan, linked for the bench of the session; in a replay for the one that its own wire log was recorded on.

    Raises:
        InputError: the plan, the bench or the wire log cannot be used.
    """
    replay = wire_file(config, "rig_replay", nodeid)
    if replay is not None:
        settings = read_settings(config)
        order = settings.order.replaying([replay])
        bench = Bench(order, order.read_bench(), _read_answers(settings), live=True)
        return Plan(bench, bench.link(path), order)
    bench, record = bench_of(config), wire_file(config, "rig_record", nodeid)
    order = bench.order if record is None else replace(bench.order, record=(record,))
    return Plan(bench, bench.link(path), order)


def _read_answers(settings: Settings) -> Answers:
    file = settings.answers_file
    return NO_ANSWERS if file is None else read_answers_file(file, settings.order.operator)


def _read_bench(config: pytest.Config) -> Bench:
    settings = read_settings(config)
    order, answers = settings.order, _read_answers(settings)
    description = order.read_bench()
    choose_slots(description, order.slots)
    return Bench(order, description, answers, live=settings.live)
