"""Files of answers to what plans ask, for runs without anybody at a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field

from rig.documents.diagnostics import Diagnostics, Span
from rig.documents.fields import Field, Reader, Record, Table, Text
from rig.documents.yaml_nodes import Document, Scalar


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """Answers by step; lanes: for one lane, before those for all."""

    span: Span
    answers: dict[Scalar, Scalar]
    lanes: dict[Scalar, dict[Scalar, Scalar]] = field(default_factory=dict)


ANSWERS = Record(
    AnswersFile,
    {"answers": Field(Table(Text()), required=True), "lanes": Field(Table(Table(Text())))},
)


def read_answers(document: Document, diagnostics: Diagnostics) -> AnswersFile | None:
    """The answers of a document; None after reporting if it holds mistakes."""
    return ANSWERS.read(document.root, Reader(document, "answers", diagnostics), "an answers file")
