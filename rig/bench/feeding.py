"""Which supply output feeds which heater of a bench file: one each, or several in parallel on one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rig.bench.addresses import ONE_OWNER, Addresses
from rig.bench.description import HeaterEntry
from rig.bench.ratings import OverVoltageRange, over_voltage_range
from rig.units import Dimension, format_value

if TYPE_CHECKING:
    from rig.bench.grammar import HeaterModel
    from rig.documents import Scalar
    from rig.documents.device import DeviceProfile
    from rig.documents.fields import Reader
    from rig.documents.quantities import Amount

OVER_VOLTAGE_MARGIN = 1.1
"""How far above a device's rated limit its over-voltage protection may stand [estimate, unverified]."""


class _Fed(NamedTuple):
    """One heater as it is written, and the output that it names; supply is '' if it names none."""

    name: str
    model: HeaterModel
    supply: str
    output: int

    @property
    def address(self) -> str:
        return f"{self.supply}/{self.output}"

    @property
    def says_shared(self) -> bool:
        return self.model.shared is not None and self.model.shared.value


class Feeding:
    """Describes the heaters of slot after slot and reports what cannot be wired that way."""

    def __init__(self, reader: Reader, addresses: Addresses) -> None:
        self._reader = reader
        self._addresses = addresses
        self._alone: list[_Fed] = []
        self._disputed: set[str] = set()

    def heaters(
        self, models: Mapping[Scalar, HeaterModel], device: DeviceProfile | None
    ) -> tuple[HeaterEntry, ...]:
        """The heaters of one slot."""
        fed = [self._resolve(name, model, device) for name, model in models.items()]
        groups: dict[str, list[_Fed]] = {}
        for heater in fed:
            if heater.supply:
                groups.setdefault(heater.address, []).append(heater)
        for group in groups.values():
            self._check_group(group)
        return tuple(_entry(heater, len(groups.get(heater.address, [heater]))) for heater in fed)

    def check_alone(self) -> None:
        """Report heaters that claim to share an output and have nobody to share it with, once all slots are read."""
        for heater in self._alone:
            if heater.address in self._disputed or self._reader.lost:
                continue  # with whom it should share has been reported
            assert heater.model.shared is not None, "it says so"
            message = f"heater {heater.name} shares {heater.address} with no other heater of its slot"
            remedy = f"remove it, or let another heater name {heater.address}"
            self._reader.error("sharing", heater.model.shared.span, message, remedy)

    def _resolve(self, name: Scalar, model: HeaterModel, device: DeviceProfile | None) -> _Fed:
        supply, output = self._addresses.output(model.output)
        rating = over_voltage_range(self._addresses.model(supply), output)
        self._check_over_voltage(model.over_voltage, rating, device)
        return _Fed(name.text, model, supply, output)

    def _check_group(self, group: Sequence[_Fed]) -> None:
        """The heaters of one slot that name one output."""
        first, *others = group
        if not self._addresses.claim(first.address, first.model.output):
            self._disputed.add(first.address)  # another slot owns it
            for heater in others:
                if not heater.says_shared:
                    self._addresses.claim(heater.address, heater.model.output)
            return
        if not others:
            self._alone += [first] if first.says_shared else []
            return
        if all(heater.says_shared for heater in group):
            for heater in others:
                self._check_alike(first, heater)
            return
        remedy = f"{ONE_OWNER}; heaters in parallel on one output say shared: yes, each of them"
        silent = [heater for heater in others if not heater.says_shared]
        for heater in silent or others[:1]:
            self._addresses.claim(heater.address, heater.model.output, remedy)

    def _check_alike(self, first: _Fed, other: _Fed) -> None:
        """Heaters on one output have one pair of leads, one sense and one over-voltage protection."""
        mine, its = first.model, other.model
        pairs: list[tuple[str, bool, Scalar | Amount, Scalar | Amount]] = [
            ("leads", mine.leads.value == its.leads.value, mine.leads, its.leads),
            ("sense", mine.sense.text == its.sense.text, mine.sense, its.sense),
        ]
        level, other_level = mine.over_voltage, its.over_voltage
        pairs.append(("over_voltage", level.value == other_level.value, level, other_level))
        for what, alike, ours, theirs in pairs:
            if not alike:
                message = f"{what} {theirs.text}: heater {first.name} on the same output has {ours.text}"
                remedy = f"write {ours.text}, or correct heater {first.name}"
                self._reader.error("sharing", theirs.span, message, remedy)

    def _check_over_voltage(
        self, level: Amount, rating: OverVoltageRange | None, device: DeviceProfile | None
    ) -> None:
        """The trip level can be set, and trips before the device is harmed."""
        lowest, highest = (0.0, math.inf) if rating is None else (rating.least_volts, rating.most_volts)
        spared = math.inf if device is None else device.max_volts * OVER_VOLTAGE_MARGIN
        written = format_value(level.value, Dimension.VOLTAGE)
        least, most = (format_value(volts, Dimension.VOLTAGE) for volts in (lowest, min(highest, spared)))
        if rating is not None and not lowest <= level.value <= highest:
            message = f"over-voltage protection at {written}: {rating.who} takes {least} to "
            message += format_value(highest, Dimension.VOLTAGE)
        elif device is not None and level.value > spared + 1e-9:
            rated = format_value(device.max_volts, Dimension.VOLTAGE)
            message = (
                f"over-voltage protection at {written} does not protect {device.name}, rated for {rated}"
            )
        else:
            return
        self._reader.error("over-voltage", level.span, message, f"write {least} to {most}")


def _entry(heater: _Fed, sharing: int) -> HeaterEntry:
    return HeaterEntry(
        name=heater.name,
        supply=heater.supply,
        output=heater.output,
        lead_ohms=heater.model.leads.value,
        remote_sense=heater.model.sense.text == "remote",
        over_voltage_volts=heater.model.over_voltage.value,
        sharing=sharing,
    )
