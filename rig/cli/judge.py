"""``rig judge``: verdicts again, from a run file alone; another plan brings other limits. Or those of a CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from rig.cli.options import json_option, out_option
from rig.errors import ExitCode


@click.command()
@click.argument("run", metavar="RUN|CSV")
@click.option(
    "--plan", "plan", help="Judge by the checks and limits of this plan; the run's own if not given."
)
@click.option(
    "--mapping",
    "mapping",
    type=click.Path(path_type=Path),
    help="How a CSV of another logger is read; NAME.mapping.yaml beside NAME.csv if not given.",
)
@out_option
@json_option
def command(run: str, plan: str | None, mapping: Path | None, out: Path, as_json: bool) -> int:
    """Judge RUN, a run's folder or file, or CSV, a file of any logger. Nothing is written."""
    from rig.cli.judge_csv import find_mapping, judge_csv

    found = find_mapping(run, mapping)
    if found is not None:
        return judge_csv(Path(run), found, plan, as_json=as_json)
    from rig.checks.judge import judge
    from rig.checks.verdict import exit_code
    from rig.checks.view import is_simulated
    from rig.index import find_run
    from rig.record.reader import read_run

    reader = read_run(find_run(out, run))
    declares = None if plan is None else _declares(plan, reader.head)
    judgement = judge(reader.lines(), declares)
    fault = reader.integrity.first_fault
    if as_json:
        print_json(_document(reader, judgement, plan))
    else:
        print_judgement(judgement, simulated=is_simulated(reader.head))
    if fault is not None:
        click.echo(f"DAMAGED: judged up to line {fault.line} only: {fault.what}; see `rig verify`", err=True)
        return ExitCode.INCONCLUSIVE
    return ExitCode(exit_code(judgement.verdict, judgement.ended))


def print_json(document: dict[str, Any]) -> None:
    """Write one JSON document to stdout."""
    import orjson

    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


def print_judgement(judgement: Any, *, simulated: bool) -> None:
    """Print the checks and the verdict for people."""
    from rig.checks.wording import marked
    from rig.cli.table import print_checks

    print_checks(judgement)
    click.echo(f"\n{marked(str(judgement.verdict))}{'  (SIMULATED)' if simulated else ''}")


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
                "resumed": judgement.resumed,
                "checks": checks_of(judgement),
            }
        ],
    }
