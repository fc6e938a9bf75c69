"""The two lines that stand on top of every screen and dialog, with STOP in their right end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isinf, isnan
from typing import TYPE_CHECKING, cast, final

from rich.cells import cell_len
from rich.text import Text
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from rig.checks.wording import marked
from rig.tui.status import GLYPHS, Status
from rig.tui.words import ascii_only, clock_words, cut

if TYPE_CHECKING:
    from rig.tui.app import RigApp

STOP_WORDS = ("■ F12 STOP", "output off")
STOP_WIDTH = 12
ALARM = "bold white on #b00020"


@final
class Chrome(Widget):
    """State, hottest spot and margin, output, step and time left, age of data; STOP.

    Attributes:
        status: what it shows.
    """

    can_focus = False
    status: reactive[Status] = reactive(Status(), layout=False)

    def watch_status(self, status: Status) -> None:
        """Another kind of bench has another colour."""
        for word in ("live", "simulated", "shown", "no"):
            self.set_class(status.kind.lower().startswith(word), f"-{word}")

    def render(self) -> Text:
        """Both lines, and STOP."""
        rig = cast("RigApp", self.app)
        width = max(0, self.size.width - STOP_WIDTH)
        lines = []
        for parts, stop in zip((_first(self.status), _second(self.status)), STOP_WORDS, strict=True):
            line = fit(parts, width)
            line.append(stop.center(STOP_WIDTH), "bold white on #8a1c1c")
            lines.append(ascii_only(line) if rig.ascii else line)
        return Text("\n").join(lines)

    def on_click(self, event: Click) -> None:
        """STOP by the mouse."""
        if event.x >= self.size.width - STOP_WIDTH:
            event.stop()
            cast("RigApp", self.app).stop_now()


@dataclass(frozen=True, slots=True)
class Part:
    """Words, their style, and fewer words for where there is little room; is_extra: left out before others shrink."""

    words: str
    style: str = ""
    fewer: str = ""
    is_extra: bool = False


def fit(parts: Sequence[Part], width: int) -> Text:
    """The parts in so many cells: extras are left out, then words, then blanks; what is left over is cut."""
    made = list(parts)
    while _width(made) > width and made[-1].is_extra:
        made.pop()
    for index in reversed(range(len(made))):
        if _width(made) > width:
            made[index] = replace(made[index], words=made[index].fewer or made[index].words)
    gap = " │ " if _width(made) <= width else "│"
    excess = sum(cell_len(part.words) for part in made) + len(made) - 1 - width if gap == "│" else 0
    for _ in range(excess):
        longest = max(range(len(made)), key=lambda index: cell_len(made[index].words))
        room = max(1, cell_len(made[longest].words) - 1)
        made[longest] = replace(made[longest], words=cut(made[longest].words, room))
    line = Text("" if gap == "│" else " ", no_wrap=True, end="")
    for index, part in enumerate(made):
        line.append(gap if index else "")
        line.append(part.words, part.style)
    line.truncate(max(0, width), pad=True)
    return line


def _width(parts: Sequence[Part]) -> int:
    return 1 + sum(cell_len(part.words) for part in parts) + 3 * max(0, len(parts) - 1)


def _first(status: Status) -> list[Part]:
    kind = f"{status.role} {status.kind}".strip()
    alarm = ALARM if status.is_alarm and status.state in {"TRIPPED", "LOST"} else "bold"
    state = f"{GLYPHS[status.state]} {status.state}"
    if status.state not in {"IDLE", "OPENING"}:
        state += f" {clock_words(status.elapsed_s)}"
    parts = [Part(kind, "bold"), Part(state, alarm)]
    if status.verdict:
        parts.append(Part(marked(status.verdict), "bold"))
    if status.says:
        parts.append(Part(status.says, "bold"))
    if status.step:
        left = "" if isnan(status.left_s) else f", {clock_words(status.left_s)} left"
        parts.append(Part(f"{status.step}{left}", "", f"{cut(status.step, 24)}{left}"))
    parts += [Part(words, is_extra=True) for words in (status.plan, status.device) if words]
    if status.expected_s and not isinf(status.expected_s):
        parts.append(Part(f"of at most {clock_words(status.expected_s)}", is_extra=True))
    return parts


def hottest_words(status: Status) -> str:
    """The hottest spot; a lane that is blind comes before every number."""
    if status.is_blind:
        return "NO SKIN READING"
    return "—.— °C" if isnan(status.hottest) else f"{status.hottest:.2f} °C {status.spot}"


def margin_words(status: Status) -> str:
    """How far the hottest spot is from the limit, or beyond it."""
    limit = f"{'trip ' if status.is_trip else ''}{status.limit_degc:.1f}"
    if status.margin_k < 0.0:
        return f"{-status.margin_k:.2f} K ABOVE {limit}"
    return f"{'—' if isnan(status.margin_k) else f'{status.margin_k:.2f}'} K to {limit}"


def _second(status: Status) -> list[Part]:
    if isinf(status.age_s) and status.state in {"IDLE", "OVER"}:
        return [Part("nothing is being run"), Part(status.power)]
    hottest = hottest_words(status)
    to = margin_words(status)
    alarm = ALARM if status.margin_k < 0.0 or status.is_blind else "bold"
    limit = (
        Part("no limit declared", "", "no limit") if isnan(status.limit_degc) else Part(f"{to} °C", alarm, to)
    )
    age = "no data" if isinf(status.age_s) else f"{status.age_s:.1f} s old"
    old = "bold reverse" if status.is_stale else ""
    power = ALARM if status.power == "OFF NOT CONFIRMED" else "bold" if status.is_on else ""
    tight = re.sub(r"(?<=[\d—]) (?=[VAW])", "", status.power)
    return [Part(hottest, alarm), limit, Part(status.power, power, tight), Part(f"data {age}", old, age)]
