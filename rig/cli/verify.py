"""``rig verify``: is a run whole and unaltered, and do its verdicts recompute?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from rig.cli.options import json_option, out_option
from rig.errors import ExitCode

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""A file's hash is of its bytes; its text is recorded without this mark."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of one run; torn means that it only stops in the middle of its last line."""

    whole: bool
    sealed: bool
    torn: bool
    verdicts_agree: bool
    first_fault: dict[str, Any] | None
    hash: str
    ledger: str
    differences: list[str]
    guardian: str | None = None
    """How the guardian's newest record beside the run ended, None if it never acted there."""
    in_progress: bool = False
    """Whether a living process still writes it."""
    resumed: str = ""
    """That the run was interrupted and went on, in words; '' if it was not."""

    @property
    def exit_code(self) -> ExitCode:
        """1 for an altered run, 5 for one that is interrupted or still written, 0 for a sound one."""
        untouched = self.ledger in ("agrees", "absent")
        if not self.sealed and (self.whole or self.torn) and untouched:
            return ExitCode.INCONCLUSIVE
        sound = self.whole and self.verdicts_agree and untouched
        return ExitCode.PASSED if sound else ExitCode.FAILED


@click.command()
@click.argument("run", metavar="RUN")
@out_option
@json_option
def command(run: str, out: Path, as_json: bool) -> int:
    """Follow RUN's chain of hashes, compare its end with the ledger, and judge it again.

    Ends with 0 if all agree, 1 if the run was altered or judges differently, 5 if it was interrupted or is in progress.
    """
    from rig.index import find_run

    found = verify(find_run(out, run))
    if as_json:
        import orjson

        document = {name: getattr(found, name) for name in Verification.__slots__}
        sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(found)
    return found.exit_code


def verify(path: Path) -> Verification:
    """Verify a run's folder or file.

    Raises:
        RecordError: it cannot be read at all.
    """
    from rig.checks.compare import differences
    from rig.checks.judge import judge
    from rig.errors import RecordError
    from rig.platform import is_locked
    from rig.record.errors import DamagedRecordError
    from rig.record.ledger import Ledger
    from rig.record.reader import find_run_file, read_run

    file = find_run_file(path)
    if file.stat().st_size == 0:
        nothing = {"line": 0, "what": "nothing was written: the disk failed before the head"}
        return Verification(False, False, True, False, nothing, "", "absent", [])
    try:
        reader = read_run(path)
    except DamagedRecordError as error:
        return Verification(False, False, False, False, {"line": 0, "what": str(error)}, "", "absent", [])
    integrity = reader.check()
    resumed = ""
    try:
        judgement = judge(reader.lines())
        found = differences(reader.lines("verdict", "summary"), judgement)
        resumed = judgement.resumed
    except RecordError as error:
        found = [str(error)]
    runs = file.resolve().parent.parent
    ledger = Ledger(runs).compare(reader.head["run"], integrity.last_hash)
    fault = integrity.first_fault
    found += _altered_documents(reader.head)
    guardian, altered = _guardian(find_run_file(path).parent)
    found += altered
    return Verification(
        whole=integrity.whole,
        sealed=integrity.sealed,
        torn=integrity.torn,
        verdicts_agree=not found,
        first_fault=None if fault is None else {"line": fault.line, "what": fault.what},
        hash=integrity.last_hash,
        ledger=str(ledger.finding) if ledger.ledger_fault is None else f"damaged: {ledger.ledger_fault.what}",
        differences=found,
        guardian=guardian,
        in_progress=not integrity.sealed and is_locked(file),
        resumed=resumed,
    )


def _guardian(folder: Path) -> tuple[str | None, list[str]]:
    """What the guardian's newest record beside the run says, and what is wrong with its records."""
    from rig.safety.guardian.record import guardian_files, read_guardian

    ending, wrong = None, []
    for name in guardian_files(folder):
        log = read_guardian(folder, name)
        if log is None:
            continue
        ending = log.ending or "no attempt had ended"
        if log.first_fault is not None:
            wrong.append(f"{name}, line {log.first_fault.line}: {log.first_fault.what}")
    return ending, wrong


def _altered_documents(head: dict[str, Any]) -> list[str]:
    """Documents in the head whose text does not have the hash that stands beside it."""
    from hashlib import sha256

    return [
        f"the text of {item['file']} does not have the hash that the head gives it"
        for item in head["documents"]
        if item["sha256"]
        not in (sha256(mark + item["text"].encode()).hexdigest() for mark in (b"", BYTE_ORDER_MARK))
    ]


def _print(found: Verification) -> None:
    fault = found.first_fault
    unsealed = "is in progress" if found.in_progress else "was interrupted"
    lines = {
        "whole": "yes" if found.whole else f"NO, line {fault['line']}: {fault['what']}" if fault else "NO",
        "sealed": "yes" if found.sealed else f"NO: the run {unsealed}",
        "ledger": found.ledger,
        "verdicts": "agree" if found.verdicts_agree else "; ".join(found.differences),
        "hash": found.hash,
    }
    if found.resumed:
        lines["resumed"] = found.resumed.removeprefix("resumed ")
    if found.guardian is not None:
        lines["guardian"] = f"{found.guardian}: it switched off, see guardian.jsonl beside the run file"
    for name, words in lines.items():
        click.echo(f"{name:<9} {words}")
    if found.ledger == "absent":
        click.echo(
            "an unkeyed chain alone can be made again: compare the hash with a report or another ledger"
        )
