"""Plans of the catalogue for faults, whole sessions and other benches: sound belts pass, their defects fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from tests.simulation.defect_page import assert_not_stale
from tests.simulation.defect_table import (
    ABOUT,
    ELSEWHERE,
    PAGE,
    SEEDS,
    SOUND,
    cell,
    defects_of,
    rows,
)
from tests.simulation.seeds import campaign_seeds, defect_seeds

QUICK = ("faults/controller-restarts", "fold/folded")


def _about() -> Iterator[tuple[str, str]]:
    return ((plan, defect) for plan in ELSEWHERE for defect in defects_of(plan) if defect != SOUND)


@pytest.mark.parametrize("plan", QUICK)
def test_the_sound_belt_passes(plan: str, tmp_path: Path) -> None:
    assert cell(plan, SOUND, 1, tmp_path).verdict == "PASS"


@pytest.mark.parametrize(
    ("plan", "defect"),
    [
        ("faults/switch-welded", "no-second-cutout"),
        ("faults/controller-restarts", "resumes-after-restart"),
    ],
)
def test_a_defect_fails_at_the_check_about_it(plan: str, defect: str, tmp_path: Path) -> None:
    assert set(cell(plan, defect, 3, tmp_path).failed) >= set(ABOUT[defect][plan])


@pytest.mark.parametrize("plan", ELSEWHERE)
def test_every_plan_is_about_a_defect(plan: str) -> None:
    assert len(defects_of(plan)) > 1


@pytest.mark.parametrize(("name", "degc"), [("chamber-cold", 5.0), ("chamber-hot", 40.0)])
def test_the_chambers_are_the_reference_bench_elsewhere(name: str, degc: float) -> None:
    chamber, reference = load_bench(shipped.bench(name)), load_bench(shipped.bench())
    assert chamber.simulation is not None
    assert chamber.simulation.ambient_degc == degc
    assert _wiring(chamber) == _wiring(reference)


def test_the_folded_bench_is_the_reference_bench_elsewhere() -> None:
    folded = load_bench(shipped.bench("folded"))
    assert folded.simulation is not None
    assert folded.simulation.surroundings == "folded"
    assert _wiring(folded) == _wiring(load_bench(shipped.bench()))


def _wiring(bench: BenchDescription) -> tuple[object, ...]:
    return bench.instruments, bench.slots, bench.thermocouples


@pytest.mark.parametrize("seed", campaign_seeds())
@pytest.mark.parametrize("plan", ELSEWHERE)
def test_the_sound_belt_passes_whatever_the_tolerances(plan: str, seed: int, tmp_path: Path) -> None:
    assert cell(plan, SOUND, seed, tmp_path).verdict == "PASS"


@pytest.mark.parametrize("seed", defect_seeds(3, slow=1))
@pytest.mark.parametrize(("plan", "defect"), list(_about()))
def test_each_defect_is_caught_whatever_the_tolerances(
    plan: str, defect: str, seed: int, tmp_path: Path
) -> None:
    """Beside the seed of the page of defects, which the next test runs."""
    assert set(cell(plan, defect, seed, tmp_path).failed) >= set(ABOUT[defect][plan])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("plan", ELSEWHERE)
def test_the_page_of_defects_is_not_stale(plan: str, tmp_path: Path) -> None:
    assert_not_stale(plan, tmp_path)


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.timeout(900)
@pytest.mark.parametrize("plan", ELSEWHERE)
def test_the_page_of_defects_is_what_all_its_seeds_come_to(plan: str, tmp_path: Path) -> None:
    found = {(d, s): cell(plan, d, s, tmp_path) for d in defects_of(plan) for s in SEEDS}
    page = PAGE.read_text(encoding="utf-8")
    assert "\n".join(rows(plan, found, SEEDS)) in page.partition(f"\n## {plan}\n")[2]
