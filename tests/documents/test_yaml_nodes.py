"""YAML into nodes: what is read, what is refused, and where each mistake is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml.nodes import MappingNode

from rig.documents import Diagnostics, Document, parse_document, read_document
from rig.documents.fields import pairs


def read(data: str | bytes) -> tuple[Document | None, list[tuple[str, int, int]]]:
    diagnostics = Diagnostics()
    raw = data.encode() if isinstance(data, str) else data
    document = parse_document(raw, "x.yaml", diagnostics)
    return document, [(found.code, found.line, found.column) for found in diagnostics.sorted()]


def first_value(document: Document | None) -> str:
    assert document is not None
    assert isinstance(document.root, MappingNode)
    return str(next(iter(pairs(document.root)))[1].value)


@pytest.mark.parametrize("text", ["on", "no", "12:30", "010", "1e3", "0x1f", "2026-06-01", "1_000"])
def test_scalars_stay_text_whatever_yaml_1_1_makes_of_them(text: str) -> None:
    document, found = read(f"key: {text}\n")
    assert first_value(document) == text
    assert found == []


def test_windows_line_ends_and_a_byte_order_mark_are_accepted() -> None:
    document, found = read(b"\xef\xbb\xbfplan: x\r\nhold: 1 s\r\n")
    assert document is not None
    assert found == []
    assert document.span(document.root.value[1][1]).line == 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", [("yaml/empty", 1, 1)]),
        ("# only a comment\n", [("yaml/empty", 1, 1)]),
        (b"\x7fELF\x00\x01\x02", [("yaml/binary", 1, 1)]),
        ("plan: a\nname: \x07\n", [("yaml/binary", 2, 7)]),
        (b"plan: a\npurpose: caf\xe9\n", [("yaml/encoding", 2, 13)]),
        ("plan: x\n".encode("utf-16"), [("yaml/encoding", 1, 1)]),
        ("plan: x\nsteps:\n\t- name: a\n", [("yaml/tab", 3, 1)]),
        ("steps:\n\t- a\n\t- b\n", [("yaml/tab", 2, 1), ("yaml/tab", 3, 1)]),
        ("a: &x 1\nb: *x\n", [("yaml/alias", 1, 4)]),
        ("a: *x\n", [("yaml/alias", 1, 4)]),
        ("a: !!python/object:os.system {}\n", [("yaml/tag", 1, 4)]),
        ("a: 1\n---\nb: 2\n", [("yaml/several-documents", 2, 1)]),
        ("a: 1\na: 2\n", [("yaml/duplicate-key", 2, 1)]),
        ("s:\n  - {x: 1, y: 2, x: 3}\n", [("yaml/duplicate-key", 2, 18)]),
        ("{[a]: 1}\n", [("yaml/key", 1, 2)]),
        ("a: 'open\n", [("yaml/syntax", 1, 4)]),
        ("a: 1\nb: 'open\nc: 2\n\n\n", [("yaml/syntax", 2, 4)]),
        ("a: 1\nhold:1 min\nc: 2\n", [("yaml/syntax", 2, 1)]),
        ("a: {signal: *, above: 1}\n", [("yaml/syntax", 1, 13)]),
        ("a: [1, 2\nb: 3\n", [("yaml/syntax", 2, 2)]),
        ("a: b: c\n", [("yaml/syntax", 1, 5)]),
        ('"a\\x1b": 1\n', [("yaml/control", 1, 1)]),
        ("{v: 7,4 V, w: 1}\n", [("yaml/decimal-comma", 1, 5)]),
        ("{v: 1,2 V, w: 1,2 V}\n", [("yaml/decimal-comma", 1, 5), ("yaml/decimal-comma", 1, 15)]),
    ],
)
def test_what_cannot_be_read_is_said_where_it_is(
    data: str | bytes, expected: list[tuple[str, int, int]]
) -> None:
    assert read(data)[1] == expected


@pytest.mark.parametrize(
    "text",
    ["{v: 7, 4 V: x}", "{v: 7, 4 V}", "{v: '7',4 V}", "{v: 7,x}", "{v: x,4}", "{v: 7,4: 1}", "[7,4 V]"],
)
def test_what_is_no_decimal_comma_stays(text: str) -> None:
    assert read(text + "\n")[1] == []


def test_a_decimal_comma_is_read_as_a_point_so_that_nothing_follows_from_it() -> None:
    document, _ = read("{v: 7,4 V, w: 1}\n")
    assert document is not None
    assert document.has_duplicates
    assert [(key.value, value.value) for key, value in document.root.value] == [("v", "7.4 V"), ("w", "1")]


def test_a_duplicate_key_names_both_places() -> None:
    diagnostics = Diagnostics()
    parse_document(b"plan: x\nhold: 1 s\nhold: 2 s\n", "p.yaml", diagnostics)
    (found,) = diagnostics.sorted()
    assert (found.line, found.column) == (3, 1)
    assert "p.yaml:2:1" in found.message


@pytest.mark.parametrize("data", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_ends_in_a_diagnostic_not_in_the_process(data: str) -> None:
    _, found = read(data)
    assert [code for code, _, _ in found] == ["yaml/too-deep"]


def test_aliases_that_would_blow_up_are_refused_at_the_first_anchor() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert read("\n".join(lines))[1] == [("yaml/alias", 1, 5)]


def test_too_many_values_are_refused() -> None:
    assert read("[" + "1," * 200_001 + "]")[1][0][0] == "yaml/too-many"


def test_a_file_of_50_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    diagnostics = Diagnostics()
    assert read_document(path, diagnostics) is None
    assert [found.code for found in diagnostics.sorted()] == ["yaml/too-large"]


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        diagnostics = Diagnostics()
        assert read_document(path, diagnostics) is None
        (found,) = diagnostics.sorted()
        assert (found.code, found.file) == ("yaml/missing", str(path))


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}#&*!|>'\"% \n\t,?", max_size=80)))
def test_any_bytes_give_a_document_or_a_diagnostic(data: bytes | str) -> None:
    document, found = read(data)
    assert document is not None or found
    for _, line, column in found:
        assert line >= 1
        assert column >= 1
