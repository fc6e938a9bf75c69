"""A plan that is written part by part while it runs: each part is linked and analysed with all before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import final

from yaml.nodes import MappingNode, Node

from rig.bench.description import BenchDescription
from rig.documents import Diagnostics, Document, Span
from rig.documents.yaml_nodes import mapping_node, scalar_node, sequence_node
from rig.plan.library import Cache
from rig.plan.loading import link_document
from rig.plan.program import Program

SECTIONS = ("interlocks", "steps", "teardown", "checks")
"""Top keys of a plan that are lists, to which a part is added at a time."""


def accept(_program: Program) -> None:
    """Nothing else speaks against a part."""


def unjudged(program: Program) -> tuple[str, ...]:
    """The requirements that a program covers and that none of its checks judges."""
    judged = {requirement for check in program.checks for requirement in check.requirements}
    return tuple(requirement for requirement in program.covers if requirement not in judged)


@final
class GrowingPlan:
    """Nodes of a plan as they come, from whatever they were written in; the grammar is that of plans.

    Args:
        document: what the parts are written in; its root is not looked at.
        bench: the bench that it runs on.
        slot: the slot that it runs on.
        texts: of other files that parts may come from, by name, for the excerpts of diagnostics.
    """

    def __init__(
        self, document: Document, bench: BenchDescription, slot: str, texts: Mapping[str, str] | None = None
    ) -> None:
        self._document = document
        self._bench = bench
        self._slot = slot
        self._texts = {} if texts is None else texts
        self._head: dict[str, Node] = {}
        self._lists: dict[str, list[Node]] = {section: [] for section in SECTIONS}
        self._cache: Cache = {}

    @property
    def parts(self) -> dict[str, list[Node]]:
        """All that was put and noted so far: each top key with its node, or with those of its list."""
        return {**{key: [node] for key, node in self._head.items()}, **self._lists}

    def last(self, section: str) -> Node:
        """The part of a section that was added last."""
        return self._lists[section][-1]

    def put(self, key: str, node: Node) -> None:
        """Set a top key that is no list of parts; looked at by the next `add`."""
        self._head[key] = node

    def note(self, section: str, node: Node) -> None:
        """Add a part of a section, to be looked at by the next `add`."""
        self._lists[section].append(node)

    def add(self, section: str, node: Node, require: Callable[[Program], None] = accept) -> Program:
        """Add a part, and link the plan as it now stands; a part that holds a mistake is not kept.

        Args:
            section: one of `SECTIONS`.
            node: the part.
            require: raises what else speaks against it.

        Raises:
            DiagnosticsError: this part, or one that was noted before it, holds mistakes; all of them.
        """
        self._lists[section].append(node)
        kept = False
        try:
            program = self._link()
            require(program)
            kept = True
        finally:
            if not kept:
                self._lists[section].pop()
        return program

    def _link(self) -> Program:
        diagnostics = Diagnostics()
        diagnostics.know(self._document.file, self._document.text)
        for file, text in self._texts.items():
            diagnostics.know(file, text)
        document = replace(self._document, root=self._root())
        program = link_document(document, self._bench, self._slot, diagnostics, self._cache, growing=True)
        diagnostics.raise_if_errors()
        assert program is not None, "what cannot be linked has errors"
        return program

    def _root(self) -> MappingNode:
        here = Span(self._document.file, 1, 1)
        entries = {**self._head}
        entries.update((key, sequence_node(list(items), here)) for key, items in self._lists.items() if items)
        pairs: list[tuple[Node, Node]] = [(scalar_node(key, here), node) for key, node in entries.items()]
        return mapping_node(pairs, here)
