"""The doctor's findings: a table for people, one document for programs, and the exit code that they come to."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rig.bench.description import BenchDescription
from rig.bench.health import Finding, State
from rig.cli.bench.said import print_document
from rig.errors import ExitCode
from rig.upkeep.findings import GLYPHS, code_of, summary

STYLES = {State.NOTE: "yellow", State.WRONG: "bold red", State.CALIBRATION: "red", State.LATCHED: "bold red"}


def print_findings(bench: BenchDescription, findings: Sequence[Finding]) -> None:
    """The table on stdout, and a last line of what it comes to."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("", "part", "what", "found"):
        table.add_column(title, overflow="fold", no_wrap=title in ("part", "what"))
    for finding in findings:
        cells = (GLYPHS[finding.state], finding.part, finding.what, finding.words)
        table.add_row(*(Text(cell) for cell in cells), style=STYLES.get(finding.state))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    console.print(Text(f"{_kind(findings)} · {bench.name} ({bench.file})"))
    console.print(table)
    console.print(Text(summary(findings)))


def print_findings_json(bench: BenchDescription, findings: Sequence[Finding]) -> None:
    """One document on stdout."""
    code = code_of(findings)
    print_document(
        {
            "bench": bench.file,
            "simulated": _is_simulated(findings),
            "healthy": code is ExitCode.PASSED,
            "exit_code": int(code),
            "findings": [
                {
                    "part": finding.part,
                    "what": finding.what,
                    "state": str(finding.state),
                    "words": finding.words,
                    **finding.data,
                }
                for finding in findings
            ],
        }
    )


def _kind(findings: Sequence[Finding]) -> str:
    return "SIMULATED" if _is_simulated(findings) else "INSTRUMENTS"


def _is_simulated(findings: Sequence[Finding]) -> bool:
    return any(finding.data.get("simulated") for finding in findings)
