"""Steps of other plans: found, read, and given their parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import final

from rig import shipped
from rig.documents import Diagnostics, Scalar, quoted, read_document, some_of
from rig.documents.fields import Reader
from rig.plan.grammar import read_plan
from rig.plan.model import ItemModel, PlanModel
from rig.plan.parameters import declare, set_values
from rig.plan.program import SourceText
from rig.plan.scope import Scope

MOST_CALLS = 16
"""How deep calls may go."""


_PLAN = re.compile(rb"^plan:", re.MULTILINE)
_HEAD_BYTES = 4096


@final
@dataclass
class Calls:
    """The plans that one plan calls; each file is read once.

    Attributes:
        sources: every file that was read.
    """

    plan: Path
    diagnostics: Diagnostics
    sources: list[SourceText] = field(default_factory=list)
    _read_plans: dict[Path, tuple[PlanModel, Reader] | None] = field(default_factory=dict)
    _stack: list[Path] = field(default_factory=list)

    def enter(
        self, name: Scalar, given: Mapping[Scalar, Scalar], scope: Scope
    ) -> tuple[Scope, Sequence[ItemModel]] | None:
        """The steps of the plan of that name, and the scope to link them in; None after reporting.

        `leave` must follow unless it is None.
        """
        path = self._find(name, scope)
        found = None if path is None or self._is_recursive(path, name, scope) else self._read(path)
        if path is None or found is None or not self._fits(found[0], name, scope):
            return None
        model, reader = found
        inner = replace(
            scope, bindings={}, used=set(), own=set(), varied=frozenset(), reader=reader, caller=scope
        )
        inner = declare(model.parameters, inner)
        values = set_values(given, scope, inner)
        if values is None:
            return None
        self._stack.append(path)
        return inner.within(values), model.steps

    def leave(self) -> None:
        """The steps that were entered last are linked."""
        self._stack.pop()

    def _find(self, name: Scalar, scope: Scope) -> Path | None:
        """Beside the plan that calls, else among those that ship."""
        folder = (self._stack[-1] if self._stack else self.plan).parent
        beside = [folder / name.text, folder / f"{name.text}.yaml"]
        try:
            found = next((path for path in beside if path.is_file()), None) or shipped.find_plan_file(
                name.text
            )
        except (OSError, ValueError):
            found = None
        if found is None:
            message = f"there is no plan {quoted(name.text)} beside this one or among those that ship"
            scope.error("unknown-plan", name.span, message, _known_plans(name.text, folder))
        return found

    def _is_recursive(self, path: Path, name: Scalar, scope: Scope) -> bool:
        stack = [self.plan, *self._stack]
        by_way = " → ".join(each.name for each in stack)
        if path.resolve() in [each.resolve() for each in stack]:
            message = f"{quoted(name.text)} calls itself, by way of {by_way}"
            scope.error("recursive-call", name.span, message, "write repeat: to do steps again")
            return True
        if len(stack) > MOST_CALLS:
            message = f"{quoted(name.text)} is called more than {MOST_CALLS} plans deep, by way of {by_way}"
            scope.error("recursive-call", name.span, message, "put the steps of some of them into one plan")
            return True
        return False

    def _read(self, path: Path) -> tuple[PlanModel, Reader] | None:
        if path not in self._read_plans:
            self._read_plans[path] = None
            document = read_document(path, self.diagnostics)
            if document is not None:
                self.sources.append(SourceText("called plan", document.file, document.text, document.sha256))
                reader = Reader(document, "plan", self.diagnostics)
                model = read_plan(document, reader)
                self._read_plans[path] = None if model is None else (model, reader)
        return self._read_plans[path]

    def _fits(self, model: PlanModel, name: Scalar, scope: Scope) -> bool:
        if model.device is None or model.device.text == scope.profile.name:
            return model.device is not None
        message = f"{quoted(name.text)} is for {quoted(model.device.text)}, not {quoted(scope.profile.name)}"
        scope.error("no-device", name.span, message, "call a plan for the same device")
        return False


def _known_plans(name: str, folder: Path) -> str:
    """Names that may have been meant: the nearest of the plans beside, and of those that ship."""
    beside = [path.stem for path in sorted(folder.glob("*.yaml")) if _is_plan(path)]
    return f"a plan's name is that of its file; {some_of(name, [*beside, *shipped.plans()])}"


def _is_plan(path: Path) -> bool:
    """Whether a file begins like a plan; what it is worth is told when it is called."""
    try:
        with path.open("rb") as file:
            return _PLAN.search(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False
