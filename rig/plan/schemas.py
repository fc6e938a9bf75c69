"""The JSON Schema of every kind of document, from the tables that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rig.bench.grammar import BENCH
from rig.documents.answers import ANSWERS
from rig.documents.descriptions import read_descriptions
from rig.documents.device import DEVICE
from rig.documents.drill import MATRIX
from rig.documents.fields import Field, Record
from rig.documents.limits import LIMITS, REQUIREMENTS
from rig.documents.schema import Schema, make_document
from rig.plan.grammar import PLAN
from rig.plan.interlock_grammar import INTERLOCKS
from rig.plan.mapping_grammar import MAPPING
from rig.plan.step_grammar import ITEMS, STEPS

ROOTS: Mapping[str, Record[Any]] = {
    "plan": PLAN,
    "bench": Record(BENCH.make, {**BENCH.fields, "interlocks": Field(INTERLOCKS)}),
    "limits": LIMITS,
    "requirements": REQUIREMENTS,
    "device": DEVICE,
    "drill": MATRIX,
    "answers": ANSWERS,
    "mapping": MAPPING,
}
"""The table of each kind of document, by the key that names it."""


def schema_of(kind: str) -> Schema:
    """The JSON Schema of documents of one kind, a key of ``ROOTS``.

    Raises:
        LookupError: a key of the grammar has no description.
    """
    words = read_descriptions()
    interlocks = {f"interlocks.{key}": text for key, text in words["interlocks"].items()}
    steps = {STEPS: ("steps", ITEMS.definition())} if kind == "plan" else {}
    return make_document(f"rig {kind} file", ROOTS[kind].schema(), {**interlocks, **words[kind]}, steps)
