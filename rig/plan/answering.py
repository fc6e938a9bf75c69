"""Whether an answer to a question can be accepted, and what it then says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rig.plan.program import Question
from rig.units import Dimension, UnitError, describe, format_value, parse_quantity

YES = frozenset({"", "yes", "y", "ok", "done"})
MOST_CHARACTERS = 1000

_SERIAL = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    """value: what was answered, numbers in base units; None where refused says why it was not accepted."""

    value: str | float | bool | None
    refused: str | None = None


def consider(question: Question, text: str, serial: str | None) -> Verdict:
    """Look at an answer; reads no file.

    Args:
        question: that was asked.
        text: as it was typed or scanned.
        serial: number that the device reports; None where it is not known yet, and then it is not compared.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS or not text.isprintable():
        return Verdict(None, f"an answer is one line of at most {MOST_CHARACTERS} characters")
    match question.kind:
        case "confirm":
            done = text.lower() in YES
            return Verdict(True) if done else Verdict(None, 'answer "yes" when it is done, or stop the run')
        case "number":
            return _number(question, text)
        case "choice":
            known = {choice.lower(): choice for choice in question.choices}
            chosen = known.get(text.lower())
            return Verdict(chosen, None if chosen else f"choose one of {', '.join(question.choices)}")
        case "serial":
            return _serial(question, text, serial)
    return Verdict(text) if text else Verdict(None, "the answer is empty")


def _number(question: Question, text: str) -> Verdict:
    wanted = Dimension(question.dimension or Dimension.RATIO)
    try:
        quantity = parse_quantity(text)
        if quantity.dimension is Dimension.RATIO and not text.endswith("%") and question.unit:
            quantity = parse_quantity(f"{text} {question.unit}")
    except UnitError as error:
        return Verdict(None, f"{error}; {error.help}")
    if quantity.dimension is not wanted:
        return Verdict(None, f"{text} is {describe(quantity.dimension)}, not {describe(wanted)}")
    if question.least is not None and quantity.value < question.least:
        return Verdict(None, f"{text} is below {format_value(question.least, wanted)}")
    if question.most is not None and quantity.value > question.most:
        return Verdict(None, f"{text} is above {format_value(question.most, wanted)}")
    return Verdict(quantity.value)


def _serial(question: Question, text: str, serial: str | None) -> Verdict:
    if _SERIAL.fullmatch(text) is None:
        return Verdict(None, "a serial number is 1 to 64 characters without blanks; scan it again")
    if question.of_device and serial is not None and text != serial:
        return Verdict(
            None, f"{text} is not the device on the bench, which reports {serial}; scan its label again"
        )
    return Verdict(text)


def hint(question: Question) -> str:
    """What may be answered, in words."""
    match question.kind:
        case "confirm":
            return "yes when done"
        case "number":
            return _range(question)
        case "choice":
            return " / ".join(question.choices)
        case "photograph":
            return "path of the picture"
        case "serial":
            return "serial number"
    return "text"


def _range(question: Question) -> str:
    dimension = Dimension(question.dimension or Dimension.RATIO)
    least, most = (
        None if bound is None else format_value(bound, dimension) for bound in (question.least, question.most)
    )
    if least and most:
        return f"{least} to {most}"
    if least or most:
        return f"{least} or more" if least else f"{most} or less"
    return f"number in {question.unit}"
