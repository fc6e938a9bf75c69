"""``rig run --serial``: the device whose label was read, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.cli import guarded
from rig.errors import InputError
from rig.index import list_runs
from rig.order import read_serials
from rig.record.reader import read_run

PLAN = "test_plans/session/host-watchdog.yaml"


def serial_of_the_twin(tmp_path: Path) -> str:
    assert guarded(["run", PLAN, "--out", str(tmp_path / "first")]) == 0
    return list_runs(tmp_path / "first")[0].serial


def test_the_label_of_the_device_is_in_the_record_and_another_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serial = serial_of_the_twin(tmp_path)
    words = ["run", PLAN, "--operator", "Jo Doe", "--out", str(tmp_path)]
    assert guarded([*words, "--serial", serial]) == 0
    (entry,) = list_runs(tmp_path)
    (said,) = (line for line in read_run(entry.folder).lines("operator") if line["data"])
    assert (said["who"], said["data"]) == ("Jo Doe", {"serial": serial})
    capsys.readouterr()
    assert guarded([*words, "--serial", "main=4711"]) == 3
    out, err = capsys.readouterr()
    assert f"reports serial number {serial}, its label was read as 4711" in out + err


def test_a_number_for_a_slot_that_is_not_run_on_is_wrong_input(tmp_path: Path) -> None:
    assert guarded(["run", PLAN, "--out", str(tmp_path), "--serial", "other=4711"]) == 2
    assert list_runs(tmp_path) == []


def test_each_slot_has_one_number() -> None:
    assert read_serials(["4711"]) == {"": "4711"}
    assert read_serials(["one=4711", "two= 4712 "]) == {"one": "4711", "two": "4712"}
    for words in (["one="], ["4711", "4712"], [" "]):
        with pytest.raises(InputError, match="one for each slot"):
            read_serials(words)
