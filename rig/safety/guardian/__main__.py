"""``python -m rig.safety.guardian``: the guardian's process, and how a person speaks to one.

python -m rig.safety.guardian guard NUMBER          started by the engine alone, with a socket
python -m rig.safety.guardian state
python -m rig.safety.guardian off PID NAME          switch off by the guardian's own path; ends the engine
python -m rig.safety.guardian take-over PID NAME    after an alarm: NAME has seen that nothing heats
"""

from __future__ import annotations

import os
import sys

from rig.errors import ExitCode


def main(arguments: list[str]) -> int:
    """What the arguments ask for; the exit code."""
    match arguments:
        case ["guard", number] if number.isdigit():
            from rig.safety.guardian.process import guard

            code = guard(int(number))
            os._exit(code)  # a library that hangs at its own end, or a thread in it, holds nothing
        case ["state"]:
            return _tell({"do": "state"}, "*")
        case ["off", pid, who] if pid.isdigit():
            return _tell({"do": "off", "who": who}, pid)
        case ["take-over", pid, who] if pid.isdigit():
            return _tell({"do": "take_over", "who": who}, pid)
    sys.stderr.write(f"{__doc__}\n")
    return ExitCode.WRONG_INPUT


def _tell(request: dict[str, str], pid: str) -> int:
    import orjson

    from rig.safety.guardian.control import ask_guardian, guardians

    code = ExitCode.UNAVAILABLE
    for path in guardians():
        if pid not in ("*", path.stem.partition("-")[2]):
            continue
        try:
            answer = ask_guardian(path, request)
        except OSError as error:
            sys.stderr.write(f"{path.stem}: {error}\n")
            continue
        sys.stdout.write(orjson.dumps({"guardian_socket": str(path), **answer}).decode() + "\n")
        code = ExitCode.WRONG_INPUT if "error" in answer else ExitCode.PASSED
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
