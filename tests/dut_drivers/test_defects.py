from __future__ import annotations

import pytest

from dut_drivers.errors import DeviceError
from dut_drivers.messages import EventCode
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.defects import defects, find_defect, with_defects
from dut_drivers.simulated.standalone import sound_parameters

NAMES = [
    "threshold-42.0",
    "threshold-43.5",
    "cutoff-late",
    "auto-reset",
    "switch-welded",
    "switch-welded-second-cutout",
    "unit-b-weak",
    "sensor-stuck",
    "sensor-drifted",
    "sensor-open",
    "sensor-short",
    "timer-runaway",
    "no-host-watchdog",
    "regulation-high",
    "no-second-cutout",
    "resumes-after-restart",
    "trip-scatters",
]
RUN_S = 1500


class Run:
    """Seconds of a defective belt on 8.14 V, the host being heard each 0.1 s for ``heard_s``."""

    def __init__(
        self,
        defect: str | None,
        *,
        level: int = 3,
        normal: bool = False,
        heard_s: float = RUN_S,
        until_s: int = RUN_S,
    ) -> None:
        parameters = with_defects(sound_parameters(), [defect] if defect else [])
        world = self.world = BeltWorld(parameters, lambda _, ohms: 8.14 / ohms)
        firmware = world.firmware
        firmware.set_session(1800)
        firmware.set_regulation(normal)
        firmware.set_level(level)
        self.skin: list[float] = []
        self.amps: list[tuple[float, float]] = []
        self.heaters: list[list[bool]] = []
        self.readings: list[list[int]] = []
        for step in range(1, until_s * 10 + 1):
            if step / 10 <= heard_s:
                firmware.hear_host()
            world.advance(step / 10)
            self.skin.append(world.skin_degc("a"))
            self.amps.append((world.current_amps("a"), world.current_amps("b")))
            self.heaters.append(firmware.heaters)
            self.readings.append(firmware.readings)

    @property
    def cutoff_s(self) -> list[float]:
        pending = self.world.firmware.pending(100)
        return [ms / 1000 for _, ms, code, _, _ in pending if code == EventCode.CUTOFF]

    def last_current_s(self) -> float:
        return max(step for step, amps in enumerate(self.amps, 1) if amps[0] > 0) / 10


def test_the_table_names_every_defect_of_the_reference_bench() -> None:
    assert list(defects()) == NAMES
    assert all(each.about.endswith(".") and each.changes for each in defects().values())


@pytest.mark.parametrize("name", NAMES)
def test_each_defect_changes_the_sound_belt(name: str) -> None:
    assert with_defects(sound_parameters(), [name]) != sound_parameters()


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(
        DeviceError, match=r"looking up defect 'sensor-hot'.*threshold-42\.0, .*regulation-high"
    ):
        find_defect("sensor-hot")


def test_defects_add_up() -> None:
    both = with_defects(sound_parameters(), ["auto-reset", "cutoff-late"])
    assert not both.latching
    assert both.cutoff_delay_s == 20.0


def test_sound() -> None:
    run = Run(None)
    assert run.cutoff_s == [pytest.approx(382.9, abs=0.2)]
    assert run.last_current_s() == pytest.approx(run.cutoff_s[0], abs=0.11)
    assert max(run.skin) == pytest.approx(40.664, abs=0.005)


@pytest.mark.parametrize(("name", "peak_degc"), [("threshold-42.0", 42.190), ("threshold-43.5", 43.638)])
def test_a_wrong_threshold_ends_in_a_higher_peak(name: str, peak_degc: float) -> None:
    run = Run(name)
    assert len(run.cutoff_s) == 1
    assert max(run.skin) == pytest.approx(peak_degc, abs=0.01)


def test_a_late_cutoff_acts_20_s_after_the_crossing() -> None:
    run = Run("cutoff-late")
    crossing = next(step for step, read in enumerate(run.readings, 1) if max(read) >= 40_400) / 10
    assert run.cutoff_s == [pytest.approx(crossing + 20.0, abs=0.01)]
    assert max(run.skin) < 41.1


def test_without_a_latch_heat_returns_by_itself() -> None:
    run = Run("auto-reset")
    assert len(run.cutoff_s) >= 2
    returned = next(step for step in range(3900, RUN_S * 10) if run.amps[step][0] > 0)
    assert max(run.readings[returned]) < 38_000


def test_a_welded_switch_heats_on_while_the_firmware_believes_it_is_off() -> None:
    run = Run("switch-welded")
    assert run.cutoff_s
    assert run.heaters[-1] == [False, False]
    assert min(run.amps[-1]) > 0.8
    assert run.skin[9199] == pytest.approx(45.0, abs=0.02)


def test_a_switch_welds_when_it_is_first_closed() -> None:
    parameters = with_defects(sound_parameters(), ["switch-welded"])
    world = BeltWorld(parameters, lambda _, ohms: 8.14 / ohms)
    world.advance(60.0)
    assert world.current_amps("a") == 0.0
    world.firmware.set_level(1)
    world.advance(60.1)
    world.firmware.switch_off()
    world.advance(70.0)
    assert world.current_amps("a") > 0.8


def test_the_second_cutout_ends_a_welded_switchs_heat_for_good() -> None:
    run = Run("switch-welded-second-cutout")
    assert run.last_current_s() == pytest.approx(487.0, abs=1.5)
    assert max(run.skin) < 42.0
    run.world.firmware.rearm()
    run.world.firmware.hear_host()
    run.world.advance(RUN_S + 1.0)
    assert run.world.firmware.heaters == [True, True]
    assert run.world.current_amps("a") == 0.0


def test_a_weak_unit_takes_15_percent_less_power() -> None:
    run = Run("unit-b-weak", until_s=10)
    assert run.amps[5][1] == pytest.approx(0.85 * run.amps[5][0])


def test_stuck_sensors_stop_nothing_but_the_second_cutout_does() -> None:
    run = Run("sensor-stuck", normal=True)
    assert run.readings[-1] == [38_000, 38_000]
    assert run.cutoff_s == []
    assert 41.6 < max(run.skin) < 42.56


def test_drifted_sensors_read_2_k_low() -> None:
    run = Run("sensor-drifted", until_s=300)
    sound = Run(None, until_s=300)
    assert sound.readings[-1][0] - run.readings[-1][0] == 2000


def test_an_open_sensor_reads_cold_and_heats_on() -> None:
    run = Run("sensor-open", normal=True)
    assert run.readings[-1] == [-40_000, -40_000]
    assert run.cutoff_s == []
    assert all(run.heaters[-1])
    assert max(run.skin) > 41.8


def test_a_shorted_sensor_trips_at_once() -> None:
    run = Run("sensor-short", until_s=5)
    assert run.cutoff_s == [pytest.approx(0.1)]
    assert not any(amps > 0 for pair in run.amps for amps in pair)


@pytest.mark.parametrize(("name", "level"), [(None, 0), ("timer-runaway", 3)])
def test_a_runaway_timer_ends_no_session(name: str | None, level: int) -> None:
    parameters = with_defects(sound_parameters(host_watchdog=False), [name] if name else [])
    world = BeltWorld(parameters, lambda _, ohms: 7.4 / ohms)
    world.firmware.set_level(3)
    world.advance(1200.0)
    assert world.firmware.level == level
    assert world.firmware.session_left_s == 0.0


@pytest.mark.parametrize(("name", "heated_s"), [(None, 11.9), ("no-host-watchdog", 30.0)])
def test_silence_of_the_host(name: str | None, heated_s: float) -> None:
    run = Run(name, heard_s=10.0, until_s=30)
    assert run.last_current_s() == pytest.approx(heated_s, abs=0.11)


def test_regulation_1_k_high() -> None:
    sound, high = (Run(name, level=2, normal=True) for name in (None, "regulation-high"))
    assert max(high.skin) - max(sound.skin) == pytest.approx(1.0, abs=0.1)
    assert high.cutoff_s == []


def test_regulation_1_k_high_at_the_highest_level_meets_the_cutoff() -> None:
    assert len(Run("regulation-high", normal=True).cutoff_s) == 1
