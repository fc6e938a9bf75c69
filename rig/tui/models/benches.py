"""The benches that there are, and what a draft becomes when another is chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode

from rig import shipped
from rig.bench.settings import PREFIX
from rig.documents import Diagnostics, read_document
from rig.documents.fields import pairs
from rig.tui.draft import Draft
from rig.upkeep.chosen import Chosen, choose


def bench_files() -> list[Path]:
    """The bench files of the present folder, then those that ship."""
    own = [file for file in sorted(Path().glob("*.y*ml")) if _is_bench(file)]
    return [*own, *(shipped.bench(name) for name in shipped.bench_names())]


def _is_bench(file: Path) -> bool:
    document = read_document(file, Diagnostics())
    root = None if document is None else document.root
    return isinstance(root, MappingNode) and any(key.value == "bench" for key, _ in pairs(root))


def on_bench(draft: Draft, file: Path) -> Draft:
    """The draft on another bench: what was for the one before it is dropped, slots, faults, the world behind it."""
    settings = {key: value for key, value in draft.order.settings.items() if not key.startswith(PREFIX)}
    declared = replace(draft.order.declared, serials={})
    order = replace(
        draft.order, bench_file=file, slots=(), settings=settings, speed=None, faults=(), declared=declared
    )
    return replace(draft, order=order)


def chosen_of(draft: Draft) -> Chosen:
    """The bench of a draft as `rig bench` commands take it.

    Raises:
        InputError: the file holds mistakes, there is no such slot, or a setting does not fit.
    """
    order = draft.order
    settings = [f"{key}={value}" for key, value in order.settings.items() if key.startswith(PREFIX)]
    return choose(order.bench_file, order.slots, settings, order.seed, order.faults)
