"""A manual clock, a scripted resource that fails on leftovers, and a bench of twins behind pyvisa."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from pyvisa.constants import ControlFlow, StatusCode
from pyvisa.errors import VisaIOError

from instruments.keysight_daq970a import KeysightDaq970a
from instruments.keysight_e36300 import KeysightE36300
from instruments.rohde_schwarz_hmp import RohdeSchwarzHmp
from instruments.session import Session
from instruments.simulated.daq970a import Daq970aTwin
from instruments.simulated.e36300 import E36300Twin
from instruments.simulated.faults import Fault
from instruments.simulated.hmp4040 import Hmp4040Twin
from instruments.simulated.visa_library import SimulatedVisaLibrary, Twin, make_resource_manager

SUPPLY = "TCPIP0::192.0.2.7::5025::SOCKET"
SCANNER = "USB0::0x2A8D::0x5101::SIM0002::0::INSTR"
HMP = "TCPIP0::192.0.2.9::5025::SOCKET"
_KEYS = count()


class ManualClock:
    """Bench time that passes only in ``sleep``."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0.0
        self.time_s += seconds


class ScriptedResource:
    """Answers as scripted, in order; None is a message without reply, an exception is raised while reading."""

    def __init__(self, pairs: Sequence[tuple[str, str | BaseException | None]]) -> None:
        self.timeout = 2000.0
        self.flow_control = ControlFlow.none
        self.read_termination: str | None = None
        self.write_termination = "\r\n"
        self.resource_name = "GPIB0::5::INSTR"
        self.cleared = 0
        self.closed = 0
        self.session = 1
        self._pairs = list(pairs)
        self._replies: list[str | BaseException] = []

    @property
    def visalib(self) -> ScriptedResource:
        return self

    def write_raw(self, message: bytes) -> int:
        assert self._pairs, f"nothing more was expected, but {message!r} was sent"
        sent, reply = self._pairs.pop(0)
        assert message == sent.encode() + b"\n"
        if reply is not None:
            self._replies.append(reply)
        return len(message)

    def read_raw(self, size: int | None = None) -> bytes:
        if not self._replies:
            raise VisaIOError(StatusCode.error_timeout)
        reply = self._replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply.encode("latin-1") + b"\n"

    def read(self, session: int, count: int) -> tuple[bytes, StatusCode]:
        assert session == self.session
        reply = self.read_raw()
        assert len(reply) <= count
        return reply, StatusCode.success_termination_character_read

    def clear(self) -> None:
        self.cleared += 1
        self._replies.clear()

    def close(self) -> None:
        self.closed += 1

    @property
    def leftovers(self) -> list[Any]:
        return [*self._pairs, *self._replies]


@dataclass
class Resistor:
    ohms: float = 7.4**2 / 6
    lead_ohms: float = 0.2

    def resistance_ohms(self) -> float:
        return self.ohms


@dataclass
class Probe:
    emf_volts: float = 1.6e-3
    temperature_degc: float = 39.5
    loop_ohms: float = 18.0

    def volts(self) -> float:
        return self.emf_volts

    def degc(self) -> float:
        return self.temperature_degc

    def resistance_ohms(self) -> float:
        return self.loop_ohms


@dataclass
class TwinBench:
    """Both twins behind one library; ``faults`` may be filled at any time."""

    clock: ManualClock
    loads: dict[int, Resistor] = field(default_factory=lambda: {2: Resistor(), 3: Resistor()})
    probes: dict[int, Probe] = field(default_factory=lambda: {n: Probe() for n in range(101, 115)})
    faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    advanced: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.library = SimulatedVisaLibrary(
            f"test-{next(_KEYS)}",
            self.make_twins(),
            self.clock,
            faults=lambda name, number: self.faults.get((name, number)),
        )
        self.manager = make_resource_manager(self.library)

    def make_twins(self) -> Mapping[str, Twin]:
        self.supply_twin = E36300Twin(
            "E36313A", "SIM0001", self.loads, _silence, self.advanced.append, name="supply"
        )
        self.scanner_twin = Daq970aTwin(
            "SIM0002", self.probes, _silence, self.advanced.append, name="scanner"
        )
        return {SUPPLY: self.supply_twin, SCANNER: self.scanner_twin}

    def open(self, name: str) -> Any:
        resource: Any = self.manager.open_resource(name)
        resource.read_termination = resource.write_termination = "\n"
        return resource

    def session(self, name: str) -> Session:
        def opened() -> Any:
            return self.manager.open_resource(name)

        return Session(opened, name, self.clock)

    def supply(self) -> KeysightE36300:
        return KeysightE36300(self.session(SUPPLY), "E36313A")

    def scanner(self) -> KeysightDaq970a:
        return KeysightDaq970a(self.session(SCANNER))


@dataclass
class HmpBench(TwinBench):
    """An HMP4040 alone, a belt unit on each output; 1 and 2 are sensed at the load."""

    loads: dict[int, Resistor] = field(default_factory=lambda: {n: Resistor() for n in range(1, 5)})

    def make_twins(self) -> Mapping[str, Twin]:
        self.twin = Hmp4040Twin(
            "HMP4040", "SIM0003", self.loads, _silence, self.advanced.append, four_wire=(1, 2), name="hmp"
        )
        return {HMP: self.twin}

    def bare(self) -> Session:
        return self.session(HMP)

    def hmp(self) -> RohdeSchwarzHmp:
        return RohdeSchwarzHmp(self.bare(), "HMP4040")


def _silence(_channel: str, _index: int) -> float:
    return 0.0


Wire = Callable[..., tuple[Session, ScriptedResource]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def wire(clock: ManualClock) -> Iterator[Wire]:
    """Sessions over scripted resources; each script must be used up."""
    made: list[ScriptedResource] = []

    def start(*pairs: tuple[str, str | BaseException | None]) -> tuple[Session, ScriptedResource]:
        resource = ScriptedResource(pairs)
        made.append(resource)
        return Session(lambda: resource, "psu", clock), resource

    yield start
    for resource in made:
        assert resource.leftovers == []


@pytest.fixture
def bench(clock: ManualClock) -> Iterator[TwinBench]:
    twins = TwinBench(clock)
    yield twins
    twins.library.close_library()


@pytest.fixture
def hmp_bench(clock: ManualClock) -> Iterator[HmpBench]:
    bench = HmpBench(clock)
    yield bench
    bench.library.close_library()


@pytest.fixture
def open_ohms() -> float:
    return math.inf
