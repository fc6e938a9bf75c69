"""The plan of a jog, as YAML text: what is demanded, and the interlocks that go with it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from rig.bench.data import shipped_profile
from rig.bench.description import SlotEntry
from rig.documents import did_you_mean
from rig.documents.device import DeviceProfile
from rig.errors import InputError
from rig.units import Dimension, Quantity, UnitError, describe, parse_quantity

MOST_OF_RATED = 1.1
MOST_S = 600.0
SKIN_DEGC = 45.0

TEXT = """\
# Made by `rig bench jog`: heaters driven by hand. Nothing is judged.
plan: jog
purpose: {purpose}
device: {device}

interlocks:
  - {{signal: skin.*, above: {skin:g} degC, for: 2 readings}}
  - {{signal: supply.*.current, above: {trip:.6g} A}}
  - {{open: skin.*, jump: 5 K}}
  - {{stale: scanner, after: 3 s}}

steps:
  - name: jog
    supply: {{heaters: {heaters}, voltage: {volts:.6g} V, current_limit: {amps:.6g} A, output: on}}
    belt: {{level: {level}, session: {session:g} s, regulation: normal}}
    hold: {seconds:.6g} s
"""


@dataclass(frozen=True, slots=True)
class Jog:
    """What the operator asked for, as written; no heater means all of the slot."""

    heaters: tuple[str, ...]
    voltage: str
    current_limit: str
    level: str
    duration: str
    operator: str


def jog_plan(jog: Jog, slot: SlotEntry) -> str:
    """The plan, on one slot.

    Raises:
        InputError: a value is no quantity, or more than a jog may be.
    """
    profile = shipped_profile(slot.device)
    if profile is None:
        raise InputError(
            f"jogging {slot.device} in slot {slot.name}: it has no device profile; see `rig check`"
        )
    volts = _number("--voltage", jog.voltage, Dimension.VOLTAGE)
    amps = _number("--current-limit", jog.current_limit, Dimension.CURRENT)
    seconds = _number("--for", jog.duration, Dimension.TIME)
    _require_at_most("--voltage", jog.voltage, volts, MOST_OF_RATED * profile.rated_volts, "V, 1.1 × rated")
    _require_at_most("--for", jog.duration, seconds, MOST_S, "s, 10 min")
    return TEXT.format(
        purpose=json.dumps(f"Heaters driven by hand by {jog.operator}.", ensure_ascii=False),
        device=profile.name,
        skin=SKIN_DEGC,
        trip=_trip_amps(profile, volts, amps),
        heaters=_heaters(jog, slot),
        volts=volts,
        amps=amps,
        level=_level(jog, profile),
        session=min((s for s in profile.sessions_s if s >= seconds), default=max(profile.sessions_s)),
        seconds=seconds,
    )


def _number(option: str, text: str, dimension: Dimension) -> float:
    try:
        quantity: Quantity = parse_quantity(text)
    except UnitError as error:
        raise InputError(f"jogging with {option} {text!r}: {error}; {error.help}") from error
    if quantity.dimension is not dimension or not quantity.value > 0.0:
        raise InputError(f"jogging with {option} {text!r}: it must be {describe(dimension)} above zero")
    return quantity.value


def _require_at_most(option: str, text: str, value: float, most: float, words: str) -> None:
    if value > most * (1.0 + 1e-9):
        raise InputError(
            f"jogging with {option} {text!r}: a jog has at most {most:g} {words}; use a plan for more"
        )


def _trip_amps(profile: DeviceProfile, volts: float, amps: float) -> float:
    """Half way between the current that the volts drive at most and the current limit, in A."""
    driven = volts / profile.unit_ohms * (1.0 + profile.mismatch)
    if driven >= amps:
        raise InputError(
            f"jogging with --current-limit {amps:g} A: {volts:g} V drives up to {driven:.3g} A through a heater, so no "
            f"interlock could tell an over-current from that; give a higher limit or a lower voltage"
        )
    return 0.5 * (driven + amps)


def _heaters(jog: Jog, slot: SlotEntry) -> str:
    known = [heater.name for heater in slot.heaters]
    for name in jog.heaters:
        if name not in known:
            raise InputError(
                f"jogging heater {name!r}: slot {slot.name} feeds no such heater; {did_you_mean(name, known)}"
            )
    return f"[{', '.join(dict.fromkeys(jog.heaters or known))}]"


def _level(jog: Jog, profile: DeviceProfile) -> str:
    known = ("off", *profile.levels_degc)
    if jog.level not in known:
        raise InputError(
            f"jogging at level {jog.level!r}: {profile.name} has no such level; {did_you_mean(jog.level, known)}"
        )
    return jog.level
