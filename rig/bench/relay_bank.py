"""The relays of one scanner, lane by lane: closed on demand, read back, and put to rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, final

from rig.bench.description import RelayEntry
from rig.bench.messages import Value
from rig.errors import BenchError

if TYPE_CHECKING:
    from instruments.protocols import Relays, Scanner


@final
class RelayBank:
    """Relays that faults are made with; at rest they are open.

    Args:
        source: name of the scanner.
        driver: of the scanner.
        relays: those that it holds, of the slots in use.

    Attributes:
        outputs: by slot, names in that lane's image.
    """

    def __init__(self, source: str, driver: Scanner, relays: Sequence[RelayEntry]) -> None:
        self._source = source
        self._scanner = driver
        self._channels: dict[str, dict[str, int]] = {}
        for relay in relays:
            self._channels.setdefault(relay.slot, {})[relay.output] = relay.channel
        self._commanded: dict[int, bool] = {}
        self.outputs: Mapping[str, frozenset[str]] = {
            slot: frozenset(channels) for slot, channels in self._channels.items()
        }

    def prepare(self) -> dict[str, tuple[str, ...]]:
        """See that they are relays, and put all of them to rest; their outputs by slot.

        Raises:
            BenchError: the driver has no relays, or one does not open.
            InstrumentError: the scanner failed, or holds no relays there.
        """
        if self._channels:
            self._driver.require_relays(sorted(self._all()))
        for slot in self._channels:
            self.rest(slot)
        return {slot: tuple(channels) for slot, channels in self._channels.items()}

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        """Close a relay, or open it, and read it back.

        Raises:
            BenchError: it reads back the contrary.
            InstrumentError: the scanner failed.
        """
        self._move([self._channels[slot][output]], closed=bool(value), what=output)
        return bool(value)

    def rest(self, slot: str) -> None:
        """Open every relay of a lane and read them back.

        Raises:
            BenchError: one reads back closed.
            InstrumentError: the scanner failed.
        """
        channels = self._channels.get(slot, {})
        if channels:
            self._move(list(channels.values()), closed=False, what=" and ".join(channels))

    def require_positions(self) -> None:
        """After the link was lost: a relay that does not stand as it was told was moved by somebody else.

        Raises:
            BenchError: one stands otherwise.
            InstrumentError: the scanner failed.
        """
        channels = list(self._commanded)
        if not channels:
            return
        found = dict(zip(channels, self._driver.relay_states(channels), strict=True))
        moved = [channel for channel in channels if found[channel] is not self._commanded[channel]]
        if moved:
            raise BenchError(
                f"looking at the relays of {self._source} after its link was lost: {moved} do not stand as they "
                f"were told; it was restarted, or somebody works at its front panel: begin a new run"
            )

    def _move(self, channels: list[int], *, closed: bool, what: str) -> None:
        driver = self._driver
        self._commanded.update(dict.fromkeys(channels, closed))
        driver.switch_relays(channels, closed=closed)
        states = driver.relay_states(channels)
        if any(state is not closed for state in states):
            raise BenchError(
                f"{'closing' if closed else 'opening'} {what} on {self._source}: channels {channels} read back "
                f"{['closed' if state else 'open' for state in states]}; look at the module and its wiring"
            )

    @property
    def _driver(self) -> Relays:
        """The scanner as one that has relays.

        Raises:
            BenchError: its driver cannot switch any.
        """
        from instruments.protocols import Relays

        if not isinstance(self._scanner, Relays):
            raise BenchError(
                f"using the relays of {self._source}: its driver has none; take them out of the bench file"
            )
        return self._scanner

    def _all(self) -> list[int]:
        return [channel for channels in self._channels.values() for channel in channels.values()]
