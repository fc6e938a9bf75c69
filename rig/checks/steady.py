"""The steady state of a run: from when on a named detector found every curve steady, and what it then was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rig.checks.blocks import Block, Blocks, cut
from rig.checks.curves import Curve, Window
from rig.checks.detectors import DETECTORS
from rig.checks.finding import Finding, UnjudgedError
from rig.checks.heating import heaters_on, heating_end
from rig.checks.sharing import switched
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

LEAST_BLOCKS = 3


@dataclass(frozen=True, slots=True)
class Steady:
    """A steady state.

    detector: its name. start_s and end_s: the span that is judged, all of which the detector or the time after
    it covers. blocks: of each curve within it, three or more.
    """

    detector: str
    start_s: float
    end_s: float
    blocks: tuple[Blocks, ...]

    @property
    def detail(self) -> dict[str, object]:
        """What a finding says about it."""
        counts = {each.curve.name: len(each.items) for each in self.blocks}
        kind = "cycles" if all(each.cycles for each in self.blocks) else "minutes"
        return {"detector": self.detector, "from_s": self.start_s, "to_s": self.end_s, kind: counts}


def find_steady(view: RunView, found: Sequence[Curve], window: Window, detector: str) -> Steady:
    """The steady state of all curves.

    It begins where the first stretch that the detector found steady begins, that of the last curve to get
    there, and lasts to the end of heating.

    Raises:
        UnjudgedError: INCONCLUSIVE, it was not reached, or fewer than three blocks belong to it; INVALID, the
        detector is unknown or data lack.
    """
    if detector not in DETECTORS:
        known = ", ".join(DETECTORS)
        raise UnjudgedError(Verdict.INVALID, f"this software knows no detector {detector!r}, only {known}")
    key = ("steady", tuple(curve.name for curve in found), window, detector)
    if key not in view.memo:
        view.memo[key] = _find(view, found, window, detector)
    steady: Steady = view.memo[key]
    return steady


def _find(view: RunView, found: Sequence[Curve], window: Window, detector: str) -> Steady:
    on = heaters_on(view, window)
    blocks = [cut(view, curve, window) for curve in found]
    cut_off = view.happened("belt.cutoff", *window)
    why = "" if cut_off is None else f"; the belt cut off at {cut_off:.1f} s"
    start = max(_steady_from(each, detector, on.by, why) for each in blocks)
    kept = tuple(Blocks(b.curve, _after(b.items, start), b.cycles) for b in blocks)
    short = [b.curve.name for b in kept if len(b.items) < LEAST_BLOCKS]
    if short:
        words = f"fewer than three whole cycles of {', '.join(short)} were steady, from {start:.1f} s on"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    return Steady(detector, start, max(b.items[-1].end for b in kept), kept)


def _after(items: tuple[Block, ...], start: float) -> tuple[Block, ...]:
    return tuple(block for block in items if block.start >= start - 1e-6)


def _steady_from(blocks: Blocks, detector: str, on_s: float, why: str) -> float:
    detect = DETECTORS[detector]
    for size in range(1, len(blocks.items) + 1):
        count = detect(blocks.items[:size], on_s)
        if count:
            return blocks.items[size - count].start
    kind = "cycles" if blocks.cycles else "minutes, for it did not cycle"
    words = f"{blocks.curve.name} did not become steady by the detector {detector!r}"
    raise UnjudgedError(Verdict.INCONCLUSIVE, f"{words} within {len(blocks.items)} {kind}{why}")


def steady_finding(view: RunView, window: Window, steady: Steady, finding: Finding) -> Finding:
    """The finding with the steady state's detail, INVALID at best where readings are missing in the heating."""
    members = [name for blocks in steady.blocks for name in blocks.curve.members]
    heat, shares = [f"supply.{heater}.current" for heater in view.layout.heaters], view.layout.shares
    told = [switched(b.curve.heater) for b in steady.blocks if b.curve.heater and shares(b.curve.heater)]
    missing = view.gap([*members, *heat, *told], (heaters_on(view, window).after, heating_end(view, window)))
    return Finding(
        finding.value,
        finding.expanded,
        missing or finding.reason,
        Verdict.INVALID if missing else finding.ceiling,
        detail={**finding.detail, **steady.detail},
    )
