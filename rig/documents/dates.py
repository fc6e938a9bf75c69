"""Dates in documents."""

from __future__ import annotations

import re
from datetime import date

from rig.documents.diagnostics import quoted
from rig.documents.fields import Reader
from rig.documents.yaml_nodes import Scalar

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_date(scalar: Scalar, reader: Reader, code: str) -> date | None:
    """A date as YYYY-MM-DD; None after reporting."""
    try:
        if _DATE.fullmatch(scalar.text):
            return date.fromisoformat(scalar.text)
    except ValueError:
        pass
    message = f"{quoted(scalar.text)} is no date"
    reader.error(code, scalar.span, message, "write YYYY-MM-DD, e.g. 2026-06-01")
    return None
