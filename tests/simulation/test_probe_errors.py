"""Errors that are drawn from a budget: what channels share by its word, they share on the simulated bench."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from rig import shipped
from rig.bench.description import Component
from rig.bench.loading import load_bench
from rig.signals.thermocouple import TYPES
from rig.simulation.probes import Block, make_probes

SEEDS = 600
WORLD = SimpleNamespace(
    ambient_degc=lambda: 0.0, phantom_degc=lambda: 0.0, case_degc=lambda: 0.0, site_degc=lambda *_: 0.0
)


def errors_k(correlation: float, distribution: str) -> list[list[float]]:
    """Errors of the ten skin probes, seed by seed, from a budget of one component of 1 K."""
    bench = load_bench(shipped.bench())
    parts = (Component("reel", 1.0, distribution, common=correlation == 1.0, correlation=correlation),)
    bench = replace(bench, thermocouples=replace(bench.thermocouples, budget=parts))
    slot, block = bench.slots[0], Block(lambda: 23.0, TYPES["T"])
    skins = [probe.channel for probe in slot.probes if probe.place == "skin"]
    found = []
    for seed in range(SEEDS):
        probes = make_probes(
            bench, slot, "scanner", world=cast("Any", WORLD), block=block, seed=seed, nominal=False
        )
        found.append([probes[channel].degc() for channel in skins])
    return found


@pytest.mark.parametrize("distribution", ["normal", "rectangular"])
@pytest.mark.parametrize("correlation", [0.0, 0.6, 1.0])
def test_errors_of_channels_have_the_deviation_and_the_correlation_of_their_budget(
    correlation: float, distribution: str
) -> None:
    errors = np.array(errors_k(correlation, distribution))
    assert float(np.std(errors)) == pytest.approx(1.0, abs=0.08)
    between = np.corrcoef(errors.T)[np.triu_indices(errors.shape[1], 1)]
    assert float(np.mean(between)) == pytest.approx(correlation, abs=0.06)
