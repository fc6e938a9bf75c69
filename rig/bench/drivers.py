"""The drivers that ship, as bench files name them; nothing is imported."""

from __future__ import annotations

from typing import NamedTuple


class Driver(NamedTuple):
    """What a bench file may say of a driver: its role, the models it drives, how many outputs they have."""

    role: str
    models: tuple[str, ...]
    outputs: int = 0


DRIVERS = {
    "keysight-e36300": Driver("supply", ("E36312A", "E36313A"), outputs=3),
    "rohde-schwarz-hmp": Driver("supply", ("HMP4040",), outputs=4),
    "keysight-daq970a": Driver("scanner", ("DAQ970A",)),
}
"""The drivers that ship, by the name that bench files use."""
