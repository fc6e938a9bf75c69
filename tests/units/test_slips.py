"""What people write where a quantity should stand gets a remedy that can be copied."""

from __future__ import annotations

import pytest

from rig.units import UnitError, parse_expression
from rig.units.slips import find_slip


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("10 m", 'did you mean "10 min"?'),
        ("2 × 5 min", "write the product: 10 min"),
        ("3 * 0.5 K/min", "write the product: 1.5 K/min"),
        ("110 % × rated", "write 1.1 × rated"),
        ("rated × 1.1", "the number comes first: write 1.1 × rated"),
        ("rated*2", "the number comes first: write 2 × rated"),
        ("00:01:00", "write a time with its unit, e.g. 90 s or 1.5 min"),
        ("12:30", "write a time with its unit, e.g. 90 s or 1.5 min"),
        ("1.1 x rated", "write 1.1 × rated"),
        ("1.1x rated", "write 1.1 × rated"),
        ("110 % rated", "write 1.1 × rated"),
        ("90% of rated", "write 0.9 × rated"),
        ("1 min 30 s", "write one number with one unit: 90 s"),
        ("1 h 30 min", "write one number with one unit: 5400 s"),
        ("1_000 s", "thousands have no sign and no blank between them"),
        ("1'000 s", "thousands have no sign and no blank between them"),
        ("10 000 s", "thousands have no sign and no blank between them"),
        ("5\N{NO-BREAK SPACE}min", "a no-break or thin space stands in it; write a common blank"),
        ("42\N{DEGREE CELSIUS}", 'did you mean "°C"?'),
        ("42 \N{MASCULINE ORDINAL INDICATOR}C", 'did you mean "°C"?'),
        ("107 F", 'did you mean "°F"?'),
        ("7.4 Volt", 'did you mean "V"?'),
        ("3 samples", 'did you mean "readings"?'),
        ("5 min + 30 s", "nothing is added up: write one number with one unit"),
    ],
)
def test_a_slip_is_told_what_was_meant(text: str, remedy: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_expression(text)
    assert caught.value.help == remedy


@pytest.mark.parametrize(
    "text", ["10 min", "1.1 × rated", "rated", "7.4 V", "-5 m", "2 × rated × 3", "", "m"]
)
def test_what_is_right_or_quite_another_thing_is_no_slip(text: str) -> None:
    assert find_slip(text) is None


def test_a_product_that_is_written_as_told_is_a_quantity() -> None:
    remedy = find_slip("2 × 5 min")
    assert remedy is not None
    assert parse_expression(remedy.partition(": ")[2]) == parse_expression("10 min")
