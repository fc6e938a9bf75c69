"""The steady state of a run: from when on a named detector found every curve steady, and what it then was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rig.checks.blocks import MINUTE_S, Block, Blocks, cut
from rig.checks.curves import Curve, Window
from rig.checks.detectors import DETECTORS, detector_of
from rig.checks.finding import Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, heating_end
from rig.checks.sharing import switched
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

LEAST_BLOCKS = 3

LEAST_WINDOW = 30.0
"""A window is so many times longer than rows may lie from their instants: a slope then errs by a tenth at most."""

BLOCKS_IN_WINDOW = 10.0
"""A curve that does not cycle is cut so finely where its window is shorter than ten minutes."""


class Criterion(NamedTuple):
    """When a temperature is steady: a named rule; its window and slope in s and K/s, None for those of the rule."""

    detector: str
    over_s: float | None = None
    slope: float | None = None

    @property
    def block_s(self) -> float:
        """The length of a block of a curve that does not cycle."""
        return MINUTE_S if self.over_s is None else min(MINUTE_S, self.over_s / BLOCKS_IN_WINDOW)


def criterion_of(params: Params) -> Criterion:
    """What a check's parameters say.

    Raises:
        UnjudgedError: INVALID, the detector is unknown or has no slope.
    """
    name = str(params["detector"])
    over_s, slope = params.get("steady_over"), params.get("steady_slope")
    criterion = Criterion(
        name, None if over_s is None else float(over_s), None if slope is None else float(slope)
    )
    try:
        detector_of(*criterion)
    except KeyError:
        known = ", ".join(DETECTORS)
        raise UnjudgedError(
            Verdict.INVALID, f"this software knows no detector {name!r}, only {known}"
        ) from None
    except ValueError as error:
        raise UnjudgedError(Verdict.INVALID, str(error)) from None
    return criterion


@dataclass(frozen=True, slots=True)
class Steady:
    """A steady state.

    criterion: what found it. start_s and end_s: the span that is judged, all of which the detector or the time after
    it covers. blocks: of each curve within it, three or more.
    """

    criterion: Criterion
    start_s: float
    end_s: float
    blocks: tuple[Blocks, ...]

    @property
    def detail(self) -> dict[str, object]:
        """What a finding says about it."""
        counts = {each.curve.name: len(each.items) for each in self.blocks}
        by_minutes = self.criterion.block_s == MINUTE_S
        kind = "cycles" if all(each.cycles for each in self.blocks) else "minutes" if by_minutes else "blocks"
        return {"detector": self.criterion.detector, "from_s": self.start_s, "to_s": self.end_s, kind: counts}


def find_steady(view: RunView, found: Sequence[Curve], window: Window, params: Params) -> Steady:
    """The steady state of all curves, by the detector that a check's parameters name.

    It begins where the first stretch that the detector found steady begins, that of the last curve to get
    there, and lasts to the end of heating.

    Raises:
        UnjudgedError: INCONCLUSIVE, it was not reached, or fewer than three blocks belong to it; INVALID, the
        detector is unknown or data lack.
    """
    criterion = criterion_of(params)
    key = ("steady", tuple(curve.name for curve in found), window, criterion)
    if key not in view.memo:
        view.memo[key] = _find(view, found, window, criterion)
    steady: Steady = view.memo[key]
    return steady


def _find(view: RunView, found: Sequence[Curve], window: Window, criterion: Criterion) -> Steady:
    _require_instants(view, found, criterion)
    on = heaters_on(view, window)
    blocks = [cut(view, curve, window, criterion.block_s) for curve in found]
    cut_off = view.happened("belt.cutoff", *window)
    why = "" if cut_off is None else f"; the belt cut off at {cut_off:.1f} s"
    start = max(_steady_from(each, criterion, on.by, why) for each in blocks)
    kept = tuple(Blocks(b.curve, _after(b.items, start), b.cycles) for b in blocks)
    short = [b.curve.name for b in kept if len(b.items) < LEAST_BLOCKS]
    if short:
        words = f"fewer than three whole cycles of {', '.join(short)} were steady, from {start:.1f} s on"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    return Steady(criterion, start, max(b.items[-1].end for b in kept), kept)


def _require_instants(view: RunView, found: Sequence[Curve], criterion: Criterion) -> None:
    """A short window tells no slope where rows were placed within the stamps that they shared."""
    within_s = max(view.placed_within_s(name) for curve in found for name in curve.members)
    least_s = LEAST_WINDOW * within_s
    if criterion.over_s is not None and criterion.over_s < least_s:
        words = (
            f"a steady state over {criterion.over_s:g} s cannot be told of instants known to {within_s:g} s"
        )
        raise UnjudgedError(Verdict.INVALID, f"{words}; write steady_over: {least_s:g} s or more")


def _after(items: tuple[Block, ...], start: float) -> tuple[Block, ...]:
    return tuple(block for block in items if block.start >= start - 1e-6)


def _steady_from(blocks: Blocks, criterion: Criterion, on_s: float, why: str) -> float:
    detect = detector_of(*criterion)
    for size in range(1, len(blocks.items) + 1):
        count = detect(blocks.items[:size], on_s)
        if count:
            return blocks.items[size - count].start
    kind = "cycles" if blocks.cycles else "stretches of equal length, for it did not cycle"
    words = f"{blocks.curve.name} did not become steady by the detector {criterion.detector!r}"
    raise UnjudgedError(Verdict.INCONCLUSIVE, f"{words} within {len(blocks.items)} {kind}{why}")


def steady_finding(view: RunView, window: Window, steady: Steady, finding: Finding) -> Finding:
    """The finding with the steady state's detail, INVALID at best where readings are missing in the heating."""
    members = [name for blocks in steady.blocks for name in blocks.curve.members]
    heat, shares = view.layout.heat_signals, view.layout.shares
    told = [switched(b.curve.heater) for b in steady.blocks if b.curve.heater and shares(b.curve.heater)]
    missing = view.gap([*members, *heat, *told], (heaters_on(view, window).after, heating_end(view, window)))
    return Finding(
        finding.value,
        finding.expanded,
        missing or finding.reason,
        Verdict.INVALID if missing else finding.ceiling,
        detail={**finding.detail, **steady.detail},
    )
