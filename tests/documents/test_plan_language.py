"""The plans on the page of the plan language: whole ones run and pass, parts of one are sound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.documents import Diagnostics, Severity, parse_document
from rig.plan.check import check_document
from tests.documents import device_table
from tests.documents.code_table import PAGE
from tests.runs import Run, verdicts

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
HEAD = """\
plan: Of the page
purpose: Shows a part of a plan.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
"""


def whole(block: str) -> str:
    """A block as a document: parts of a plan get the head that each plan has."""
    return block if block.startswith(("plan:", "answers:")) else HEAD + block


def test_the_page_begins_with_a_plan() -> None:
    assert BLOCKS[0].startswith("plan: 42 °C cut-off")
    assert len(BLOCKS) > 4


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0])
def test_each_example_is_sound_and_gives_no_warning(block: str, tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    document = parse_document(whole(block).encode(), str(tmp_path / "plan.yaml"), diagnostics)
    assert document is not None
    check_document(document, load_bench(shipped.bench()), diagnostics, {})
    assert [str(found) for found in diagnostics.sorted() if found.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if not block.startswith("answers:")],
    ids=lambda block: block.split("\n")[0],
)
def test_each_example_runs_to_its_end_and_what_it_judges_passes(block: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(whole(block), encoding="utf-8")
    result = run(path)
    assert result.ending.kind == "completed"
    assert set(verdicts(result).values()) <= {"PASS", "REPORTED"}, verdicts(result)


def test_the_table_of_devices_is_the_profiles_own() -> None:
    assert device_table.make_page(TEXT) == TEXT
