"""What a step demands of the relays of its slot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rig.bench.description import RELAY
from rig.documents import Scalar, did_you_mean, one_of, quoted
from rig.plan.program import Demand
from rig.plan.scope import Scope, place_of

POSITIONS = ("closed", "open")


def relay_demands(written: Mapping[Scalar, Scalar] | None, scope: Scope) -> Iterator[Demand]:
    """The demands on relays in the order of the plan; a parameter may stand for a relay, and for a position."""
    known = tuple(relay.name for relay in scope.bench.relays_of(scope.slot.name))
    first: dict[str, Scalar] = {}
    for name, position in (written or {}).items():
        relay = scope.word(name, known)
        if relay in scope.reader.lost or position.text in scope.reader.lost:
            continue
        if relay not in known:
            _report_unknown(name, relay, known, scope)
        elif first.setdefault(relay, name) is not name:
            message = f"{quoted(name.text)}: relay {relay} already stands in line {first[relay].span.line}"
            scope.error("two-positions", name.span, message, "give each relay one position in a step")
        else:
            yield from _demand(relay, name, position, scope)


def _demand(relay: str, name: Scalar, position: Scalar, scope: Scope) -> Iterator[Demand]:
    word = scope.word(position, POSITIONS)
    if word in POSITIONS:
        yield Demand(RELAY + relay, word == "closed", place_of(name.span))
        return
    message = f"{quoted(word)} is no position of relay {relay}"
    scope.error("unknown-position", position.span, message, one_of(POSITIONS))


def _report_unknown(name: Scalar, relay: str, known: tuple[str, ...], scope: Scope) -> None:
    owner = next((each.slot for each in scope.bench.relays if each.name == relay), None)
    where = f"slot {scope.slot.name} of bench {quoted(scope.bench.name)}"
    message = f"{where} has no relay {quoted(relay)}"
    remedy = did_you_mean(relay, known) or "choose a bench file that has relays, with --bench"
    if owner is not None:
        message, remedy = (
            f"relay {relay} belongs to slot {owner}, not to {where}",
            "a lane moves its own relays only",
        )
    scope.error("unknown-relay", name.span, message, remedy)
