"""What ``rig check`` does: every mistake in plans, benches, limits, requirements, device profiles and the fault matrix.

The kind of a file is told by the key that names it, one of ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from yaml.nodes import MappingNode

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import describe_bench
from rig.documents import Diagnostic, Diagnostics, Document, Span, did_you_mean, quoted, read_document
from rig.documents.answers import read_answers
from rig.documents.device import read_device
from rig.documents.drill import read_matrix
from rig.documents.fields import Reader, first_span, pairs
from rig.documents.limits import read_limits, read_requirements
from rig.plan.bench_interlocks import check_bench_wide
from rig.plan.grammar import read_plan
from rig.plan.judging import link_judging
from rig.plan.library import Cache, Library
from rig.plan.loading import link_document
from rig.plan.mapping import read_mapping

KINDS = ("plan", "bench", "limits", "requirements", "device", "drill", "answers", "mapping")
"""Keys that tell what a file is: a plan or a bench by having it, any other file by its first such key."""

_UNNAMED_PLAN = {"purpose", "checks"}
"""Keys of a plan that lacks its name: no other kind of file has them, though a device's key may stand beside them."""


class Read(NamedTuple):
    """How many files of which kind were looked at."""

    plans: int
    others: int


class Checked(NamedTuple):
    """What was found: diagnostics, sorted, each once; each sound plan with its duration in seconds, an upper bound.

    read: how many plans and how many other files were looked at, sound or not.
    """

    diagnostics: list[Diagnostic]
    plans: list[tuple[str, float]]
    read: Read


def check_paths(
    paths: Iterable[Path | str],
    bench_path: Path | str | None = None,
    mapping_path: Path | str | None = None,
) -> Checked:
    """Check files, and all YAML files of folders; reads files and does nothing else.

    Args:
        paths: files, folders, and names of plans that ship, such as ``cutoff``; a file comes before a name.
        bench_path: the bench to link plans against; None for the bench of reference that ships.
        mapping_path: the mapping to link plans against instead, as judges of another logger's records.
    """
    diagnostics = Diagnostics()
    if mapping_path is not None:
        return _check_judging(paths, Path(mapping_path), diagnostics)
    bench = _read_bench(Path(bench_path) if bench_path is not None else shipped.bench(), diagnostics)
    cache: Cache = {}
    plans, count, others = [], 0, 0
    for document in _documents(paths, diagnostics):
        duration = check_document(document, bench, diagnostics, cache)
        is_plan = duration is not None or _is_plan(document)
        count, others = count + is_plan, others + (not is_plan)
        if duration is not None:
            plans.append((document.file, duration))
    return Checked(diagnostics.sorted(), plans, Read(count, others))


def _check_judging(paths: Iterable[Path | str], mapping_path: Path, diagnostics: Diagnostics) -> Checked:
    document = read_document(mapping_path, diagnostics)
    mapping = None if document is None else read_mapping(document, diagnostics)
    count = others = 0
    for found in _documents(paths, diagnostics):
        is_plan = _is_plan(found)
        count, others = count + is_plan, others + (not is_plan)
        if not is_plan:
            check_document(found, None, diagnostics, {})
        elif mapping is not None:
            link_judging(found, mapping, diagnostics)
    return Checked(diagnostics.sorted(), [], Read(count, others + 1))


def _is_plan(document: Document) -> bool:
    return "plan" in _keys(document)


def _keys(document: Document) -> set[str]:
    root = document.root
    return {key.value for key, _ in pairs(root)} if isinstance(root, MappingNode) else set()


def _read_bench(path: Path, diagnostics: Diagnostics) -> BenchDescription | None:
    document = read_document(path, diagnostics)
    return None if document is None else describe_bench(document, diagnostics)


def _documents(paths: Iterable[Path | str], diagnostics: Diagnostics) -> Iterable[Document]:
    for file in dict.fromkeys(file for path in paths for file in _files(Path(path), diagnostics)):
        document = read_document(file, diagnostics)
        if document is not None:
            yield document


def _files(path: Path, diagnostics: Diagnostics) -> list[Path]:
    if not path.is_dir():
        named = None if path.exists() else shipped.find_plan_file(str(path))
        return [path if named is None else named]
    files = sorted(file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern))
    if not files:
        message = "there is no YAML file in this folder"
        diagnostics.error("yaml/missing", Span(str(path), 1, 1), message, "give a plan or a folder of plans")
    return files


def check_document(
    document: Document,
    bench: BenchDescription | None,
    diagnostics: Diagnostics,
    cache: Cache,
    slot: str | None = None,
) -> float | None:
    """Report the mistakes of one document; the duration in seconds if it is a sound plan.

    slot: where a plan is linked first, then on every other slot that holds its device.
    """
    kind = _kind(document, diagnostics)
    if kind == "plan":
        return _check_plan(document, bench, diagnostics, cache, slot)
    if kind == "bench":
        described = describe_bench(document, diagnostics)
        if described is not None:
            check_bench_wide(described, Library(Path(document.file), diagnostics, cache), diagnostics)
    elif kind == "limits":
        read_limits(document, diagnostics)
    elif kind == "requirements":
        read_requirements(document, diagnostics)
    elif kind == "device":
        read_device(document, diagnostics)
    elif kind == "drill":
        read_matrix(document, diagnostics)
    elif kind == "answers":
        read_answers(document, diagnostics)
    elif kind == "mapping":
        read_mapping(document, diagnostics)
    return None


def _check_plan(
    document: Document,
    bench: BenchDescription | None,
    diagnostics: Diagnostics,
    cache: Cache,
    slot: str | None,
) -> float | None:
    """Link a plan on every slot that holds its device, up to the first on which it has mistakes."""
    if not _keys(document) & {"device", "steps"}:
        _check_judge(document, diagnostics)
        return None
    program = link_document(document, bench, slot, diagnostics, cache)
    if program is None or bench is None:
        return None
    others = [s.name for s in bench.slots if s.device == program.device and s.name != program.slot]
    sound = all(link_document(document, bench, name, diagnostics, cache) is not None for name in others)
    return program.duration_s if sound else None


def _check_judge(document: Document, diagnostics: Diagnostics) -> None:
    """A plan with neither device nor steps, which only judges: its grammar; names need the mapping of a record."""
    reader = Reader(document, "plan", diagnostics)
    message = "the plan has neither device nor steps, so it only judges records of other loggers"
    remedy = "check it with --mapping FILE; add device: and steps: if it is to be run"
    diagnostics.note("plan/only-judges", first_span(document.root, reader), message, remedy)
    read_plan(document, reader, judges=True)


def _kind(document: Document, diagnostics: Diagnostics) -> str | None:
    root = document.root
    if not isinstance(root, MappingNode):
        message = "the file holds no mapping of keys to values"
        diagnostics.error("yaml/kind", document.span(root), message, 'begin with "plan:" or "bench:"')
        return None
    keys = [key.value for key, _ in pairs(root)]
    kind = next((kind for kind in KINDS[:2] if kind in keys), None)
    if kind is None and set(keys) >= _UNNAMED_PLAN:
        kind = "plan"
    kind = kind or next((key for key in keys if key in KINDS), None)
    if kind is None:
        first = keys[0] if keys else ""
        message = f"the file begins with {quoted(first)}, so it is none that the rig knows"
        reader = Reader(document, "yaml", diagnostics)
        diagnostics.error("yaml/kind", first_span(root, reader), message, did_you_mean(first, KINDS))
    return kind
