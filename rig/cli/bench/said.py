"""What the commands about a bench print for programs: one document."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def print_document(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout, and nothing else."""
    import orjson

    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
