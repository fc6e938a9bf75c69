"""The control channel of a served simulated bench: true temperatures and faults, JSON lines on loopback TCP.

It reaches what no instrument can: only tests and demonstrations may look at it, never a run.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from typing import Any, final

import orjson

from dut_drivers.simulated.belt_world import BeltWorld
from rig.errors import RigError
from rig.simulation.bench import SimulatedBench

LONGEST_LINE = 65_536
HELP = (
    'send {"do": "truth"}, {"do": "inject", "fault": "scanner:hang"} '
    '{"do": "probe", "signal": "skin.a1", "open": true}, with "reversed" or "detached" in place of "open", '
    'or {"do": "swap", "signals": ["skin.a1", "skin.b1"]}'
)


@final
class ControlChannel:
    """Answers one JSON object a line, to any number of clients, until closed.

    Requests: ``truth`` (by slot, all true temperatures in °C and currents in A), ``inject`` (a link fault, see
    `rig.simulation.faults`), ``probe`` (break a thermocouple wire, swap its two wires or let it fall off into the
    air, or mend that), ``swap`` (exchange the spots of two thermocouples); of the first slot unless one is named.
    """

    def __init__(self, bench: SimulatedBench) -> None:
        self._bench = bench
        self._spots: dict[tuple[str, str], Callable[[], float]] = {}
        self._actions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "truth": self._truth,
            "inject": self._inject,
            "probe": self._probe,
            "swap": self._swap,
        }
        self._server = _Server(("127.0.0.1", 0), _handler_of(self.answer))
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="control channel", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, ``tcp://127.0.0.1:PORT``."""
        host, port = self._server.server_address[:2]
        return f"tcp://{host!s}:{port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> ControlChannel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one request; what is wrong with it stands under ``error``."""
        try:
            request = orjson.loads(line)
            action = self._actions[request["do"]]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return {"error": f"not understood; {HELP}"}
        try:
            with self._bench.lock:
                return action(request)
        except (KeyError, TypeError, ValueError, RigError) as error:
            return {"error": f"{error}; {HELP}"}

    def _truth(self, _request: dict[str, Any]) -> dict[str, Any]:
        now = self._bench.clock.now()
        slots = {}
        for name, lane in self._bench.lanes.items():
            lane.world.advance(now)
            slots[name] = _true_state(lane.world)
        return {"t": round(now, 3), "slots": slots}

    def _inject(self, request: dict[str, Any]) -> dict[str, Any]:
        self._bench.faults.inject(request["fault"])
        return {"injected": request["fault"]}

    def _probe(self, request: dict[str, Any]) -> dict[str, Any]:
        slot, signal = self._slot(request), request["signal"]
        probe = self._bench.probes[slot, signal]
        told: dict[str, Any] = {
            name: bool(request[name]) for name in ("open", "reversed", "detached") if name in request
        }
        if not told:
            raise KeyError("open")
        probe.open = told.get("open", probe.open)
        probe.reversed = told.get("reversed", probe.reversed)
        if "detached" in told:
            spot = self._spots.setdefault((slot, signal), probe.sits_on)
            probe.sits_on = self._bench.lanes[slot].world.ambient_degc if told["detached"] else spot
        return {"slot": slot, "signal": signal, **told}

    def _swap(self, request: dict[str, Any]) -> dict[str, Any]:
        slot = self._slot(request)
        one, other = (self._bench.probes[slot, signal] for signal in request["signals"])
        one.sits_on, other.sits_on = other.sits_on, one.sits_on
        return {"slot": slot, "swapped": request["signals"]}

    def _slot(self, request: dict[str, Any]) -> str:
        slot: str = request.get("slot", self._bench.slots[0].name)
        return slot


def _true_state(world: BeltWorld) -> dict[str, Any]:
    return {
        "ambient_degc": world.ambient_degc(),
        "phantom_degc": world.phantom_degc(),
        "units": {
            unit: {
                "skin_degc": world.skin_degc(unit),
                "pad_degc": world.pad_degc(unit),
                "deep_degc": world.deep_degc(unit),
                "amps": world.current_amps(unit),
            }
            for unit in world.units
        },
    }


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def _handler_of(answer: Callable[[bytes], dict[str, Any]]) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in iter(lambda: self.rfile.readline(LONGEST_LINE), b""):
                self.wfile.write(orjson.dumps(answer(line)) + b"\n")

    return Handler
