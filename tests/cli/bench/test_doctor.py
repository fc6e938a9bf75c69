"""``rig bench doctor``: what is healthy, and each thing that is not, with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig import shipped
from rig.safety.latch import Latch, Tripped
from tests.cli.bench.conftest import Call, Served, findings

REFERENCE = shipped.bench().read_text(encoding="utf-8")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    return tmp_path / "bench.yaml"


def test_a_healthy_bench_says_everything_and_ends_with_0(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("doctor", "--json", "--self-test", "--out", str(tmp_path))
    document = json.loads(out)
    found = findings(out)
    assert (code, document["healthy"], document["simulated"], document["exit_code"]) == (0, True, True, 0)
    assert {each["state"] for each in found.values()} == {"ok"}
    assert found["supply", "self-test"]["code"] == 0
    assert found["supply", "protections"]["over_voltage_volts"] == {"output 2": 9.0, "output 3": 9.0}
    assert found["supply", "exchange"]["median_ms"] > 0
    assert found["supply", "calibration"]["days_left"] > 20_000
    assert found["scanner", "probes"]["words"].startswith("13 connected")
    assert "power-on" in found["belt", "identity"]["words"]
    assert found["belt", "poll"]["max_ms"] < 100
    assert 0 < found["main", "off"]["seconds"] < 1
    assert ("supply", "self-test") not in findings(call("doctor", "--json", "--out", str(tmp_path))[1])


def test_people_get_a_table(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("doctor", "--out", str(tmp_path))
    assert code == 0
    assert out.splitlines()[0].startswith("SIMULATED · reference")
    assert "ms from request to confirmed, at 1 V" in out
    assert out.splitlines()[-1] == "healthy"


def test_every_slot_of_four_belts_and_one_of_them(call: Call, tmp_path: Path) -> None:
    words = ("doctor", "--bench", str(shipped.bench("four-belts")), "--json", "--out", str(tmp_path))
    code, out, _ = call(*words)
    assert code == 0
    assert {part for part, what in findings(out) if what == "off"} == {"one", "two", "three", "four"}
    code, out, _ = call(*words, "--slot", "two")
    assert code == 0
    assert {part for part, what in findings(out) if what == "off"} == {"two"}


def test_one_that_does_not_answer_is_named_and_the_others_are_examined(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("doctor", "--fault", "scanner:hang@1", "--json", "--out", str(tmp_path))
    found = findings(out)
    assert code == 3
    assert found["scanner", "identity"]["state"] == "wrong"
    assert found["main", "off"]["state"] == "ok"
    code, out, _ = call("doctor", "--fault", "belt:hang@1", "--json", "--out", str(tmp_path))
    found = findings(out)
    assert (code, found["belt", "identity"]["state"]) == (3, "wrong")
    assert found["main", "off"]["words"] == "not proven: something is wrong with belt"


def test_a_calibration_that_is_missing_or_overdue_ends_with_5(
    call: Call, changed: Path, tmp_path: Path
) -> None:
    without = "    calibration: {certificate: SIM-CAL-0001, date: 2026-06-01, due: 2099-12-31}\n"
    assert without in REFERENCE
    changed.write_text(REFERENCE.replace(without, ""), encoding="utf-8")
    code, out, _ = call("doctor", "--bench", str(changed), "--json", "--out", str(tmp_path))
    assert (code, findings(out)["supply", "calibration"]["state"]) == (5, "calibration")
    overdue = without.replace("date: 2026-06-01, due: 2099-12-31", "date: 2020-06-01, due: 2021-06-01")
    changed.write_text(REFERENCE.replace(without, overdue), encoding="utf-8")
    code, out, _ = call("doctor", "--bench", str(changed), "--out", str(tmp_path))
    assert code == 5
    assert "results are INVALID" in " ".join(out.split())
    assert out.splitlines()[-1] == "not healthy: supply calibration"


def test_corrections_are_shown_with_their_probes_dates_and_range(
    call: Call, changed: Path, tmp_path: Path
) -> None:
    text = shipped.bench("calibrated-wires").read_text(encoding="utf-8")
    changed.write_text(
        text.replace("at: 46.05 degC", "at: 40 degC").replace(
            "SIM-CAL-0018, date: 2026-06-01, due: 2099", "W-18, date: 2020-06-01, due: 2021"
        ),
        encoding="utf-8",
    )
    code, out, _ = call("doctor", "--bench", str(changed), "--json", "--out", str(tmp_path))
    found = findings(out)
    short, overdue = found["main", "correction reel-17"], found["main", "correction reel-18"]
    assert code == 5
    assert (short["state"], short["probes"][0], short["high_degc"]) == ("note", "skin.a1", 43.0)
    assert "does not cover 20 to 45 degC" in short["words"]
    assert (overdue["state"], overdue["probes"][-1]) == ("calibration", "case")
    assert "W-18 was due 2021-12-31" in overdue["words"]


@pytest.mark.real_time
def test_another_model_than_the_file_says_is_wrong(call: Call, served: Served, tmp_path: Path) -> None:
    text = served.file.read_text(encoding="utf-8").replace("E36313A", "E36312A")
    served.file.write_text(text, encoding="utf-8")
    code, out, _ = call("doctor", "--bench", str(served.file), "--json", "--out", str(tmp_path))
    assert code == 3
    assert "E36313A" in findings(out)["supply", "identity"]["words"]


@pytest.mark.real_time
def test_a_served_bench_and_its_latch(call: Call, served: Served, tmp_path: Path) -> None:
    words = ("doctor", "--bench", str(served.file), "--json", "--out", str(tmp_path / "runs"))
    code, out, _ = call(*words)
    assert (code, findings(out)["bench", "latch"]["words"]) == (0, "free")
    assert findings(out)["main", "off"]["seconds"] > 0
    Latch(served.description).trip(Tripped("2026-11-21T10:00:00Z", "/runs/x", "main", "skin.a1 at 45.2"))
    code, out, _ = call(*words)
    found = findings(out)
    assert (code, found["bench", "latch"]["state"]) == (4, "latched")
    assert "rig bench acknowledge" in found["bench", "latch"]["words"]
    assert found["main", "off"]["words"] == "not proven: the bench is latched"


def test_an_interrupted_run_is_noted(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    assert (
        call("jog", "--voltage", "1 V", "--current-limit", "0.5 A", "--for", "2 s", "--out", str(out))[0] == 0
    )
    (file,) = out.glob("*/run.jsonl")
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    code, text, _ = call("doctor", "--json", "--out", str(out))
    found = findings(text)["runs", "interrupted"]
    assert (code, found["state"], found["runs"]) == (0, "note", [file.parent.name])


def test_probes_runs_the_probe_check_as_rig_run_does(call: Call, tmp_path: Path) -> None:
    out = str(tmp_path / "runs")
    code, text, _ = call("doctor", "--probes", "--json", "--out", out, "--seed", "4", "--operator", "Jo Doe")
    (run,) = json.loads(text)["runs"]
    assert (code, run["verdict"]) == (0, "PASS")
    assert run["checks"][0]["name"] == "probe_placement"
    bench = str(shipped.bench("four-belts"))
    code, _, err = call("doctor", "--probes", "--bench", bench, "--out", out)
    assert code == 2
    assert "heater a shares its supply output with b" in err


def test_a_misspelt_option_is_an_error(call: Call) -> None:
    code, _, err = call("doctor", "--slef-test")
    assert code == 2
    assert "--slef-test" in err
