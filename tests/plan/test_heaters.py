"""A step's supply part may name heaters: demands, energised heaters, and what the rules then ask for."""

from __future__ import annotations

from rig import shipped
from tests.plan.conftest import Link

ON = "supply: {voltage: 1.1 × rated, current_limit: 1.2 A, output: on}"


def named(heaters: str) -> str:
    return ON.replace("{", f"{{heaters: {heaters}, ")


def codes(link: Link, text: str) -> list[str]:
    return [found.code for found in link(text)[1]]


def test_demands_go_to_the_heaters_named_and_to_no_other(link: Link, plan_text: str) -> None:
    for written in ("b", "[b]", "[b, b]"):
        program, found = link(plan_text.replace(ON, named(written), 1))
        assert found == []
        assert program is not None
        supply = [
            demand.output for demand in list(program.walk())[1].demands if demand.output.startswith("supply")
        ]
        assert supply == ["supply.b.voltage", "supply.b.current_limit", "supply.b.output"]


def test_what_a_plan_energises_is_what_it_names(link: Link, plan_text: str) -> None:
    program, _ = link(plan_text.replace(ON, named("a")))
    assert program is not None
    assert program.energises == ("a",)
    program, _ = link(plan_text.replace(ON, named("[b, a]")))
    assert program is not None
    assert program.energises == ("a", "b")


def test_an_unknown_heater_is_named_with_what_would_be_right(link: Link, plan_text: str) -> None:
    (found,) = link(plan_text.replace(ON, named("[a, c]"), 1))[1]
    assert (found.code, found.message) == ("plan/unknown-heater", 'slot main feeds no heater "c"')
    line = plan_text.replace(ON, named("[a, c]"), 1).splitlines()[found.line - 1]
    assert line[found.column - 1] == "c"
    assert found.help


def test_a_list_without_names_and_a_mapping_are_mistakes(link: Link, plan_text: str) -> None:
    assert codes(link, plan_text.replace(ON, named("[]"), 1)) == ["plan/no-value"]
    assert codes(link, plan_text.replace(ON, named("{a: b}"), 1)) == ["plan/wrong-kind"]


def test_over_temperature_is_asked_for_on_the_heaters_that_are_energised(link: Link, plan_text: str) -> None:
    bare = plan_text.replace("signal: skin.*, above: 45 degC", "signal: skin.a*, above: 45 degC", 1)
    found = link(bare)[1]
    assert [each.code for each in found] == ["plan/no-over-temperature"]
    assert "heater b" in found[0].message
    assert codes(link, bare.replace(ON, named("a"))) == []


def test_each_heater_is_set_before_it_is_switched_on(link: Link, plan_text: str) -> None:
    half = plan_text.replace(ON, "supply: {heaters: a, voltage: rated, current_limit: 1.2 A}", 1)
    last = "  - name: heat returns\n"
    assert codes(link, half.replace(last, f"{last}    supply: {{output: on}}\n", 1)) == ["plan/not-set"]
    right = codes(link, half.replace(last, f"{last}    supply: {{heaters: a, output: on}}\n", 1))
    assert right == ["plan/never-ends"]  # nothing heats while it waits for the cut-off


def test_a_rating_is_that_of_the_heater_named(link: Link, plan_text: str) -> None:
    found = link(plan_text.replace(ON, named("b").replace("1.1 × rated", "30 V"), 1))[1]
    assert [each.code for each in found] == ["plan/beyond-device"]


def test_a_number_of_probes_is_a_bare_number_and_may_be_none(link: Link) -> None:
    plan = shipped.plans()["probe-check"].read_text(encoding="utf-8")
    program, found = link(plan)
    assert found == []
    assert program is not None
    (check,) = program.checks
    assert check.limit is not None
    assert (check.limit.value, check.limit.dimension, check.params) == (0.0, "count", {"rise": 0.3})
    for written, code in (("0.3 K", "plan/wrong-dimension"), ("-1", "plan/out-of-range")):
        assert codes(link, plan.replace("at_most: 0}", f"at_most: {written}}}")) == [code]
