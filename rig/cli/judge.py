"""``rig judge``: the verdicts again, from a run file alone; another plan brings other limits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from rig.cli.options import json_option, out_option
from rig.errors import ExitCode


@click.command()
@click.argument("run", metavar="RUN")
@click.option(
    "--plan", "plan", help="Judge by the checks and limits of this plan; the run's own if not given."
)
@out_option
@json_option
def command(run: str, plan: str | None, out: Path, as_json: bool) -> int:
    """Judge RUN, a run's folder or file. Nothing is written."""
    from rig.checks.judge import judge
    from rig.checks.verdict import exit_code
    from rig.checks.view import is_simulated
    from rig.checks.wording import marked
    from rig.cli.table import print_checks
    from rig.index import find_run
    from rig.record.reader import read_run

    reader = read_run(find_run(out, run))
    declares = None if plan is None else _declares(plan, reader.head)
    judgement = judge(reader.lines(), declares)
    fault = reader.integrity.first_fault
    if as_json:
        import orjson

        document = _document(reader, judgement, plan)
        sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print_checks(judgement)
        mark = "  (SIMULATED)" if is_simulated(reader.head) else ""
        click.echo(f"\n{marked(str(judgement.verdict))}{mark}")
    if fault is not None:
        click.echo(f"DAMAGED: judged up to line {fault.line} only: {fault.what}; see `rig verify`", err=True)
        return ExitCode.INCONCLUSIVE
    return ExitCode(exit_code(judgement.verdict, judgement.ended))


def _declares(plan: str, head: dict[str, Any]) -> list[dict[str, Any]]:
    """What another plan declares, linked against the bench that stands in the run's head."""
    from rig.bench.loading import describe_bench
    from rig.documents import Diagnostics, parse_document
    from rig.engine.declare import declare_lines
    from rig.engine.work import find_plan
    from rig.errors import RecordError
    from rig.plan.loading import load_program

    file = next((item for item in head["documents"] if item["role"] == "bench"), None)
    if file is None:
        raise RecordError(f"judging {head['run']} by {plan}: the record holds no bench file; it is damaged")
    diagnostics = Diagnostics()
    document = parse_document(file["text"].encode(), file["file"], diagnostics)
    bench = None if document is None else describe_bench(document, diagnostics)
    diagnostics.raise_if_errors()
    if bench is None:
        raise RecordError(f"judging {head['run']} by {plan}: the record's own bench file cannot be read")
    return list(declare_lines(load_program(find_plan(plan), bench, {}, head["lane"])))


def _document(reader: Any, judgement: Any, plan: str | None) -> dict[str, Any]:
    from rig.checks.view import is_simulated
    from rig.cli.results import checks_of

    head, integrity = reader.head, reader.integrity
    fault = integrity.first_fault
    last = max((line["t"] for line in reader.lines("scan", "off", "outcome")), default=0.0)
    first = next((line["t"] for line in reader.lines("scan")), last)
    verdict = str(judgement.verdict)
    return {
        "verdict": verdict,
        "runs": [
            {
                "run": str(reader.path.parent),
                "plan": plan
                or next((item["file"] for item in head["documents"] if item["role"] == "plan"), None),
                "lane": head["lane"],
                "verdict": verdict,
                "simulated": is_simulated(head),
                "duration_s": round(last - first, 3),
                "hash": integrity.last_hash,
                "first_fault": None if fault is None else {"line": fault.line, "what": fault.what},
                "ended": judgement.ended,
                "retried": judgement.retried,
                "checks": checks_of(judgement),
            }
        ],
    }
