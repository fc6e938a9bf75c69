"""The catalogue of diagnostics and the source agree: no code without an entry, no entry without a code."""

from __future__ import annotations

import pytest

from rig.documents.catalogue import FILES, Code, read_catalogue
from rig.documents.examples import CLOSE, OPEN
from rig.plan.check import KINDS
from tests.documents.code_table import PAGE, make_page
from tests.documents.reported_codes import Unclear, find_codes, find_texts

CATALOGUE = read_catalogue()
TEXTS = {code.text for code in CATALOGUE}
READER = "rig/documents/yaml_nodes.py"
OF_ANY_KIND = ("rig/documents/fields.py", "rig/documents/quantities.py")
KIND_OF_FOLDER = {"rig/plan/": "plan", "rig/bench/": "bench"}
KIND_OF_MODULE = {f"rig/documents/{kind}.py": kind for kind in ("limits", "device", "drill")} | {
    "rig/plan/bench_interlocks.py": "bench",
    "rig/plan/mapping.py": "mapping",
    "rig/plan/logged_signals.py": "mapping",
}


def kind_of(module: str) -> str | None:
    """The kind of document in which a module reports mistakes without naming it; None if it reads every kind."""
    if module in OF_ANY_KIND:
        return None
    folder = next((kind for start, kind in KIND_OF_FOLDER.items() if module.startswith(start)), "")
    return KIND_OF_MODULE.get(module, folder)


def test_every_code_that_is_reported_is_in_the_catalogue() -> None:
    reported, _ = find_codes()
    assert len(reported) > 100
    whole = {each.code for each in reported if "/" in each.code} | find_texts(READER, "yaml/")
    assert whole - TEXTS == set()
    names = {code.name for code in CATALOGUE}
    for each in reported:
        kind = kind_of(each.module)
        if kind is None:
            assert each.code in names, each
        elif "/" not in each.code:
            assert f"{kind}/{each.code}" in TEXTS, each


def test_every_code_of_the_catalogue_is_reported() -> None:
    reported, _ = find_codes()
    names = {each.code.rpartition("/")[2] for each in reported}
    names |= {text.rpartition("/")[2] for text in find_texts(READER, "yaml/")}
    assert {code.name for code in CATALOGUE} - names == set()


def test_every_code_can_be_read_in_the_source() -> None:
    _, unclear = find_codes()
    assert unclear == {Unclear("fault[0]", READER)}, "codes are written out where they are reported"


def test_no_code_has_two_entries() -> None:
    assert len(TEXTS) == len(CATALOGUE)
    assert {code.kind for code in CATALOGUE} == {"yaml", *KINDS}


@pytest.mark.parametrize("code", CATALOGUE, ids=lambda code: code.text)
def test_an_entry_says_what_it_means_and_why_in_sentences(code: Code) -> None:
    example = code.example
    assert all(text[0].isupper() and text.endswith(".") for text in (code.means, code.why))
    marked = [text.text for text in (example.wrong, example.at) if text is not None and OPEN in text.text]
    assert len(marked) + (example.caret is not None) == 1
    assert all(text.count(OPEN) == text.count(CLOSE) == 1 for text in marked)
    assert (example.right or example.remedy) is not None


def test_every_file_that_cannot_be_written_down_has_an_example() -> None:
    assert sorted(code.example.file.text for code in CATALOGUE if code.example.file) == sorted(FILES)


def test_the_table_in_the_documentation_is_the_catalogue() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == make_page(page), "renew it with: python -m tests.documents.code_table"
