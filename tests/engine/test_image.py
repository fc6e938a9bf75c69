"""The output image: demands, differences, and a latch that only clears."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rig.bench.messages import Value
from rig.engine.image import OutputImage

OUTPUTS = ("supply.a.voltage", "supply.a.current_limit", "supply.a.output", "belt.level")
VALUES: dict[str, tuple[Value, ...]] = {
    "supply.a.voltage": (0.0, 7.4, 8.14),
    "supply.a.current_limit": (1.0, 1.2),
    "supply.a.output": (True, False),
    "belt.level": ("off", "high"),
}


def demands() -> st.SearchStrategy[tuple[str, Value]]:
    return st.sampled_from(OUTPUTS).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
    )


def test_differences_come_once_and_limits_before_the_output() -> None:
    image = OutputImage()
    for output, value in (
        ("supply.a.output", True),
        ("supply.a.voltage", 8.14),
        ("supply.a.current_limit", 1.2),
    ):
        image.demand(output, value)
    assert list(image.take_differences()) == [
        ("supply.a.current_limit", 1.2),
        ("supply.a.voltage", 8.14),
        ("supply.a.output", True),
    ]
    assert not image.take_differences()


def test_the_device_is_told_once_its_supply_is_as_it_shall_be() -> None:
    image = OutputImage()
    image.demand("belt.level", "high")
    image.demand("supply.a.output", True)
    assert list(image.take_differences()) == [("supply.a.output", True)]
    assert not image.take_differences()
    image.confirm("supply.a.output", True)
    assert list(image.take_differences()) == [("belt.level", "high")]
    assert not image.take_differences()


def test_off_waits_for_nothing() -> None:
    image = OutputImage()
    image.demand("supply.a.output", True)
    image.demand("belt.level", "off")
    assert list(image.take_differences()) == [("supply.a.output", True), ("belt.level", "off")]


def test_a_relay_waits_for_nothing_and_nothing_waits_for_it() -> None:
    image = OutputImage()
    image.demand("belt.level", "high")
    image.demand("relay.open-a1", True)
    image.demand("supply.a.output", True)
    assert list(image.take_differences()) == [("supply.a.output", True), ("relay.open-a1", True)]
    image.confirm("supply.a.output", True)
    assert list(image.take_differences()) == [("belt.level", "high")]
    image.confirm("belt.level", "high")
    assert not image.settled
    image.confirm("relay.open-a1", True)
    assert image.settled


def test_a_latched_image_wants_its_relays_open() -> None:
    image = OutputImage()
    image.demand("relay.open-a1", True)
    image.take_differences()
    image.latch()
    assert list(image.take_differences()) == [("relay.open-a1", False)]


def test_settled_only_when_each_demand_was_read_back() -> None:
    image = OutputImage()
    image.demand("belt.level", "high")
    image.take_differences()
    assert not image.settled
    image.confirm("belt.level", "off")
    assert not image.settled
    image.confirm("belt.level", "high")
    assert image.settled


def test_a_pulse_is_sent_again_though_its_value_is_the_same() -> None:
    image = OutputImage()
    for _ in range(2):
        image.demand("belt.rearm", True)
        assert list(image.take_differences()) == [("belt.rearm", True)]
        assert not image.settled
        image.confirm("belt.rearm", True)
        assert image.settled


@given(st.lists(demands(), max_size=12), st.lists(demands(), max_size=12))
def test_nothing_energises_a_latched_image(
    before: list[tuple[str, Value]], after: list[tuple[str, Value]]
) -> None:
    image = OutputImage()
    for output, value in before:
        image.demand(output, value)
    image.take_differences()
    image.latch()
    for output, value in after:
        image.demand(output, value)
    written = dict(image.take_differences())
    assert not image.energised
    assert written.get("supply.a.output", False) is False
    assert written.get("supply.a.voltage", 0.0) == 0.0
    assert written.get("belt.level", "off") == "off"


def test_what_is_demanded_of_the_device_is_told_it_again_also_where_nothing_differs() -> None:
    """A session that ended, a cut-off or a re-arm changes level and regulation behind the rig's back."""
    image = OutputImage()
    for output, value in (("supply.a.voltage", 7.4), ("belt.level", "high"), ("belt.regulation", "defeated")):
        image.demand(output, value)
        image.take_differences()
        image.confirm(output, value)
    settled = image.settled
    for output, value in (("supply.a.voltage", 7.4), ("belt.level", "high"), ("belt.regulation", "defeated")):
        image.demand(output, value)
    assert (settled, image.settled) == (True, False)
    assert list(image.take_differences()) == [("belt.level", "high"), ("belt.regulation", "defeated")]
    assert not image.take_differences()


def test_a_latched_image_tells_the_device_nothing_again() -> None:
    image = OutputImage()
    image.demand("belt.level", "high")
    image.take_differences()
    image.latch()
    image.demand("belt.level", "high")
    assert list(image.take_differences()) == [("belt.level", "off")]
