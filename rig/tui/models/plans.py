"""The plans that there are, by folder: what each is for, whether it is sound, how long it takes, how it went last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode

from rig import shipped
from rig.bench.description import BenchDescription
from rig.documents import Diagnostic, Diagnostics, Document, Severity, read_document
from rig.documents.fields import Reader, pairs
from rig.index import RunEntry
from rig.plan.check import check_document
from rig.plan.grammar import read_plan
from rig.plan.library import Cache
from rig.plan.model import PlanModel


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One plan file.

    Attributes:
        file: where it is.
        folder: the name that it is grouped under.
        name: without the ending, as `rig run` takes those that ship.
        title: the plan's own, '' where it cannot be read.
        covers: requirements, as written.
        duration_s: upper bound on this bench, None where the plan is not sound.
        diagnostics: all that the check says, errors first.
        steps: names of the steps at the top, in their order.
    """

    file: Path
    folder: str
    name: str
    title: str = ""
    purpose: str = ""
    covers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    device: str = ""
    steps: tuple[str, ...] = ()
    duration_s: float | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it can be run on this bench."""
        return not any(found.severity is Severity.ERROR for found in self.diagnostics)

    @property
    def words(self) -> str:
        """All in which a search looks."""
        return " ".join(
            (self.name, self.folder, self.title, self.purpose, *self.covers, *self.tags, self.device)
        )


def plan_files(named: Iterable[Path] = ()) -> list[Path]:
    """The plans that ship, the YAML files of the present folder that are plans, and those that were named.

    Args:
        named: plan files, and folders of them.
    """
    folders = [path for path in (Path(), *named) if path.is_dir()]
    found = [file for folder in folders for file in sorted(folder.glob("*.y*ml")) if _is_plan(file)]
    others = [path for path in named if path.is_file()]
    unique = {file.resolve(): file for file in (*others, *found, *shipped.plans().values())}
    return list(unique.values())


def _is_plan(file: Path) -> bool:
    document = read_document(file, Diagnostics())
    root = None if document is None else document.root
    return isinstance(root, MappingNode) and any(key.value == "plan" for key, _ in pairs(root))


def read_entries(files: Iterable[Path], bench: BenchDescription | None) -> Iterator[PlanEntry]:
    """Each plan as it is read and checked on a bench; a few milliseconds each, no instrument is touched."""
    cache: Cache = {}
    for file in files:
        yield read_entry(file, bench, cache)


def read_entry(file: Path, bench: BenchDescription | None, cache: Cache | None = None) -> PlanEntry:
    """One plan, checked as `rig check --bench` does."""
    diagnostics = Diagnostics()
    document = read_document(file, diagnostics)
    model = None if document is None else _model(document)
    seconds = None
    if document is not None:
        seconds = check_document(document, bench, diagnostics, {} if cache is None else cache)
    found = sorted(diagnostics.sorted(), key=lambda each: list(Severity).index(each.severity))
    entry = PlanEntry(
        file, file.parent.name or file.resolve().parent.name, file.stem, diagnostics=tuple(found)
    )
    return entry if model is None else _filled(entry, model, seconds)


def _model(document: Document) -> PlanModel | None:
    return read_plan(document, Reader(document, "plan", Diagnostics()))


def _filled(entry: PlanEntry, model: PlanModel, seconds: float | None) -> PlanEntry:
    return PlanEntry(
        entry.file,
        entry.folder,
        entry.name,
        model.plan.text,
        "" if model.purpose is None else model.purpose.text,
        tuple(each.text for each in model.covers),
        tuple(each.text for each in model.tags),
        "" if model.device is None else model.device.text,
        tuple(item.name.text for item in model.steps),
        seconds,
        entry.diagnostics,
    )


def matching(entries: Iterable[PlanEntry], query: str) -> list[PlanEntry]:
    """Those that hold every word of a query, whatever the case."""
    wanted = query.casefold().split()
    return [entry for entry in entries if all(word in entry.words.casefold() for word in wanted)]


def by_folder(entries: Iterable[PlanEntry]) -> dict[str, list[PlanEntry]]:
    """The plans of each folder, both in the order in which they came."""
    grouped: dict[str, list[PlanEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.folder, []).append(entry)
    return grouped


def last_runs(runs: Sequence[RunEntry]) -> dict[str, RunEntry]:
    """The newest readable run of each plan, by the plan's title."""
    readable = [run for run in runs if run.fault is None]
    return {run.plan: run for run in sorted(readable, key=lambda run: run.started)}
