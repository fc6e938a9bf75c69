"""The page of faults: their grammar, and what each row of the fault matrix comes to.

Run ``python -m tests.simulation.fault_table > docs/faults.md`` in the project's folder. It takes some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rig.bench.fault_kinds import KINDS
from rig.cli.verify import verify
from rig.documents.drill import STAGES
from rig.engine.exit_codes import exit_code_of_run
from rig.simulation.drill import Judges, run_drill
from rig.simulation.drill_judge import RowResult
from rig.simulation.host_faults import KINDS as HOST_KINDS
from rig.simulation.host_faults import PREFIX

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
JUDGES = Judges(exit_code_of_run, verify)

_INTRODUCTION = (
    "# Faults, and what a run with one comes to",
    "",
    "Made by `python -m tests.simulation.fault_table > docs/faults.md`; do not edit. Simulated benches take faults",
    "by `--fault`, by the control channel of `rig simulate` and by the fault port, on either clock and over sockets",
    "alike: `target:kind[=value][@reply]`. The target is an instrument or belt by its source, or a probe by its",
    "signal. With `@4` the fault comes with that device's fourth reply, a probe's with its scanner's; without, at",
    "once.",
    "",
    "| kind | of | value | what happens |",
    "| --- | --- | --- | --- |",
)
_MATRIX = (
    "",
    "## The matrix",
    "",
    "`test_plans/drill/faults.yaml`, run on the plan `drill` by `rig bench doctor --drill`. Each cell: how the run",
    "ended, seconds from the fault to off confirmed or to saying that it is **not confirmed**, exit code. A † did not",
    "come out as it should, and is listed below. *start*: before the bench is opened; *at-trip*: a sensor is at its",
    "cut-off; *off*: after a stop, as the outputs go off; *teardown*: after a plan that came to its end, with all off,",
    "while its teardown waits for the skin to cool; the seconds there are those until all was seen off once more.",
    "",
    f"| fault | {' | '.join(STAGES)} |",
    f"| --- |{' --- |' * len(STAGES)}",
)


def kinds() -> Iterator[str]:
    """The rows of the table of kinds."""
    for kind in KINDS.values():
        value = f"{kind.shown}{'' if kind.required else ', optional'}" if kind.value else ""
        yield f"| {kind.name} | {', '.join(kind.of)} | {value} | {kind.about} |"
    for name, about in HOST_KINDS.items():
        yield f"| {PREFIX}{name} | the drill alone |  | {about} |"


def matrix(results: dict[tuple[str, str], RowResult]) -> Iterator[str]:
    """The rows of the matrix, one a fault."""
    for fault in dict.fromkeys(fault for fault, _ in results):
        cells = [_cell(results.get((fault, stage))) for stage in STAGES]
        yield f"| {fault} | {' | '.join(cells)} |"


def _cell(result: RowResult | None) -> str:
    if result is None:
        return ""
    found = result.found
    mark = "†" if result.wrong else ""
    off = "" if found.seconds is None or found.off == "never on" else f" {found.seconds:.1f} s"
    words = " **not confirmed**" if found.off == "not confirmed" else ""
    return f"{found.ending},{words}{off} {found.code}{mark}".replace(",  ", ", ")


def page() -> Iterator[str]:
    """The lines of the page."""
    yield from (*_INTRODUCTION, *kinds(), *_MATRIX)
    results = {(result.row.fault, result.row.stage): result for result in run_drill(JUDGES)}
    yield from matrix(results)
    wrong = [result for result in results.values() if result.wrong]
    if wrong:
        yield from ("", "Not as it should be:", "")
    for result in wrong:
        known = "" if result.row.known is None else f" Known: {result.row.known.text}."
        yield f"- {result.row.name}: {'; '.join(result.wrong).partition(': ')[0]}.{known}"


def main() -> None:
    """Write the page to standard output."""
    for line in page():
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
