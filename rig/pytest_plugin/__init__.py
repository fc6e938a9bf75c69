"""pytest on a bench: fixtures for tests written in Python. Nothing heavy is imported before a fixture is used."""

from __future__ import annotations

import pytest

pytest_plugins = ("rig.pytest_plugin.fixtures",)

_PATHS = {
    "--bench": "bench file; the simulated bench that ships if left out",
    "--rig-runs": "folder for the records of runs; a temporary one for each test if left out",
    "--rig-record": "keep the wire log of every test on a bench: a folder, or a .jsonl file for one test",
    "--rig-replay": "answer from wire logs instead of a bench: a folder, or a .jsonl file for one test",
}

_PERSONS = {
    "--nobody-wears-it": "who has looked that nobody wears the device, for runs that heat on a live bench",
    "--attended-by": "who stays beside a live bench that has no independent cut-off",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where tests run, and where to."""
    group = parser.getgroup("rig", "heat-therapy bench")
    for name, words in _PATHS.items():
        group.addoption(name, metavar="PATH", help=words)
    for name, words in _PERSONS.items():
        group.addoption(name, metavar="NAME", help=words)
    group.addoption("--slot", metavar="NAME", help="slot of the bench; the first if left out")
    group.addoption("--seed", type=int, default=0, help="of a simulated bench's noise and tolerances")
    group.addoption(
        "--speed", type=_speed, default=None, help="max (virtual clock), or bench seconds in a second"
    )
    group.addoption(
        "--live", action="store_true", help="permit tests to open a bench that is not simulated here"
    )


def pytest_configure(config: pytest.Config) -> None:
    """What a test may say of its bench."""
    words = "rig(seed, faults, defects, answers): of the simulated bench that the test runs on, and of its operator"
    config.addinivalue_line("markers", words)


def _speed(text: str) -> float | None:
    return None if text == "max" else float(text)
