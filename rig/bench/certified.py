"""What is certified of an instrument: its calibration, and the uncertainty budget of its channels."""

from __future__ import annotations

import math

from rig.bench.description import Calibration, Component
from rig.bench.grammar import BudgetModel, CalibrationModel, ComponentModel
from rig.documents import Scalar, quoted
from rig.documents.dates import read_date
from rig.documents.fields import Reader


def read_calibration(name: Scalar, model: CalibrationModel | None, reader: Reader) -> Calibration | None:
    """The certificate of an instrument; None after a warning if it has none."""
    if model is None:
        message = f"{name.text} has no calibration, so that a run with it is judged INVALID"
        remedy = "add calibration: {certificate, date, due}"
        reader.warning("calibration", name.span, message, remedy)
        return None
    made, due = (read_date(scalar, reader, "calibration") for scalar in (model.date, model.due))
    if made is not None and due is not None and due <= made:
        message = f"due {model.due.text} is not after the calibration of {model.date.text}"
        reader.error("calibration", model.due.span, message, "correct one of the dates")
    return Calibration(model.certificate.text, model.date.text, model.due.text)


def read_components(model: BudgetModel, reader: Reader) -> tuple[Component, ...]:
    """The components of a budget; what is wrong with one is reported."""
    if not model.components:
        reader.error("budget", model.span, "the budget is empty", "add its components")
    return tuple(_component(component, reader) for component in model.components)


def _component(model: ComponentModel, reader: Reader) -> Component:
    given = [amount for amount in (model.half_width, model.standard, model.expanded) if amount is not None]
    name = quoted(model.name.text)
    remedy = "give one of half_width, standard, or expanded with k"
    if len(given) != 1:
        found = "more than one uncertainty" if given else "no uncertainty"
        reader.error("budget", model.name.span, f"component {name} has {found}", remedy)
        return Component(model.name.text, 0.0, "normal", common=False)
    if (model.expanded is None) is not (model.k is None):
        reader.error("budget", model.name.span, f"component {name}: expanded and k go together", remedy)
    rectangular = model.half_width is not None
    divisor = math.sqrt(3.0) if rectangular else model.k.value if model.k is not None else 1.0
    return Component(
        name=model.name.text,
        standard_k=given[0].value / divisor,
        distribution="rectangular" if rectangular else "normal",
        common=model.common is not None and model.common.value,
        dof=None if model.dof is None else model.dof.value,
        correlation=_correlation(model, reader),
    )


def _correlation(model: ComponentModel, reader: Reader) -> float:
    """Between two channels, of a component that is not common to them; 0 after reporting a mistake."""
    if model.correlation is None:
        return 0.0
    name, given = quoted(model.name.text), model.correlation
    if model.common is not None:
        message = f"component {name} has both common and correlation"
        reader.error("budget", given.span, message, "give one of them: common: yes is a correlation of 1")
    elif given.value > 1.0:
        message = f"component {name} has a correlation of {given.value:g}"
        reader.error("budget", given.span, message, "give how far two channels share the error, from 0 to 1")
    else:
        return given.value
    return 0.0
