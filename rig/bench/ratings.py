"""What the bench's instruments can do, from their drivers' catalogue: no driver is loaded, nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments import catalogue
from rig.bench.description import BenchDescription, SlotEntry


@dataclass(frozen=True, slots=True)
class HeaterRating:
    """What the supply output that feeds a heater can be set to; who names model and output."""

    heater: str
    who: str
    most_volts: float
    most_amps: float


def heater_ratings(bench: BenchDescription, slot: SlotEntry) -> Iterator[HeaterRating]:
    """The rating behind each heater, where the catalogue knows the model."""
    for heater in slot.heaters:
        model = bench.instrument(heater.supply).model
        rating = catalogue.SUPPLIES.get(model, {}).get(heater.output)
        if rating is not None:
            who = f"output {heater.output} of the {model} goes to at most"
            yield HeaterRating(heater.name, who, rating.volts_max, rating.amps_max)


def slowest_scan_s(bench: BenchDescription, slot: SlotEntry) -> float:
    """Seconds of the longest scan among the scanners that read the slot's probes."""
    junction = 0 if bench.thermocouples.junction_channel is None else 1
    longest = 0.0
    for name in {probe.scanner for probe in slot.probes}:
        options = bench.instrument(name).options
        channels = junction + sum(probe.scanner == name for probe in slot.probes)
        checked = bool(options["open_check"]) and bench.thermocouples.method == "function"
        scan_s = catalogue.scan_time_s(channels, float(options["nplc"]), float(options["line_hz"]), checked)
        longest = max(longest, scan_s)
    return longest


def supply_reading_s() -> float:
    """Seconds of one reading of a supply."""
    return catalogue.exchange_s()
