"""A mistake in a parameter, in the values of one, or in a call of another plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.conftest import Link
from tests.plan.mistakes import HEAD, Case, assert_found_once, case

V = "supply: {voltage: v, current_limit: 1.2 A}"


def with_parameters(declared: str, item: str) -> str:
    return f"parameters: {{{declared}}}\nsteps:\n  - {item}\n"


def of_parameter(
    code: str, wrong: tuple[str, str], offending: str, remedy: str, right: tuple[str, str]
) -> Case:
    return Case(code, with_parameters(*wrong), offending, remedy, with_parameters(*right))


USE = f"{{name: use, {V}, hold: 3 s}}"
EACH = f"{{name: e, for_each: {{v: [%s]}}, steps: [{USE}]}}"
PARAMETERS = [
    of_parameter("parameter-name", ("v: 7 V, a-b: 1 s", USE), "a-b", "underscores", ("v: 7 V", USE)),
    of_parameter("parameter-name", ("v: 7 V, rated: 1 s", USE), "rated", "another name", ("v: rated", USE)),
    of_parameter(
        "unused-parameter",
        ("v: 7 V, w: 9 s", USE),
        "w",
        "use it",
        ("v: 7 V, w: 9 s", USE.replace("3 s", "w")),
    ),
    of_parameter(
        "out-of-range",
        ("v: {default: 7 V, least: 8 V}", USE),
        "7 V",
        "8 V or more",
        ("v: {default: 8 V, least: 8 V}", USE),
    ),
    of_parameter(
        "out-of-range",
        ("v: {default: 8.2 V, most: 1.1 × rated}", USE),
        "8.2 V",
        "rated or less",
        ("v: {default: 8.1 V, most: 1.1 × rated}", USE),
    ),
    of_parameter(
        "out-of-range",
        ("v: {default: 7 V, one_of: [6 V, 8 V]}", USE),
        "7 V",
        "write one of|did you mean",
        ("v: {default: 8000 mV, one_of: [6 V, 8 V]}", USE),
    ),
    of_parameter(
        "wrong-dimension",
        ("v: {default: 7 V, most: 8 A}", USE),
        "7 V",
        "A",
        ("v: {default: 7 V, most: 8 V}", USE),
    ),
    of_parameter(
        "bad-quantity",
        ("v: {default: seven, most: 8 V}", USE),
        "seven",
        "number with a unit",
        ("v: {default: rated, most: 8 V}", USE),
    ),
    of_parameter("unknown-name", ("v: 2 × ratd", USE), "2 × ratd", "rated", ("v: 1.1 × rated", USE)),
    of_parameter(
        "scaled-point",
        ("v: 7 V, t: 2 × high", USE),
        "2 × high",
        "41 degC",
        (
            "v: 7 V, t: high",
            USE.replace("}, hold", "}, belt: {level: t, session: 30 min, regulation: normal}, hold"),
        ),
    ),
    of_parameter("wrong-dimension", ("v: 7 A", USE), "v, current_limit", "7.4 V", ("v: 7 V", USE)),
    of_parameter("unknown-name", ("v: seven", USE), "v, current_limit", "unit", ("v: 7 V", USE)),
    of_parameter("missing-key", ("v: {most: 8 V}", USE), "most", "default", ("v: {default: 8 V}", USE)),
    of_parameter(
        "unknown-parameter",
        ("v: 7 V", EACH.replace("{v:", "{w:") % "6 V"),
        "w: [",
        "declare",
        ("v: 7 V", EACH % "6 V"),
    ),
    of_parameter(
        "duplicate-value",
        ("v: 7 V", EACH % "6 V, 8 V, 6 V"),
        "6 V]",
        "repeat",
        ("v: 7 V", EACH % "6 V, 8 V, 7 V"),
    ),
    of_parameter(
        "wrong-dimension", ("v: 7 V", EACH % "6 V, 8 A"), "8 A", "7.4 V", ("v: 7 V", EACH % "6 V, 8 V")
    ),
    of_parameter(
        "bad-quantity", ("v: 7 V", EACH % "6 V, seven"), "seven", "7 V", ("v: 7 V", EACH % "6 V, rated")
    ),
    of_parameter(
        "out-of-range",
        ("v: {default: 7 V, most: 8 V}", EACH % "6 V, 8.1 V"),
        "8.1 V",
        "8 V or less",
        ("v: {default: 7 V, most: 8 V}", EACH % "6 V, 8 V"),
    ),
    of_parameter(
        "out-of-range", ("v: 7 V", EACH % "6 V, 1e300 V"), "1e300 V", "", ("v: 7 V", EACH % "6 V, 9 V")
    ),
    of_parameter("no-value", ("v: 7 V", EACH % ""), "[]", "at least one", ("v: 7 V", EACH % "8 V")),
    of_parameter(
        "wrong-kind",
        ("v: 7 V", EACH.replace("{v: [%s]}", "{v: [6 V], w: [1 s]}")),
        "{v: [6 V], w",
        "one for_each into another",
        ("v: 7 V", EACH % "6 V"),
    ),
]

CALLS = [
    case("unknown-plan", "{name: c, call: lok}", "lok", 'did you mean "look"', "{name: c, call: look}"),
    case("unknown-plan", "{name: c, call: cut-of}", "cut-of", "cutoff", "{name: c, call: session-timer}"),
    case(
        "unknown-parameter",
        "{name: c, call: look, with: {paus: 2 s}}",
        "paus",
        'did you mean "pause"',
        "{name: c, call: look, with: {pause: 2 s}}",
    ),
    case(
        "unknown-parameter",
        "{name: c, call: plain, with: {pause: 2 s}}",
        "pause",
        "remove it",
        "{name: c, call: plain}",
    ),
    case(
        "out-of-range",
        "{name: c, call: look, with: {pause: 2 h}}",
        "2 h",
        "1 h or less",
        "{name: c, call: look, with: {pause: 1 h}}",
    ),
    case(
        "wrong-dimension",
        "{name: c, call: look, with: {pause: 2 V}}",
        "2 V",
        "s",
        "{name: c, call: look, with: {pause: 2 s}}",
    ),
    case("no-device", "{name: c, call: other}", "other", "same device", "{name: c, call: inner/deep.yaml}"),
    case("recursive-call", "{name: c, call: plan}", "plan", "repeat", "{name: c, call: plain}"),
]

CALLED = {
    "look.yaml": "parameters: {pause: {default: 1 s, most: 1 h}}\nsteps: [{name: look, hold: pause}]\n",
    "plain.yaml": "steps: [{name: look, hold: 1 s}]\n",
    "inner/deep.yaml": "steps: [{name: deep, call: deeper}]\n",
    "inner/deeper.yaml": "steps: [{name: deepest, hold: 1 s}]\n",
    "plan.yaml": "steps: [{name: never read, hold: 1 s}]\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans that can be called, one of them for another device."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "inner").mkdir()
    for name, body in CALLED.items():
        text = f"plan: {name}\npurpose: Is called.\ndevice: ir-lumbar-wrap\n{body}"
        (folder / name).write_text(text, encoding="utf-8")
    other = (folder / "plain.yaml").read_text(encoding="utf-8").replace("ir-lumbar-wrap", "ir-other")
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", [*PARAMETERS, *CALLS], ids=lambda case: f"{case.code}-{case.offending}")
def test_a_mistake_is_found_once_where_it_is_and_its_near_miss_is_none(
    link: Link, folder: Path, case: Case
) -> None:
    assert_found_once(link, case, folder / "plan.yaml")


def test_no_step_has_the_name_of_a_pass(link: Link) -> None:
    """In the record they would be one."""
    text = HEAD + with_parameters("v: 7 V", EACH % "6 V, 8 V") + '  - {name: "e[v=6 V]", hold: 3 s}\n'
    _, (found,) = link(text)
    assert (found.code, found.line) == ("plan/duplicate-step", text.count("\n"))
    assert link(text.replace("e[v=6 V]", "e[v=7 V]"))[1] == []
