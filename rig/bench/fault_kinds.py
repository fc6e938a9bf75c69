"""The kinds of faults that a simulated bench can have, and the one grammar of their names.

``target:kind[=value][@reply]``: the target is an instrument or belt by its source (``supply``, ``scanner``, ``belt``),
or a probe by its signal (``skin.a1``, and ``left/skin.a1`` on a bench of several slots). With ``@4`` the fault comes
with that device's fourth reply, a probe's with its scanner's; without, at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rig.errors import InputError

Role = Literal["supply", "scanner", "belt", "probe"]

LINKS: tuple[Role, ...] = ("supply", "scanner", "belt")
SECONDS = r"\d+(?:\.\d+)?"
VOLTS = SECONDS
KELVINS = r"-?\d+(?:\.\d+)?"
COUNT = r"[1-9]\d*"
ANY = r"[\w./-]+"
CAUSES = "power_on|brown_out|processor_watchdog|software"
PATTERN = re.compile(rf"(?P<target>[\w./-]+):(?P<kind>[\w-]+)(=(?P<value>{ANY}))?(@(?P<reply>\d+))?")


@dataclass(frozen=True, slots=True)
class Kind:
    """What can befall something.

    Attributes:
        name: as it is written. of: what it can befall.
        value: pattern of what may stand after ``=``; None where nothing may.
        shown: the value for people. required: whether it must be there.
        of_reply: it befalls one reply, or a device from its next reply on.
        about: what happens.
    """

    name: str
    of: tuple[Role, ...]
    about: str
    value: str | None = None
    shown: str = ""
    required: bool = False
    of_reply: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that was named. reply: with which reply it comes, None for at once."""

    target: str
    kind: Kind
    value: str
    reply: int | None
    text: str

    @property
    def seconds(self) -> float:
        """The value where it is a time, 0 where there is none."""
        return float(self.value) if self.kind.value == SECONDS and self.value else 0.0

    @property
    def count(self) -> int:
        """How many replies in a row it befalls."""
        return int(self.value) if self.kind.value == COUNT and self.value else 1


def _kinds(*kinds: Kind) -> Mapping[str, Kind]:
    return {kind.name: kind for kind in kinds}


KINDS = _kinds(
    Kind("silent", LINKS, "Hears and acts, and never answers again.", of_reply=True),
    Kind("deaf", LINKS, "Neither hears nor answers; a belt's control runs on.", of_reply=True),
    Kind("hang", LINKS, "An instrument falls silent, a belt deaf.", of_reply=True),
    Kind(
        "delay",
        LINKS,
        "One reply comes so many seconds later.",
        SECONDS,
        "seconds",
        required=True,
        of_reply=True,
    ),
    Kind("late", LINKS, "One reply comes after the time-out, by 3 s.", SECONDS, "seconds", of_reply=True),
    Kind("drop", LINKS, "One reply, or so many in a row, never comes.", COUNT, "replies", of_reply=True),
    Kind("garble", LINKS, "Bytes of one reply, or of so many, are changed.", COUNT, "replies", of_reply=True),
    Kind(
        "truncate", LINKS, "One reply, or so many, lose their second half.", COUNT, "replies", of_reply=True
    ),
    Kind("cut", LINKS, "The link breaks and is gone for so long, or until mended.", SECONDS, "seconds"),
    Kind("refuse", LINKS, "The link breaks; whoever opens it is turned away until mended."),
    Kind(
        "reboot",
        ("supply", "scanner"),
        "Power lost: settings of *RST, outputs off, no scan list; link gone for 4 s.",
        SECONDS,
        "seconds",
    ),
    Kind("swap", LINKS, "Re-plugged, and another unit answers, by another serial number."),
    Kind(
        "lie",
        ("supply",),
        "Outputs deliver nothing and read as if they did; measured volts are 10 % low; or all reads off.",
        "setting|volts|off",
        "setting, volts or off",
        required=True,
    ),
    Kind(
        "comes-on",
        ("supply",),
        "Wired outputs that are off turn on by themselves, at 5 V, or so many.",
        VOLTS,
        "volts",
    ),
    Kind("stuck", ("supply",), "An output that is on takes OFF and stays on, until power is lost."),
    Kind("frozen", ("scanner", "probe"), "The same digits for ever."),
    Kind("overload", ("scanner",), "+9.9E37 on every channel."),
    Kind("open", ("probe",), "The wire is broken."),
    Kind("short", ("probe",), "The wires touch at the terminals: it reads the block's temperature."),
    Kind(
        "detached",
        ("probe",),
        "It hangs in the air and cools to ambient, lagging by 5 s.",
        SECONDS,
        "seconds",
    ),
    Kind("swapped", ("probe",), "It and another change their spots.", ANY, "other probe", required=True),
    Kind(
        "drift",
        ("probe",),
        "Its wire reads so many kelvins more from now on, or less.",
        KELVINS,
        "kelvins",
        required=True,
    ),
    Kind("reversed", ("probe",), "Its two wires are swapped at the terminals."),
    Kind("reset", ("belt",), "The controller restarts, for that cause.", CAUSES, CAUSES.replace("|", ", ")),
    Kind("welded", ("belt",), "The main switches, or a unit's, conduct for ever once closed.", ANY, "unit"),
    Kind("sensor-stuck", ("belt",), "The sensors, or a unit's, keep their last reading.", ANY, "unit"),
    Kind("spurious", ("belt",), "It reports a cut-off that did not happen."),
    Kind("mend", (*LINKS, "probe"), "Whatever of these can be put right is."),
)
"""All kinds by name."""

STAYING = ("cut", "refuse")
"""Kinds that come at once unless a reply is named, and then take that reply along."""


def parse_fault(text: str, targets: Mapping[str, Role]) -> Fault:
    """The fault of that name.

    Args:
        text: ``target:kind[=value][@reply]``.
        targets: what the bench has, and what each is.

    Raises:
        InputError: the text is no fault, or none of this bench.
    """
    match = PATTERN.fullmatch(text)
    if match is None:
        raise InputError(
            f"injecting the fault {text!r}: it is not of the form target:kind[=value][@reply]; "
            f"write e.g. scanner:hang@4"
        )
    target, value = match["target"], match["value"] or ""
    if target not in targets:
        raise InputError(
            f"injecting the fault {text!r}: the bench has no {target!r}; it has {', '.join(targets)}"
        )
    kind, role = KINDS.get(match["kind"]), targets[target]
    if kind is None or role not in kind.of:
        known = ", ".join(name for name, each in KINDS.items() if role in each.of)
        raise InputError(
            f"injecting the fault {text!r}: {target} has no {match['kind']!r}; use one of {known}"
        )
    _require_value(text, kind, value)
    return Fault(target, kind, value, int(match["reply"]) if match["reply"] else None, text)


def _require_value(text: str, kind: Kind, value: str) -> None:
    if not value and not kind.required:
        return
    if kind.value is None:
        raise InputError(f"injecting the fault {text!r}: {kind.name} takes no value; leave {value!r} out")
    if not re.fullmatch(kind.value, value):
        raise InputError(
            f"injecting the fault {text!r}: {kind.name} takes {kind.shown}, not {value or 'nothing'!r}"
        )
