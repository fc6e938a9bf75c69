"""The numbers of the reference belt through the whole stack: plan, bytes, record, judgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs import Run

VECTORS = {
    (): {"peak_temperature": 40.664, "trip_temperature": 40.591},
    ("threshold-42.0",): {"peak_temperature": 42.190, "trip_temperature": 42.147},
}


@pytest.mark.parametrize("defects", VECTORS, ids=str)
def test_14_52_w_open_loop_gives_the_published_trip_and_peak(
    run: Run, cutoff: Path, defects: tuple[str, ...]
) -> None:
    """14.52 W at φ = 1 from the worn, unheated steady state: the network of the reference page, ± 0.01 °C."""
    result = run(cutoff, tolerances="nominal", defects=defects)
    assert result.judgement is not None
    found = {check["name"]: check["value"] for check in result.judgement.results}
    for name, expected in VECTORS[defects].items():
        assert found[name] == pytest.approx(expected, abs=0.01), name
