"""Each example of the catalogue of diagnostics: found once, where the entry says, and gone when mended."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig import shipped
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, Severity, parse_document
from rig.documents.catalogue import Code, read_catalogue
from rig.documents.examples import (
    CLOSE,
    OPEN,
    file_of,
    right_lines,
    right_text,
    underlined_of,
    wrong_lines,
    wrong_text,
)
from rig.plan.check import check_document
from rig.plan.examples import find_right, find_wrong
from rig.plan.schemas import ROOTS, schema_of
from tests.documents.plain_values import READERS, complaints

CATALOGUE = {code.text: code for code in read_catalogue()}
BY_SCHEMA = {
    "unknown-key", "missing-key", "unknown-kind", "wrong-kind", "no-value", "unknown-word", "bad-quantity",
    "wrong-dimension", "no-steps", "one-way", "unknown-event", "unknown-check", "unknown-driver",
    "unknown-model", "unknown-device", "no-limit", "two-limits",
}  # fmt: skip
BENCH = load_bench(shipped.bench())


@cache
def found_in_wrong(text: str) -> tuple[Diagnostic, ...]:
    """What is found in the wrong example of a code."""
    return tuple(find_wrong(CATALOGUE[text]))


@pytest.mark.parametrize("text", CATALOGUE)
def test_the_wrong_example_gives_that_code_alone_at_its_place(text: str) -> None:
    code = CATALOGUE[text]
    found = [each for each in found_in_wrong(text) if each.severity is not Severity.NOTE or each.code == text]
    assert [each.code for each in found] == [text]
    (only,) = found
    assert (only.line, only.column, only.length) == underlined_of(code)
    assert only.severity is code.severity
    assert only.message
    assert only.help


@pytest.mark.parametrize("text", [text for text, code in CATALOGUE.items() if code.example.caret is None])
def test_the_carets_that_are_printed_stand_under_the_marked_characters(text: str) -> None:
    code = CATALOGUE[text]
    found = next(each for each in found_in_wrong(text) if each.code == text)
    rows = str(found).split("\n")
    quoted = next(row for row in rows if row.startswith(f"{found.line} | "))
    carets = rows[rows.index(quoted) + 1]
    under = "".join(char for char, caret in zip(quoted, carets, strict=False) if caret == "^")
    assert set(carets.partition("|")[2]) == {" ", "^"}
    assert under == marked(code).replace("\t", " ")


def marked(code: Code) -> str:
    """What stands between the marks of an entry."""
    texts = [each.text for each in (code.example.wrong, code.example.at) if each is not None]
    (text,) = [text for text in texts if OPEN in text]
    return text[text.index(OPEN) + 1 : text.index(CLOSE)]


@pytest.mark.parametrize("text", CATALOGUE)
def test_the_mended_example_has_no_mistake(text: str) -> None:
    found = find_right(CATALOGUE[text])
    assert [each for each in found if each.severity is not Severity.NOTE or each.code == text] == []
    assert right_lines(CATALOGUE[text])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", [text for text in CATALOGUE if text.rpartition("/")[2] in BY_SCHEMA])
def test_an_editor_finds_mistakes_of_shape_by_the_schema(text: str, reader: str) -> None:
    code = CATALOGUE[text]
    schema = schema_of(code.kind)
    assert complaints(schema, right_text(code), READERS[reader]) == []
    assert complaints(schema, wrong_text(code), READERS[reader]) != []


def test_what_a_diagnostic_does_not_show_is_said_beside_it() -> None:
    assert wrong_lines(CATALOGUE["plan/cutoff-not-reached"]).strip().endswith("regulation: normal}")
    assert wrong_lines(CATALOGUE["plan/unknown-slot"]) == "--slot 'mian'"
    assert wrong_lines(CATALOGUE["plan/unknown-key"]) == ""


SOUND = {
    code.kind: file_of(code) for code in CATALOGUE.values() if code.kind in ROOTS and not code.example.of
}
PIECES = (
    "",
    "{}",
    "[]",
    "[x]",
    "{a: b}",
    "x",
    "on",
    "-1 s",
    "5 K",
    "1e9 V",
    "1.5 × rated",
    "cutoff",
    "3",
    "skin.*",
)


@given(st.sampled_from(sorted(SOUND)), st.integers(0, 400), st.sampled_from(PIECES))
def test_whatever_takes_a_values_place_is_reported_by_codes_of_the_catalogue(
    kind: str, number: int, piece: str
) -> None:
    text = SOUND[kind].read_text(encoding="utf-8")
    values = list(re.finditer(r"(?<=: )[^\s{\[#][^,}\]#\n]*", text))
    place = values[number % len(values)]
    diagnostics = Diagnostics()
    changed = f"{text[: place.start()]}{piece}{text[place.end() :]}"
    document = parse_document(changed.encode(), str(SOUND[kind]), diagnostics)
    if document is not None:
        check_document(document, BENCH, diagnostics, {})
    assert {found.code for found in diagnostics.sorted()} <= set(CATALOGUE)
