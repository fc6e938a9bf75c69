"""What is to be run: a bench file and plans, read, set and linked for the slots that were chosen.

The command line and the engine process both come through here, so that what was checked is what is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rig import shipped
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.loading import load_bench
from rig.bench.settings import PREFIX, apply_settings
from rig.errors import InputError
from rig.plan.loading import load_program
from rig.plan.program import Program


@dataclass(frozen=True, slots=True)
class Work:
    """Plans to be run one after the other, each with a program for every lane.

    Attributes:
        files: of the plans, in their order.
    """

    bench: BenchDescription
    files: tuple[str, ...]
    plans: tuple[tuple[Program, ...], ...]

    @property
    def documents(self) -> dict[str, str]:
        """SHA-256 by file of every document that the programs were linked from."""
        programs = [program for plan in self.plans for program in plan]
        return {source.file: source.sha256 for program in programs for source in program.sources}


def read_bench(file: Path, settings: Mapping[str, str]) -> BenchDescription:
    """The bench of a file, with the values that ``--set simulation.…`` changes.

    Raises:
        InputError: the file cannot be read or holds mistakes, or a setting does not fit it.
    """
    of_bench = {key: value for key, value in settings.items() if key.startswith(PREFIX)}
    return apply_settings(load_bench(file), of_bench)


def link_plans(
    bench: BenchDescription, plans: Iterable[str], slots: Sequence[str], settings: Mapping[str, str]
) -> Work:
    """Every plan, linked for each of the slots; all slots of the bench if none is named.

    Raises:
        InputError: a plan or slot does not exist, or a document holds mistakes; all of them at once.
    """
    chosen = choose_slots(bench, slots)
    of_plan = {key: value for key, value in settings.items() if not key.startswith(PREFIX)}
    files = [find_plan(plan) for plan in plans]
    linked = [tuple(load_program(file, bench, of_plan, slot.name) for slot in chosen) for file in files]
    return Work(bench, tuple(map(str, files)), tuple(linked))


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
