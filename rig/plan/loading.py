"""From a plan file to a linked ``Program``: read, modelled, linked, analysed; all mistakes in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from rig.bench.description import BenchDescription
from rig.documents import Diagnostics, Document, read_document
from rig.documents.fields import Reader
from rig.plan.analysis import analyse
from rig.plan.grammar import read_plan
from rig.plan.library import Cache, Library
from rig.plan.linking import link_plan, source_texts
from rig.plan.program import Program
from rig.plan.requirements import Covering, link_requirements
from rig.plan.settings import apply_settings
from rig.plan.subject import make_subject

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
"""No value is replaced."""


def load_program(
    plan_path: Path | str,
    bench: BenchDescription,
    settings: Mapping[str, str] = NO_SETTINGS,
    slot: str | None = None,
) -> Program:
    """The program of a plan on a bench.

    Args:
        plan_path: the plan file.
        bench: the bench that it shall run on.
        settings: values to replace, ``{"steps.baseline.hold": "2 min"}``; see ``rig.plan.settings``.
        slot: the slot to run on; None for the first slot that holds the plan's device.

    Raises:
        DiagnosticsError: the plan, or a file that it names, holds mistakes; all of them, each with its place.
    """
    diagnostics = Diagnostics()
    document = read_document(Path(plan_path), diagnostics)
    program = None
    if document is not None:
        apply_settings(document, settings, diagnostics)
        program = link_document(document, bench, slot, diagnostics)
    diagnostics.raise_if_errors()
    assert program is not None, "what cannot be linked has errors"
    return program


def link_document(
    document: Document,
    bench: BenchDescription | None,
    slot: str | None,
    diagnostics: Diagnostics,
    cache: Cache | None = None,
    *,
    growing: bool = False,
) -> Program | None:
    """The program of a plan that has been read; None after reporting if it holds mistakes.

    Without a bench the grammar alone is checked. Plans that share a cache read device and limits once. Of a plan
    that is growing nothing is said that further steps or checks could mend.
    """
    errors = diagnostics.error_count
    reader = Reader(document, "plan", diagnostics)
    model = read_plan(document, reader)
    if model is None or bench is None:
        return None
    library = Library(Path(document.file), diagnostics, cache)
    linked = link_plan(model, bench, slot, library, reader, growing=growing)
    if linked is None:
        return None
    subject = make_subject(model, linked, growing=growing)
    analyse(subject)
    program = subject.program
    covering = Covering(model.covers, program.checks, program.device, whole=subject.is_whole("checks"))
    checks = link_requirements(covering, library, reader)
    if document.has_duplicates or diagnostics.error_count > errors:
        return None
    return replace(linked.program, checks=checks, sources=source_texts(document, bench, library))
