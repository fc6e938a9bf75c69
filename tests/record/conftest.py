"""A small sealed run with a line of every kind, and ways to make its chain again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from rig.record import lines
from rig.record.chain import close, digest, split
from rig.record.strict import Line
from rig.record.writer import RunFile

HEAD: dict[str, Any] = {
    "run": "2026-11-21T10-31-07Z_42-c-cut-off_SIM-0042",
    "plan": "42 °C cut-off",
    "lane": "a",
    "simulated": True,
    "seed": 7,
    "clock": "virtual",
    "anchor": "2026-11-21T10:31:07Z",
    "software": {"name": "heat-belt-rig", "version": "0.1.0", "commit": None},
    "scan_s": 0.1,
    "documents": [{"role": "plan", "file": "cut-off.yaml", "sha256": "0" * 64, "text": "plan: 42 °C\n"}],
    "bench": {"name": "simulated"},
    "instruments": [],
    "device": {"model": "ir-lumbar-wrap", "serial": "SIM-0042"},
    "wiring": {"sources": {}, "heaters": {}},
    "budget": {"name": "B", "components": []},
    "profile": {"cutoff_degc": 40.4},
    "operator": None,
}


@pytest.fixture
def head() -> Line:
    return lines.head(**HEAD)


@pytest.fixture
def every_kind(head: Line) -> list[Line]:
    return [
        head,
        lines.declare("step", {"name": "drive", "place": "cut-off.yaml:12:5", "hold_s": None}),
        lines.step(0.0, "drive", "start"),
        lines.demand(0.0, "supply.a.output", False, True, "drive"),
        lines.readback(0.1, "supply.a.voltage", 8.14),
        lines.scan(0.1, {"belt": [0.05, [0.1, 37.25]], "supply": [0.06, [8.139]]}),
        lines.scan(0.2, {"scanner": [0.1, [0.0012, "+9.90000000E+37"], [0.0, 0.04]]}),
        lines.scan(0.3, {}),
        lines.event(0.3, "belt.cutoff", "belt", {"unit": "a", "sensor_degc": 40.41}),
        lines.trip(0.4, "too hot", "skin.a1", 45.2, 45.0),
        lines.operator(0.5, "A. Tester", "stop"),
        lines.off(
            0.6, "interlock", True, [{"resource": "supply", "output": 2, "confirmed": True, "what": ""}]
        ),
        lines.outcome(0.7, "interlock", "too hot"),
        lines.verdict({"name": "peak", "step": None, "verdict": "FAIL", "value": 45.2, "uncertainty": 0.44}),
        lines.summary("FAIL"),
    ]


@pytest.fixture
def sealed_run(tmp_path: Path, every_kind: list[Line]) -> Path:
    """The file of a sealed run, 16 lines long."""
    file = RunFile(tmp_path / "sealed")
    for line in every_kind:
        file.append(line)
    file.seal(0.8)
    return file.path


@pytest.fixture
def chained() -> Callable[[list[dict[str, Any]]], bytes]:
    """Chains any objects as the writer would, and with the numbers that they carry: what a forger can do."""

    def chain(objects: list[dict[str, Any]]) -> bytes:
        data, previous = b"", ""
        for item in objects:
            body = orjson.dumps(item)
            raw, previous = close(body, digest(previous, body))
            data += raw
        return data

    return chain


@pytest.fixture
def objects() -> Callable[[Path], list[dict[str, Any]]]:
    """The lines of a run file as objects, without their hashes."""

    def read(path: Path) -> list[dict[str, Any]]:
        found = []
        for raw in path.read_bytes().splitlines(keepends=True):
            parts = split(raw)
            assert parts is not None
            found.append(orjson.loads(parts[0]))
        return found

    return read
