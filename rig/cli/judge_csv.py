"""``rig judge CSV``: what another logger recorded, through the same judgement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rig.errors import ExitCode, InputError

SUFFIX = ".mapping.yaml"


def find_mapping(run: str, mapping: Path | None) -> Path | None:
    """The mapping of a CSV: as given, else the file beside it; None if a run of the rig is meant.

    Raises:
        InputError: it is a file that only a mapping can make sense of, and there is none.
    """
    from rig.record.naming import RUN_FILE

    path = Path(run)
    if mapping is not None:
        return mapping
    if not path.is_file() or path.name == RUN_FILE or path.suffix == ".jsonl":
        return None
    beside = path.with_name(path.stem + SUFFIX)
    if beside.is_file():
        return beside
    words = f"it is no run of the rig, and how to read it is not said; write {beside.name} beside it"
    raise InputError(f"judging {path}: {words}, or give --mapping FILE (docs/judging-csv.md)")


def judge_csv(path: Path, mapping_path: Path, plan: str | None, *, as_json: bool) -> int:
    """Judge a CSV by a plan, print the verdicts, and return the exit code.

    Raises:
        InputError: no plan is given, or mapping, plan or file are wrong.
    """
    from rig.checks.judge import judge
    from rig.checks.verdict import exit_code
    from rig.checks.view import is_simulated
    from rig.cli.judge import print_json, print_judgement
    from rig.engine.declare import declare_lines
    from rig.engine.work import find_plan
    from rig.logger.record import record_lines
    from rig.logger.rows import read_rows
    from rig.plan.judging import load_judging
    from rig.plan.mapping import load_mapping

    if plan is None:
        raise InputError(f"judging {path}: a CSV has no checks of its own; name a plan with --plan FILE")
    mapping = load_mapping(mapping_path)
    program = load_judging(find_plan(plan), mapping)
    rows = read_rows(path, mapping)
    head, *lines = record_lines(path, mapping, rows, dict(program.profile))
    judgement = judge([head, *lines], list(declare_lines(program)))
    simulated = is_simulated(head)
    if as_json:
        duration_s = round(max(rows.t) - min(rows.t), 3)
        print_json(_document(head, judgement, plan, duration_s, simulated=simulated))
    else:
        print_judgement(judgement, simulated=simulated)
        for words in head["logger"]["notes"]:
            click.echo(f"note: {words}")
    return ExitCode(exit_code(judgement.verdict, judgement.ended))


def _document(
    head: dict[str, Any], judgement: Any, plan: str, duration_s: float, *, simulated: bool
) -> dict[str, Any]:
    from rig.cli.results import checks_of

    verdict = str(judgement.verdict)
    (mapping,) = head["documents"]
    return {
        "verdict": verdict,
        "runs": [
            {
                "run": head["logger"]["file"],
                "plan": plan,
                "mapping": mapping["file"],
                "lane": head["lane"],
                "verdict": verdict,
                "simulated": simulated,
                "duration_s": duration_s,
                "hash": head["logger"]["sha256"],
                "mapping_hash": mapping["sha256"],
                "ended": judgement.ended,
                "retried": [],
                "resumed": "",
                "notes": head["logger"]["notes"],
                "checks": checks_of(judgement),
            }
        ],
    }
