"""The plan and the bench that the tests of this folder change, and what is found in a changed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.plan.loading import link_document
from rig.plan.program import Program

CUTOFF = shipped.test_plans() / "cutoff" / "cutoff.yaml"

Link = Callable[..., tuple[Program | None, list[Diagnostic]]]
Find = Callable[..., list[tuple[str, int, int]]]


@pytest.fixture(scope="session")
def bench() -> BenchDescription:
    """The reference bench without its own interlocks, so that a mistake in those of the plan shows alone."""
    return replace(load_bench(shipped.bench()), interlocks=None)


@pytest.fixture(scope="session")
def plan_text() -> str:
    return CUTOFF.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def link(bench: BenchDescription) -> Link:
    def linked(
        text: str, on: BenchDescription = bench, file: Path = CUTOFF
    ) -> tuple[Program | None, list[Diagnostic]]:
        diagnostics = Diagnostics()
        document = parse_document(text.encode(), str(file), diagnostics)
        program = None if document is None else link_document(document, on, None, diagnostics)
        return program, [found for found in diagnostics.sorted() if found.severity != "note"]

    return linked


@pytest.fixture(scope="session")
def find(link: Link, plan_text: str) -> Find:
    """What is found in the shipped plan after replacing one text by another: code, line, column."""

    def found(old: str = "", new: str = "") -> list[tuple[str, int, int]]:
        assert old in plan_text, old
        _, diagnostics = link(plan_text.replace(old, new, 1) if old else plan_text)
        return [(diagnostic.code, diagnostic.line, diagnostic.column) for diagnostic in diagnostics]

    return found
