from __future__ import annotations

from importlib.resources import files

import pytest

from dut_drivers.errors import DeviceError
from dut_drivers.profile import read_profile, shipped_profile

TEXT = (files("dut_drivers") / "catalogue" / "ir-lumbar-wrap.yaml").read_text("utf-8")


def test_the_shipped_profile_in_base_units() -> None:
    belt = shipped_profile()
    assert (belt.device, belt.units) == ("ir-lumbar-wrap", ("a", "b"))
    assert (belt.rated_volts, belt.rated_watts) == (7.4, 6.0)
    assert belt.levels_degc == {"low": 37.5, "medium": 38.5, "high": 39.5}
    assert (belt.regulation_band_k, belt.sensor_lag_s) == (0.15, 15.0)
    assert (belt.cutoff_degc, belt.cutoff_tolerance_k, belt.rearm_degc) == (40.4, 0.2, 38.0)
    assert belt.second_cutout_degc == 41.6
    assert belt.mismatch == pytest.approx(0.025)
    assert belt.sessions_s == (600.0, 1200.0, 1800.0)
    assert belt.session_tolerance == pytest.approx(0.02)
    assert (belt.host_watchdog_s, belt.limit_volts, belt.limit_amps) == (2.0, 9.0, 1.2)
    assert (belt.baud, belt.telemetry_hz) == (115200, 50.0)
    assert belt.exchange_s == pytest.approx(0.010)


def test_the_exchange_time_is_that_of_the_bytes() -> None:
    # A poll is 15 bytes out and 40 back, ten bits a byte, and the belt's answer takes 4 ms.
    from dut_drivers.frames import encode
    from dut_drivers.messages import POLL_REQUEST, TELEMETRY
    from dut_drivers.simulated.twin import ANSWER_S

    belt = shipped_profile()
    sent = len(encode(1, 3, bytes(POLL_REQUEST.size))) + len(encode(1, 0x83, bytes(TELEMETRY.size)))
    assert sent == 55
    assert sent * 10 / belt.baud + ANSWER_S <= belt.exchange_s <= 1 / belt.telemetry_hz


def test_every_number_says_where_it_comes_from() -> None:
    for line in TEXT.splitlines():
        code, _, comment = line.partition("#")
        if any(letter.isdigit() for letter in code):
            assert comment.strip().startswith(("declared", "computed", "estimate")), line


def test_an_unknown_device_lists_those_there_are() -> None:
    with pytest.raises(DeviceError, match="use one of ir-lumbar-wrap"):
        shipped_profile("heated-cushion")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "threshold: 40.4 degC",
            "threshold: 40.4 K",
            "reading cutoff.threshold.*'40.4 K' is not a temperature",
        ),
        ("voltage: 7.4 V ", "voltage: 7.4 ", "reading rated.voltage.*7.4 is not a voltage; write a number"),
        ("host_watchdog: 2 s", "host: 2 s", "reading host_watchdog.*the key is missing; add it"),
        ("units: [a, b]", "units: a", "reading units.*'a' is not a list"),
        ("device: ir-lumbar-wrap", "device: [", "correct the YAML"),
    ],
)
def test_a_faulty_profile_says_where_and_what(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(DeviceError, match=f"(?s){message}"):
        read_profile(TEXT.replace(old, new), "belt.yaml")
