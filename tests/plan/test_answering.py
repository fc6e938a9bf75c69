"""Which answers to which questions are accepted, and what they then say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.plan.answering import consider, hint
from rig.plan.program import Question
from rig.units import Dimension

HUMIDITY = Question("Humidity", "number", "%", Dimension.RATIO, 0.2, 0.8)
ROOM = Question("Room", "number", "degC", Dimension.TEMPERATURE, 15.0, None)
LENGTH = Question("Time", "number", None, Dimension.TIME, None, 3600.0)
SIDE = Question("Side", "choice", choices=("left", "right side"))
LABEL = Question("Label", "serial", of_device=True)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (HUMIDITY, "45 %", 0.45),
        (HUMIDITY, "45", 0.45),
        (HUMIDITY, " 20 % ", 0.2),
        (ROOM, "23 degC", 23.0),
        (ROOM, "23", 23.0),
        (ROOM, "73.4 degF", pytest.approx(23.0)),
        (LENGTH, "90 s", 90.0),
        (LENGTH, "1 h", 3600.0),
        (SIDE, "LEFT", "left"),
        (SIDE, "right side", "right side"),
        (LABEL, "SN-1", "SN-1"),
        (Question("?", "confirm"), "", True),
        (Question("?", "confirm"), "Yes", True),
        (Question("?", "words"), "all is well", "all is well"),
        (Question("?", "serial"), "A/1", "A/1"),
    ],
)
def test_an_answer_that_fits_is_taken_in_base_units(question: Question, text: str, value: object) -> None:
    verdict = consider(question, text, "SN-1")
    assert verdict.refused is None
    assert verdict.value == value


@pytest.mark.parametrize(
    ("question", "text", "why"),
    [
        (HUMIDITY, "19 %", "below 20 %"),
        (HUMIDITY, "99", "above 80 %"),
        (HUMIDITY, "45 V", "not a plain number"),
        (HUMIDITY, "4,5", "decimal sign"),
        (HUMIDITY, "", "not a quantity"),
        (ROOM, "23 K", "is a temperature difference"),
        (ROOM, "nan degC", "not a quantity"),
        (LENGTH, "90", "not a time"),
        (SIDE, "up", "left, right side"),
        (LABEL, "SN-2", "which reports SN-1"),
        (LABEL, "SN 1", "without blanks"),
        (Question("?", "confirm"), "no", "yes"),
        (Question("?", "words"), "  ", "empty"),
        (Question("?", "words"), "a\x1b[2J", "one line"),
        (Question("?", "words"), "x" * 1001, "1000 characters"),
        (Question("?", "photograph"), "", "empty"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_what_would(
    question: Question, text: str, why: str
) -> None:
    verdict = consider(question, text, "SN-1")
    assert verdict.value is None
    assert verdict.refused is not None
    assert why in verdict.refused


def test_the_devices_serial_number_is_not_compared_before_it_is_known() -> None:
    assert consider(LABEL, "SN-2", None).refused is None


@given(st.text(), st.sampled_from([HUMIDITY, ROOM, LENGTH, SIDE, LABEL]))
def test_whatever_is_typed_is_taken_or_refused_with_words(text: str, question: Question) -> None:
    verdict = consider(question, text, "SN-1")
    assert (verdict.value is None) is bool(verdict.refused)
    if isinstance(verdict.value, float):
        assert math.isfinite(verdict.value)
        assert question.least is None or verdict.value >= question.least
        assert question.most is None or verdict.value <= question.most


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (HUMIDITY, "20 % to 80 %"),
        (ROOM, "15 °C or more"),
        (LENGTH, "1 h or less"),
        (SIDE, "left / right side"),
    ],
)
def test_the_operator_is_told_what_may_be_answered(question: Question, words: str) -> None:
    assert hint(question) == words
