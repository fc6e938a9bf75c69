"""What the bench's instruments can do, from their drivers' catalogue: no driver is loaded, nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from instruments import catalogue
from rig.bench.description import BenchDescription, SlotEntry


@dataclass(frozen=True, slots=True)
class HeaterRating:
    """What the supply output that feeds a heater can be set to; who names model and output.

    most_amps: for this heater alone, where the output feeds several.
    """

    heater: str
    who: str
    most_volts: float
    most_amps: float


class OverVoltageRange(NamedTuple):
    """Where the over-voltage trip level of a supply output can stand; who names model and output."""

    who: str
    least_volts: float
    most_volts: float


def over_voltage_range(model: str, output: int) -> OverVoltageRange | None:
    """The range of an output's over-voltage trip level; None where the catalogue does not know the model."""
    rating = catalogue.SUPPLIES.get(model, {}).get(output)
    if rating is None:
        return None
    return OverVoltageRange(f"output {output} of the {model}", rating.ovp_min, rating.ovp_max)


def heater_ratings(bench: BenchDescription, slot: SlotEntry) -> Iterator[HeaterRating]:
    """The rating behind each heater, where the catalogue knows the model: its share of what the output gives."""
    for heater in slot.heaters:
        model = bench.instrument(heater.supply).model
        rating = catalogue.SUPPLIES.get(model, {}).get(heater.output)
        if rating is None:
            continue
        feeds = "" if heater.sharing == 1 else f", which feeds {heater.sharing} heaters,"
        gives = "goes to at most" if heater.sharing == 1 else "gives each of them at most"
        who = f"output {heater.output} of the {model}{feeds}"
        yield HeaterRating(heater.name, f"{who} {gives}", rating.volts_max, rating.amps_max / heater.sharing)


def slowest_scan_s(bench: BenchDescription, slot: SlotEntry) -> float:
    """Seconds of the longest scan among the scanners that read the slot's probes.

    A scanner reads the probes of all slots of the bench in one scan.
    """
    junction = 0 if bench.thermocouples.junction_channel is None else 1
    longest = 0.0
    for name in {probe.scanner for probe in slot.probes}:
        options = bench.instrument(name).options
        channels = junction + sum(probe.scanner == name for each in bench.slots for probe in each.probes)
        checked = bool(options["open_check"]) and bench.thermocouples.method == "function"
        scan_s = catalogue.scan_time_s(channels, float(options["nplc"]), float(options["line_hz"]), checked)
        longest = max(longest, scan_s)
    return longest


def slowest_supply_s(bench: BenchDescription, slot: SlotEntry) -> float:
    """Seconds of the longest reading among the supplies that feed the slot's heaters.

    A supply reads the outputs of all slots of the bench in one go, each once.
    """
    longest = 0.0
    for name in {heater.supply for heater in slot.heaters}:
        outputs = len({h.output for each in bench.slots for h in each.heaters if h.supply == name})
        modal = bench.instrument(name).model in catalogue.HMP
        longest = max(longest, catalogue.hmp_reading_s(outputs) if modal else catalogue.exchange_s())
    return longest
