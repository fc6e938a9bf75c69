"""Two sensors that disagree, and probes that read the terminals: what trips, when, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rig.plan.program import Interlock, InterlockKind, Place
from rig.safety.interlocks import InterlockSet, Trip
from rig.signals.derive import Derivation

PLACE = Place("plan.yaml", 1, 1)
OPEN = "+9.90000000E+37"
Reads = Callable[[float], float | str]


def wiring() -> dict[str, Any]:
    """A reference junction, two probes, and the belt's own sensor, which is read ten times as often."""

    def column(signal: str, dimension: str, **more: str) -> dict[str, object]:
        return {"signal": signal, "dimension": dimension, "convert": {"kind": "value"}, **more}

    skins = [
        column(name, "temperature", heater="a", place="skin", site="x") for name in ("skin.a1", "skin.a2")
    ]
    supply = [column("supply.a.voltage", "voltage"), column("supply.a.current", "current")]
    return {
        "sources": {
            "scanner": {"period_s": 1.0, "columns": [column("junction", "temperature"), *skins]},
            "supply": {"period_s": 1.0, "columns": supply},
            "belt": {"period_s": 0.1, "columns": [column("belt.a.sensor", "temperature", heater="a")]},
        },
        "heaters": {"a": {"lead_ohms": 0.2, "remote_sense": True}},
    }


def corrected(wires: dict[str, Any], correction_k: float) -> dict[str, Any]:
    """The same with a correction of both probes."""
    for column in wires["sources"]["scanner"]["columns"][1:]:
        column["convert"] = {"kind": "corrected", "by": "reel", "of": column["convert"]}
    reel = {"points": [[40.0, correction_k]], "held_k": 25.0, "calibration": None}
    return {**wires, "corrections": {"reel": reel}}


def differ(*signals: str, limit: float = 2.0, for_s: float = 10.0) -> Interlock:
    return Interlock("differ", InterlockKind.DIFFER, signals, limit, PLACE, 1, for_s)


def terminal(for_s: float = 60.0) -> Interlock:
    return Interlock("terminal", InterlockKind.TERMINAL, ("skin.a1", "skin.a2"), 0.5, PLACE, 1, for_s, "a")


def steady(value: float) -> Reads:
    return lambda _t: value


def watch(
    rule: Interlock,
    *,
    first: Reads = lambda _t: 38.0,
    second: Reads = lambda _t: 38.0,
    sensor: Reads = lambda _t: 38.0,
    junction: Reads = lambda _t: 25.0,
    amps: Callable[[float], float] = lambda _t: 0.9,
    seconds: int = 300,
    correction_k: float = 0.0,
) -> tuple[float, Trip] | None:
    """The instant and the trip of one rule; the belt is read each 0.1 s, all else at full seconds."""
    derivation = Derivation(corrected(wiring(), correction_k) if correction_k else wiring())
    interlocks = InterlockSet([rule], derivation)
    for tick in range(10 * seconds):
        now = tick / 10
        derivation.take("belt", now, [sensor(now)])
        interlocks.take("belt")
        if tick % 10 == 0:
            derivation.take("supply", now, [8.14, amps(now)])
            interlocks.take("supply")
            derivation.take("scanner", now, [junction(now), first(now), second(now)])
            interlocks.take("scanner")
        trip = interlocks.evaluate(now)
        if trip is not None:
            return now, trip
    return None


def test_two_probes_of_one_spot_that_disagree_trip_after_their_time() -> None:
    """2.1 K apart from second 20 on, for 10 s: at second 30."""
    found = watch(differ("skin.a1", "skin.a2"), second=lambda t: 40.1 if t >= 20 else 38.0)
    assert found is not None
    assert (found[0], found[1].interlock, found[1].limit) == (30.0, "differ", 2.0)


def test_which_of_two_is_the_warmer_does_not_matter() -> None:
    found = watch(differ("skin.a2", "skin.a1"), second=lambda t: 35.9 if t >= 20 else 38.0)
    assert found is not None
    assert found[0] == 30.0


def test_two_that_are_just_near_enough_trip_nothing() -> None:
    assert watch(differ("skin.a1", "skin.a2"), second=steady(39.9)) is None


def test_two_that_agree_again_begin_anew() -> None:
    """Apart from 20 to 29 s and from 40 s on: 50 s."""
    found = watch(differ("skin.a1", "skin.a2"), second=lambda t: 41.0 if 20 <= t < 29 or t >= 40 else 38.0)
    assert found is not None
    assert found[0] == 50.0


def test_an_invalid_reading_neither_counts_nor_clears() -> None:
    """Apart from 20 s on, nothing read at 21, 22 and 25 s: still at 30 s, not before."""
    found = watch(
        differ("skin.a1", "skin.a2"),
        second=lambda t: OPEN if t in (21, 22, 25) else 41.0 if t >= 20 else 38.0,
    )
    assert found is not None
    assert found[0] == 30.0


def test_sensors_of_two_sources_are_compared_at_each_reading_of_either() -> None:
    """The belt's sensor is stuck at 38 °C and the probe passes 40 °C at second 20: 30 s, at a belt's reading."""
    found = watch(differ("belt.a.sensor", "skin.a1"), first=lambda t: 38.0 + 0.1 * t)
    assert found is not None
    assert found[0] == 31.0  # 40.1 °C is the first reading above 2 K, at second 21


def test_a_sensor_that_never_read_anything_is_stale_and_does_not_differ() -> None:
    found = watch(differ("belt.a.sensor", "skin.a1"), sensor=steady(float("nan")), seconds=20)
    assert found is not None
    assert found[1].interlock == "stale: belt"


def test_probes_that_read_the_terminals_trip_once_the_heater_was_on_for_as_long() -> None:
    """Shorted from the start, heater on from second 100: 160 s, for the on-time is what arms the rule."""
    found = watch(
        terminal(), first=steady(25.2), second=steady(24.8), amps=lambda t: 0.9 if t >= 100 else 0.0
    )
    assert found is not None
    assert (found[0], found[1].interlock, found[1].limit) == (160.0, "terminal", 0.5)


def test_probes_on_corrected_wires_that_read_the_terminals_trip_as_well() -> None:
    """A reading of 25 °C has the value 28 °C, three kelvins above the terminals that it shows."""
    shorted = watch(terminal(), first=steady(25.0), second=steady(25.0), correction_k=3.0)
    assert shorted is not None
    assert watch(terminal(), first=steady(22.0), second=steady(22.0), correction_k=3.0) is None


def test_probes_that_fall_to_the_terminals_under_heat_trip_after_their_time() -> None:
    """On from the start, shorted at second 100: 160 s."""
    found = watch(
        terminal(), first=lambda t: 25.0 if t >= 100 else 38.0, second=lambda t: 25.0 if t >= 100 else 38.0
    )
    assert found is not None
    assert found[0] == 160.0


def test_a_cold_bench_whose_probes_are_as_warm_as_the_terminals_trips_nothing() -> None:
    assert watch(terminal(), first=steady(25.0), second=steady(25.0), amps=lambda _t: 0.0) is None


def test_a_belt_that_begins_as_warm_as_the_terminals_is_left_its_time_to_warm() -> None:
    """0.6 K/min: 0.5 K away after 50 s of the 60 s."""

    def warm(t: float) -> float:
        return 25.0 + 0.01 * t

    assert watch(terminal(), first=warm, second=warm) is None


def test_one_probe_that_feels_the_heat_is_enough_to_know_that_they_are_connected() -> None:
    assert watch(terminal(), first=steady(25.0), second=steady(33.0)) is None


def test_a_probe_that_reads_nothing_leaves_the_judgement_to_the_other() -> None:
    found = watch(terminal(2.0), first=steady(25.0), second=lambda t: OPEN if t >= 1 else 25.0)
    assert found is not None
    assert (found[0], found[1].interlock) == (2.0, "terminal")


def test_without_a_junction_nothing_is_told() -> None:
    found = watch(
        terminal(2.0),
        first=steady(25.0),
        second=steady(25.0),
        junction=lambda t: OPEN if t >= 1 else 20.0,
        seconds=60,
    )
    assert found is None
