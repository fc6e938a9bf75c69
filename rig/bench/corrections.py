"""Corrections of wires: read from a document, and as a run file's head holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from rig.bench.certified import read_calibration
from rig.bench.description import Component, CorrectionEntry
from rig.bench.grammar import CorrectionModel, PointModel
from rig.documents import Scalar, did_you_mean, quoted
from rig.documents.fields import Reader
from rig.signals.correction import STEEPEST
from rig.signals.layout import CORRECTED

HELD_K = 3.0
"""How far beyond its outermost points a correction still holds, unless it says otherwise."""

MOST_HELD_K = 25.0
"""From one point in the middle of a heating test to both of its ends [estimate]."""

LARGEST_K = 5.0
"""A wire that is further off is damaged or of another type, or the number is: estimate, five times class 2."""

LEAST_K = 2.0
"""A certificate's k above it stands for few degrees of freedom, which nobody tells; its U counts as if k were this."""

SCATTER = ("repeatability", "noise", "resolution")
"""Words in the names of components that no calibration of a wire can tell anything about."""


def read_corrections(
    models: Mapping[Scalar, CorrectionModel], budget: Sequence[Component] | None, reader: Reader
) -> tuple[CorrectionEntry, ...]:
    """The corrections of a document; what is wrong with one is reported.

    Args:
        models: by their names.
        budget: of a channel, None where it could not be read.
        reader: of the document.
    """
    return tuple(_entry(name, model, budget, reader) for name, model in models.items())


def _entry(
    name: Scalar, model: CorrectionModel, budget: Sequence[Component] | None, reader: Reader
) -> CorrectionEntry:
    points = read_points(name, model.points, reader)
    held_k = HELD_K if model.held is None else model.held.value
    if model.held is not None and held_k > MOST_HELD_K:
        message = f"a correction says nothing {quoted(model.held.text)} beyond its points"
        reader.error(
            "correction-points", model.held.span, message, f"write at most {MOST_HELD_K:g} K, or add points"
        )
    if model.in_place_of is not None and budget is not None:
        _check_replaced(model.in_place_of, budget, reader)
    return CorrectionEntry(
        name=name.text,
        points=points,
        held_k=held_k,
        standard_k=model.expanded.value / min(model.k.value, LEAST_K),
        in_place_of=None if model.in_place_of is None else model.in_place_of.text,
        calibration=read_calibration(Scalar(f"correction {name.text}", name.span), model.calibration, reader),
    )


def read_points(
    name: Scalar, models: Sequence[PointModel], reader: Reader
) -> tuple[tuple[float, float], ...]:
    """A table over temperature: °C and K. One that does not rise, is empty, too large or too steep is reported."""
    if not models:
        message = f"{name.text} has no points"
        reader.error("correction-points", name.span, message, "add {at: 42 degC, …: 0.1 K}")
    for model in models:
        if _is_large(model):
            message = f"{quoted(model.value.text)} is more than a wire can be off"
            remedy = f"look for the unit and the point; write at most {LARGEST_K:g} K, or cut a new wire"
            reader.error("correction-size", model.value.span, message, remedy)
    for before, model in pairwise(models):
        _check_rise(before, model, reader)
    return tuple((model.at.value, model.value.value) for model in models)


def _check_rise(before: PointModel, model: PointModel, reader: Reader) -> None:
    apart = model.at.value - before.at.value
    if apart <= 0.0:
        what = "stands twice" if apart == 0.0 else f"follows {before.at.text}"
        message = f"the point at {quoted(model.at.text)} {what}"
        reader.error(
            "correction-points", model.at.span, message, "write each point once, by rising temperature"
        )
    elif abs(model.value.value - before.value.value) / apart > STEEPEST and not _is_large(before, model):
        message = f"from {before.at.text} to {model.at.text} it changes by more than {STEEPEST:g} K a kelvin"
        reader.error("correction-size", model.value.span, message, "look for a sign or a point that is wrong")


def _is_large(*models: PointModel) -> bool:
    return any(abs(model.value.value) > LARGEST_K for model in models)


def _check_replaced(name: Scalar, budget: Sequence[Component], reader: Reader) -> None:
    """What a correction takes the place of is a line of the budget that is the wire's own."""
    line = next((part for part in budget if part.name == name.text), None)
    own = [part.name for part in budget if not part.common and not _is_scatter(part)]
    if line is None:
        message = f"the budget has no component {quoted(name.text)}"
    elif line.name not in own:
        message = (
            f"{quoted(name.text)} is no uncertainty of a wire, so its calibration takes nothing of it away"
        )
    else:
        return
    remedy = f"{did_you_mean(name.text, own)} Without in_place_of it counts beside all of them"
    reader.error("correction-budget", name.span, message, remedy)


def _is_scatter(part: Component) -> bool:
    return any(word in part.name.lower() for word in SCATTER)


def check_named(
    users: Iterable[Scalar | None], models: Mapping[Scalar, CorrectionModel], reader: Reader
) -> None:
    """Every correction that is named is there, and every one that is there is named."""
    named = [user for user in users if user is not None]
    known = [name.text for name in models]
    for user in named:
        if user.text not in known and user.text not in reader.lost:
            message = f"there is no correction {quoted(user.text)}"
            remedy = did_you_mean(user.text, known) or f"add {user.text}: under corrections"
            reader.error("unknown-correction", user.span, message, remedy)
    for name in models:
        if name.text not in {user.text for user in named}:
            message = f"no probe names correction {quoted(name.text)}, so it corrects nothing"
            reader.warning(
                "unused-correction", name.span, message, f"add correction: {name.text} where it belongs"
            )


def channel_budget(budget: Sequence[Component], entry: CorrectionEntry | None) -> tuple[Component, ...]:
    """The budget of a channel with a correction, which takes the place of what it says, or stands beside all.

    Its own uncertainty does not shrink in a mean over channels: wires are calibrated together.
    """
    if entry is None:
        return tuple(budget)
    kept = (part for part in budget if part.name != entry.in_place_of)
    own = Component(f"correction {entry.name}", entry.standard_k, "normal", common=False, averages_out=False)
    return (*kept, own)


def corrected_by(name: str, convert: Mapping[str, Any]) -> dict[str, Any]:
    """The conversion of a column whose wire has a correction."""
    return {"kind": CORRECTED, "by": name, "of": dict(convert)}


def wired_corrections(entries: Sequence[CorrectionEntry], used: Iterable[str | None]) -> dict[str, Any]:
    """What a wiring says of the corrections in use: ``{"corrections": …}``, nothing if there are none."""
    names = set(used)
    tables = {
        entry.name: {
            "points": [list(point) for point in entry.points],
            "held_k": entry.held_k,
            "calibration": None if entry.calibration is None else asdict(entry.calibration),
        }
        for entry in entries
        if entry.name in names
    }
    return {"corrections": tables} if tables else {}


def headed_budget(
    name: str, budget: Sequence[Component], entries: Sequence[CorrectionEntry]
) -> dict[str, Any]:
    """A channel's budget as the head of a record holds it, and beside it that of channels with each correction."""
    corrected = {
        entry.name: {
            "name": f"{name} with {entry.name}",
            "components": [asdict(part) for part in channel_budget(budget, entry)],
        }
        for entry in entries
    }
    plain = {"name": name, "components": [asdict(part) for part in budget]}
    return {**plain, "corrected": corrected} if corrected else plain
