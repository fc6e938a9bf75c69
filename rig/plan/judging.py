"""A plan as the judge of another logger's record: its checks and conditions, linked against a mapping.

Its steps, interlocks and sampling are not looked at: what was done is done. A plan for a foreign device needs neither
``device`` nor ``steps``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rig import shipped
from rig.bench.loading import load_bench
from rig.checks.table import METRICS
from rig.documents import Diagnostics, Document, Scalar, quoted, read_document
from rig.documents.device import DeviceProfile, ForeignDevice
from rig.documents.fields import Reader
from rig.plan.grammar import read_plan
from rig.plan.library import Library
from rig.plan.link_checks import link_checks
from rig.plan.link_steps import Spot
from rig.plan.linking import DEFAULT_SAMPLING, link_conditions
from rig.plan.mapping import LogMapping
from rig.plan.model import CheckModel, PlanModel
from rig.plan.parameters import declare
from rig.plan.program import Check, Program, SourceText
from rig.plan.requirements import Covering, link_requirements
from rig.plan.scope import HOTTEST, Scope, SignalInfo, lane_signals
from rig.units import Dimension

_ANY_RECORD = ("ambient", "phantom")
"""Signals that a plan may name though a record lacks them: what needs them is then INVALID."""


def load_judging(plan_path: Path | str, mapping: LogMapping) -> Program:
    """The checks and conditions of a plan for records that a mapping reads, as a program without steps.

    Raises:
        DiagnosticsError: the plan, or a file that it names, holds mistakes; all of them, each with its place.
    """
    diagnostics = Diagnostics()
    document = read_document(Path(plan_path), diagnostics)
    program = None if document is None else link_judging(document, mapping, diagnostics)
    diagnostics.raise_if_errors()
    assert program is not None, "what cannot be linked has errors"
    return program


def link_judging(document: Document, mapping: LogMapping, diagnostics: Diagnostics) -> Program | None:
    """The same of a document that has been read; None after reporting if it holds mistakes."""
    errors = diagnostics.error_count
    reader = Reader(document, "plan", diagnostics)
    model = read_plan(document, reader, judges=True)
    if model is None:
        return None
    library = Library(Path(document.file), diagnostics)
    profile = _profile(model, mapping, library, reader)
    if profile is None:
        return None
    scope = declare(model.parameters, _scope(mapping, profile, reader))
    spots = {step: (Spot(step, "", scope),) for step in _steps_named(model.checks)}
    checks = tuple(
        _of_only(check, mapping, profile) for check in link_checks(model.checks, spots, scope, library)
    )
    covering = Covering(model.covers, checks, profile.name, whole="checks" not in model.damaged)
    checks = link_requirements(covering, library, reader)
    program = Program(
        name=model.plan.text,
        purpose="" if model.purpose is None else model.purpose.text,
        covers=tuple(dict.fromkeys(requirement.text for requirement in model.covers)),
        device=profile.name,
        slot="main",
        sampling=DEFAULT_SAMPLING,
        conditions=link_conditions(model.conditions, scope),
        interlocks=(),
        steps=(),
        checks=checks,
        energises=(),
        duration_s=0.0,
        profile=profile.numbers(),
        parameters={name: binding.text for name, binding in scope.bindings.items()},
        tags=tuple(dict.fromkeys(tag.text for tag in model.tags)),
        sources=(SourceText("plan", document.file, document.text, document.sha256), *library.sources),
    )
    return None if document.has_duplicates or diagnostics.error_count > errors else program


def _profile(model: PlanModel, mapping: LogMapping, library: Library, reader: Reader) -> DeviceProfile | None:
    """The profile of the device that the mapping names, else the plan; of neither, or of one without: a foreign one."""
    asked, recorded = model.device, mapping.device
    if asked is not None and recorded is not None and asked.text != recorded:
        message = f"the plan is for {quoted(asked.text)}, the record is of {quoted(recorded)}"
        reader.error("no-device", asked.span, message, "judge it by a plan for its device")
        return None
    device = asked or Scalar(recorded or mapping.name, model.span)
    if device.text not in shipped.device_names():
        return ForeignDevice(device.text)
    return library.device(device, reader)


def _scope(mapping: LogMapping, profile: DeviceProfile, reader: Reader) -> Scope:
    """Names that checks may use: the mapping's signals, and of a device of the catalogue those of its lane."""
    bench = load_bench(shipped.bench())
    slot = next((slot for slot in bench.slots if slot.device == profile.name), bench.slots[0])
    of_lane = {} if isinstance(profile, ForeignDevice) else lane_signals(bench, slot)
    always = {name: SignalInfo(Dimension.TEMPERATURE, name, None, folded=False) for name in _ANY_RECORD}
    own = {
        signal.name: SignalInfo(Dimension(signal.dimension), signal.name, signal.heater, folded=False)
        for signal in mapping.signals
    }
    if any(signal.place == "skin" for signal in mapping.signals):
        own[HOTTEST] = SignalInfo(Dimension.TEMPERATURE, "skin", None, folded=True)
    return Scope(bench, slot, profile, {**of_lane, **always, **own}, reader, log=mapping.name)


def _steps_named(checks: tuple[CheckModel, ...]) -> set[str]:
    """Any step may be named: the judge says of one that the record does not have that it never started."""
    return {check.parameters["step"][1].text for check in checks if "step" in check.parameters}


def _of_only(check: Check, mapping: LogMapping, profile: DeviceProfile) -> Check:
    """A check of a foreign device that names no signal is of its only temperature, if it has but one."""
    spec = METRICS[check.metric].params.get("of")
    if spec is None or not isinstance(profile, ForeignDevice) or check.params["of"] != spec.default:
        return check
    beside = {None if mapping.heat is None else mapping.heat.signal, *(s.junction for s in mapping.signals)}
    own = [s.name for s in mapping.signals if s.place == "own" and s.name not in beside]
    if len(own) != 1 or any(s.place == "skin" for s in mapping.signals):
        return check
    return replace(check, params={**check.params, "of": own[0]})
