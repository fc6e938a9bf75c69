"""The declared steps of a run and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import nan
from typing import Any, final

from rig.tui.view.snapshot import StepRow


@final
class StepTable:
    """Takes ``declare`` and ``step`` lines.

    Attributes:
        rows: in the order of the plan. active: name of the step that runs, empty if none does.
    """

    def __init__(self) -> None:
        self.rows: list[StepRow] = []
        self.active = ""
        self._declared: dict[str, Mapping[str, Any]] = {}
        self._index: dict[str, int] = {}

    def declare(self, line: Mapping[str, Any]) -> None:
        """A step or one pass of a block."""
        name = line["name"]
        if name in self._index:
            return
        self._index[name] = len(self.rows)
        self._declared[name] = line
        takes, longest_s = _takes(line)
        self.rows.append(
            StepRow(
                name,
                str(line.get("section", "steps")),
                takes=takes,
                longest_s=longest_s,
                passes=int(line.get("passes", 1)),
                block=str(line.get("block") or ""),
                says=_says(line),
            )
        )

    def take(self, line: Mapping[str, Any]) -> None:
        """A step starts or ends."""
        index = self._index.get(line["step"])
        if index is None:
            return
        row = self.rows[index]
        if line["state"] == "start":
            self.rows[index] = replace(row, state="run", began_s=line["t"], ended_s=nan)
            if not row.block:
                self.active = row.name
            return
        done = line["outcome"] != "retry"
        self.rows[index] = replace(
            row, state="end", outcome=line["outcome"] or "", ended_s=line["t"], passed=row.passed + done
        )
        if self.active == row.name:
            self.active = ""

    def stop(self, t: float) -> None:
        """What still ran was switched off."""
        for index, row in enumerate(self.rows):
            if row.state == "run":
                self.rows[index] = replace(row, state="end", outcome="cut short", ended_s=t)
        self.active = ""

    def declared(self, name: str) -> Mapping[str, Any]:
        """As it was declared; empty if it was not."""
        return self._declared.get(name, {})

    @property
    def expected_s(self) -> float:
        """The sum of what the steps can take, each as often as it may come."""
        return sum(
            row.longest_s * row.passes * int(self._declared[row.name].get("attempts", 1))
            for row in self.rows
            if not row.block and row.section != "teardown"
        )


def _takes(line: Mapping[str, Any]) -> tuple[str, float]:
    if line.get("block"):
        return "", 0.0
    if line.get("ask") is not None:
        return "ask", float(line.get("within_s") or 0.0)
    profile = line.get("profile")
    if profile is not None:
        return "profile", float(profile["points"][-1][0])
    if line.get("until") is not None:
        return "wait", float(line.get("within_s") or 0.0)
    return ("hold", float(line["hold_s"])) if line.get("hold_s") else ("", 0.0)


def _says(line: Mapping[str, Any]) -> str:
    until = line.get("until")
    if until is None:
        return str(line.get("block") or "")
    if "event" in until:
        return f"until {until['event']}"
    signals = until["signals"]
    who = signals[0] if len(signals) == 1 else f"{len(signals)} signals"
    if "target" in until:
        return f"{who} at {until['target']:g} ± {until['tolerance']:g}"
    if "slope" in until:
        return f"until {who} steady"
    return f"until {who} {'above' if until['above'] else 'below'} {until['limit']:g}"
