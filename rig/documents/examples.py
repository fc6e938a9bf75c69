"""The examples of the catalogue as texts: the document with its mistake, the mended one, and what is underlined."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rig import shipped
from rig.documents.catalogue import Code, Example

OPEN, CLOSE = "«", "»"
"""What stands between them is underlined."""


class Underlined(NamedTuple):
    """Line and column from 1, length in characters."""

    line: int
    column: int
    length: int


def file_of(code: Code) -> Path:
    """The sound document that the example changes."""
    if code.example.of is not None:
        return shipped.test_plans() / code.example.of.text
    device = shipped.device_names()[0]
    return {
        "bench": shipped.bench(),
        "limits": shipped.test_plans() / "limits" / f"{device}.yaml",
        "answers": shipped.test_plans() / "answers" / "incoming-inspection.yaml",
        "requirements": shipped.test_plans() / "requirements" / f"{device}.yaml",
        "device": shipped.device_profile(device),
        "drill": shipped.fault_matrix(),
        "mapping": shipped.mapping("heater-step"),
    }.get(code.kind, shipped.plans()["cutoff"])


def wrong_text(code: Code) -> str:
    """The document with its mistake."""
    return _without_marks(_marked(code))


def right_text(code: Code) -> str:
    """The document without it."""
    example = code.example
    if example.base is not None and example.wrong is None:
        return _shipped_text(code)  # the base is the wrong document itself
    if example.option is None and example.original is not None and example.right is not None:
        return _replaced(_sound(code), example.original.text, example.right.text, code)
    return _sound(code)


def wrong_argument(example: Example) -> str:
    """What stands behind the option of the example, '' if it has none."""
    return "" if example.option is None or example.wrong is None else _without_marks(example.wrong.text)


def right_argument(example: Example) -> str:
    """What should stand behind the option of the example, '' if it has none."""
    return "" if example.option is None or example.right is None else example.right.text


def underlined_of(code: Code) -> Underlined:
    """What the entry says that the diagnostic underlines."""
    example = code.example
    if example.caret is not None:
        line, column, length = map(int, example.caret.text.split(":"))
        return Underlined(line, column, length)
    text = _marked(code)
    if example.option is not None and example.wrong is not None and OPEN in example.wrong.text:
        text = example.wrong.text.partition("=")[2]
    start, end = text.index(OPEN), text.index(CLOSE)
    before = text[:start]
    return Underlined(before.count("\n") + 1, start - before.rfind("\n"), max(1, end - start - 1))


def right_lines(code: Code) -> str:
    """What would be right: whole lines of the mended document, an option, or words."""
    example = code.example
    if example.right is None:
        return "" if example.remedy is None else example.remedy.text
    right = example.right.text
    return _option(example, right) or _whole_lines(right_text(code), right)


def wrong_lines(code: Code) -> str:
    """What was written where the diagnostic does not show it: the lines, or an option; else nothing."""
    example = code.example
    if example.wrong is None or (example.at is None and example.option is None):
        return ""
    wrong = _without_marks(example.wrong.text)
    return _option(example, wrong) or _whole_lines(wrong_text(code), wrong)


def _option(example: Example, argument: str) -> str:
    return "" if example.option is None else f"--{example.option.text} '{argument}'"


def _whole_lines(text: str, part: str) -> str:
    start = text.index(part)
    end = text.find("\n", start + len(part))
    return text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else None]


def _marked(code: Code) -> str:
    """The document with its mistake and the marks."""
    example, text = code.example, _sound(code)
    if example.wrong is not None and example.option is None:
        original = example.original or example.right
        assert original is not None, f"{code.text}: the entry does not say what is wrong"
        text = _replaced(text, original.text, example.wrong.text, code)
    if example.at is None:
        return text
    return _replaced(text, _without_marks(example.at.text), example.at.text, code)


def _sound(code: Code) -> str:
    base = code.example.base
    return _shipped_text(code) if base is None else base.text + "\n"


def _shipped_text(code: Code) -> str:
    return file_of(code).read_text(encoding="utf-8")


def _replaced(text: str, old: str, new: str, code: Code) -> str:
    if old not in text:
        raise LookupError(
            f"example of {code.text}: {file_of(code).name} does not hold {old!r}; correct the entry"
        )
    return text.replace(old, new, 1)


def _without_marks(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")
