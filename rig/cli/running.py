"""What ``rig run`` does: every plan is read and checked before the first is run, then one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf
from pathlib import Path

from rig import shipped
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.loading import load_bench
from rig.bench.ports import Ports, machine_ports
from rig.bench.settings import PREFIX, apply_settings
from rig.cli.display import shown
from rig.cli.present import Presenter, presenter
from rig.cli.results import RunFailure, exit_code
from rig.clock import Clock, VirtualClock, WallClock
from rig.engine.control import ControlServer
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.errors import BenchError, InputError, RecordError
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.platform import signals_as_requests
from rig.safety.stop import StopBox


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for; speed None is the bench's own, inf the virtual clock."""

    plans: tuple[str, ...]
    bench_file: Path | None
    slots: Sequence[str]
    settings: Mapping[str, str]
    seed: int
    speed: float | None
    out: Path
    operator: str | None
    faults: tuple[str, ...]
    form: str


def run_plans(order: Order) -> int:
    """Run them all, each on every slot that was chosen; the exit code."""
    bench = load_bench(order.bench_file or shipped.bench())
    of_bench = {key: value for key, value in order.settings.items() if key.startswith(PREFIX)}
    of_plan = {key: value for key, value in order.settings.items() if key not in of_bench}
    bench = apply_settings(bench, of_bench)
    _refuse_speed(order, bench)
    slots = choose_slots(bench, order.slots)
    plans = [
        [load_program(find_plan(plan), bench, of_plan, slot.name) for slot in slots] for plan in order.plans
    ]
    show = presenter(order.form)
    results: list[tuple[Program, RunResult | RunFailure]] = []
    stop = StopBox()
    with ExitStack() as stack:
        stack.enter_context(signals_as_requests(stop.interrupt))
        control = None if _on_virtual_time(order, bench) else stack.enter_context(ControlServer(stop))
        for programs in plans:
            if stop.request is not None:
                break
            shown(show.begins, programs, bench)
            run = _run(programs, order, bench, stop, show, control)
            results += run
            for program, result in run:
                shown(show.ended, program, result)
            if any(isinstance(result, RunFailure) for _, result in run):
                break
    shown(show.closes, results)
    wanted = sum(len(programs) for programs in plans)
    left = stop.request if len(results) < wanted else None
    return exit_code([result for _, result in results], left)


def _run(
    programs: Sequence[Program],
    order: Order,
    bench: BenchDescription,
    stop: StopBox,
    show: Presenter,
    control: ControlServer | None,
) -> list[tuple[Program, RunResult | RunFailure]]:
    request = RunRequest(programs, bench, order.out, _seed(order, bench), order.operator, order.settings)
    try:
        with ExitStack() as stack:
            results = execute(request, _ports(order, request, stack), stop, show, control=control)
    except (BenchError, RecordError) as error:
        return [(program, RunFailure(error)) for program in programs]
    return list(zip(programs, results, strict=True))


def _on_virtual_time(order: Order, bench: BenchDescription) -> bool:
    return bench.simulation is not None and order.speed in (None, inf)


def split_settings(settings: Sequence[str]) -> dict[str, str]:
    """``key=value`` words as a mapping.

    Raises:
        InputError: a word is not of that form.
    """
    pairs = [setting.partition("=") for setting in settings]
    if any(not sign or not key for key, sign, _ in pairs):
        raise InputError("--set takes key=value, e.g. --set simulation.defects=switch-welded")
    return {key: value for key, _, value in pairs}


def find_plan(name: str) -> Path:
    """The plan file: as named, or the shipped one of that name.

    Raises:
        InputError: neither exists.
    """
    path = Path(name)
    found = path if path.exists() else shipped.find_plan_file(name)
    if found is None:
        known = ", ".join(shipped.plans())
        raise InputError(
            f"reading the plan {name}: there is no such file, and the plans that ship are {known}"
        )
    return found


def choose_slots(bench: BenchDescription, names: Sequence[str]) -> list[SlotEntry]:
    """The slots of those names in the order of the bench file; all of them if none was named.

    Raises:
        InputError: the bench has no such slot.
    """
    known = [slot.name for slot in bench.slots]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"choosing slots of {bench.name!r} ({bench.file}): it has no slot {', '.join(unknown)}; "
            f"use --slot with {', '.join(known)}, or leave it out for all"
        )
    return [slot for slot in bench.slots if not names or slot.name in names]


def _refuse_speed(order: Order, bench: BenchDescription) -> None:
    if bench.simulation is None and order.speed not in (None, 1.0):
        raise InputError(
            "--speed other than 1 is for the simulated bench of this process; real instruments take their own time"
        )
    if bench.simulation is None and order.faults:
        raise InputError("--fault is for the simulated bench of this process; a real bench has no fault port")


def _seed(order: Order, bench: BenchDescription) -> int | None:
    return None if bench.simulation is None else order.seed


def _ports(order: Order, request: RunRequest, stack: ExitStack) -> Ports:
    bench = request.bench
    if bench.simulation is None:
        return machine_ports(WallClock())
    from rig.simulation.bench import SimulatedBench

    clock: Clock = VirtualClock() if _on_virtual_time(order, bench) else WallClock(order.speed or 1.0)
    simulated = SimulatedBench(bench, request.slots, order.seed, clock, order.faults)
    return stack.enter_context(simulated).ports
