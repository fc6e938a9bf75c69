"""The errors that the rig's faces turn into exit codes.

    RigError                        70  a defect of ours, unless a subclass says otherwise
    ├── InputError                   2  plan, bench file, limits or usage is wrong; nothing was switched on
    ├── BenchError                   3  the bench or an instrument is unavailable or was lost
    └── RecordError                  3  the run file cannot be written or read

Each message says what was being done, with which resource, what came back and what to do next.
Outcomes of a run (failed check, interlock, stop, interrupt) are not errors: they are verdicts and causes.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What each command of the rig returns to the shell."""

    PASSED = 0
    FAILED = 1
    WRONG_INPUT = 2
    UNAVAILABLE = 3
    STOPPED = 4
    INCONCLUSIVE = 5
    DEFECT = 70
    INTERRUPTED = 130


class RigError(Exception):
    """Base of every error that the rig raises on purpose."""

    exit_code = ExitCode.DEFECT


class InputError(RigError):
    """What the user gave cannot be used; nothing was switched on."""

    exit_code = ExitCode.WRONG_INPUT


class BenchError(RigError):
    """The bench, an instrument or the device under test is unavailable or was lost."""

    exit_code = ExitCode.UNAVAILABLE


class RecordError(RigError):
    """The run file cannot be written or read."""

    exit_code = ExitCode.UNAVAILABLE
