"""Files of other loggers, made in memory: one heater step, written in many ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import Any

from rig.checks.judge import Judgement, judge
from rig.engine.declare import declare_lines
from rig.logger.record import record_lines
from rig.logger.rows import read_rows
from rig.plan.judging import load_judging
from rig.plan.mapping import load_mapping

BASE_DEGC, GAIN_K, TIME_CONSTANT_S, DEAD_TIME_S, ON_S = 23.0, 30.0, 100.0, 10.0, 120.0

PLAN = """\
plan: heater step
purpose: The plate is warm in time and does not overshoot.
checks:
  - rise_time: {steady_slope: 0.005 K/min, at_most: 300 s}
  - time_to: {temperature: 40 degC, at_most: 5 min}
  - time_constant: {at_most: 170 s}
  - dead_time: {at_most: 20 s}
  - overshoot: {steady_slope: 0.005 K/min, at_most: 2 %}
  - settling_time: {steady_slope: 0.005 K/min, band: 0.5 K, at_most: 15 min}
  - steady_mean: {steady_slope: 0.005 K/min, at_most: 55 degC}
  - ramp: {at_most: 30 K/min}
  - peak_temperature: {of: plate, at_most: 60 degC}
"""

CALIBRATION = "calibration: {certificate: C-7, date: 2026-01-15, due: 2027-01-15}"

MAPPING = f"""\
mapping: heater step
logger: {{name: bench logger, {CALIBRATION}}}
time: {{column: time, format: seconds, began: 2026-06-01T09:30:00+02:00}}
signals:
  plate: {{column: T1, unit: degC}}
  power: {{column: Q1, unit: "%"}}
heat: {{signal: power, above: 1 %}}
uncertainty:
  name: logger
  components:
    - {{name: logger, half_width: 0.5 K}}
    - {{name: repeatability, standard: 0.02 K}}
"""


def degc(t: float) -> float:
    """The plate: first order plus dead time from 120 s on, with a little noise that is always the same."""
    since = t - ON_S - DEAD_TIME_S
    noise = ((int(t * 10.0) * 7919) % 61 - 30) * 1e-3
    return BASE_DEGC + noise + (GAIN_K * (1.0 - exp(-since / TIME_CONSTANT_S)) if since > 0.0 else 0.0)


def seconds(until: float = 1800.0, every: float = 5.0) -> list[float]:
    """Regular instants."""
    return [every * n for n in range(int(until / every) + 1)]


@dataclass
class Sample:
    """A file, its mapping and a plan; what is given replaces what a plain one has."""

    folder: Path
    t: Sequence[float] = field(default_factory=seconds)
    time: Callable[[float], str] = "{:g}".format
    number: Callable[[float], str] = "{:.4f}".format
    separator: str = ","
    newline: str = "\n"
    header: str | None = "time,Q1,T1"
    encoding: str = "utf-8"
    mapping: str = MAPPING
    plan: str = PLAN
    edit: Callable[[list[list[str]]], object] = lambda rows: rows

    def rows(self) -> list[list[str]]:
        """The cells."""
        rows = [[self.time(t), self.number(60.0 if t >= ON_S else 0.0), self.number(degc(t))] for t in self.t]
        self.edit(rows)
        return rows

    def write(self) -> tuple[Path, Path, Path]:
        """The paths of file, mapping and plan."""
        head = [] if self.header is None else self.header.replace(",", self.separator).split("\n")
        text = self.newline.join([*head, *(self.separator.join(row) for row in self.rows()), ""])
        paths = tuple(self.folder / name for name in ("step.csv", "step.mapping.yaml", "plan.yaml"))
        paths[0].write_bytes(text.encode(self.encoding))
        paths[1].write_text(self.mapping, encoding="utf-8")
        paths[2].write_text(self.plan, encoding="utf-8")
        return paths[0], paths[1], paths[2]

    def judge(self, data: bytes | None = None) -> Judgement:
        """The verdicts; data: what stands in the file instead."""
        file, mapping_file, plan = self.write()
        if data is not None:
            file.write_bytes(data)
        mapping = load_mapping(mapping_file)
        program = load_judging(plan, mapping)
        lines = record_lines(file, mapping, read_rows(file, mapping), dict(program.profile))
        return judge(list(lines), list(declare_lines(program)))


def values(judgement: Judgement) -> dict[str, Any]:
    """What was measured, by check."""
    return {result["name"]: result["value"] for result in judgement.results}


def verdicts(judgement: Judgement) -> dict[str, str]:
    """The verdicts, by check."""
    return {result["name"]: result["verdict"] for result in judgement.results}


def reasons(judgement: Judgement) -> str:
    """All reasons, and what disturbed the record, in one text."""
    words = [f"{result['name']}: {result['reason']}" for result in judgement.results]
    return "\n".join([*words, *judgement.disturbed])


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A text with parts of it replaced, each of which it must hold."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text
