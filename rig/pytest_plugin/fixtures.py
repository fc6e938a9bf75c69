"""The fixtures. Those that open a bench switch it off and close it, whatever became of the test."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.pytest_plugin.open_bench import OpenBench
    from rig.pytest_plugin.run import Run

_RUN = pytest.StashKey["Run"]()


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """A run of one lane, dictated step by step; see `rig.pytest_plugin.run.Run`."""
    from rig.pytest_plugin.making import make_run

    made = make_run(request)
    request.node.stash[_RUN] = made
    yield made
    if not made.finished:
        made.abort(RuntimeError("the test did not come to its end"))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """End the run of a test with it: in the safe state if it failed, and judged if it did not."""
    try:
        returned = yield
    except BaseException as error:
        made = pyfuncitem.stash.get(_RUN, None)
        if made is not None:
            made.abort(error)
        raise
    made = pyfuncitem.stash.get(_RUN, None)
    if made is not None and not made.is_answered_for:
        from rig.pytest_plugin.words import failure_text

        words = failure_text(made.finish())
        if words is not None:
            pytest.fail(words, pytrace=False)
    return returned


@pytest.fixture
def simulated_bench(request: pytest.FixtureRequest) -> Iterator[Callable[..., OpenBench]]:
    """Opens simulated benches: ``simulated_bench(bench=, slot=, seed=, faults=, defects=, clock=)``."""
    from rig.pytest_plugin.choice import open_simulated

    opened: list[OpenBench] = []

    def open_one(**how: Any) -> OpenBench:
        opened.append(open_simulated(request, **how))
        return opened[-1]

    yield open_one
    _close_all(opened)


def _close_all(opened: list[OpenBench]) -> None:
    troubles = [trouble for bench in reversed(opened) if (trouble := bench.close()) is not None]
    if troubles:
        pytest.fail("\n".join(troubles), pytrace=False)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[OpenBench]:
    """The bench of ``--bench`` open, without an engine: its drivers, for tests of drivers and wiring."""
    from rig.pytest_plugin.choice import open_chosen

    opened = open_chosen(request)
    yield opened
    _close_all([opened])


@pytest.fixture
def supply(bench: OpenBench) -> Any:
    """The driver of the bench's only supply, an ``instruments.protocols.Supply``."""
    return bench.supply()


@pytest.fixture
def thermocouples(bench: OpenBench) -> Any:
    """The driver of the bench's only scanner, an ``instruments.protocols.Scanner``, set up to read probes."""
    return bench.thermocouples()


@pytest.fixture
def device(bench: OpenBench) -> Any:
    """The driver of the device in the slot, a ``dut_drivers.protocols.Belt``."""
    return bench.device()


@pytest.fixture
def clock(bench: OpenBench) -> Clock:
    """Bench time: ``now()`` in seconds, ``sleep(seconds)``."""
    return bench.clock
