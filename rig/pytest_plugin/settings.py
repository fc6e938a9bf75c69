"""Options and ini file of a session as an order for plans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from rig.bench.wire_log import SUFFIX
from rig.errors import InputError
from rig.order import Order, read_speed, split_settings
from rig.safety.live import Declared

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked for; live: whether a bench that is not simulated in this process may be used."""

    order: Order
    answers_file: Path | None
    live: bool


def read_settings(config: pytest.Config) -> Settings:
    """The settings: an option comes before the ini file.

    Raises:
        InputError: a value is not of its form.
    """
    speed = config.getoption("speed")
    order = Order(
        bench_file=find_path(config, "bench", "rig_bench"),
        slots=tuple(config.getoption("slot")),
        settings=split_settings(config.getoption("set")),
        seed=_seed(config),
        speed=None if speed is None else read_speed(speed),
        out=find_path(config, "rig_runs", "rig_runs") or config.rootpath / "runs",
        operator=config.getoption("operator"),
        declared=Declared(config.getoption("nobody_wears_it"), config.getoption("attended_by")),
    )
    return Settings(order, find_path(config, "answers", "rig_answers"), bool(config.getoption("live")))


def find_path(config: pytest.Config, option: str, ini: str) -> Path | None:
    """A path of the command line, from where pytest was called, or one of the ini file, from the root folder."""
    given: str | None = config.getoption(option)
    if given is not None:
        return config.invocation_params.dir / given
    written = config.getini(ini)
    return config.rootpath / written if written else None


def wire_file(config: pytest.Config, option: str, nodeid: str) -> Path | None:
    """The wire log of a test or plan: the file that the option names, or the one of its id in the folder."""
    given: str | None = config.getoption(option)
    if given is None or given.endswith(".jsonl"):
        return None if given is None else Path(given)
    return Path(given) / (_UNFIT.sub("-", nodeid.replace("::", "--")).strip("-") + SUFFIX)


def _seed(config: pytest.Config) -> int:
    given = config.getoption("seed")
    text = str((config.getini("rig_seed") or 1) if given is None else given)
    if not text.isdecimal():
        where = "rig_seed in the ini file" if given is None else "--seed"
        raise InputError(f"{where} is {text!r}; a seed is a whole number from 0")
    return int(text)
