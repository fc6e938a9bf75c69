"""The requirements that a plan covers: each exists, and a check of the plan judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rig.documents import Scalar, Span, did_you_mean, quoted
from rig.documents.limits import RequirementEntry
from rig.plan.library import Library
from rig.plan.program import Check
from rig.plan.subject import Subject


def link_requirements(subject: Subject, library: Library) -> tuple[Check, ...]:
    """The checks of the plan, each with the covered requirements that its metric shows.

    What a requirement is shown by stands in the requirements file; a check that only reports shows none.
    """
    covers = subject.model.covers
    if not covers:
        return subject.program.checks
    file = library.requirements(subject.program.device, covers[0].span, subject.scope.reader)
    if file is None:
        return subject.program.checks
    entries = {key.text: entry for key, entry in file.items.items()}
    _report_mistakes(covers, entries, subject)
    return tuple(
        replace(check, requirements=_shown_by(check, covers, entries)) for check in subject.program.checks
    )


def _shown_by(
    check: Check, covers: tuple[Scalar, ...], entries: Mapping[str, RequirementEntry]
) -> tuple[str, ...]:
    if check.rule == "report":
        return ()
    covered = dict.fromkeys(requirement.text for requirement in covers if requirement.text in entries)
    return tuple(name for name in covered if check.metric in {m.text for m in entries[name].shown_by})


def _report_mistakes(
    covers: tuple[Scalar, ...], entries: Mapping[str, RequirementEntry], subject: Subject
) -> None:
    judged = {check.metric for check in subject.program.checks if check.rule != "report"}
    seen: dict[str, Span] = {}
    for requirement in covers:
        name, span = requirement.text, requirement.span
        if seen.setdefault(name, span) is not span:
            message = f"{quoted(name)} is listed twice"
            subject.error("duplicate-requirement", span, message, "remove one of them")
        elif name not in entries:
            message = f"there is no requirement {quoted(name)} of {subject.program.device}"
            subject.error("unknown-requirement", span, message, did_you_mean(name, entries))
        elif subject.is_whole("checks"):
            metrics = [metric.text for metric in entries[name].shown_by]
            if not judged.intersection(metrics):
                message = f"no check of this plan judges {quoted(name)}"
                subject.error("not-judged", span, message, f"add a check of {' or '.join(metrics)}")
