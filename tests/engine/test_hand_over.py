"""What nobody saw off is handed over, then the record is sealed, and only then is anything waited for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.record.reader import read_run
from rig.safety.guardian.record import read_guardian
from rig.safety.latch import Latch
from tests.engine.apart import Apart, apart_on
from tests.runs import Plan, await_guardians
from tests.waiting import until

pytestmark = pytest.mark.real_time

SECOND = """
  other:
    driver: keysight-e36300
    model: E36313A
    resource: TCPIP0::192.0.2.12::5025::SOCKET
    calibration: {certificate: SIM-CAL-0003, date: 2026-06-01, due: 2099-12-31}
  scanner:"""


@pytest.fixture
def two_supplies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """The reference bench whose units hang on a supply each."""
    text = shipped.bench().read_text(encoding="utf-8")
    file = tmp_path / "bench.yaml"
    file.write_text(text.replace("\n  scanner:", SECOND, 1).replace("supply/3", "other/3"), encoding="utf-8")
    with apart_on(load_bench(file), tmp_path, monkeypatch) as found:
        yield found


def test_an_engine_with_two_workers_that_hang_seals_its_record_and_is_not_ended(
    two_supplies: Apart, short_plan: Plan
) -> None:
    apart = two_supplies
    apart.start(short_plan("60 s"), "hang")
    apart.until_hot()
    apart.break_it()
    until(lambda: apart.volts() == 0.0)
    code, result = apart.result()
    assert (code, result.ending.kind, result.off.confirmed) == (3, "lost", False)
    assert (result.trouble, result.hash is not None) == (None, True)
    assert read_run(result.folder).integrity.sealed
    await_guardians()
    log = read_guardian(result.folder)
    assert log is not None
    assert (log.ending, log.first_fault) == ("confirmed", None)
    assert "killed" not in {line["k"] for line in log.lines}
    assert apart.dark()


def test_one_event_is_one_entry_of_the_latch_which_holds_what_both_processes_say(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "hang")
    apart.until_hot()
    apart.break_it()
    _, result = apart.result()
    await_guardians()
    (trip,) = Latch(apart.bench).tripped
    assert (trip.run, trip.lane) == (str(result.folder.resolve()), "main")
    assert "NOT CONFIRMED off after lost" in trip.why
    assert "the guardian switched off: handed over" in trip.why
    Latch(apart.bench).acknowledge("2026-11-21T12:00:00Z", "Ada")
    Latch(apart.bench).require_free()


@pytest.mark.slow
def test_the_record_is_sealed_before_the_guardians_answer_is_waited_for(
    apart: Apart, short_plan: Plan
) -> None:
    """The belt hangs up too, so that the guardian cannot confirm; it ends an engine that lives on for 10 s."""
    apart.start(short_plan("60 s"), "hang")
    apart.until_hot()
    apart.inject("belt:hang")
    apart.break_it()
    sealed = until(lambda: _sealed(apart))
    assert sealed
    os.kill(apart.pid, 0)
    code, _ = apart.ends()
    assert code == 3
    apart.inject("belt:mend")
    log = until(lambda: (found := read_guardian(apart.folder)) and found.ending == "confirmed" and found)
    assert log.first_fault is None


def _sealed(apart: Apart) -> bool:
    return read_run(apart.folder).integrity.sealed
