"""The budget of what several channels tell together: nowhere below that of one of them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.budget import Budget, Component
from rig.checks.channels import Channels, envelope, least, read_channels
from rig.errors import RecordError
from rig.signals.layout import read_wiring
from tests.checks.declared import make_wiring

SHARED = (
    Component("meter", 0.08, correlation=1.0),
    Component("placement", 0.12),
    Component("repeatability", 0.03, dof=9.0),
)
WAYS: dict[str, Callable[[Budget], Budget]] = {
    "alone": lambda budget: budget,
    "mean": lambda budget: budget.of_mean(5),
    "difference": Budget.of_difference,
    "range": lambda budget: budget.of_range(10),
    "rise": lambda budget: budget.of_rise(10.0),
    "rise of a mean": lambda budget: budget.of_mean(5).of_rise(10.0).of_difference(),
}
OWN = st.builds(Component, st.just("wire"), st.floats(0.0, 1.0), averages_out=st.booleans())
CHANNELS = st.lists(OWN.map(lambda own: Budget((*SHARED, own))), min_size=1, max_size=5)


@pytest.mark.parametrize("way", WAYS)
@given(budgets=CHANNELS)
def test_no_channel_is_less_certain_than_all_together(way: str, budgets: list[Budget]) -> None:
    together = WAYS[way](envelope(budgets))
    assert all(together.standard >= WAYS[way](budget).standard - 1e-12 for budget in budgets)


@pytest.mark.parametrize("way", WAYS)
@given(budgets=CHANNELS)
def test_what_is_known_beforehand_is_in_every_channel(way: str, budgets: list[Budget]) -> None:
    known = WAYS[way](least(budgets))
    assert all(not known.standard > WAYS[way](budget).standard + 1e-12 for budget in budgets)


def test_channels_that_are_alike_have_the_budget_of_one() -> None:
    own = Budget((*SHARED, Component("wire", 0.05)))
    assert Channels(own, {"skin.a1": own}).of(["skin.a1", "skin.a2"]) is own


def test_the_corrected_channel_has_its_own_and_the_other_that_of_the_bench() -> None:
    bench = Budget((*SHARED, Component("wire of class 2", 0.577)))
    wire = Budget((*SHARED, Component("correction", 0.05, averages_out=False)))
    channels = Channels(bench, {"skin.a1": wire})
    assert channels.of(["skin.a1"]) is wire
    assert channels.of(["case"]) is bench
    assert channels.of(["skin.a1", "case"]).standard == pytest.approx(bench.standard)
    assert channels.of([]) is bench


def test_a_correction_shrinks_in_no_mean_and_cancels_in_no_difference() -> None:
    wire = Budget((Component("correction", 0.05, averages_out=False),))
    assert wire.of_mean(5).standard == 0.05
    assert wire.of_difference().standard == pytest.approx(0.05 * 2**0.5)


def test_degrees_of_freedom_are_the_fewest_of_any() -> None:
    few = Budget((Component("wire", 0.2, dof=4.0),))
    many = Budget((Component("wire", 0.3),))
    assert [part.dof for part in envelope([few, many]).components] == [4.0]
    assert envelope([many, Budget((Component("wire", 0.1),))]).dof == inf


def test_a_correction_without_a_budget_is_no_record() -> None:
    wiring = make_wiring()
    column = next(c for c in wiring["sources"]["scanner"]["columns"] if c["signal"] == "skin.a1")
    column["convert"] = {"kind": "corrected", "by": "reel", "of": column["convert"]}
    wiring["corrections"] = {"reel": {"points": [[40.0, 0.1]], "held_k": 3.0, "calibration": None}}
    part = {"name": "wire", "standard_k": 0.1, "distribution": "normal", "common": False, "dof": None}
    layout = read_wiring(wiring)
    with pytest.raises(RecordError, match="correction 'reel' of the wiring has none"):
        read_channels({"name": "b", "components": [part]}, layout)
    assert read_channels({}, layout).of(["skin.a1"]).components == ()
