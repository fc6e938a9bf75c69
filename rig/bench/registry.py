"""Drivers by the name that bench files use: a built-in table first, entry points for any other name."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from rig.errors import BenchError

INSTRUMENTS = {
    "keysight-e36300": "instruments.keysight_e36300:KeysightE36300",
    "rohde-schwarz-hmp": "instruments.rohde_schwarz_hmp:RohdeSchwarzHmp",
    "keysight-daq970a": "instruments.keysight_daq970a:KeysightDaq970a",
}
DEVICES = {"ir-lumbar-wrap": "dut_drivers.ir_lumbar_wrap:IrLumbarWrap"}


def load_instrument_driver(name: str) -> Any:
    """The driver class registered under that name.

    Raises:
        BenchError: nobody registered it.
    """
    return _load(name, INSTRUMENTS, "rig.instruments")


def load_device_driver(name: str) -> Any:
    """The device class registered under that name.

    Raises:
        BenchError: nobody registered it.
    """
    return _load(name, DEVICES, "rig.devices")


def _load(name: str, table: dict[str, str], group: str) -> Any:
    if name in table:
        module, _, attribute = table[name].partition(":")
        return getattr(import_module(module), attribute)
    for point in entry_points(group=group, name=name):
        return point.load()
    raise BenchError(
        f"loading the driver {name!r}: it is neither built in ({', '.join(sorted(table))}) nor registered as "
        f"an entry point of {group}; install the package that brings it, or correct the bench file"
    )
