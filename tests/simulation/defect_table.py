"""The table of defects: which check of which plan finds which defect, over some seeds.

Run ``python -m tests.simulation.defect_table > docs/defects.md`` in the project's folder. It takes some minutes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dut_drivers.simulated.defects import defects
from rig import shipped
from rig.bench.loading import load_bench
from rig.clock import VirtualClock
from rig.engine.head import RunRequest
from rig.engine.run import execute
from rig.plan.loading import load_program
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench

SOUND = "sound belt"
PLANS = (
    "cutoff/cutoff",
    "heat-up/heat-up",
    "steady-state/steady-state",
    "steady-state/steady-state-medium",
    "session/session-timer",
    "session/host-watchdog",
)
ELSEWHERE: Mapping[str, str] = {
    "faults/switch-welded": "reference",
    "faults/sensor-stuck": "reference",
    "faults/controller-restarts": "reference",
    "endurance/trip-repeatability": "reference",
    "dose/dose": "reference",
    "battery/battery-run-down": "reference",
    "fold/folded": "folded",
    "ambient/ambient-cold": "chamber-cold",
    "ambient/ambient-hot": "chamber-hot",
}
"""Plans that are run with the sound belt and with the defects that they are about alone, by their benches."""

SEEDS = (1, 2, 3)
PAGE = Path(__file__).parents[2] / "docs" / "defects.md"

_OF_A_DRIFT: Mapping[str, tuple[str, ...]] = {
    "battery/battery-run-down": ("sensor_agreement",),
    "ambient/ambient-cold": ("sensor_agreement",),
    "ambient/ambient-hot": ("sensor_agreement",),
}

ABOUT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "threshold-42.0": {"cutoff/cutoff": ("response_delay",)},
    "threshold-43.5": {
        "cutoff/cutoff": ("peak_temperature", "response_delay"),
        "fold/folded": ("peak_temperature", "response_delay"),
        "ambient/ambient-cold": ("peak_temperature", "response_delay"),
        "ambient/ambient-hot": ("peak_temperature", "response_delay"),
    },
    "cutoff-late": {"cutoff/cutoff": ("response_delay",), "fold/folded": ("response_delay",)},
    "auto-reset": {"cutoff/cutoff": ("stays_off", "latch")},
    "switch-welded": {
        "cutoff/cutoff": ("peak_temperature", "response_delay"),
        "battery/battery-run-down": ("energy", "peak_temperature"),
        "dose/dose": ("above 41",),
    },
    "switch-welded-second-cutout": {"cutoff/cutoff": ("response_delay",)},
    "unit-b-weak": {
        "heat-up/heat-up": ("unit_power",),
        "steady-state/steady-state": ("unit_power",),
        "steady-state/steady-state-medium": ("unit_power",),
        "battery/battery-run-down": ("unit_power",),
    },
    **{
        sensor: {
            "cutoff/cutoff": ("sensor_agreement",),
            "heat-up/heat-up": ("sensor_agreement",),
            "steady-state/steady-state": ("sensor_agreement",),
            "steady-state/steady-state-medium": ("sensor_agreement",),
            **(_OF_A_DRIFT if sensor == "sensor-drifted" else {}),
        }
        for sensor in ("sensor-stuck", "sensor-drifted", "sensor-open", "sensor-short")
    },
    "no-second-cutout": {
        "faults/switch-welded": ("peak_temperature", "fault_response"),
        "faults/sensor-stuck": ("peak_temperature", "fault_response"),
    },
    "resumes-after-restart": {
        "faults/controller-restarts": ("off after a stall", "off after a brown-out"),
    },
    "trip-scatters": {"endurance/trip-repeatability": ("trip_repeatability",)},
    "timer-runaway": {"session/session-timer": ("session_length", "never late")},
    "no-host-watchdog": {"session/host-watchdog": ("watchdog_delay",)},
    "regulation-high": {
        "heat-up/heat-up": ("overshoot of sensor a", "overshoot of sensor b"),
        "steady-state/steady-state-medium": ("mean of sensor a", "mean of sensor b"),
    },
}
"""The checks about each defect, which must fail whatever the seed, by plan."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run: the overall verdict, and the checks that failed."""

    verdict: str
    failed: tuple[str, ...]


def plan_path(plan: str) -> Path:
    """The file of a plan that ships, by folder and name."""
    return shipped.test_plans() / f"{plan}.yaml"


def cell(plan: str, defect: str, seed: int, out: Path) -> Cell:
    """Run a plan on a belt with a defect, or on the sound one, and say what it came to."""
    bench = load_bench(shipped.bench(ELSEWHERE.get(plan, shipped.REFERENCE_BENCH)))
    assert bench.simulation is not None, "the bench that ships is simulated"
    broken = () if defect == SOUND else (defect,)
    bench = replace(bench, simulation=replace(bench.simulation, defects=broken))
    program = load_program(plan_path(plan), bench)
    with SimulatedBench(bench, bench.slots, seed, VirtualClock(), ()) as simulated:
        (result,) = execute(RunRequest([program], bench, out, seed), simulated.ports, StopBox())
    assert result.judgement is not None, "a run on the virtual clock is judged"
    failed = (check["name"] for check in result.judgement.results if check["verdict"] == "FAIL")
    return Cell(result.judgement.verdict.value, tuple(failed))


def all_defects() -> list[str]:
    """The sound belt, then every defect in the table's order."""
    return [SOUND, *defects()]


def defects_of(plan: str) -> list[str]:
    """The sound belt, then the defects with which a plan is run, in the table's order."""
    if plan not in ELSEWHERE:
        return all_defects()
    return [SOUND, *(defect for defect in defects() if plan in ABOUT.get(defect, {}))]


def rows(plan: str, found: Mapping[tuple[str, int], Cell], seeds: Iterable[int]) -> Iterator[str]:
    """The rows of one plan: each defect with its verdicts and the checks that failed, with the seeds."""
    for defect in defects_of(plan):
        verdicts: dict[str, list[int]] = defaultdict(list)
        failed: dict[str, list[int]] = defaultdict(list)
        for seed in seeds:
            verdicts[found[defect, seed].verdict].append(seed)
            for name in found[defect, seed].failed:
                failed[name].append(seed)
        about = ABOUT.get(defect, {}).get(plan, ())
        marked = {f"**{name}**" if name in about else name: at for name, at in failed.items()}
        yield f"| {defect} | {_with_seeds(verdicts)} | {_with_seeds(marked)} |"


def _with_seeds(found: Mapping[str, list[int]]) -> str:
    return "; ".join(f"{name} ({', '.join(map(str, seeds))})" for name, seeds in found.items())


def page(seeds: tuple[int, ...] = SEEDS) -> Iterator[str]:
    """The lines of the page."""
    yield from _INTRODUCTION
    for name, defect in defects().items():
        yield f"| {name} | {defect.about} |"
    for plan in (*PLANS, *ELSEWHERE):
        with TemporaryDirectory() as out:
            found = {(d, s): cell(plan, d, s, Path(out)) for d in defects_of(plan) for s in seeds}
        yield from ("", f"## {plan}", "", "| belt | verdict (seeds) | checks that failed (seeds) |")
        yield "| --- | --- | --- |"
        yield from rows(plan, found, seeds)


_INTRODUCTION = (
    "# Defects, and what finds them",
    "",
    "Made by `python -m tests.simulation.defect_table > docs/defects.md`; do not edit. Each plan was run on the",
    "reference bench, or the one that it needs, with the sound belt and with each defect, or those that it is about,",
    "tolerances and errors of measurement drawn from the seed.",
    "A check in bold is about that defect and must fail whatever the seed; the others fail as a consequence.",
    "A verdict that is neither PASS nor FAIL says that the plan cannot tell; it need not find what it is not about.",
    "",
    "| defect | what it is |",
    "| --- | --- |",
)


def main() -> None:
    """Write the page to standard output."""
    for line in page():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
