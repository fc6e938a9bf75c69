"""Limits, requirements and device profiles: what is read, and what is refused."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.documents import Diagnostics, parse_document
from rig.documents.device import DeviceProfile, read_device
from rig.documents.limits import LimitsFile, read_limits, read_requirements
from rig.units import Dimension

PROFILE = shipped.device_profile("ir-lumbar-wrap").read_text(encoding="utf-8")


def device(text: str) -> tuple[DeviceProfile | None, list[str]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), "d.yaml", diagnostics)
    assert document is not None
    profile = read_device(document, diagnostics)
    return profile, [found.code for found in diagnostics.sorted()]


def limits(text: str) -> tuple[LimitsFile | None, list[tuple[str, int]]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), "l.yaml", diagnostics)
    assert document is not None
    read = read_limits(document, diagnostics)
    return read, [(found.code, found.line) for found in diagnostics.sorted()]


def test_the_sound_belt_is_that_of_the_reference() -> None:
    """7.4 V, 6 W a unit, levels 37.5, 38.5, 39.5, cut-off 40.4, re-arm 38, second cut-out 41.6 (docs/decisions.md)."""
    profile, found = device(PROFILE)
    assert found == []
    assert profile is not None
    assert (profile.rated_volts, profile.unit_watts, profile.units) == (7.4, 6.0, ("a", "b"))
    assert profile.unit_ohms == pytest.approx(7.4**2 / 6.0)
    assert dict(profile.levels_degc) == {"low": 37.5, "medium": 38.5, "high": 39.5}
    assert (profile.cutoff_degc, profile.rearm_degc, profile.second_cutout_degc) == (40.4, 38.0, 41.6)
    assert (profile.sensor_lag_s, profile.band_k, profile.host_watchdog_s) == (15.0, 0.15, 2.0)
    assert profile.sessions_s == (600.0, 1200.0, 1800.0)
    assert (profile.max_volts, profile.max_amps, profile.mismatch) == (9.0, 1.2, 0.025)


def test_names_of_the_profile_have_dimensions() -> None:
    profile, _ = device(PROFILE)
    assert profile is not None
    names = profile.names()
    assert names["rated"] == (7.4, Dimension.VOLTAGE)
    assert names["cutoff"] == (40.4, Dimension.TEMPERATURE)
    assert names["high"] == (39.5, Dimension.TEMPERATURE)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("voltage: 7.4 V", "voltage: 7.4 W", "device/wrong-dimension"),
        ("threshold: 40.4 degC", "threshold: 40.4 K", "device/wrong-dimension"),
        ("band: 0.15 K", "band: 0.15 degC", "device/wrong-dimension"),
        ("rearm: 38 degC", "rearm: 41 degC", "device/re-arm"),
        ("host_watchdog:", "host_watchdoc:", "device/unknown-key"),
    ],
)
def test_a_mistake_in_a_profile_is_found_once(old: str, new: str, code: str) -> None:
    assert old in PROFILE
    profile, found = device(PROFILE.replace(old, new, 1))
    assert profile is None
    assert found == [code]


def test_a_limit_has_one_value_and_a_source() -> None:
    read, found = limits(
        "limits: x\nitems:\n  a: {at_most: 42 degC, source: s, clause: 1.2, edition: 2020,\n"
        "    confirmed_by: P, confirmed_on: 2026-06-01}\n"
        "  b: {at_least: 5 min, source: s}\n"
    )
    assert found == []
    assert read is not None
    entries = {key.text: entry for key, entry in read.items.items()}
    assert (entries["a"].sense, entries["a"].amount.value) == ("at_most", 42.0)
    assert (entries["b"].sense, entries["b"].amount.value) == ("at_least", 300.0)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{source: s}", "limits/one-value"),
        ("{source: s, at_most: 1 s, at_least: 1 s}", "limits/one-value"),
        ("{at_most: 1 s}", "limits/missing-key"),
        ("{source: s, at_most: 1 s, clause: 201.11}", "limits/edition"),
        ("{source: s, at_most: 1 s, confirmed_by: P}", "limits/confirmation"),
        ("{source: s, at_most: 1 s, confirmed_on: 2026-06-01}", "limits/confirmation"),
        ("{source: s, at_most: 1 s, confirmed_by: P, confirmed_on: 2026-06-31}", "limits/confirmation"),
        ("{source: s, at_most: 1 s, confirmed_by: P, confirmed_on: June 2026}", "limits/confirmation"),
        ("{source: s, at_most: rated}", "limits/bad-quantity"),
        ("{source: s, at_most: 1 s, rule: kind}", "limits/unknown-word"),
    ],
)
def test_a_limit_that_contradicts_itself_is_refused(entry: str, code: str) -> None:
    read, found = limits(f"limits: x\nitems:\n  a: {entry}\n")
    assert read is None
    assert found == [(code, 3)]


def test_no_shipped_limit_claims_to_be_confirmed() -> None:
    for path in (shipped.test_plans() / "limits").glob("*.yaml"):
        read, found = limits(path.read_text(encoding="utf-8"))
        assert found == []
        assert read is not None
        assert all(entry.confirmed_by is None for entry in read.items.values())


def test_requirements_name_metrics_that_exist() -> None:
    from rig.checks.table import METRICS

    for path in (shipped.test_plans() / "requirements").glob("*.yaml"):
        diagnostics = Diagnostics()
        document = parse_document(path.read_bytes(), str(path), diagnostics)
        assert document is not None
        read = read_requirements(document, diagnostics)
        assert read is not None
        assert {metric.text for entry in read.items.values() for metric in entry.shown_by} <= set(METRICS)
