"""The form of parameters: what each may be, and the same messages at the field as ``--set`` gives."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.errors import InputError
from rig.tui.models.parameters import ParameterField, link, parameter_fields, settings_of, simulation_keys

CYCLES = shipped.plans()["cutoff-cycles"]


def test_a_field_says_its_default_what_it_is_for_and_what_it_may_be() -> None:
    (field,) = parameter_fields(CYCLES)
    assert (field.name, field.default, field.hint) == ("cycles", "3", "1 to 100000")
    assert field.about.startswith("how often")
    assert parameter_fields(shipped.plans()["cutoff"]) == ()
    assert ParameterField("x", "a", one_of=("a", "b")).hint == "one of a, b"
    assert ParameterField("x", "1", least="1").hint == "at least 1"
    assert ParameterField("x", "1", most="2").hint == "at most 2"


def test_only_what_was_changed_is_set() -> None:
    fields = parameter_fields(CYCLES)
    assert settings_of(fields, {"cycles": " 3 "}, "") == {}
    assert settings_of(fields, {"cycles": ""}, "") == {}
    typed = settings_of(fields, {"cycles": "5"}, "simulation.perfusion=2; setup.baseline.hold=2 min")
    assert typed == {"cycles": "5", "simulation.perfusion": "2", "setup.baseline.hold": "2 min"}
    with pytest.raises(InputError, match="key=value"):
        settings_of(fields, {}, "perfusion")


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        ({"cycles": "0"}, "cycles", "cycles is at least 1"),
        ({"cycles": "3 V"}, "cycles", "needs a plain number"),
        ({"setup.baseline.hold": "2 V"}, "setup.baseline.hold", "is a voltage"),
        ({"simulation.defects": "none such"}, "simulation.defects", "no such defect"),
    ],
)
def test_what_is_wrong_stands_at_its_field(settings: dict[str, str], key: str, words: str) -> None:
    linked = link(shipped.bench(), CYCLES, (), settings)
    assert linked.work is None
    assert words in linked.wrong[key]
    assert linked.others == ()


def test_what_is_right_is_linked_for_each_slot() -> None:
    linked = link(shipped.bench("four-belts"), shipped.plans()["cutoff"], ("two", "three"), {})
    assert linked.work is not None
    assert [program.slot for program in linked.work.plans[0]] == ["two", "three"]
    assert link(shipped.bench(), CYCLES, ("none",), {}).others[0].startswith("choosing slots")
    assert "simulation.defects" in simulation_keys()
