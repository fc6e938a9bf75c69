"""The form of a plan's parameters: what each may be, and what is wrong with what was typed, as `--set` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rig.bench.description import BenchDescription
from rig.bench.settings import KEYS, PREFIX
from rig.documents import Diagnostic, Diagnostics, DiagnosticsError, read_document
from rig.documents.fields import Reader
from rig.documents.yaml_nodes import OVERRIDE
from rig.engine.work import Work, link_plans, read_bench
from rig.errors import InputError
from rig.order import split_settings
from rig.plan.grammar import read_plan
from rig.plan.model import ParameterModel

BETWEEN = ";"
"""Between two settings in the field of others."""


@dataclass(frozen=True, slots=True)
class ParameterField:
    """One parameter: what stands there unless something is typed, and what may be."""

    name: str
    default: str
    about: str = ""
    least: str = ""
    most: str = ""
    one_of: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What may be typed, in words."""
        if self.one_of:
            return "one of " + ", ".join(self.one_of)
        if self.least and self.most:
            return f"{self.least} to {self.most}"
        return f"at least {self.least}" if self.least else f"at most {self.most}" if self.most else ""


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of values that were typed: the work that can be run, or why it cannot.

    Attributes:
        work: linked and checked; None where something is wrong.
        wrong: by the name of a parameter or the key of a setting, what is wrong with it and what would be right.
        others: what is wrong elsewhere, each as people read it.
    """

    work: Work | None
    wrong: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def parameter_fields(plan: Path) -> tuple[ParameterField, ...]:
    """The parameters that a plan declares; none where it cannot be read."""
    unheard = Diagnostics()
    document = read_document(plan, unheard)
    model = None if document is None else read_plan(document, Reader(document, "plan", unheard))
    return () if model is None else tuple(_field(name.text, each) for name, each in model.parameters.items())


def _field(name: str, model: ParameterModel) -> ParameterField:
    return ParameterField(
        name,
        model.default.text,
        "" if model.about is None else model.about.text,
        "" if model.least is None else model.least.text,
        "" if model.most is None else model.most.text,
        () if model.one_of is None else tuple(each.text for each in model.one_of),
    )


def settings_of(fields: Sequence[ParameterField], typed: Mapping[str, str], others: str) -> dict[str, str]:
    """What `--set` would have been given: parameters that differ from their default, then the other settings.

    Args:
        fields: of the plan.
        typed: by parameter, as it stands in the form; an empty text is the default.
        others: ``key=value`` settings, with `BETWEEN` between two.

    Raises:
        InputError: one of the others is not of that form.
    """
    changed = {each.name: typed.get(each.name, "").strip() for each in fields}
    own = {name: text for name, text in changed.items() if text}
    own = {
        each.name: own[each.name] for each in fields if each.name in own and own[each.name] != each.default
    }
    words = [word.strip() for word in others.split(BETWEEN) if word.strip()]
    return own | split_settings(words)


def link(bench_file: Path, plan: Path, slots: Sequence[str], settings: Mapping[str, str]) -> Linked:
    """Link a plan with what was typed, as `rig run` does before it opens anything."""
    try:
        bench: BenchDescription = read_bench(bench_file, settings)
        return Linked(link_plans(bench, [str(plan)], slots, settings))
    except DiagnosticsError as error:
        return _sorted_out(error.diagnostics, settings)
    except InputError as error:
        text = str(error)
        key = next((key for key in settings if key.startswith(PREFIX) and key in text), None)
        return Linked(None, {key: text}) if key else Linked(None, others=(text,))


def _sorted_out(diagnostics: Sequence[Diagnostic], settings: Mapping[str, str]) -> Linked:
    wrong: dict[str, str] = {}
    others = []
    for found in diagnostics:
        key = found.file.removeprefix(OVERRIDE)
        if found.file.startswith(OVERRIDE) and key in settings:
            wrong.setdefault(key, f"{found.message}; {found.help}" if found.help else found.message)
        else:
            others.append(str(found))
    return Linked(None, wrong, tuple(others))


def simulation_keys() -> tuple[str, ...]:
    """The settings that a simulated bench takes beside the plan's."""
    return tuple(PREFIX + name for name in KEYS)
