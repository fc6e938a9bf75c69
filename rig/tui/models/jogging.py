"""Manual control as a form: its values make the plan that `rig bench jog` makes, interlocks and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rig import shipped
from rig.bench.data import shipped_profile
from rig.bench.description import BenchDescription, SlotEntry
from rig.engine.work import choose_slots
from rig.errors import InputError
from rig.plan.jog import MOST_OF_RATED, SKIN_DEGC, Jog, jog_plan
from rig.tui.draft import Draft
from rig.tui.models.parameters import Linked, link
from rig.tui.models.preparation import OPERATOR, Answered, Item

SLOT, HEATERS, VOLTAGE, CURRENT, LEVEL, DURATION = (
    "slot",
    "heaters",
    "voltage",
    "current limit",
    "level",
    "for",
)

OPTIONS = {
    "--voltage": VOLTAGE,
    "--current-limit": CURRENT,
    "--for": DURATION,
    "jogging heater": HEATERS,
    "at level": LEVEL,
    "choosing slots": SLOT,
}
"""What a message of `rig.plan.jog` names, and the line of the form that it is about."""

WATCHED = (
    f"watched: skin above {SKIN_DEGC:g} °C, over-current, open probes, a silent scanner; recorded, not judged"
)


def jog_items(draft: Draft, bench: BenchDescription) -> Iterator[Item]:
    """The lines of the form; the first slot's device says what is rated."""
    slot = bench.slots[0]
    names = tuple(each.name for each in bench.slots)
    profile = shipped_profile(slot.device)
    rated = "" if profile is None else f", at most {MOST_OF_RATED * profile.rated_volts:.3g} V"
    levels = ("off",) if profile is None else ("off", *profile.levels_degc)
    yield Item(OPERATOR, "operator", draft.order.operator or "", "who does it, for the record")
    if len(names) > 1:
        yield Item(SLOT, "slot", slot.name, f"one of {', '.join(names)}", names)
    heaters = ", ".join(heater.name for heater in slot.heaters)
    yield Item(HEATERS, "heaters", "", f"all if empty: {heaters}")
    yield Item(VOLTAGE, "voltage", "", f"e.g. 2 V{rated}")
    yield Item(CURRENT, "current limit", "", "of each heater, e.g. 0.5 A")
    yield Item(LEVEL, "level", "off", f"of the device: {', '.join(levels)}", levels)
    yield Item(DURATION, "for", "", "e.g. 30 s, at most 10 min")


def answered_jog(draft: Draft, typed: Mapping[str, str], file: Path) -> Answered:
    """What was typed as a plan in a file, linked; or what is wrong, by its line.

    Args:
        draft: for its bench and the rest.
        typed: by line.
        file: of the plan; it is overwritten.
    """
    bench_file = draft.order.bench_file or shipped.bench()
    who = typed.get(OPERATOR, "")
    try:
        bench = draft.order.read_bench()
        (slot,) = choose_slots(bench, (typed.get(SLOT, "") or bench.slots[0].name,))
        text = jog_plan(_jog(typed, who or "somebody"), slot)
    except InputError as error:
        return _refused(draft, str(error))
    file.write_text(text, encoding="utf-8")
    made = _draft(draft, slot, who, file)
    linked = link(bench_file, file, made.order.slots, made.order.settings)
    return Answered(made, linked, linked.wrong)


def _jog(typed: Mapping[str, str], who: str) -> Jog:
    heaters = tuple(word.strip() for word in typed[HEATERS].split(",") if word.strip())
    return Jog(heaters, typed[VOLTAGE], typed[CURRENT], typed[LEVEL] or "off", typed[DURATION], who)


def _refused(draft: Draft, words: str) -> Answered:
    line = next((line for option, line in OPTIONS.items() if option in words), None)
    if line is None:
        return Answered(draft, Linked(None, others=(words,)), {})
    return Answered(draft, Linked(None), {line: words.partition(": ")[2] or words})


def _draft(draft: Draft, slot: SlotEntry, who: str, file: Path) -> Draft:
    declared = replace(draft.order.declared, serials={})
    order = replace(draft.order, slots=(slot.name,), operator=who or None, declared=declared)
    return replace(draft, order=order, plans=(str(file),))
