"""Plans that ship, changed in a place or two, and what is found in them before anything is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.plan.loading import link_document

Change = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A plan with a mistake.

    changes: what makes the mistake. at: how the text goes on where the caret stands. mended: what takes the mistake
    away, as the remedy says. near: the plan that is just right, made by these changes alone. times: by how many checks.
    """

    code: str
    plan: str
    changes: tuple[Change, ...]
    at: str
    mended: tuple[Change, ...]
    near: tuple[Change, ...] = ()
    severity: str = "error"
    remedy: str = ""
    bench: str = "reference"
    times: int = 1

    def __str__(self) -> str:
        return f"{self.code}-{self.changes[-1][1]}" if self.changes else self.code


def changed(plan: str, changes: tuple[Change, ...]) -> str:
    """A plan that ships with texts replaced, each of which it must have."""
    text = shipped.plans()[plan].read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def found_in(text: str, plan: str, bench: str | BenchDescription = "reference") -> list[Diagnostic]:
    """Errors and warnings in a text that stands in the place of a plan that ships."""
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), str(shipped.plans()[plan]), diagnostics)
    assert document is not None
    on = load_bench(shipped.bench(bench)) if isinstance(bench, str) else bench
    link_document(document, on, None, diagnostics)
    return [found for found in diagnostics.sorted() if found.severity != "note"]


def text_at(text: str, found: Diagnostic) -> str:
    """The plan from where a caret stands."""
    return "\n".join(
        [text.splitlines()[found.line - 1][found.column - 1 :], *text.splitlines()[found.line :]]
    )


def shows(case: Case) -> Iterator[str]:
    """What is not as a case says; nothing if all of it is."""
    text = changed(case.plan, case.changes)
    found = [each for each in found_in(text, case.plan, case.bench) if each.code == f"plan/{case.code}"]
    if [str(each.severity) for each in found] != [case.severity] * case.times:
        yield f"found {[str(each) for each in found_in(text, case.plan, case.bench)]}"
        return
    if not text_at(text, found[0]).startswith(case.at):
        yield f"the caret stands at {text_at(text, found[0])[:30]!r}"
    if case.remedy not in found[0].help:
        yield f"the remedy is {found[0].help!r}"
    for changes in ((*case.changes, *case.mended), case.near):
        left = [str(each) for each in found_in(changed(case.plan, changes), case.plan, case.bench)]
        if any(f"plan/{case.code}]" in each or each.startswith("error") for each in left):
            yield f"after {changes}: {left}"
