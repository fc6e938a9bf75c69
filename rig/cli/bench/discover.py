"""``rig bench discover``: VISA resources and serial ports of this machine, and who answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rig.cli.options import json_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.bench.discovery import FoundInstrument, FoundPort


@click.command()
@click.option("--visa", default="@py", show_default=True, help="VISA library: @py, or a vendor's path.")
@click.option("--no-idn", is_flag=True, help="List only; ask nobody who it is.")
@click.option("--belts", is_flag=True, help="Open the serial ports and ask for a belt there.")
@click.option(
    "--port",
    "only",
    multiple=True,
    metavar="PORT",
    help="With --belts: this serial port only, also one that is not listed.",
)
@json_option
def command(visa: str, no_idn: bool, belts: bool, only: tuple[str, ...], as_json: bool) -> int:
    """Find instruments and serial ports, and say which driver a bench file may name for each.

    Instruments on raw sockets cannot be found: write their address into the bench file, and `rig bench doctor` asks
    them. No serial port is opened without --belts. Ends with 0 also where nothing is found.
    """
    from rig.bench.discovery import FoundPort, ask_belt, find_instruments, find_ports
    from rig.bench.ports import open_serial_port
    from rig.clock import WallClock

    if only and not belts:
        raise click.UsageError("--port is for --belts, which opens serial ports")
    clock = WallClock()
    instruments, notes = find_instruments(visa, clock, ask=not no_idn)
    ports = {port.port: port for port in find_ports()}
    wanted = [ports.get(name, FoundPort(name, None, None, "")) for name in only] or list(ports.values())
    if belts:
        ports |= {port.port: ask_belt(port, open_serial_port, clock) for port in wanted}
    if as_json:
        _print_json(instruments, list(ports.values()), notes)
    else:
        _print(instruments, list(ports.values()), notes)
    return ExitCode.PASSED


def _print(instruments: list[FoundInstrument], ports: list[FoundPort], notes: list[str]) -> None:
    for item in instruments:
        click.echo(f"{item.resource}  {_who(item)}")
    if not instruments:
        click.echo(
            "no VISA resources found; instruments on raw sockets never are: name them in the bench file"
        )
    for port in ports:
        facts = [port.usb and f"USB {port.usb}", port.serial and f"serial {port.serial}", port.description]
        click.echo("  ".join([port.port, *(fact for fact in facts if fact), *_belt(port)]))
    if not ports:
        click.echo(
            "no serial ports found; check the adapter's cable, and whether you may read it (group dialout)"
        )
    for note in notes:
        click.echo(f"not searched: {note}", err=True)


def _who(item: FoundInstrument) -> str:
    if item.identity is None:
        return item.trouble or "not asked"
    who = item.identity
    driver = f"driver: {item.driver}" if item.driver else "no driver for it ships"
    return f"{who.maker} {who.model}, serial {who.serial}, firmware {who.firmware}  →  {driver}"


def _belt(port: FoundPort) -> list[str]:
    if port.identity is None:
        return [] if port.trouble is None else [f"no belt: {port.trouble}"]
    who = port.identity
    return [f"{who.model}, serial {who.serial}, firmware {who.firmware}  →  device: {port.driver}"]


def _print_json(instruments: list[FoundInstrument], ports: list[FoundPort], notes: list[str]) -> None:
    from dataclasses import asdict

    from rig.cli.bench.said import print_document

    document: dict[str, Any] = {
        "instruments": [asdict(item) for item in instruments],
        "ports": [asdict(port) for port in ports],
        "not_searched": notes,
    }
    print_document(document)
