"""A mistake in a block of steps, in a name, or in a teardown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.conftest import Link
from tests.plan.mistakes import HEAT, Case, assert_found_once, case, step

IN = "steps: [{name: x, hold: 3 s}]"
BLOCKS = [
    case("one-way", f"{{name: b, {IN}}}", "name", "keep one key", f"{{name: b, repeat: 2, {IN}}}"),
    case(
        "one-way",
        f"{{name: b, repeat: 2, attempts: 2, {IN}}}",
        "name",
        "put one block into another",
        f"{{name: b, repeat: 2, steps: [{{name: c, attempts: 2, {IN}}}]}}",
    ),
    case("one-way", "{name: b, repeat: 2}", "name", "add steps", f"{{name: b, repeat: 2, {IN}}}"),
    case("one-way", f"{{name: b, call: look, {IN}}}", "name", "remove steps", "{name: b, call: look}"),
    case(
        "one-way",
        f"{{name: b, repeat: 2, with: {{a: 1 s}}, {IN}}}",
        "name",
        "plan to call",
        "{name: b, call: look, with: {pause: 1 s}}",
    ),
    case("no-steps", "{name: b, repeat: 2, steps: []}", "[]", "add a step", f"{{name: b, repeat: 2, {IN}}}"),
    case(
        "unknown-key",
        f"{{name: b, repeat: 2, hold: 3 s, {IN}}}",
        "hold",
        "did you mean|write one of",
        f"{{name: b, repeat: 2, {IN}}}",
    ),
    case(
        "out-of-range",
        f"{{name: b, repeat: 0, {IN}}}",
        "0",
        "e.g. repeat: 3|e.g. 3|more than zero",
        f"{{name: b, repeat: 1, {IN}}}",
    ),
    case(
        "out-of-range",
        f"{{name: b, repeat: 2.5, {IN}}}",
        "2.5",
        "e.g. repeat: 3|e.g. 3|more than zero",
        f"{{name: b, repeat: 2, {IN}}}",
    ),
    case(
        "out-of-range",
        f"{{name: b, repeat: 1000001, {IN}}}",
        "1000001",
        "e.g. repeat: 3|e.g. 3|more than zero",
        f"{{name: b, repeat: 1000000, {IN}}}",
    ),
    case(
        "wrong-dimension",
        f"{{name: b, repeat: 3 s, {IN}}}",
        "3 s",
        "e.g. repeat: 3|e.g. 3|more than zero",
        f"{{name: b, repeat: 3, {IN}}}",
    ),
    case("bad-quantity", f"{{name: b, repeat: often!, {IN}}}", "often!", "", f"{{name: b, repeat: 3, {IN}}}"),
    case(
        "unknown-name", f"{{name: b, repeat: often, {IN}}}", "often", "rated", f"{{name: b, repeat: 3, {IN}}}"
    ),
    case(
        "wrong-kind",
        f"{{name: b, for_each: [1 s], {IN}}}",
        "[1 s]",
        "for_each: {",
        f"{{name: b, repeat: 3, {IN}}}",
    ),
    case(
        "duplicate-step", "{name: first, hold: 1 s}", "first", "name of its own", "{name: second, hold: 1 s}"
    ),
    case(
        "duplicate-step",
        "{name: b, repeat: 2, steps: [{name: x, hold: 3 s}, {name: x, hold: 4 s}]}",
        "x, hold: 4 s",
        "its own",
        "{name: b, repeat: 2, steps: [{name: x, hold: 3 s}, {name: first, hold: 4 s}]}",
    ),
    Case(
        "duplicate-step",
        f"setup: [{{name: x, hold: 1 s}}]\n{step('{name: x, hold: 1 s}')}",
        "x, hold: 1 s}\n",
        "its own",
        f"setup: [{{name: x, hold: 1 s}}]\n{step('{name: y, hold: 1 s}')}",
    ),
    Case(
        "duplicate-step",
        f"{step('{name: b, repeat: 2, steps: [{name: x, hold: 3 s}]}')}  - {{name: b / x, hold: 1 s}}\n",
        "b / x",
        "its own",
        f"{step('{name: b, repeat: 2, steps: [{name: x, hold: 3 s}]}')}  - {{name: b / y, hold: 1 s}}\n",
    ),
]

TEARDOWN = [
    Case(
        "teardown-demands",
        step("{name: a}") + "teardown:\n  - {name: off, supply: {output: off}}\n",
        "off}}",
        "wait",
        step("{name: a}")
        + "teardown:\n  - {name: cool, until: {signal: skin.hottest, below: 35 degC}, within: 1 h}\n",
    ),
    Case(
        "teardown-demands",
        step("{name: a}") + "teardown:\n  - {name: off, ramp: {voltage: 1 V, over: 9 s}}\n",
        "{voltage: 1 V",
        "wait",
        step("{name: a}") + "teardown:\n  - {name: off, annotate: cooling, hold: 3 s}\n",
    ),
    Case(
        "teardown-demands",
        step("{name: a}")
        + f"teardown:\n  - name: b\n    repeat: 2\n    steps:\n      - {{name: off, {HEAT}}}\n",
        "7 V, current_limit",
        "wait",
        step("{name: a}") + "teardown:\n  - name: b\n    repeat: 2\n    steps:\n      - {name: off}\n",
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan that can be called."""
    folder = tmp_path_factory.mktemp("plans")
    text = "plan: look\npurpose: Is called.\ndevice: ir-lumbar-wrap\nparameters: {pause: 1 s}\n"
    (folder / "look.yaml").write_text(text + "steps: [{name: look, hold: pause}]\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", [*BLOCKS, *TEARDOWN], ids=lambda case: f"{case.code}-{case.offending}")
def test_a_mistake_is_found_once_where_it_is_and_its_near_miss_is_none(
    link: Link, folder: Path, case: Case
) -> None:
    assert_found_once(link, case, folder / "plan.yaml")
