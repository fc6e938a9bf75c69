"""Data that ships and that bench files refer to: device profiles and the table of defects; nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from yaml.nodes import MappingNode

from rig import shipped
from rig.documents import Diagnostics, read_document
from rig.documents.device import DeviceProfile, read_device
from rig.documents.fields import pairs


def shipped_profile(device: str) -> DeviceProfile | None:
    """The profile of a device that ships; None if it holds mistakes, which linking a plan reports."""
    unheard = Diagnostics()
    document = read_document(shipped.device_profile(device), unheard)
    return None if document is None else read_device(document, unheard)


def known_defects(slots: Iterable[str]) -> tuple[str, ...]:
    """What a bench file may call a defect: its name for every slot's belt, ``slot/name`` for that of one."""
    names = defect_names()
    return (*names, *(f"{slot}/{name}" for slot in slots for name in names))


def defect_names() -> tuple[str, ...]:
    """The defects that a simulated device can have, in the table's order."""
    return _keys(shipped.defect_table())


def surroundings_names() -> tuple[str, ...]:
    """What a simulated device can lie in beside a back, in the table's order."""
    return _keys(shipped.surroundings_table())


def _keys(table: Path) -> tuple[str, ...]:
    document = read_document(table, Diagnostics())
    if document is None or not isinstance(document.root, MappingNode):
        return ()
    return tuple(key.value for key, _ in pairs(document.root))
