"""What is asked before a run, as the items of a form, and what becomes of the draft by what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isinf
from pathlib import Path

from rig import shipped
from rig.bench.description import BenchDescription
from rig.errors import InputError
from rig.order import Order, read_speed
from rig.tui.draft import Draft
from rig.tui.models.parameters import (
    BETWEEN,
    Linked,
    ParameterField,
    link,
    parameter_fields,
    settings_of,
    simulation_keys,
)

OPERATOR, SLOTS, SERIAL, SEED, SPEED, FAULTS, OTHERS = (
    "operator", "slots", "serial ", "seed", "speed", "faults", "other settings",
)  # fmt: skip
PARAMETER = "parameter "
MOST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the form."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    offers: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The form of a draft.

    Attributes:
        title: of the plan, as a person would name it.
        bench: name, and whether it is simulated.
    """

    draft: Draft
    title: str
    bench: str
    fields: tuple[ParameterField, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was typed: the draft that it makes, linked, and what is wrong by the name of its item."""

    draft: Draft
    linked: Linked
    wrong: Mapping[str, str]


def prepare(draft: Draft) -> Preparation:
    """The form of a draft's first plan.

    A bench that cannot be read has a form without slots; linking says what is wrong with it.
    """
    plan = Path(draft.plans[0])
    fields = parameter_fields(plan)
    try:
        bench: BenchDescription | None = draft.order.read_bench()
    except InputError:
        bench = None
    words = "a bench that cannot be read"
    if bench is not None:
        words = bench.name + (" (SIMULATED)" if bench.simulation is not None else " (not simulated here)")
    return Preparation(draft, plan.stem, words, fields, tuple(_items(draft.order, fields, bench)))


def _items(
    order: Order, fields: tuple[ParameterField, ...], bench: BenchDescription | None
) -> Iterator[Item]:
    yield Item(OPERATOR, "operator", order.operator or "", "who runs it, for the record")
    for field in fields:
        value = order.settings.get(field.name, "")
        hint = ", ".join(words for words in (f"default {field.default}", field.hint) if words)
        yield Item(PARAMETER + field.name, field.name, value, hint, field.one_of, f"{field.about}; {hint}")
    slots = () if bench is None else bench.slots
    for slot in slots:
        serial = order.declared.serials.get(slot.name, "")
        label = "serial number" if len(slots) == 1 else f"serial, slot {slot.name}"
        about = "As the label says; power is refused where the device reports another. Empty: not compared."
        yield Item(SERIAL + slot.name, label, serial, "from the label; else not compared", about=about)
    if len(slots) > 1:
        names = ", ".join(slot.name for slot in slots)
        yield Item(SLOTS, "slots", ", ".join(order.slots), f"all if empty: {names}")
    if bench is not None and bench.simulation is not None:
        yield Item(SEED, "seed", str(order.seed), "of the simulated bench")
        speed = "max" if order.speed is None or isinf(order.speed) else f"{order.speed:g}"
        yield Item(SPEED, "speed", speed, "max, or times real time, e.g. 1", ("max",))
        about = "e.g. scanner:hang@40, supply:lie=off; docs/faults.md lists them"
        yield Item(
            FAULTS,
            "faults",
            f"{BETWEEN} ".join(order.faults),
            "none if empty",
            about=about,
        )
    names_of_fields = {field.name for field in fields}
    others = [f"{key}={value}" for key, value in order.settings.items() if key not in names_of_fields]
    keys = simulation_keys() if bench is not None and bench.simulation is not None else ()
    offers = tuple(f"{key}=" for key in keys)
    about = "key=value as --set takes them, e.g. simulation.defects=switch-welded; ';' between two"
    yield Item(OTHERS, "other settings", f"{BETWEEN} ".join(others), "key=value; key=value", offers, about)


def answered(preparation: Preparation, typed: Mapping[str, str]) -> Answered:
    """Read what was typed, link it, and sort what is wrong to its items."""
    order, wrong = preparation.draft.order, {}
    settings: dict[str, str] = {}
    try:
        values = {
            name.removeprefix(PARAMETER): text for name, text in typed.items() if name.startswith(PARAMETER)
        }
        settings = settings_of(preparation.fields, values, typed.get(OTHERS, ""))
    except InputError as error:
        wrong[OTHERS] = str(error)
    seed, speed = order.seed, order.speed
    if SEED in typed:
        text = typed[SEED]
        if text.isdecimal() and int(text) <= MOST_SEED:
            seed = int(text)
        else:
            wrong[SEED] = "it is a whole number from 0"
        try:
            speed = read_speed(typed[SPEED])
        except InputError as error:
            wrong[SPEED] = str(error)
    draft = _with(preparation.draft, typed, settings, seed, speed)
    if wrong:
        return Answered(draft, Linked(None), wrong)
    bench_file = order.bench_file or shipped.bench()
    linked = link(bench_file, Path(draft.plans[0]), draft.order.slots, settings)
    parameters = {field.name for field in preparation.fields}
    for key, words in linked.wrong.items():
        wrong[PARAMETER + key if key in parameters else OTHERS] = words
    return Answered(draft, linked, wrong)


def _with(
    draft: Draft, typed: Mapping[str, str], settings: Mapping[str, str], seed: int, speed: float | None
) -> Draft:
    serials = {
        name.removeprefix(SERIAL): text for name, text in typed.items() if name.startswith(SERIAL) and text
    }
    slots = tuple(word.strip() for word in typed.get(SLOTS, "").split(",") if word.strip())
    serials = {slot: text for slot, text in serials.items() if not slots or slot in slots}
    faults = tuple(word.strip() for word in typed.get(FAULTS, "").split(BETWEEN) if word.strip())
    order = replace(
        draft.order,
        operator=typed.get(OPERATOR, "") or None,
        slots=slots if SLOTS in typed else draft.order.slots,
        settings=settings,
        seed=seed,
        speed=speed,
        faults=faults,
        declared=replace(draft.order.declared, serials=serials),
    )
    return replace(draft, order=order)
