"""What a run came to in words for people: verdict, ending, off, and where its record is."""

from __future__ import annotations

from collections.abc import Iterator

from rig.checks.wording import marked
from rig.engine.run import RunResult


def outcome_lines(result: RunResult) -> Iterator[str]:
    """What the run came to, how it ended, and where its record is."""
    verdict = "not judged" if result.judgement is None else marked(str(result.judgement.verdict))
    mark = "  (SIMULATED)" if result.simulated else ""
    yield f"\n{verdict}{mark}"
    if result.ending.kind != "completed":
        yield f"ended by {result.ending.kind}: {result.ending.detail}"
    off = "confirmed by read-back" if result.off.confirmed else "NOT CONFIRMED — look at the bench now"
    yield f"outputs off, {off}"
    if not result.off.confirmed:
        for detail in result.off.details:
            if not detail.confirmed:
                yield f"  {detail.output} of {detail.resource}: {detail.what}"
    if result.guardian is not None:
        yield result.guardian
    if result.trouble is not None:
        yield f"RECORD NOT SEALED: {result.trouble}"
    ratio = result.duration_s / result.wall_s if result.wall_s else 0.0
    yield f"{result.duration_s:.1f} s of bench time in {result.wall_s:.2f} s ({ratio:.0f} × real time)"
    yield f"run file: {result.folder}/run.jsonl"
