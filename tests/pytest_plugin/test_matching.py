"""Patterns for plan files, and ids as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.pytest_plugin.matching import as_keyword, is_matched, split_label, typed_argument

ROOT = Path("/lab")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.yaml", "plans/deep/cutoff.yaml", True),
        ("plan_*.yaml", "plans/cutoff.yaml", False),
        ("plans/*.yaml", "plans/cutoff.yaml", True),
        ("plans/*.yaml", "plans/deep/cutoff.yaml", False),
        ("plans/**/*.yaml", "plans/cutoff.yaml", True),
        ("plans/**/*.yaml", "plans/very/deep/cutoff.yaml", True),
        ("plans/**/*.yaml", "elsewhere/cutoff.yaml", False),
        ("plans/cutoff.yaml", "plans/cutoff.yaml", True),
        ("plans/**", "plans/deep/cutoff.yaml", True),
    ],
)
def test_a_pattern_fits(pattern: str, path: str, *, fits: bool) -> None:
    assert is_matched(ROOT / path, ROOT, [pattern]) is fits


def test_a_file_outside_the_root_folder_is_never_matched() -> None:
    assert not is_matched(Path("/other/cutoff.yaml"), ROOT, ["*.yaml"])


@pytest.mark.parametrize(
    ("check", "parts"),
    [
        ("peak_temperature", ("peak_temperature", "")),
        ("peak [drive=1.1 × rated]", ("peak", "drive=1.1×rated")),
        ("peak [drive=1.1*rated, level=high]", ("peak", "drive=1.1×rated,level=high")),
        ("peak [hot]", ("peak [hot]", "")),
    ],
)
def test_a_check_is_taken_apart_into_name_and_pass(check: str, parts: tuple[str, str]) -> None:
    assert split_label(check) == parts


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("plans/a.yaml::drive=1.1 * rated::time to 38", "plans/a.yaml::drive=1.1×rated::time to 38"),
        ("plans/a.yaml::left::drive=7 V", "plans/a.yaml::left::drive=7V"),
        ("plans/a.yaml", "plans/a.yaml"),
        ("test_a.py::test_b[x = 1]", "test_a.py::test_b[x = 1]"),
    ],
)
def test_an_argument_is_what_the_id_has(argument: str, meant: str) -> None:
    assert typed_argument(argument) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("drive=1.1 × rated and not latch", "drive-1.1xrated and not latch"),
        ("drive=7 V or drive=0.5 A", "drive-7V or drive-0.5A"),
        ("repeat=3 and latch", "repeat-3 and latch"),
        ("level=high, drive=7 V", "level-high-drive-7V"),
        ("level=high,drive=7V", "level-high-drive-7V"),
        ("peak or latch", "peak or latch"),
    ],
)
def test_what_is_typed_behind_k_can_be_read(words: str, meant: str) -> None:
    assert as_keyword(words) == meant
