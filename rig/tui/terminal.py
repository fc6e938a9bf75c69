"""What the screen asks of its terminal, and how it keeps it to itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile

BLIND = frozenset({"", "dumb", "unknown"})
NO_BRAILLE = frozenset({"linux", "vt100", "vt102", "vt220", "ansi", "cons25"})


def why_no_screen(environment: Mapping[str, str], *, is_terminal: bool) -> str | None:
    """Why no screen can be shown here, None if one can."""
    term = environment.get("TERM", "")
    if is_terminal and (os.name == "nt" or term not in BLIND):
        return None
    where = f"this terminal (TERM={term})" if is_terminal else "this is no terminal, and it"
    return f"showing the screen: {where} cannot show one; `rig run --plain` does the same in lines of text"


def wants_ascii(environment: Mapping[str, str]) -> bool:
    """Whether this terminal's character set, or its font, has no braille and no box signs."""
    if environment.get("TERM", "") in NO_BRAILLE:
        return True
    locale = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    return bool(locale) and "utf" not in locale.lower()


@contextmanager
def apart_from_stderr() -> Iterator[None]:
    """While the screen is shown, what this process and those that it starts write to stderr is kept and said later."""
    sys.stderr.flush()
    with TemporaryFile() as kept:
        own = os.dup(2)
        before = sys.__stderr__
        with os.fdopen(own, "w", encoding="utf-8", errors="replace", closefd=True) as terminal:
            vars(sys)["__stderr__"] = terminal
            os.dup2(kept.fileno(), 2)
            try:
                yield
            finally:
                sys.stderr.flush()
                os.dup2(own, 2)
                vars(sys)["__stderr__"] = before
        kept.seek(0)
        os.write(2, kept.read()[-65536:])
