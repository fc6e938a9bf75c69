from __future__ import annotations

import json
import math
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.record.errors import WrongLineError
from rig.record.strict import finite, measured, text


class Kind(StrEnum):
    ABOVE = "above"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.characters(categories=["Cs"])
    | st.binary(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_what_is_let_through_is_strict_json_and_comes_back_the_same(value: object) -> None:
    try:
        plain = finite("event", value, "value")
    except WrongLineError:
        return
    assert orjson.loads(orjson.dumps(plain)) == plain
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


@given(
    st.recursive(st.floats(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
)
def test_measured_values_never_fail(value: object) -> None:
    json.dumps(measured("event", value, "value"), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [1.0, math.nan]}, "data.a[1] is nan"),
        (-math.inf, "data is -inf"),
        ({1: 2}, "the key 1"),
        (2**64, "more than 64 bits"),
        (-(2**63) - 1, "more than 64 bits"),
        (b"raw", "data is a bytes"),
        ({1.0, 2.0}, "data is a set"),
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(value: object, said: str) -> None:
    with pytest.raises(WrongLineError) as caught:
        finite("event", value, "data")
    assert said in str(caught.value)


def test_nesting_is_bounded() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(WrongLineError, match="nested deeper than 64"):
        finite("event", deep, "data")


def test_measured_values_that_are_not_finite_become_strings() -> None:
    assert measured("event", {"a": math.nan, "b": [math.inf, -math.inf, 1.5]}, "data") == {
        "a": "nan",
        "b": ["inf", "-inf", 1.5],
    }


def test_enumerations_tuples_and_read_only_mappings_become_plain() -> None:
    plain = finite(
        "declare", {"kind": Kind.ABOVE, "signals": ("a", "b"), "p": MappingProxyType({"x": 1.0})}, "f"
    )
    assert plain == {"kind": "above", "signals": ["a", "b"], "p": {"x": 1.0}}
    assert type(plain["kind"]) is str
    assert type(plain["p"]) is dict


def test_the_copy_does_not_follow_later_changes() -> None:
    data = {"list": [1.0]}
    plain = finite("event", data, "data")
    data["list"].append(2.0)
    assert plain == {"list": [1.0]}


def test_undecodable_bytes_of_a_file_name_are_escaped() -> None:
    assert text(b"plan-\xff.yaml".decode("utf-8", "surrogateescape")) == "plan-\\udcff.yaml"
    assert text("42 °C") == "42 °C"
