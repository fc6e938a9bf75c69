"""What every SCPI twin has: conversations, the IEEE 488.2 status model, the error queue and common commands.

The status model follows IEEE 488.2 §11 and SCPI-1999 vol. 1 §9; error numbers and texts SCPI-1999 vol. 2 §21.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from instruments.simulated.scpi_parser import INTEGER, CommandTree, Handler, ScpiError, Unit
from instruments.simulated.scpi_replies import Completion, Compound, Deferred, Operation
from instruments.simulated.scpi_status import StatusRegister, add_register

ERRORS = {
    -100: "Command error",
    -101: "Invalid character",
    -102: "Syntax error",
    -103: "Invalid separator",
    -104: "Data type error",
    -108: "Parameter not allowed",
    -109: "Missing parameter",
    -113: "Undefined header",
    -114: "Header suffix out of range",
    -131: "Invalid suffix",
    -151: "Invalid string data",
    -200: "Execution error",
    -211: "Trigger ignored",
    -213: "Init ignored",
    -221: "Settings conflict",
    -222: "Data out of range",
    -224: "Illegal parameter value",
    -230: "Data corrupt or stale",
    -310: "System error",
    -350: "Queue overflow",
    -363: "Input buffer overrun",
    -410: "Query INTERRUPTED",
    -420: "Query UNTERMINATED",
}
"""Texts of the errors that twins raise."""

ERROR_QUEUE = 20
"""Entries that the error queue of the E36300 and the DAQ970A holds."""

INPUT_BOUND = 65_536
"""Bytes without a line end that a twin accepts before it drops them with -363."""

PROGRAM_CACHE = 512
"""Program messages kept parsed."""

NOT_A_NUMBER = "+9.91000000E+37"
OVERLOAD = "+9.90000000E+37"

_EPSILON_S = 1e-9

Noise = Callable[[str, int], float]
"""Standard normal noise, a pure function of channel name and index."""


def nr3(value: float) -> str:
    """A number as Keysight instruments write it: ``+1.00000000E+01``."""
    return f"{value:+.8E}"


Reply = tuple[float, bytes | Deferred]
"""The instant of readiness, and the bytes or what makes them."""


class ScpiTwin:
    """A simulated instrument that several clients may talk to at once.

    Settings are shared; input and output buffers belong to each conversation. Messages are parsed once and
    kept by their exact text, so that a repeated poll costs a look-up.

    Args:
        name: what faults and errors call it.
        idn: the whole ``*IDN?`` reply.
        advance: brings the world to a bench instant; called before each message.
        reply_s: time from a query's arrival to its reply, in s, for each query of a message.
    """

    def __init__(self, name: str, idn: str, advance: Callable[[float], None], reply_s: float) -> None:
        self.name = name
        self.now = 0.0
        self._idn = idn
        self._advance = advance
        self._reply_s = reply_s
        self._programs: dict[bytes, tuple[Unit, ...]] = {}
        self._errors: deque[tuple[int, str]] = deque()
        self._event_status = 128
        self._event_enable = 0
        self._service_enable = 0
        self._completing = False
        self._talking: Conversation | None = None
        self._operating = StatusRegister(self._operation_condition)
        self._questionable = StatusRegister(self._questionable_condition)
        self._registers = [self._operating, self._questionable]
        self.tree = CommandTree()
        self._add_common()

    def connect(self, *, streaming: bool = False) -> Conversation:
        """A new client.

        Args:
            streaming: replies follow each other as on a raw socket. Else, as on USB or GPIB, a new message
            throws an unread reply away with -410.
        """
        return Conversation(self, streaming=streaming)

    def fault(self, code: int) -> None:
        """Put an error into the queue and its bit into the event status register."""
        self._event_status |= _event_bit(code)
        if len(self._errors) >= ERROR_QUEUE:
            self._errors[-1] = (-350, ERRORS[-350])
        else:
            self._errors.append((code, ERRORS[code]))

    def power_cycle(self, now: float) -> None:
        """Lose the power and get it back: settings of ``*RST``, queue and registers as after switching on."""
        self.now = now
        self._reset()
        self._clear_status()
        self._event_status, self._event_enable, self._service_enable = 128, 0, 0
        for register in self._registers:
            register.enable(0)

    def become(self, serial: str, now: float) -> None:
        """Another unit of the same model is plugged in here, just switched on.

        Raises:
            ValueError: the serial number does not begin with ``SIM``.
        """
        if not serial.startswith("SIM"):
            raise ValueError(f"a twin's serial number begins with SIM, not {serial!r}")
        maker, model, _, firmware = self._idn.split(",", 3)
        self._idn = f"{maker},{model},{serial},{firmware}"
        self.power_cycle(now)

    @property
    def serial(self) -> str:
        """The serial number that it gives."""
        return self._idn.split(",")[2]

    def execute(
        self, message: bytes, now: float, talking: Conversation
    ) -> tuple[float, bytes | Deferred] | None:
        """Run one program message that arrived at ``now``.

        Returns:
            The instant of readiness and the reply with line end, or what makes it; None if nothing was asked.
        """
        program = self._programs.get(message)
        if program is None:
            program = self._compile(message)
        self.now = now
        self._advance(now)
        self._talking = talking
        replies: list[str] = []
        parts: list[str | Deferred] | None = None
        for handler, arguments in program:
            reply = self._call(handler, arguments)
            if isinstance(reply, str):
                replies.append(reply)
            elif reply is not None:
                parts = [*(parts or []), *replies, reply]
                replies.clear()
        if parts is not None:
            parts += replies
            alone = parts[0] if len(parts) == 1 else None
            return now, Compound(parts) if alone is None or isinstance(alone, str) else alone
        if not replies:
            return None
        return now + self._reply_s * len(replies), (";".join(replies) + "\n").encode("ascii")

    def status_byte(self, *, message_available: bool) -> int:
        """The status byte without the request bit (IEEE 488.2 §11.2), MAV as the conversation has it."""
        byte = (4 if self._errors else 0) | (16 if message_available else 0)
        byte |= (8 if self._questionable.summary() else 0) | (128 if self._operating.summary() else 0)
        self._note_completion()
        if self._event_status & self._event_enable:
            byte |= 32
        return byte | (64 if byte & self._service_enable & ~64 else 0)

    def _operation_condition(self) -> int:
        """The bits of STATus:OPERation; for the family's twin."""
        return 0

    def _questionable_condition(self) -> int:
        """The bits of STATus:QUEStionable; for the family's twin."""
        return 0

    def _pending(self) -> Operation | None:
        """What goes on beside the conversation, for ``*OPC`` and ``*OPC?`` to wait for; for the family's twin."""
        return None

    def _reset(self) -> None:
        """What ``*RST`` does; for the family's twin."""

    def _compile(self, message: bytes) -> tuple[Unit, ...]:
        program = self.tree.compile(message.decode("latin-1").strip())
        if len(self._programs) >= PROGRAM_CACHE:
            del self._programs[next(iter(self._programs))]
        self._programs[message] = program
        return program

    def _call(self, handler: Handler, arguments: tuple[Any, ...]) -> str | Deferred | None:
        try:
            reply: str | Deferred | None = handler(*arguments)
        except ScpiError as fault:
            self.fault(fault.code)
            return None
        return reply

    def _add_common(self) -> None:
        add = self.tree.add
        add("*IDN?", lambda: self._idn)
        add("*RST", self._start_over)
        add("*CLS", self._clear_status)
        add("*ESR?", self._read_event_status)
        add("*ESE", self._enable_events, INTEGER)
        add("*ESE?", lambda: f"+{self._event_enable}")
        add("*SRE", self._enable_service, INTEGER)
        add("*SRE?", lambda: f"+{self._service_enable}")
        add("*STB?", self._read_status_byte)
        add("*OPC", self._complete)
        add("*OPC?", self._completion)
        add("*WAI", lambda: None)
        add("*TRG", lambda: None)
        add("*TST?", lambda: "+0")
        add("SYSTem:ERRor[:NEXT]?", self._next_error)
        add("SYSTem:VERSion?", lambda: "1999.0")
        add_register(add, "STATus:OPERation", lambda: self._operating)
        add_register(add, "STATus:QUEStionable", lambda: self._questionable)
        add("STATus:PRESet", self._preset_status)
        for word in ("REMote", "LOCal", "RWLock", "BEEPer[:IMMediate]"):
            add(f"SYSTem:{word}", lambda: None)

    def _clear_status(self) -> None:
        self._errors.clear()
        self._event_status = 0
        self._completing = False
        for register in self._registers:
            register.take_events()

    def _start_over(self) -> None:
        self._completing = False
        self._reset()

    def _preset_status(self) -> None:
        self._operating.enable(0)
        self._questionable.enable(0)

    def _read_event_status(self) -> str:
        self._note_completion()
        events, self._event_status = self._event_status, 0
        return f"+{events}"

    def _enable_events(self, mask: int) -> None:
        self._event_enable = _mask(mask)

    def _enable_service(self, mask: int) -> None:
        self._service_enable = _mask(mask) & ~64

    def _read_status_byte(self) -> str:
        waiting = self._talking is not None and self._talking.message_available
        return f"+{self.status_byte(message_available=waiting)}"

    def _complete(self) -> None:
        self._completing = True
        self._note_completion()

    def _note_completion(self) -> None:
        if self._completing and self._pending() is None:
            self._completing = False
            self._event_status |= 1

    def _completion(self) -> str | Deferred:
        operation = self._pending()
        return "1" if operation is None else Completion(operation)

    def _next_error(self) -> str:
        code, text = self._errors.popleft() if self._errors else (0, "No error")
        return f'{code:+d},"{text}"'


def _mask(value: int) -> int:
    if not 0 <= value <= 255:
        raise ScpiError(-222)
    return value


def _event_bit(code: int) -> int:
    """The event status bit of an error class (IEEE 488.2 §11.5.1)."""
    return {1: 32, 2: 16, 3: 8, 4: 4}.get(-code // 100, 8)


class Conversation:
    """One client's input and output buffers."""

    __slots__ = ("_inbox", "_outbox", "_streaming", "_twin")

    def __init__(self, twin: ScpiTwin, *, streaming: bool) -> None:
        self._twin = twin
        self._streaming = streaming
        self._inbox = b""
        self._outbox: deque[Reply] = deque()

    @property
    def message_available(self) -> bool:
        """Whether a reply waits to be read."""
        return bool(self._outbox)

    def write(self, data: bytes, now: float) -> None:
        """Take bytes at the instant ``now``; each line, ended by LF or CRLF, is a program message."""
        if not self._inbox and data.find(b"\n") == len(data) - 1:
            self._run(data, now)
            return
        *lines, self._inbox = (self._inbox + data).split(b"\n")
        for line in lines:
            self._run(line, now)
        if len(self._inbox) > INPUT_BOUND:
            self._inbox = b""
            self._twin.fault(-363)

    def read(self, now: float) -> tuple[float, bytes] | None:
        """The oldest reply at the instant ``now``.

        Returns:
            None if nothing was asked; (instant, b"") if nothing is ready before that instant, at which to
            call again; else the instant of readiness and the reply with its line end.
        """
        if not self._outbox:
            return None
        ready, reply = self._outbox[0]
        if not isinstance(reply, bytes):
            ready = reply.advance(now)
            if not reply.done:
                return ready, b""
            reply = (reply.text() + "\n").encode("ascii")
            self._outbox[0] = (ready, reply)
        if ready > now + _EPSILON_S:
            return ready, b""
        self._outbox.popleft()
        return ready, reply

    def unterminated(self) -> None:
        """A client reads though it asked nothing: -420."""
        self._twin.fault(-420)

    def clear(self) -> None:
        """Device clear: drop input and output, keep settings."""
        self._inbox = b""
        self._outbox.clear()

    def status_byte(self, now: float) -> int:
        """The status byte as a serial poll at the instant ``now`` sees it."""
        self._twin.now = now
        return self._twin.status_byte(message_available=self.message_available)

    def _run(self, line: bytes, now: float) -> None:
        if not line or line.isspace():
            return
        if self._outbox and not self._streaming:
            self._outbox.clear()
            self._twin.fault(-410)
        reply = self._twin.execute(line, now, self)
        if reply is not None:
            self._outbox.append(reply)
