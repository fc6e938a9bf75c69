"""The pytest plugin: plans are collected as tests, and tests in Python have fixtures.

Nothing of the rig is imported before there is a plan to collect, or a fixture is used.
"""

from __future__ import annotations

import pytest

pytest_plugins = ("rig.pytest_plugin.fixtures",)

PLAN_SUFFIXES = (".yaml", ".yml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``rig run`` that make sense here, and what an ini file can say once for all."""
    group = parser.getgroup("rig", "plans on a bench (docs/pytest.md)")
    add = group.addoption
    add("--bench", metavar="FILE", help="Bench file; the simulated one that ships if none. Ini: rig_bench.")
    add("--slot", action="append", default=[], metavar="NAME", help="Slot of the bench; all if none.")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="Change a value of plans or bench.")
    add("--seed", type=int, metavar="N", help="Seed of a simulated bench, 1 if none. Ini: rig_seed.")
    add("--speed", metavar="max|N", help="Virtual clock (by default), or so many times real time.")
    add("--answers", metavar="FILE", help="Answers to what plans ask. Ini: rig_answers.")
    add("--rig-runs", metavar="DIR", help="Folder of runs, `runs` if none. Ini: rig_runs.")
    add("--operator", metavar="NAME", help="Who runs it, for the record.")
    add("--live", action="store_true", help="Allow a bench that is not simulated in this process.")
    add("--nobody-wears-it", metavar="NAME", help="Who has looked that nobody wears the device (live runs).")
    add("--attended-by", metavar="NAME", help="Who stays beside the bench until it is over.")
    add("--rig-record", metavar="PATH", help="Keep wire logs: a folder, or a .jsonl file for one test.")
    add("--rig-replay", metavar="PATH", help="Take answers from wire logs instead of a bench.")
    parser.addini("rig_plans", "Files that are plans, as patterns such as plans/**/*.yaml.", type="args")
    parser.addini("rig_bench", "Bench file, relative to the root folder; see --bench.")
    parser.addini("rig_seed", "See --seed.")
    parser.addini("rig_answers", "Answers to what plans ask, relative to the root folder; see --answers.")
    parser.addini("rig_runs", "Folder of runs, relative to the root folder; see --rig-runs.")


def pytest_configure(config: pytest.Config) -> None:
    """Take part where plans are wanted: rig_plans names some, or the command line does."""
    config.addinivalue_line("markers", "requirement(id): a requirement that the check of a plan judges")
    words = "rig(seed, faults, defects, answers): of the simulated bench that a test in Python is run on"
    config.addinivalue_line("markers", words)
    if not wants_plans(config):
        return
    from rig.pytest_plugin import collecting, reporting, sharing

    for part in (collecting, reporting, sharing):
        config.pluginmanager.register(part)


def wants_plans(config: pytest.Config) -> bool:
    """Whether there may be plans among what is collected."""
    named = (argument.partition("::")[0] for argument in config.args)
    return bool(config.getini("rig_plans")) or any(name.endswith(PLAN_SUFFIXES) for name in named)
