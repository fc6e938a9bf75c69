"""A plan that asks everything, and a person who answers from a list."""

from __future__ import annotations

from pathlib import Path

from rig.engine.desk import Asked, Reply

PLAN = """
plan: Asking
purpose: Asks everything.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
setup:
  - {name: fit, ask: Lay the belt on the phantom, within: 10 min}
  - {name: label, ask: {text: Scan the label, serial: device}, within: 10 min}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: low, session: 10 min, regulation: normal}
    ask: {text: Humidity, number: {unit: "%", least: 20 %, most: 80 %}}
    within: 1 min
  - name: twice
    repeat: 2
    steps:
      - {name: side, ask: {text: Which side, choice: [left, right]}, within: 1 min}
  - {name: photo, ask: {text: Picture, photograph: yes}, within: 1 min}
teardown:
  - {name: away, ask: Take it off, within: 1 min}
"""


def asking_plan(folder: Path) -> Path:
    """The plan in a file."""
    path = folder / "asking.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


class Person:
    """Answers each question with the next word of a list, then with nothing any more."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.heard: list[str | None] = []
        self.refusals: list[str] = []

    def asks(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        self.heard.append(None if asked is None else asked.step)
        while asked is not None and self.words:
            why = answer("Ada", self.words.pop(0))
            if why is None:
                return
            self.refusals.append(why)

    def refused(self, why: str) -> None:
        raise AssertionError(why)
