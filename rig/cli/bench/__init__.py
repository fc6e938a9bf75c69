"""``rig bench``: find instruments, look after a bench, switch it off, drive it by hand; one file a command."""

from __future__ import annotations

import click

from rig.cli.lazy import LazyGroup

COMMANDS = {
    "discover": ("rig.cli.bench.discover", "Find instruments and serial ports, and who answers there."),
    "doctor": ("rig.cli.bench.doctor", "Ask a bench how it is: identities, calibration, protections, off."),
    "jog": ("rig.cli.bench.jog", "Drive heaters by hand, with interlocks and a record."),
    "off": ("rig.cli.bench.off", "Switch every output of a bench off now, from any terminal."),
    "acknowledge": ("rig.cli.bench.acknowledge", "Free a bench that has tripped, by your name."),
}


@click.group(cls=LazyGroup, commands=COMMANDS)
def command() -> None:
    """Find instruments, look after a bench, switch it off, drive it by hand."""
