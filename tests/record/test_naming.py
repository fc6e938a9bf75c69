from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.record.errors import CannotWriteError
from rig.record.naming import iso_utc, make_run_folder, run_id, slug

ANCHOR = datetime(2026, 11, 21, 10, 31, 7, 250_000, tzinfo=UTC)


def test_a_run_is_named_by_instant_plan_and_device() -> None:
    assert run_id(ANCHOR, "42 °C cut-off", "SIM-0042") == "2026-11-21T10-31-07Z_42-c-cut-off_SIM-0042"


def test_the_instant_is_in_utc() -> None:
    local = ANCHOR.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert run_id(local, "p", "d") == run_id(ANCHOR, "p", "d")
    assert iso_utc(local) == "2026-11-21T10:31:07.250000Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = ANCHOR.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        run_id(naive, "p", "d")
    with pytest.raises(ValueError, match="no time zone"):
        iso_utc(naive)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Stays off", "stays-off"),
        ("Überhitzung, Stufe 3", "uberhitzung-stufe-3"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 48),
    ],
)
def test_slug(name: str, short: str) -> None:
    assert slug(name) == short


def test_names_in_other_scripts_stay_apart() -> None:
    assert slug("保温试验") != slug("отсечка")
    assert re.fullmatch(r"plan-[0-9a-f]{8}", slug("отсечка"))


@given(st.text(), st.text())
def test_any_name_makes_one_folder_of_harmless_characters(plan: str, device: str) -> None:
    name = run_id(ANCHOR, plan, device)
    assert re.fullmatch(r"2026-11-21T10-31-07Z_[a-z0-9-]+_[A-Za-z0-9-]+", name)
    assert len(name) <= 20 + 2 + 2 * 48


def test_folders_of_one_second_are_told_apart(tmp_path: Path) -> None:
    names = [make_run_folder(tmp_path / "runs", ANCHOR, "heat up", "DUT0042").name for _ in range(3)]
    base = "2026-11-21T10-31-07Z_heat-up_DUT0042"
    assert names == [base, f"{base}-2", f"{base}-3"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(CannotWriteError, match="choose another folder with --out"):
        make_run_folder(tmp_path / "runs", ANCHOR, "heat up", "DUT0042")
