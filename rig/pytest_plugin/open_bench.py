"""A bench that a test has open without an engine: its drivers, and no interlock that watches, so nothing may heat."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.opening import open_bench
from rig.bench.ports import Ports
from rig.bench.stations import Station, never_raising
from rig.clock import Clock
from rig.errors import InputError
from rig.safety.errors import RefusedError
from rig.safety.switch_off import off_without_workers

SUPPLY_LOOKS = frozenset(
    {"identify", "state", "measure", "switch_off", "off_state", "drain_errors", "set_deadline", "reopen"}
)
DEVICE_LOOKS = frozenset({"units", "exchange_s", "identify", "poll", "switch_off", "confirm_off", "reopen"})


@final
class OpenBench:
    """Use it as the fixtures give it; they close it.

    On a bench that is simulated, as everything on it says by its serial number, drivers do all that they can. On any
    other they look and switch off, and refuse the rest: what heats belongs into a run, where interlocks watch.

    Args:
        description: of the bench. slots: those in use. ports: of the bench.

    Attributes:
        cleanup: closes what the ports came from, last, and raises what there is to say against the test then.
        opened: the bench, with its stations and identities.
        ports: what it was opened with; ``ports.inject(fault)`` on a simulated one.

    Raises:
        BenchError: it cannot be opened.
    """

    def __init__(self, description: BenchDescription, slots: Sequence[SlotEntry], ports: Ports) -> None:
        self.ports = ports
        self.cleanup = ExitStack()
        self._scanners_ready: set[str] = set()
        self.opened: Bench = open_bench(description, slots, ports)
        self._looks_only = not self.opened.simulated or self.opened.mixed

    @property
    def clock(self) -> Clock:
        """Bench time."""
        return self.opened.clock

    @property
    def description(self) -> BenchDescription:
        """Its bench file."""
        return self.opened.description

    def supply(self, name: str | None = None) -> Any:
        """The driver of a supply by its name in the bench file; of the only one without.

        Raises:
            InputError: there is none of that name, or several and none is named.
        """
        return self._seen(self._only("supply", self.opened.supplies, name), SUPPLY_LOOKS)

    def thermocouples(self, name: str | None = None) -> Any:
        """The driver of a scanner, likewise, set up to read the probes of the slots in use."""
        station = self._only("scanner", self.opened.scanners, name)
        if station.source not in self._scanners_ready:
            station.prepare(self.description.instrument(station.source).options)
            self._scanners_ready.add(station.source)
        return station.driver

    def device(self, slot: str | None = None) -> Any:
        """The driver of the device in a slot, likewise."""
        names = [entry.name for entry in self.opened.slots]
        devices = [station for station in self.opened.stations if "belt.level" in _outputs(station)]
        by_slot = dict(zip(names, devices, strict=True))
        return self._seen(self._only("device", by_slot, slot), DEVICE_LOOKS)

    def close(self) -> str | None:
        """Switch everything off, look, and close; never raises. What is amiss in words, or None."""
        troubles = [
            trouble for slot in self.opened.slots if (trouble := self._switch_off(slot.name)) is not None
        ]
        for action in (self.opened.close, self.cleanup.close):
            trouble = never_raising(action)
            troubles += [] if trouble is None else [trouble]
        return "\n".join(troubles) or None

    def _switch_off(self, slot: str) -> str | None:
        report = off_without_workers(self.opened, slot, "test")
        unseen = [f"{d.output} of {d.resource}: {d.what}" for d in report.details if not d.confirmed]
        if not unseen:
            return None
        return f"after the test, NOT CONFIRMED off in slot {slot}: {'; '.join(unseen)}; look at the bench now"

    def _only(self, what: str, stations: Mapping[str, Any] | Sequence[Any], name: str | None) -> Any:
        known = (
            stations if isinstance(stations, Mapping) else {station.source: station for station in stations}
        )
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name is None or name not in known:
            asked = "none is named" if name is None else f"there is no {name!r}"
            raise InputError(
                f"taking a {what} of {self.description.name!r}: {asked}; the bench has {', '.join(known) or 'none'}"
            )
        return known[name]

    def _seen(self, station: Any, looks: Collection[str]) -> Any:
        return LooksOnly(station.driver, looks, self.description.name) if self._looks_only else station.driver


def _outputs(station: Station) -> set[str]:
    return {name for names in station.outputs.values() for name in names}


@final
class LooksOnly:
    """A driver of which only some methods can be used."""

    def __init__(self, driver: Any, looks: Collection[str], bench: str) -> None:
        self._driver = driver
        self._looks = looks
        self._bench = bench

    def __getattr__(self, name: str) -> Any:
        if name not in self._looks:
            raise RefusedError(
                f"{name} on {self._bench!r}: a test without an engine looks at a bench that is not simulated and "
                f"switches it off, and nothing else; what is to be energised belongs into a run, with interlocks"
            )
        return getattr(self._driver, name)
