"""Interlocks of the bench file: they hold for every slot and every plan, beside the plan's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from rig.bench.description import BenchDescription, SlotEntry
from rig.documents import Diagnostics, Scalar, Span, quoted
from rig.documents.device import DeviceProfile
from rig.documents.fields import Reader
from rig.plan.interlock_flaws import find_flaw
from rig.plan.interlock_grammar import INTERLOCKS
from rig.plan.library import Library
from rig.plan.link_interlocks import is_known, link_interlocks
from rig.plan.model import InterlockModel
from rig.plan.program import Interlock, InterlockKind
from rig.plan.scope import Scope, lane_signals, make_scope, place_of
from rig.units import Dimension

PREFIX = "bench: "

OF_HEAT = (
    InterlockKind.ABOVE,
    InterlockKind.RISING,
    InterlockKind.DETACHED,
    InterlockKind.SPREAD,
    InterlockKind.DIFFER,
    InterlockKind.TERMINAL,
)
"""Kinds that, on temperatures, ask what a heater does: they hold for lanes that can energise one."""


class BenchWide(NamedTuple):
    """The interlocks of a bench file for one slot: as written, and linked."""

    written: tuple[InterlockModel, ...] = ()
    linked: tuple[Interlock, ...] = ()


def link_bench_wide(
    bench: BenchDescription,
    slot: SlotEntry,
    profile: DeviceProfile,
    diagnostics: Diagnostics,
    *,
    energises: bool,
) -> BenchWide:
    """The interlocks of the bench file that hold for a plan on a slot; mistakes are reported in that file.

    A rule whose signals this slot lacks is left out; it is a mistake only if every slot lacks them. So are, for a
    plan that does not energise an output, rules about what heat does.
    """
    part = bench.interlocks
    if part is None:
        return BenchWide()
    diagnostics.know(bench.file, bench.text)
    reader = Reader(part.document, "bench", diagnostics)
    written = INTERLOCKS.read(part.node, reader, "interlocks") or ()
    scope = make_scope(bench, slot, profile, reader)
    linked = link_interlocks(_present(written, scope), scope)
    _report_flaws(written, linked, scope)
    return BenchWide(
        written,
        tuple(
            replace(rule, name=PREFIX + rule.name, bench_wide=True)
            for rule in linked
            if energises or not _is_about_heat(rule, scope)
        ),
    )


def check_bench_wide(bench: BenchDescription, library: Library, diagnostics: Diagnostics) -> None:
    """Report every mistake in the interlocks of a bench file, slot by slot."""
    if bench.interlocks is None:
        return
    reader = Reader(bench.interlocks.document, "bench", diagnostics)
    for slot in bench.slots:
        profile = library.device(Scalar(slot.device, Span(bench.file, 1, 1)), reader)
        if profile is not None:
            link_bench_wide(bench, slot, profile, diagnostics, energises=True)


def _present(written: tuple[InterlockModel, ...], scope: Scope) -> Iterator[InterlockModel]:
    """The rules whose signals the slot has; reports those whose signals no slot has."""
    for model in written:
        if is_known(model, scope):
            yield model
        elif not any(is_known(model, _scope_of(slot, scope)) for slot in scope.bench.slots):
            names = " or ".join(quoted(name.text) for name in (model.pattern, model.other) if name)
            message = f"no slot of bench {quoted(scope.bench.name)} has {names}"
            known = ", ".join(sorted({name.split(".")[0] for name in scope.signals}))
            remedy = f"name signals of the bench, which begin with {known}"
            if model.kind is InterlockKind.STALE:
                remedy = "name a source: belt, or an instrument of the bench"
            scope.error("unknown-signal", model.pattern.span, message, remedy)


def _scope_of(slot: SlotEntry, scope: Scope) -> Scope:
    return replace(scope, slot=slot, signals=lane_signals(scope.bench, slot))


def _report_flaws(written: tuple[InterlockModel, ...], linked: tuple[Interlock, ...], scope: Scope) -> None:
    limits = {place_of(model.span): model.limit.span for model in written}
    for rule in linked:
        flaw = find_flaw(rule, scope)
        if flaw is not None:
            scope.error("cannot-fire", limits[rule.place], *flaw)


def _is_about_heat(rule: Interlock, scope: Scope) -> bool:
    return rule.kind in OF_HEAT and scope.signals[rule.signals[0]].dimension is Dimension.TEMPERATURE
