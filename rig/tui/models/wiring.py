"""The bench's wiring as a drawing in characters: supply outputs → heaters and spots → scanner channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rig.bench.description import BenchDescription, HeaterEntry, IndependentCutoff, ProbeEntry, SlotEntry

SIDE = 14
"""Columns of the boxes of supply and scanner."""

LEAST_WIDTH = 60
MOST_SPOT = 44


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a slot's drawing; a wire is drawn where there is something at its end.

    Attributes:
        fed: the supply's output, '' where none feeds this line.
        wire: what is written below the wire.
        spot: what it leads to; a title where `titles` is true.
        channel: the scanner's channel, '' for none.
    """

    fed: str = ""
    wire: str = ""
    spot: str = ""
    channel: str = ""
    titles: bool = False


def rows(bench: BenchDescription, slot: SlotEntry) -> Iterator[Row]:
    """The lines of one slot, heater by heater, then what is around them, then its relays."""
    for heater in slot.heaters:
        yield Row(spot=f"unit {heater.name}", titles=True)
        on_it = [probe for probe in slot.probes if probe.heater == heater.name]
        notes = _notes(heater, slot.cutoff)
        for number in range(max(len(on_it), len(notes) + 1)):
            fed = f"output {heater.output}" if number == 0 else ""
            wire = notes[number - 1] if 0 < number <= len(notes) else ""
            probe = on_it[number] if number < len(on_it) else None
            yield Row(fed, wire, *_probe(probe))
    around = [probe for probe in slot.probes if probe.heater is None]
    if around:
        yield Row(spot="around it", titles=True)
        yield from (Row("", "", *_probe(probe)) for probe in around)
    relays = bench.relays_of(slot.name)
    if relays:
        yield Row(spot="relays, open at rest", titles=True)
        yield from (Row("", "", f"{relay.name}  {relay.about}", f"{relay.channel}") for relay in relays)


def _notes(heater: HeaterEntry, cutoff: IndependentCutoff | None) -> tuple[str, ...]:
    return (
        *(() if cutoff is None else (f"opens {cutoff.trips_at_degc:g} °C",)),
        f"OVP {heater.over_voltage_volts:g} V",
        f"lead {heater.lead_ohms:g} Ω",
        "remote sense" if heater.remote_sense else "local sense",
        *((f"shared by {heater.sharing}",) if heater.sharing > 1 else ()),
    )


def _probe(probe: ProbeEntry | None) -> tuple[str, str]:
    return ("", "") if probe is None else (f"{probe.signal}  {_site(probe)}", f"{probe.channel}")


def _site(probe: ProbeEntry) -> str:
    return probe.site.rpartition(", ")[2]


def draw(bench: BenchDescription, width: int) -> list[str]:
    """The drawing of every slot, line by line.

    Args:
        bench: as its file says.
        width: columns; below `LEAST_WIDTH` the lines are longer than asked.
    """
    return [line for slot in bench.slots for line in _draw_slot(bench, slot, max(width, LEAST_WIDTH))]


def _draw_slot(bench: BenchDescription, slot: SlotEntry, width: int) -> Iterator[str]:
    wire = max(14, min(22, (width - 2 * SIDE) // 4))
    spot = max(20, min(MOST_SPOT, width - 2 * SIDE - wire - 6))
    supplies = ", ".join(dict.fromkeys(heater.supply for heater in slot.heaters))
    scanners = ", ".join(dict.fromkeys(probe.scanner for probe in slot.probes))
    heading = f"{slot.name}: {slot.device}"
    yield f"{supplies:<{SIDE + wire}}{heading:<{spot + 6}}{scanners}".rstrip()
    box = "─" * (SIDE - 2)
    yield f"┌{box}┐{' ' * wire}{' ' * (spot + 6)}┌{box}┐"
    first = True
    for row in rows(bench, slot):
        yield _line(row, wire, spot, first=first)
        first = False
    yield f"└{box}┘{' ' * wire}└{'─' * (spot - 2)}┘{' ' * 6}└{box}┘"
    yield f"{'':<{SIDE + wire}}controller on {slot.link}"
    yield ""


def _line(row: Row, wire: int, spot: int, *, first: bool) -> str:
    inner = SIDE - 2
    left_end, right_end = ("├", "┤") if not first else ("┌", "┐")
    if row.titles:
        title = f"─ {row.spot} "
        middle = f"{left_end}{title:─<{spot - 2}}{right_end}"
    else:
        begin, end = ("┤" if row.fed else "│"), ("├" if row.channel else "│")
        middle = f"{begin}{_cut(' ' + row.spot, spot - 2):<{spot - 2}}{end}"
    lead = "─" * wire if row.fed else f" {_cut(row.wire, wire - 1):<{wire - 1}}"
    supply = f"│{row.fed:>{inner}}{'├' if row.fed else '│'}"
    scanner = f"{'─' * 6}┤ {row.channel:<{inner - 1}}│" if row.channel else f"{' ' * 6}│{' ' * inner}│"
    return f"{supply}{lead}{middle}{scanner}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
