"""The page about tests in Python: its example is a test that passes, and its diagnostic is the one that is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rig.pytest_plugin.choice import MARKED
from tests.pytest_plugin.conftest import Tried

PAGE = Path(__file__).parents[2] / "docs" / "pytest-fixtures.md"


@pytest.fixture
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_example_passes(tried: Tried, page: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    tried(example).assert_outcomes(passed=1)


def test_the_diagnostic_is_what_a_test_gets(tried: Tried, page: str) -> None:
    call = 'run.step("baseline", supply={"output": "off"}, hold="35 V")'
    result = tried(f"\ndef test_shown(run):\n    {call}\n")
    shown = page.partition("    error[plan/wrong-dimension]")[2].partition("\n\n")[0]
    told = result.stdout.str()
    for line in ("error[plan/wrong-dimension]" + shown).split("\n"):
        words = re.sub(r"--> test_\w+\.py:\d+|^\s*\d+ \|", "", line).strip(" |")
        assert words in told, line


def test_the_marker_is_described(page: str) -> None:
    (written,) = re.findall(r"`@pytest\.mark\.rig\((.*?)\)`:", page)
    assert tuple(re.findall(r"(\w+)=", written)) == MARKED
