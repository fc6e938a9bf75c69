"""A read that never comes back from its library: the guardian switches off by links of its own, and at once."""

from __future__ import annotations

import signal

import pytest

from rig.cli.verify import verify
from rig.record.reader import read_run
from rig.safety.guardian.record import read_guardian
from tests.engine.apart import Apart
from tests.runs import Plan
from tests.waiting import until

pytestmark = pytest.mark.real_time


def test_a_supply_that_hangs_in_a_run_is_switched_off_by_the_guardian_and_the_record_says_so(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "hang")
    apart.until_hot()
    apart.break_it()
    until(lambda: apart.volts() == 0.0)
    code, result = apart.result()
    assert (code, result.ending.kind) == (3, "lost")
    assert "the library hangs" in result.ending.detail
    reader = read_run(result.folder)
    events = {line["what"]: line for line in reader.lines("event") if line["what"].startswith("guardian.")}
    assert set(events) == {"guardian.asked", "guardian.off"}
    assert events["guardian.asked"]["t"] <= events["guardian.off"]["t"]
    verified = verify(result.folder)
    assert (verified.whole, verified.sealed, verified.verdicts_agree) == (True, True, True)
    log = read_guardian(result.folder)
    assert log is not None
    assert log.first_fault is None
    assert apart.dark()


def test_a_signal_while_a_supply_hangs_ends_dark_and_sealed_and_names_the_worker_that_hangs(
    apart: Apart, short_plan: Plan
) -> None:
    apart.start(short_plan("60 s"), "hang")
    apart.until_hot()
    apart.break_it()
    assert apart.broken_at
    apart.signal(signal.SIGTERM)
    until(lambda: apart.volts() == 0.0)
    code, result = apart.result()
    assert code == 3
    assert result.ending.kind in ("interrupt", "lost"), "whichever is seen first on a busy machine"
    details = {detail.output: detail for detail in result.off.details}
    assert details["belt.level"].confirmed
    assert "hangs in a library" in details["supply.a.output"].what
    assert result.guardian is not None
    assert "confirmed by read-back" in result.guardian
    assert result.hash is not None, "and the record is sealed"
