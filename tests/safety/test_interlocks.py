"""Each kind of interlock trips at the reading at which it must, and not on a cold bench or one at rest."""

from __future__ import annotations

from collections.abc import Callable
from math import cos

import pytest

from rig.plan.program import Interlock, InterlockKind, Place
from rig.safety.interlocks import InterlockSet, Trip
from rig.signals.derive import Derivation

PLACE = Place("plan.yaml", 1, 1)
PROBES = ("skin.a1", "skin.a2", "skin.a3")
Temperatures = Callable[[float], tuple[float | str, float | str, float | str]]


def wiring() -> dict[str, object]:
    def column(signal: str, dimension: str, **more: str) -> dict[str, object]:
        return {"signal": signal, "dimension": dimension, "convert": {"kind": "value"}, **more}

    skins = [column(name, "temperature", heater="a", place="skin", site="x") for name in PROBES]
    supply = [column(f"supply.a.{what}", what, heater="a") for what in ("voltage", "current")]
    return {
        "sources": {
            "scanner": {"period_s": 1.0, "columns": skins},
            "supply": {"period_s": 1.0, "columns": supply},
        },
        "heaters": {"a": {"lead_ohms": 0.2, "remote_sense": True}},
    }


def watch(
    kind: InterlockKind,
    temperatures: Temperatures,
    *,
    seconds: int = 600,
    amps: Callable[[float], float] = lambda _t: 0.0,
    signals: tuple[str, ...] = PROBES,
    limit: float = 0.0,
    readings: int = 1,
    window_s: float = 0.0,
    heater: str | None = None,
) -> tuple[float, Trip] | None:
    """The instant and the trip of one interlock on a bench that reads once a second."""
    derivation = Derivation(wiring())
    rule = Interlock("rule", kind, signals, limit, PLACE, readings, window_s, heater)
    interlocks = InterlockSet([rule], derivation)
    for second in range(seconds):
        now = float(second)
        derivation.take("supply", now, [8.14 if amps(now) else 0.0, amps(now)])
        interlocks.take("supply")
        derivation.take("scanner", now, list(temperatures(now)))
        interlocks.take("scanner")
        trip = interlocks.evaluate(now)
        if trip is not None:
            return now, trip
    return None


def level(value: float) -> Temperatures:
    return lambda _t: (value, value + 0.1, value - 0.1)


def heating(_t: float) -> float:
    return 0.9


def test_above_trips_at_the_second_reading_and_names_the_probe() -> None:
    def one_hot(t: float) -> tuple[float, float, float]:
        return (45.5 if t in (3, 7, 8) else 40.0, 40.0, 40.0)

    found = watch(InterlockKind.ABOVE, one_hot, limit=45.0, readings=2)
    assert found is not None
    assert (found[0], found[1].signal, found[1].value) == (8.0, "skin.a1", 45.5)


def test_a_missing_reading_does_not_clear_the_count_of_an_interlock() -> None:
    readings: dict[int, float | str] = {3: 45.5, 4: "+9.90000000E+37", 5: 45.5}

    def gap(t: float) -> tuple[float | str, float, float]:
        return (readings.get(int(t), 40.0), 40.0, 40.0)

    found = watch(InterlockKind.ABOVE, gap, limit=45.0, readings=2)
    assert found is not None
    assert found[0] == 5.0


def test_rising_trips_only_above_its_slope() -> None:
    def ramp(k_per_min: float) -> Temperatures:
        return lambda t: (30.0 + k_per_min / 60.0 * t, 30.0, 30.0)

    assert watch(InterlockKind.RISING, ramp(5.9), limit=0.1, window_s=30.0, seconds=120) is None
    assert watch(InterlockKind.RISING, ramp(6.1), limit=0.1, window_s=30.0, seconds=120) is not None


def test_over_current_trips_at_the_first_reading() -> None:
    found = watch(
        InterlockKind.ABOVE,
        level(33.0),
        amps=lambda t: 1.15 if t >= 5 else 0.9,
        signals=("supply.a.current",),
        limit=1.1,
    )
    assert found is not None
    assert found[0] == 5.0


def test_open_probe_trips_after_two_readings_without_a_number() -> None:
    found = watch(
        InterlockKind.OPEN, lambda t: ("+9.90000000E+37" if t >= 9 else 33.0, 33.0, 33.0), limit=5.0
    )
    assert found is not None
    assert (found[0], found[1].value) == (10.0, None)


def test_a_step_that_no_body_can_make_is_an_open_probe() -> None:
    found = watch(InterlockKind.OPEN, lambda t: (24.0 if t >= 9 else 38.0, 38.0, 38.0), limit=5.0)
    assert found is not None
    assert found[0] == 9.0


def test_frozen_is_armed_by_the_heater_and_its_own_time() -> None:
    cold = watch(InterlockKind.FROZEN, level(33.0), limit=60.0, heater="a")
    assert cold is None
    hot = watch(
        InterlockKind.FROZEN, level(33.0), amps=lambda t: 0.9 if t >= 100 else 0.0, limit=60.0, heater="a"
    )
    assert hot is not None
    assert hot[0] == 160.0


def test_spread_needs_its_time() -> None:
    found = watch(
        InterlockKind.SPREAD,
        lambda t: (38.0, 38.0, 31.0 if t >= 20 else 38.0),
        limit=6.0,
        window_s=10.0,
        heater="a",
    )
    assert found is not None
    assert found[0] == 30.0


def detached(
    temperatures: Temperatures, amps: Callable[[float], float], seconds: int = 1800
) -> tuple[float, Trip] | None:
    return watch(
        InterlockKind.DETACHED,
        temperatures,
        amps=amps,
        limit=0.5,
        window_s=120.0,
        heater="a",
        seconds=seconds,
    )


def test_a_cold_bench_is_not_detached() -> None:
    assert detached(level(33.0), amps=lambda _t: 0.0) is None


def test_a_heater_that_its_probes_do_not_feel_is_detached_after_its_window() -> None:
    found = detached(level(33.0), amps=lambda t: 0.9 if t >= 60 else 0.0)
    assert found is not None
    assert 180.0 <= found[0] <= 182.0


def test_a_belt_at_rest_at_its_level_is_not_detached() -> None:
    def curve(t: float) -> tuple[float, float, float]:
        return (min(39.5, 33.0 + t * 0.01),) * 3

    assert detached(curve, amps=heating) is None


def test_a_weak_heater_that_its_probes_feel_slowly_is_not_detached() -> None:
    def curve(t: float) -> tuple[float, float, float]:
        return (33.0 + 3.0 * (1.0 - 2.0 ** (-t / 200.0)),) * 3

    assert detached(curve, amps=heating) is None


def test_a_belt_that_is_switched_on_again_hot_is_not_detached() -> None:
    def curve(t: float) -> tuple[float, float, float]:
        return (33.0 if t < 60 else min(39.0, 33.0 + (t - 60) * 0.02),) * 3

    assert detached(curve, amps=lambda t: 0.0 if t < 60 or 800 < t < 1000 else 0.9) is None


def test_a_belt_that_comes_off_when_hot_is_detached_once_it_has_cooled() -> None:
    def curve(t: float) -> tuple[float, float, float]:
        return (min(39.5, 33.0 + t * 0.02) if t < 900 else max(33.0, 39.5 - (t - 900) * 0.03),) * 3

    found = detached(curve, amps=heating)
    assert found is not None
    assert 1095 <= found[0] <= 1105


def test_a_silent_source_is_stale_on_every_plan() -> None:
    derivation = Derivation(wiring())
    interlocks = InterlockSet([], derivation)
    derivation.take("scanner", 0.0, [33.0, 33.0, 33.0])
    interlocks.take("scanner")
    assert interlocks.evaluate(3.0) is None
    trip = interlocks.evaluate(3.1)
    assert trip is not None
    assert (trip.interlock, trip.signal, trip.value, trip.limit) == ("stale: scanner", "scanner", 3.1, 3.0)


def test_a_plan_can_tighten_staleness_and_not_loosen_it() -> None:
    derivation = Derivation(wiring())
    loose = Interlock("loose", InterlockKind.STALE, PROBES, 60.0, PLACE)
    interlocks = InterlockSet([loose], derivation)
    derivation.take("scanner", 0.0, [33.0, 33.0, 33.0])
    interlocks.take("scanner")
    assert interlocks.evaluate(3.1) is not None


def test_a_probe_that_reads_nothing_is_stale_though_its_scanner_answers() -> None:
    readings: dict[int, float | str] = dict.fromkeys(range(10, 600), "+9.90000000E+37")

    def dead(t: float) -> tuple[float | str, float, float]:
        return (readings.get(int(t), 38.0), 38.0, 38.0)

    found = watch(InterlockKind.ABOVE, dead, limit=45.0, readings=2)
    assert found is not None
    assert (found[0], found[1].signal) == (13.0, "skin.a1")


def test_a_probe_that_never_read_anything_is_stale() -> None:
    found = watch(InterlockKind.ABOVE, lambda _t: ("+9.90000000E+37", 38.0, 38.0), limit=45.0)
    assert found is not None
    assert (found[0], found[1].signal) == (4.0, "skin.a1")


def test_the_first_trip_is_kept() -> None:
    found = watch(InterlockKind.ABOVE, level(46.0), limit=45.0)
    assert found is not None
    assert found[1].signal == "skin.a1"


def shared_wiring() -> dict[str, object]:
    """Heaters a and b on one output; its current stands in the column of each."""

    def column(signal: str, dimension: str, kind: dict[str, object], **more: str) -> dict[str, object]:
        return {"signal": signal, "dimension": dimension, "convert": kind, **more}

    plain: dict[str, object] = {"kind": "value"}
    skins = [
        column(f"skin.{h}{n}", "temperature", plain, heater=h, place="skin", site="x")
        for h in "ab"
        for n in (1, 2)
    ]
    supply = [
        column(
            f"supply.{h}.{what}", what, {"kind": "share", "of": 2} if what == "current" else plain, heater=h
        )
        for what in ("voltage", "current")
        for h in "ab"
    ]
    return {
        "sources": {
            "scanner": {"period_s": 1.0, "columns": skins},
            "supply": {"period_s": 1.0, "columns": supply},
        },
        "heaters": {h: {"lead_ohms": 0.2, "remote_sense": True, "shares_with": [o]} for h, o in ("ab", "ba")},
    }


def watch_shared(
    rules: list[Interlock],
    degc: Callable[[float], tuple[float, float]],
    on: Callable[[float], int],
    seconds: int = 1800,
) -> tuple[float, Trip] | None:
    """The first trip with so many of two heaters on, at 0.9 A each, and these temperatures of units a and b."""
    derivation = Derivation(shared_wiring())
    interlocks = InterlockSet(rules, derivation)
    for second in range(seconds):
        now, amps = float(second), 0.9 * on(second)
        derivation.take("supply", now, [8.14, 8.14, amps, amps])
        interlocks.take("supply")
        a, b = degc(now)
        derivation.take("scanner", now, [a, a, b, b])
        interlocks.take("scanner")
        trip = interlocks.evaluate(now)
        if trip is not None:
            return now, trip
    return None


def on_heater(kind: InterlockKind, heater: str, limit: float, window_s: float = 0.0) -> Interlock:
    probes = tuple(f"skin.{heater}{n}" for n in (1, 2))
    return Interlock(f"rule {heater}", kind, probes, limit, PLACE, 1, window_s, heater)


DETACHED = [on_heater(InterlockKind.DETACHED, heater, 0.5, 120.0) for heater in "ab"]
FROZEN = [on_heater(InterlockKind.FROZEN, heater, 60.0) for heater in "ab"]


def cycling(now: float) -> tuple[float, float]:
    """Two units that warm up in 400 s and then cycle out of step."""
    warm = min(39.5, 33.0 + 0.01625 * now)
    swing = 0.4 if now > 400.0 else 0.0
    return warm + swing * cos(now / 30.0), warm + swing * cos(now / 25.0)


def test_units_that_cycle_out_of_step_on_one_output_trip_nothing() -> None:
    """One or the other is on all the time, so the on-time of both is that of the whole run."""
    assert watch_shared([*DETACHED, *FROZEN], cycling, lambda t: 2 if t < 400 else 1) is None


def test_a_detached_unit_is_found_while_the_other_cycles() -> None:
    found = watch_shared(DETACHED, lambda t: (33.0, cycling(t)[1]), lambda t: 2 if t < 400 else 1)
    assert found is not None
    assert (found[0], found[1].interlock) == (120.0, "rule a")


def test_a_cold_bench_with_a_shared_output_is_not_detached() -> None:
    assert watch_shared(DETACHED, lambda _t: (33.0, 33.0), lambda _t: 0) is None


def test_a_frozen_probe_is_found_while_any_heater_of_its_output_is_on() -> None:
    found = watch_shared(FROZEN, lambda t: (38.0, cycling(t)[1]), lambda t: 1 if t >= 100 else 0)
    assert found is not None
    assert (found[0], found[1].interlock) == (160.0, "rule a")


def test_over_current_of_a_shared_output_is_that_of_the_mean() -> None:
    rule = Interlock("amps", InterlockKind.ABOVE, ("supply.a.current",), 1.1, PLACE)
    assert watch_shared([rule], cycling, lambda _t: 2, 100) is None
    found = watch_shared([rule], cycling, lambda t: 3 if t >= 50 else 2, 100)
    assert found is not None
    assert found[0] == 50.0
    assert found[1].value == pytest.approx(1.35)
