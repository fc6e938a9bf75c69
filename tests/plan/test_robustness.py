"""Whatever is done to a plan, it is linked or ends in diagnostics: each with a code, a place in its file, a remedy."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rig import shipped
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.plan.loading import link_document
from rig.plan.program import Program

BENCH = load_bench(shipped.bench())
EVERYTHING = Path(__file__).with_name("everything.yaml")
FILES = [EVERYTHING, *shipped.plans().values()]

PIECES = [
    "skin.*",
    "supply.*",
    "belt.cutoff",
    "high",
    "drive",
    "rated",
    "2 × drive",
    "9 V",
    "41 degC",
    "0.5 K",
    "3 s",
    "0",
    "-1",
    "1e400 s",
    "nan",
    "10000000000",
    "on",
    "",
    "~",
    "☃",
    "\u0000",
    "\u202e",
    "a / b",
    "[x=1]",
    "belt:hang",
    "probe-check",
    "../x",
    "5 readings",
    "12:30",
    "010",
    "x" * 300,
    {},
    [],
    {"a": "b"},
    ["x"],
    [[[]]],
    {"name": "n"},
    {"name": "n", "hold": "1 s"},
    {"name": "n", "repeat": "3", "steps": [{"name": "n"}]},
    {"drive": ["1 V", "drive"]},
    {"steps": {}},
]


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys or indices."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from places(node[key])


def mutate(root: Any, chance: random.Random) -> Any:
    """One change anywhere: deleted, doubled, replaced, exchanged, renamed, wrapped, or much longer."""
    found = list(places(root))
    if not found:
        return root
    node, key = chance.choice(found)
    other, at = chance.choice(found)
    match chance.randrange(8):
        case 0:
            del node[key]
        case 1 if isinstance(node, list):
            node.insert(key, node[key])
        case 2:
            node[key], other[at] = json.loads(json.dumps(other[at])), json.loads(json.dumps(node[key]))
        case 3 if isinstance(node, dict):
            node[str(chance.choice([piece for piece in PIECES if isinstance(piece, str)]))] = node.pop(key)
        case 4:
            for _ in range(chance.randrange(1, 40)):
                node[key] = [node[key]] if chance.random() < 0.5 else {"steps": node[key]}
        case 5 if isinstance(node[key], list):
            node[key] = node[key] * 50
        case _:
            node[key] = json.loads(json.dumps(chance.choice(PIECES)))
    return root


def written(root: Any) -> str:
    """One line for each top key, so that places differ; JSON is YAML."""
    if not isinstance(root, dict) or not root:
        return json.dumps(root)
    return "".join(
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in root.items()
    )


def link(text: str, file: Path) -> tuple[Program | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode("utf-8", "surrogatepass"), str(file), diagnostics)
    program = None if document is None else link_document(document, BENCH, None, diagnostics)
    assert isinstance(program, Program) is not diagnostics.has_errors
    return program, diagnostics.sorted()


def assert_sound(text: str, file: Path) -> None:
    lines = text.split("\n")
    for found in link(text, file)[1]:
        assert found.code.partition("/")[0] in {"yaml", "plan"}, found
        assert found.message, found
        assert found.help, found
        if found.file == str(file):
            assert 1 <= found.line <= len(lines), found
            assert 1 <= found.column <= len(lines[found.line - 1]) + 1, found
        assert str(found)


def run_mutations(file: Path, chance: random.Random, changes: int) -> None:
    root: Any = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for _ in range(changes):
        root = mutate(root, chance)
    assert_sound(written(root), file)


def test_the_plan_that_uses_everything_is_sound() -> None:
    program, found = link(EVERYTHING.read_text(encoding="utf-8"), EVERYTHING)
    assert [each for each in found if each.severity != "note"] == []
    assert program is not None


@settings(max_examples=200)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 4))
def test_changed_plans_give_diagnostics_or_a_program(file: Path, chance: random.Random, changes: int) -> None:
    run_mutations(file, chance, changes)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=1000)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_much_changed_plans_give_diagnostics_or_a_program(
    file: Path, chance: random.Random, changes: int
) -> None:
    run_mutations(file, chance, changes)


@settings(max_examples=100)
@given(st.data())
def test_changed_characters_give_diagnostics_or_a_program(data: st.DataObject) -> None:
    text = EVERYTHING.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 5)) :]
    assert_sound(text, EVERYTHING)
