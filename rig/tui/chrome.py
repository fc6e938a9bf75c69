"""The two lines that stand on top of every screen and dialog, with STOP in their right end."""

from __future__ import annotations

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
    """Words, their style, and fewer words for where there is little room."""

    words: str
    style: str = ""
    fewer: str = ""

    @property
    def shortest(self) -> Part:
        """With fewer words, if there are any."""
        return replace(self, words=self.fewer or self.words)


def fit(parts: Sequence[Part], width: int) -> Text:
    """The parts, with fewer words from the last one on as far as needed, then cut; filled up with blanks."""
    made = list(parts)
    for index in reversed(range(len(made))):
        if _width(made) <= width:
            break
        made[index] = made[index].shortest
    gap = " │ " if _width(made) <= width else "│"
    line = Text("" if gap == "│" else " ", no_wrap=True, end="")
    for index, part in enumerate(made):
        room = width - cell_len(line.plain) - (len(gap) if index else 0)
        if room < min(cell_len(part.words), 8):
            break
        line.append(gap if index else "")
        line.append(cut(part.words, room), part.style)
    line.append(" " * max(0, width - cell_len(line.plain)))
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
    parts += [Part(words) for words in (status.plan, status.device) if words]
    if status.expected_s and not isinf(status.expected_s):
        parts.append(Part(f"of at most {clock_words(status.expected_s)}"))
    return parts


def _second(status: Status) -> list[Part]:
    if isinf(status.age_s) and status.state in {"IDLE", "OVER"}:
        return [Part("nothing is being run"), Part(status.power)]
    hottest = "—.— °C" if isnan(status.hottest) else f"{status.hottest:.2f} °C {status.spot}"
    margin = "—" if isnan(status.margin_k) else f"{status.margin_k:.2f}"
    to = f"{margin} K to {status.limit_degc:.1f}"
    alarm = ALARM if status.margin_k < 0.0 else "bold"
    limit = (
        Part("no limit declared", "", "no limit") if isnan(status.limit_degc) else Part(f"{to} °C", alarm, to)
    )
    age = "no data" if isinf(status.age_s) else f"{status.age_s:.1f} s old"
    old = "bold reverse" if status.is_stale else ""
    power = ALARM if status.power == "OFF NOT CONFIRMED" else "bold" if status.is_on else ""
    return [Part(hottest, alarm), limit, Part(status.power, power), Part(f"data {age}", old, age)]
