"""All numbers of one simulated belt and its surroundings, drawn within tolerance or nominal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import tau
from typing import Final

from dut_drivers.profile import BeltProfile
from dut_drivers.simulated.thermal import BELT_240_CM2, ThermalParameters

Uniform = Callable[[str], float]
"""A number in [0, 1) for a name; the same name always gives the same number."""
Noise = Callable[[str, int], float]
"""A standard normal number for a stream's name and an index."""

AMMETER_TOLERANCE: Final = 0.01  # estimate: ± 1 % of the belt's own current reading
SITE_NEAREST: Final = 0.995  # estimate: a site's share of the centre's rise lies between these
SITE_FARTHEST: Final = 0.98
SITES_AROUND: Final = 4
AMBIENT_DRIFT_K: Final = 0.3  # estimate: slow drift of a laboratory, ± 0.3 K in 10 min


@dataclass(frozen=True, slots=True)
class UnitParameters:
    """One heating unit.

    ohms: resistance, the same at all temperatures in this device. sensor_error_k: the NTC's.
    second_cutout_degc: where the second cut-out opens. ammeter_gain: reported over true current.
    site_shares: of the centre's rise above the unheated value, for the sites around it.
    """

    name: str
    ohms: float
    sensor_error_k: float
    second_cutout_degc: float
    ammeter_gain: float
    site_shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WorldParameters:
    """One belt and its surroundings; the sound belt unless a defect changes a field.

    thermal: of one unit. levels_degc: off is left out. cutoff_delay_s: from crossing to acting. latching: the
    cut-off holds until the host re-arms, else until every sensor is below rearm_degc. session_rate: session
    seconds a second. session_ends: the timer switches off at zero. regulation_offset_k: added to every level.
    plausibility: the firmware switches off on an open or shorted sensor. second_cutout: fitted.
    sensor_reads_degc: by unit, a reading that never changes. sensor_drift_k: by unit, added to the reading.
    resumes: after a restart the heaters go on as before it. trip_scatter_k: by so much the threshold lies below and
    above its place in turn, from trip to trip. welded: units whose main switch conducts for ever once it has first
    been closed. weakness: by unit, share of power missing.
    """

    units: tuple[UnitParameters, ...]
    thermal: ThermalParameters
    perfusion: float
    ambient_degc: float
    ambient_drift_k: float
    ambient_phase_rad: float
    levels_degc: tuple[float, float, float]
    regulation_band_k: float
    sensor_lag_s: float
    cutoff_degc: float
    rearm_degc: float
    second_cutout_lag_s: float
    sessions_s: tuple[float, ...]
    session_rate: float
    host_watchdog_s: float
    sensor_noise_k: float = 0.002  # estimate
    cutoff_delay_s: float = 0.0
    latching: bool = True
    session_ends: bool = True
    host_watchdog: bool = True
    regulation_offset_k: float = 0.0
    plausibility: bool = True
    second_cutout: bool = True
    sensor_reads_degc: Mapping[str, float] = field(default_factory=dict)
    sensor_drift_k: Mapping[str, float] = field(default_factory=dict)
    welded: tuple[str, ...] = ()
    weakness: Mapping[str, float] = field(default_factory=dict)
    resumes: bool = False
    trip_scatter_k: float = 0.0


def draw_parameters(
    profile: BeltProfile,
    uniform: Uniform,
    *,
    nominal: bool,
    ambient_degc: float = 23.0,
    perfusion: float = 1.0,
    thermal: ThermalParameters = BELT_240_CM2,
) -> WorldParameters:
    """One sound belt of that profile.

    Args:
        profile: what the maker declares.
        uniform: numbers in [0, 1) by name, so that a new name changes no other number.
        nominal: every tolerance at its middle, no drift of ambient; ``uniform`` is not asked.
        ambient_degc: mean ambient in °C.
        perfusion: factor, 1 to 4.
        thermal: network of the whole belt where it lies.
    """
    draw = _Draw(None if nominal else uniform)
    return WorldParameters(
        units=tuple(_draw_unit(profile, name, draw) for name in profile.units),
        thermal=thermal.share(1.0 / len(profile.units)),
        perfusion=perfusion,
        ambient_degc=ambient_degc,
        ambient_drift_k=0.0 if nominal else AMBIENT_DRIFT_K,
        ambient_phase_rad=draw.between("ambient.phase", 0.0, tau),
        levels_degc=(profile.levels_degc["low"], profile.levels_degc["medium"], profile.levels_degc["high"]),
        regulation_band_k=profile.regulation_band_k,
        sensor_lag_s=profile.sensor_lag_s,
        cutoff_degc=profile.cutoff_degc,
        rearm_degc=profile.rearm_degc,
        second_cutout_lag_s=profile.second_cutout_lag_s,
        sessions_s=profile.sessions_s,
        session_rate=1.0 / (1.0 + draw.within("session.length", profile.session_tolerance)),
        host_watchdog_s=profile.host_watchdog_s,
    )


class _Draw:
    """Draws by name, or the middle of each range."""

    def __init__(self, uniform: Uniform | None) -> None:
        self._uniform = uniform

    def between(self, name: str, low: float, high: float) -> float:
        share = 0.5 if self._uniform is None else self._uniform(name)
        return low + (high - low) * share

    def within(self, name: str, tolerance: float) -> float:
        return self.between(name, -tolerance, tolerance)


def _draw_unit(profile: BeltProfile, name: str, draw: _Draw) -> UnitParameters:
    power = profile.rated_watts * (1.0 + draw.within(f"{name}.power", profile.mismatch))
    sites = range(1, 1 + SITES_AROUND)
    return UnitParameters(
        name=name,
        ohms=profile.rated_volts**2 / power,
        sensor_error_k=draw.within(f"{name}.sensor", profile.cutoff_tolerance_k),
        second_cutout_degc=profile.second_cutout_degc
        + draw.within(f"{name}.second_cutout", profile.second_cutout_tolerance_k),
        ammeter_gain=1.0 + draw.within(f"{name}.ammeter", AMMETER_TOLERANCE),
        site_shares=tuple(draw.between(f"{name}.site.{site}", SITE_FARTHEST, SITE_NEAREST) for site in sites),
    )
