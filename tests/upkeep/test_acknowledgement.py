"""Acknowledging a trip: a name, and nothing for a bench that is simulated in process."""

from __future__ import annotations

import pytest

from rig.bench.description import BenchDescription
from rig.errors import InputError
from rig.upkeep.acknowledgement import acknowledge, read_name


def test_a_name_has_single_blanks_and_is_not_empty() -> None:
    assert read_name("  Jo   Doe ") == "Jo Doe"
    with pytest.raises(InputError, match="who has looked at the bench"):
        read_name("  ")


def test_a_bench_that_is_simulated_in_process_has_nothing_to_acknowledge(bench: BenchDescription) -> None:
    assert acknowledge(bench, "Jo Doe") == ()
