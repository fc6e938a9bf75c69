"""A plan as written, linked against device, bench and limits into the parts of a ``Program``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from pathlib import Path

from rig import shipped
from rig.bench.description import BenchDescription, SlotEntry
from rig.documents import Document, Scalar, did_you_mean, nearest, quoted
from rig.documents.device import DeviceProfile
from rig.documents.fields import Reader
from rig.documents.quantities import Amount
from rig.plan.bench_interlocks import link_bench_wide
from rig.plan.calls import Calls
from rig.plan.check_point import link_check_point
from rig.plan.library import Library
from rig.plan.link_checks import link_checks
from rig.plan.link_interlocks import is_over_temperature, link_interlocks
from rig.plan.link_steps import StepLinker
from rig.plan.model import ConditionsModel, InterlockModel, PlanModel, SamplingModel, StepModel
from rig.plan.parameters import declare
from rig.plan.program import Condition, Item, Place, Program, Sampling, SourceText, walk
from rig.plan.scope import Scope, make_scope, place_of
from rig.plan.step_grammar import LOST_STEP
from rig.units import Dimension

STABLE_K_PER_S = 0.1 / 60.0
"""``start: stable``: slope of the skin over the baseline, 0.1 K/min [estimate for belts, unverified]."""

_STEPS = ("setup", "steps", "teardown")

DEFAULT_SAMPLING = Sampling(thermocouples_s=1.0, supply_s=0.2, belt_s=0.1)
"""The rates of the reference bench: thermocouples 1 Hz, supply 5 Hz, belt 10 Hz."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A program, the scope that it was linked in, and the top keys in which linking found mistakes.

    bench_wide: the interlocks of the bench file, as written. steps: by place, also those of called plans.
    """

    program: Program
    scope: Scope
    damaged: frozenset[str]
    bench_wide: tuple[InterlockModel, ...]
    steps: Mapping[Place, StepModel]


def link_plan(
    model: PlanModel,
    bench: BenchDescription,
    slot_name: str | None,
    library: Library,
    reader: Reader,
    *,
    growing: bool = False,
) -> Linked | None:
    """Link a plan; mistakes are reported on the way, and the parts that hold them are left out.

    None if there is no device or no slot to link against. A plan that is growing may still come to energise every
    heater, if it has an interlock that would permit it, so that all that protects holds from its beginning.
    """
    if model.device is None:
        return None
    model, profile = _device(model, library, reader)
    slot = None if profile is None else _slot(model, bench, slot_name, reader)
    if profile is None or slot is None or not _fits(model, profile, slot, reader):
        return None
    scope = declare(model.parameters, make_scope(bench, slot, profile, reader))
    linker = StepLinker(Calls(Path(reader.file), reader.diagnostics))
    errors = [reader.diagnostics.error_count]
    setup, steps = linker.link(model.setup, scope), linker.link(model.steps, scope)
    teardown = linker.link(model.teardown, scope)
    errors.append(reader.diagnostics.error_count)
    switched_on = _switched_on((*setup, *steps))
    interlocks = link_interlocks(model.interlocks, scope)
    may_heat = growing and any(map(is_over_temperature, interlocks))
    energises = tuple(heater for heater in scope.heaters if may_heat or heater in switched_on)
    shared = link_bench_wide(bench, slot, profile, reader.diagnostics, energises=bool(energises))
    errors.append(reader.diagnostics.error_count)
    has_all_spots = linker.is_whole and not model.damaged.intersection(_STEPS)
    spots = linker.spots if has_all_spots else None
    checks = link_checks(model.checks, spots, scope, library)
    errors.append(reader.diagnostics.error_count)
    library.sources.extend(linker.calls.sources)
    program = Program(
        name=model.plan.text,
        purpose="" if model.purpose is None else model.purpose.text,
        covers=tuple(dict.fromkeys(requirement.text for requirement in model.covers)),
        device=profile.name,
        slot=slot.name,
        sampling=_sampling(model.sampling),
        conditions=link_conditions(model.conditions, scope),
        interlocks=(*interlocks, *shared.linked),
        steps=steps,
        checks=checks,
        energises=energises,
        duration_s=inf if growing else sum(item.longest_s for item in (*setup, *steps, *teardown)),
        profile=profile.numbers(),
        setup=setup,
        teardown=teardown,
        parameters={name: binding.text for name, binding in scope.bindings.items()},
        tags=tuple(dict.fromkeys(tag.text for tag in model.tags)),
    )
    sections = zip(("steps", "interlocks", "checks"), pairwise(errors), strict=True)
    lost = bool(reader.lost - {LOST_STEP})  # a parameter, to which each of the sections may refer
    damaged = frozenset(name for name, (before, after) in sections if lost or after > before)
    return Linked(program, scope, damaged, shared.written, linker.written)


def source_texts(document: Document, bench: BenchDescription, library: Library) -> tuple[SourceText, ...]:
    """Every document that the program was made from, as it was read."""
    bench_hash = hashlib.sha256(bench.text.encode()).hexdigest()
    return (
        SourceText("plan", document.file, document.text, document.sha256),
        SourceText("bench", bench.file, bench.text, bench_hash),
        *library.sources,
    )


def _device(model: PlanModel, library: Library, reader: Reader) -> tuple[PlanModel, DeviceProfile | None]:
    """The profile of the device; where it is misspelt that of the nearest name, to look at the rest all the same."""
    assert model.device is not None, "the caller has a device"
    profile = library.device(model.device, reader)
    close = None if profile else nearest(model.device.text, shipped.device_names())
    if close is None or close == model.device.text:
        return model, profile
    meant = Scalar(close, model.device.span)
    return replace(model, device=meant), library.device(meant, reader)


def _slot(
    model: PlanModel, bench: BenchDescription, slot_name: str | None, reader: Reader
) -> SlotEntry | None:
    assert model.device is not None, "the caller has a device"
    span, names = model.device.span, [slot.name for slot in bench.slots]
    if slot_name is not None:
        if slot_name not in names:
            message = f"bench {quoted(bench.name)} has no slot {quoted(slot_name)}"
            reader.error("unknown-slot", span, message, did_you_mean(slot_name, names))
            return None
        return bench.slot(slot_name)
    fitting = [slot for slot in bench.slots if slot.device == model.device.text]
    if fitting:
        return fitting[0]
    message = f"no slot of bench {quoted(bench.name)} holds {quoted(model.device.text)}"
    remedy = "the bench holds " + ", ".join(dict.fromkeys(slot.device for slot in bench.slots))
    reader.error("no-device", span, message, remedy)
    return None


def _fits(model: PlanModel, profile: DeviceProfile, slot: SlotEntry, reader: Reader) -> bool:
    span = model.span if model.device is None else model.device.span
    if slot.device != profile.name:
        message = f"slot {slot.name} holds {quoted(slot.device)}, not {quoted(profile.name)}"
        reader.error("no-device", span, message, "choose another slot with --slot")
        return False
    wired = tuple(heater.name for heater in slot.heaters)
    if sorted(wired) != sorted(profile.units):
        units = ", ".join(profile.units)
        message = f"slot {slot.name} feeds {', '.join(wired) or 'no heater'}; {profile.name} has {units}"
        reader.error("heaters", span, message, "wire every unit of the device in the bench file")
        return False
    return True


def _sampling(model: SamplingModel | None) -> Sampling:
    if model is None:
        return DEFAULT_SAMPLING
    return Sampling(
        thermocouples_s=_period(model.thermocouples, DEFAULT_SAMPLING.thermocouples_s),
        supply_s=_period(model.supply, DEFAULT_SAMPLING.supply_s),
        belt_s=_period(model.belt, DEFAULT_SAMPLING.belt_s),
    )


def _period(amount: Amount | None, default: float) -> float:
    if amount is None:
        return default
    return amount.value if amount.dimension is Dimension.TIME else 1.0 / amount.value


def link_conditions(model: ConditionsModel | None, scope: Scope) -> tuple[Condition, ...]:
    """The conditions of a plan; a signal that the scope lacks is reported."""
    if model is None:
        return ()
    conditions: list[Condition] = []
    for kind, tolerance in (("ambient", model.ambient), ("phantom", model.phantom), ("supply", model.supply)):
        if tolerance is not None:
            if kind != "supply":
                scope.signal(Scalar(kind, tolerance.span))
            place = place_of(tolerance.span)
            conditions.append(Condition(kind, tolerance.nominal, tolerance.half_width, place))
    if model.start is not None:
        conditions.append(Condition("start", None, STABLE_K_PER_S, place_of(model.start.span)))
    if model.check_point is not None:
        conditions.append(link_check_point(model.check_point, scope))
    return tuple(conditions)


def _switched_on(items: tuple[Item, ...]) -> set[str]:
    """The heaters whose output any step switches on."""
    return {
        demand.output.split(".")[1]
        for step in walk(items)
        for demand in step.demands
        if demand.value is True and demand.output.endswith(".output")
    }
