"""The JSON Schemas that ship: fresh, named by every document that ships, and right about what people write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from rig import shipped
from rig.documents.descriptions import read_descriptions
from rig.documents.schema import Schema, make_document, to_json
from rig.plan.check import KINDS
from rig.plan.interlock_grammar import INTERLOCK
from rig.plan.schemas import ROOTS, schema_of
from rig.plan.scope import EVENTS
from rig.plan.step_grammar import STEPS
from tests.documents.plain_values import READERS, complaints

FOLDER = shipped.test_plans() / "schema"
RENEW = "renew it with: for k in {kinds}; do rig schema $k > test_plans/schema/$k.schema.json; done"
DOCUMENTS = sorted([*shipped.test_plans().rglob("*.yaml"), *shipped.device_catalogue().glob("*.yaml")])
SCHEMAS = {kind: schema_of(kind) for kind in KINDS}


def kind_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").split(".schema.json", 1)[0].rpartition("/")[2]


def shipped_text(kind: str) -> str:
    return next(path for path in DOCUMENTS if kind_of(path) == kind).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_that_ships_is_the_one_of_the_tables(kind: str) -> None:
    text = (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert text == to_json(SCHEMAS[kind]), RENEW.format(kinds=" ".join(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    Draft7Validator.check_schema(SCHEMAS[kind] | {"$schema": "http://json-schema.org/draft-07/schema#"})


def test_there_is_a_schema_of_every_kind_of_document() -> None:
    assert tuple(ROOTS) == KINDS
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{kind}.schema.json" for kind in KINDS)
    assert {kind_of(path) for path in DOCUMENTS} == set(KINDS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_document_that_ships_names_its_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    start = "# yaml-language-server: $schema="
    assert first.startswith(start)
    schema = (path.parent / first.removeprefix(start)).resolve()
    assert schema == (FOLDER / f"{kind_of(path)}.schema.json").resolve()
    assert schema.is_file()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_document_that_ships_is_valid_however_an_editor_reads_it(path: Path, reader: str) -> None:
    assert complaints(SCHEMAS[kind_of(path)], path.read_text(encoding="utf-8"), READERS[reader]) == []


RIGHT = [
    ("plan", "rearm: true", "rearm: on"),
    ("plan", "rearm: true", "rearm: yes"),
    ("plan", "level: high", "level: off"),
    ("plan", "- latch: {}", "- latch:"),
    ("plan", "voltage: 1.1 × rated", "voltage: rated"),
    ("plan", "voltage: 1.1 × rated", "voltage: 1.1 * rated"),
    ("plan", "voltage: 1.1 × rated", "voltage: 7400 mV"),
    ("plan", "above: 45 degC", "above: 113 degF"),
    ("plan", "output: on}", "output: on, heaters: [a, b]}"),
    ("plan", "output: on}", "output: on, heaters: a}"),
    ("plan", "plan: 42 °C cut-off", "plan: 42"),
    ("plan", "level: high", "level: warmth"),
    ("plan", "hold: 20 s", "repeat: 3\n    steps: [{name: wait, hold: 20 s}]"),
    ("plan", "hold: 20 s", "for_each: {pause: [1 s, 2 s]}\n    steps: [{name: wait, hold: pause}]"),
    ("plan", "hold: 20 s", "attempts: 2\n    steps: [{name: a, repeat: 2, steps: [{name: b}]}]"),
    ("plan", "hold: 20 s", "call: warm-up\n    with: {drive: 7 V}"),
    (
        "plan",
        "hold: 20 s",
        "soak: {signal: skin.*, at: 40 degC, tolerance: 0.5 K, for: 5 min}\n    within: 1 h",
    ),
    ("plan", "hold: 20 s", "until: {signal: skin.*, steady: 0.1 K/min, over: 10 min}\n    within: 1 h"),
    ("plan", "hold: 20 s", "ramp: {voltage: 0 V, over: 2 min, heaters: [a]}\n    annotate: down"),
    (
        "plan",
        "hold: 20 s",
        "profile: {points: [{at: 0 s, voltage: 6 V}, {at: 5 min, voltage: 8 V}], every: 1 s}",
    ),
    (
        "plan",
        "steps:\n",
        "parameters: {drive: {default: rated, least: 6 V}, n: 3}\nteardown: [{name: x}]\nsteps:\n",
    ),
    ("plan", "limit: ir-lumbar-wrap/skin-peak, rule", "guard: 0.5, at_most: cutoff, rule"),
    ("plan", "rule: guarded", "rule: four-state, guard_band: 0.3 K"),
    ("plan", "rule: guarded", "rule: specific-risk, risk: 2 %"),
    ("plan", "{event: belt.cutoff}", "{signal: skin.hottest, above: 40 degC, for: 3 readings}"),
    ("bench", "common: yes", "common: true"),
    ("bench", "resource: TCPIP0::192.0.2.10::5025::SOCKET", "resource: GPIB0::5::INSTR\n    serial: 12345"),
    ("limits", "at_most: 10 %", "at_most: 0.1"),
    ("limits", "at_most: 42 degC", "clause: 201.11\n    edition: 2020\n    at_most: 42 degC"),
    ("device", "baud: 115200", "baud: 9600"),
]

WRONG = [
    ("plan", "purpose:", "purpse:"),
    ("plan", "device: ir-lumbar-wrap", "device: ir-lumbar"),
    ("plan", "steps:", "stepz:"),
    ("plan", "voltage: 1.1 × rated", "volts: 1.1 × rated"),
    ("plan", "voltage: 1.1 × rated", "voltage: 7.4 A"),
    ("plan", "voltage: 1.1 × rated", "voltage: 7.4"),
    ("plan", "hold: 1 min", "hold: 60"),
    ("plan", "hold: 1 min", "hold: 12:30"),
    ("plan", "hold: 1 min", "hold: -1 min"),
    ("plan", "hold: 1 min", "hold: [1 min]"),
    ("plan", "hold: 1 min", "hold:"),
    ("plan", "ambient: 23 ± 2 degC", "ambient: 23 degC"),
    ("plan", "start: stable", "start: stabel"),
    ("plan", "output: on}", "output: maybe}"),
    ("plan", "level: high", "level: too high"),
    ("plan", "hold: 20 s", "repeat: 3"),
    ("plan", "hold: 20 s", "repeat: 3\n    attempts: 2\n    steps: [{name: wait, hold: 20 s}]"),
    ("plan", "hold: 20 s", "repeat: 3\n    steps: [{name: wait, hodl: 20 s}]"),
    ("plan", "hold: 20 s", "for_each: {}\n    steps: [{name: wait}]"),
    ("plan", "hold: 20 s", "profile: {points: [{at: 0 s, voltage: 6 V}]}"),
    ("plan", "hold: 20 s", "soak: {signal: skin.*, at: 40 degC}"),
    ("plan", "{event: belt.cutoff}", "{event: belt.cutof}"),
    ("plan", "{event: belt.cutoff}", "{}"),
    ("plan", "above: 45 degC, for", "abvoe: 45 degC, for"),
    ("plan", "rise: 0.5 K, within: 120 s", "rise: 0.5 degC, within: 120 s"),
    ("plan", "- response_delay: {at_most: 1 s}", "- response_delay: {at_most: 1 K}"),
    ("plan", "- response_delay: {at_most: 1 s}", "- response_delay: {}"),
    ("plan", "- response_delay: {at_most: 1 s}", "- response_delay: {at_most: 1 s, limit: a/b}"),
    ("plan", "- response_delay: {at_most: 1 s}", "- response_delay"),
    ("plan", "- latch: {}", "- lach: {}"),
    ("plan", "rule: guarded", "guard_band: 0.3 degC"),
    ("plan", "[trip_temperature,", "[trip_temprature,"),
    ("bench", "driver: keysight-e36300", "driver: keysight-e36000"),
    ("bench", "model: DAQ970A", "model: DAQ970"),
    ("bench", "leads: 0.2 ohm", "leads: 0.2 V"),
    ("bench", "sense: remote", "sense: far"),
    ("bench", "- {signal: skin.*, above: 46 degC}", "- {signal: skin.*, beyond: 46 degC}"),
    ("limits", "source: project requirement CUT-2", "source:"),
    ("requirements", "shown_by: [peak_temperature]", "shown_by: peak_temperature"),
    ("device", "band: 0.15 K", "band: 0.15 degC"),
    ("drill", "off: never on", "off: never"),
]


def changed(kind: str, old: str, new: str) -> str:
    text = shipped_text(kind)
    if kind == "plan":
        text = shipped.plans()["cutoff"].read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case[2].strip())
def test_what_people_write_is_valid(case: tuple[str, str, str], reader: str) -> None:
    assert complaints(SCHEMAS[case[0]], changed(*case), READERS[reader]) == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", WRONG, ids=lambda case: case[2].strip())
def test_typical_mistakes_are_not_valid(case: tuple[str, str, str], reader: str) -> None:
    assert complaints(SCHEMAS[case[0]], changed(*case), READERS[reader]) != []


def test_each_interlock_requires_the_key_that_tells_its_kind() -> None:
    for word, kind in INTERLOCK.kinds.items():
        assert word in kind.schema()["required"]


def test_editors_offer_events_levels_and_metrics() -> None:
    properties = SCHEMAS["plan"]["properties"]
    step = SCHEMAS["plan"]["$defs"][STEPS]["items"]["anyOf"][0]["properties"]
    check = properties["checks"]["items"]["properties"]
    assert step["until"]["anyOf"][0]["properties"]["event"]["enum"] == list(EVENTS)
    assert step["belt"]["properties"]["level"]["anyOf"][0]["enum"] == ["off", "low", "medium", "high", False]
    assert {"peak_temperature", "probe_placement", "report"} <= set(check)
    assert set(check["time_to"]["properties"]) == {
        "of", "temperature", "at_most", "limit", "rule", "guard", "guard_band", "risk", "name", "step",
    }  # fmt: skip


def all_paths(schema: Schema) -> set[tuple[str, ...]]:
    steps = schema["$defs"].get(STEPS, {})
    return used_paths(schema) | {("steps", *path) for path in used_paths(steps)}


def used_paths(schema: Schema, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    parts = [schema.get(name) for name in ("items", "additionalProperties")] + schema.get("anyOf", [])
    found = {each for part in parts if isinstance(part, dict) for each in used_paths(part, path)}
    for key, value in schema.get("properties", {}).items():
        found |= {(*path, key)} | used_paths(value, (*path, key))
    return found


def test_no_description_is_of_a_key_that_is_gone() -> None:
    words = read_descriptions()
    for kind in KINDS:
        paths = all_paths(SCHEMAS[kind])
        known = {".".join(path) for path in paths} | {f"{path[0]}.*.{path[-1]}" for path in paths} | {""}
        assert set(words[kind]) <= known
    interlocks = {path[1] for path in used_paths(SCHEMAS["bench"]) if path[0] == "interlocks" and path[1:]}
    assert set(words["interlocks"]) == interlocks


def test_a_key_without_a_description_is_named() -> None:
    schema: dict[str, Any] = {"properties": {"steps": {"properties": {"coffee": {}}}}}
    with pytest.raises(LookupError, match=r"steps\.coffee"):
        make_document("plan", schema, {"": "A plan.", "steps": "The steps."})


def test_two_kinds_of_values_with_one_title_are_refused() -> None:
    schema: dict[str, Any] = {"properties": {"a": {"title": "t", "type": "string"}, "b": {"title": "t"}}}
    with pytest.raises(ValueError, match="both called 't'"):
        make_document("plan", schema, {"": "A plan.", "a": "One.", "b": "Another."})
