"""What each key of a document is for, in words that editors show; the texts are data beside this page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rig.documents.diagnostics import Diagnostics
from rig.documents.fields import Reader, Table, Text
from rig.documents.yaml_nodes import read_document

_FILE = Path(__file__).with_name("descriptions.yaml")


@cache
def read_descriptions() -> Mapping[str, Mapping[str, str]]:
    """Descriptions by kind of document and path of keys; ``interlocks`` has those of interlocks, wherever they stand.

    Raises:
        DiagnosticsError: the table holds mistakes.
    """
    diagnostics = Diagnostics()
    document = read_document(_FILE, diagnostics)
    reader = None if document is None else Reader(document, "descriptions", diagnostics)
    table = reader and document and Table(Table(Text(prose=True))).read(document.root, reader, "the table")
    diagnostics.raise_if_errors()
    assert table, "what cannot be read has errors"
    return {
        kind.text: {path.text: words.text for path, words in entries.items()}
        for kind, entries in table.items()
    }
