"""The relays of a bench file: where each is, whose it is, and which faults it makes on a simulated bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rig.bench.description import BenchDescription, RelayEntry
from rig.bench.fault_names import parse_lane_fault
from rig.documents import did_you_mean, quoted
from rig.errors import InputError

if TYPE_CHECKING:
    from rig.bench.addresses import Addresses
    from rig.bench.grammar import RelayModel
    from rig.documents import Scalar
    from rig.documents.fields import Reader

RESERVED = frozenset({"current_limit", "voltage", "output", "session", "level", "regulation", "rearm"})
"""How the other outputs of a lane end: a relay of such a name could be taken for one of them."""

Relays = Mapping["Scalar", "RelayModel"]


def read_relays(
    models: Relays, slots: Sequence[str], addresses: Addresses, reader: Reader
) -> tuple[RelayEntry, ...]:
    """The relays in the order of the file; call it once every channel to measure on is known.

    Args:
        models: as written.
        slots: names of the bench's slots.
        addresses: of the bench's instruments and channels.
        reader: takes what does not fit.
    """
    return tuple(_relay(name, model, slots, addresses, reader) for name, model in models.items())


def check_simulated(models: Relays, bench: BenchDescription, reader: Reader) -> None:
    """Report faults that the bench cannot have, and relays that do nothing where all is simulated."""
    entries = {relay.name: relay for relay in bench.relays}
    slots = {slot.name: slot for slot in bench.slots}
    for name, model in models.items():
        relay = entries[name.text]
        made = model.simulates
        if made is None and bench.simulation is not None:
            message = f"relay {name.text} does nothing on this simulated bench"
            remedy = "add e.g. simulates: {closed: skin.a1:open, open: skin.a1:mend}"
            reader.diagnostics.warning("bench/idle-relay", name.span, message, remedy)
        if made is None or relay.slot not in slots:
            continue
        for text in (made.closed, made.open):
            wrong = _wrong(text.text, relay, bench)
            if wrong:
                reader.error("bad-fault", text.span, wrong, "docs/faults.md lists the faults")


def _relay(
    name: Scalar, model: RelayModel, slots: Sequence[str], addresses: Addresses, reader: Reader
) -> RelayEntry:
    if name.text in RESERVED:
        message = f"{quoted(name.text)} cannot name a relay: outputs of supply and device are called so"
        reader.error("name", name.span, message, "name what it does, e.g. open-a1")
    scanner, channel = addresses.relay(model.channel)
    made = model.simulates
    return RelayEntry(
        name=name.text,
        scanner=scanner,
        channel=channel,
        slot=_slot(name, model.slot, slots, reader),
        about=model.about.text,
        closing="" if made is None else made.closed.text,
        opening="" if made is None else made.open.text,
    )


def _slot(name: Scalar, written: Scalar | None, slots: Sequence[str], reader: Reader) -> str:
    """Whose it is; the only slot's where none is written."""
    if written is None:
        if len(slots) > 1:
            message = f'relay {name.text} has no "slot", and the bench has several'
            reader.error("missing-key", name.span, message, f"add slot: {slots[0]}, or whose it is")
        return slots[0] if slots else ""
    if written.text not in slots and not reader.lost & {written.text, "slots"}:
        message = f"the bench has no slot {quoted(written.text)}"
        reader.error("unknown-slot", written.span, message, did_you_mean(written.text, slots))
    return written.text


def _wrong(text: str, relay: RelayEntry, bench: BenchDescription) -> str:
    """Why the relay cannot make that fault, '' if it can."""
    try:
        fault, _ = parse_lane_fault(text, bench, bench.slot(relay.slot))
    except InputError as error:
        return str(error)
    if fault.reply is not None:
        return f"{quoted(text)} waits for a reply; what a relay makes comes when it moves"
    if fault.target == relay.scanner:
        return f"{quoted(text)} befalls the instrument that holds the relay"
    return ""
