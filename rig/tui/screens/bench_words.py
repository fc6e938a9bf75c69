"""The bench in words: heading, parts and protections, for a width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.text import Text

from rig.bench.description import BenchDescription
from rig.bench.health import Finding, State
from rig.tui.models.instruments import UNASKED, PartRow, other_findings, part_rows, protection_lines
from rig.tui.words import cut, hung, short_path
from rig.upkeep.findings import GLYPHS, summary

STYLES = {State.WRONG: "bold", State.LATCHED: "bold reverse", State.CALIBRATION: "bold"}
INDENT = "     "


def trouble(words: str) -> Text:
    """Why there is no bench."""
    return Text(f" ✗ {words}", style="bold")


def title(words: str) -> Text:
    """The head of a section."""
    return Text(f" {words.upper()}\n", style="bold dim")


def heading(bench: BenchDescription, latch: Finding | None, why: str, width: int, *, busy: bool) -> Text:
    """Which bench it is, of what kind, latched or not; then what went wrong, if anything."""
    kind = (
        "SIMULATED in this process"
        if bench.simulation is not None
        else "NOT SIMULATED here: instruments by address"
    )
    slots = f"{len(bench.slots)} slot{'' if len(bench.slots) == 1 else 's'}"
    text = Text(no_wrap=True)
    text.append(f" {bench.name}", "bold")
    text.append(f"  {kind} · {slots} · {short_path(bench.file)}\n")
    if latch is not None and latch.state is State.LATCHED:
        text.append(cut(f" ■ LATCHED  {latch.words} ", width) + "\n", "bold reverse")
    if busy:
        text.append(" … examining: outputs off first, then 1 V for a moment\n", "bold")
    if why:
        text.append(f" ✗ {why}\n", "bold")
    return text


def parts(bench: BenchDescription, findings: Sequence[Finding], today: date, width: int) -> Text:
    """Instruments and devices: who they are, certificate and dates, link."""
    text = title("instruments and devices")
    for row in part_rows(bench, findings, today):
        text.append_text(_part(row, width))
    bad = summary(findings) if findings else "not examined since this screen was opened: press d"
    text.append(cut(f"   {bad}\n", width), "bold" if findings and bad != "healthy" else "dim")
    return text


def details(findings: Sequence[Finding], width: int) -> Text:
    """What else an examination has found; nothing before the first."""
    found = other_findings(findings)
    text = title("found") if found else Text()
    for finding in found:
        line = f" {GLYPHS[finding.state]} {finding.part} {finding.what}: {finding.words}"
        text.append(cut(line, width) + "\n", STYLES.get(finding.state, ""))
    return text


def _part(row: PartRow, width: int) -> Text:
    text = Text(no_wrap=True)
    style = "" if row.state is None else STYLES.get(row.state, "")
    text.append(f" {row.glyph} {row.name:<10}", f"bold {style}".strip())
    text.append(cut(f"{row.model:<16} {row.link}", width - 14) + "\n", style)
    text.append(INDENT + cut(row.identity, width - 6) + "\n", "dim" if row.identity == UNASKED else "")
    if row.calibration:
        text.append(INDENT + cut(f"calibration {row.calibration}", width - 6) + "\n", style)
    if row.trouble:
        text.append(f"{INDENT}{row.trouble}\n", "bold")
    return text


def protections(bench: BenchDescription, findings: Sequence[Finding], today: date, width: int) -> Text:
    """What stands between the heaters and a person, beside the rig's software."""
    text = title("protections")
    for state, words in protection_lines(bench, findings, today):
        text.append(f" {GLYPHS[state]} {hung(words, width - 3, 3)}\n", STYLES.get(state, ""))
    return text
