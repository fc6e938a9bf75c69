"""The requirements that a plan covers: each exists, and a check of the plan judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rig.documents import Scalar, Span, did_you_mean, quoted
from rig.documents.fields import Reader
from rig.documents.limits import RequirementEntry
from rig.plan.library import Library
from rig.plan.program import Check


@dataclass(frozen=True, slots=True)
class Covering:
    """What covers what: the ids under ``covers``, the checks, their device, and whether all checks could be read."""

    covers: tuple[Scalar, ...]
    checks: tuple[Check, ...]
    device: str
    whole: bool


def link_requirements(covering: Covering, library: Library, reader: Reader) -> tuple[Check, ...]:
    """The checks of a plan, each with the covered requirements that its metric shows.

    What a requirement is shown by stands in the requirements file; a check that only reports shows none.
    """
    covers, checks = covering.covers, covering.checks
    if not covers:
        return checks
    file = library.requirements(covering.device, covers[0].span, reader)
    if file is None:
        return checks
    entries = {key.text: entry for key, entry in file.items.items()}
    _report_mistakes(covering, entries, reader)
    return tuple(replace(check, requirements=_shown_by(check, covers, entries)) for check in checks)


def _shown_by(
    check: Check, covers: tuple[Scalar, ...], entries: Mapping[str, RequirementEntry]
) -> tuple[str, ...]:
    if check.rule == "report":
        return ()
    covered = dict.fromkeys(requirement.text for requirement in covers if requirement.text in entries)
    return tuple(name for name in covered if check.metric in {m.text for m in entries[name].shown_by})


def _report_mistakes(covering: Covering, entries: Mapping[str, RequirementEntry], reader: Reader) -> None:
    judged = {check.metric for check in covering.checks if check.rule != "report"}
    seen: dict[str, Span] = {}
    for requirement in covering.covers:
        name, span = requirement.text, requirement.span
        if seen.setdefault(name, span) is not span:
            message = f"{quoted(name)} is listed twice"
            reader.error("duplicate-requirement", span, message, "remove one of them")
        elif name not in entries:
            message = f"there is no requirement {quoted(name)} of {covering.device}"
            reader.error("unknown-requirement", span, message, did_you_mean(name, entries))
        elif covering.whole:
            metrics = [metric.text for metric in entries[name].shown_by]
            if not judged.intersection(metrics):
                message = f"no check of this plan judges {quoted(name)}"
                reader.error("not-judged", span, message, f"add a check of {' or '.join(metrics)}")
