"""An engine for tests: starts its guardian, switches a served bench on, beats, and does what stdin says.

Arguments: a bench file, a folder for each lane's run as slot=folder. Prints one line of JSON an event.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from rig.bench.bench import Bench
from rig.bench.loading import load_bench
from rig.bench.opening import open_bench
from rig.bench.ports import machine_ports
from rig.clock import WallClock, wall_seconds
from rig.safety.guardian.link import GuardianLink
from rig.safety.guardian.order import Order

SCAN_S = 0.1


def tell(**event: Any) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def switch_on(bench: Bench, link: GuardianLink) -> None:
    for station in bench.stations:
        for slot in station.outputs:
            wants = {"voltage": 7.4, "current_limit": 1.2, "output": True}
            for heater in bench.description.slot(slot).heaters:
                if f"supply.{heater.name}.output" in station.outputs[slot]:
                    for what, value in wants.items():
                        station.carry_out(slot, f"supply.{heater.name}.{what}", value)
                        link.beat()
            if "belt.level" in station.outputs[slot]:
                station.carry_out(slot, "belt.session", 600.0)
                station.carry_out(slot, "belt.level", "high")


def hang(how: str, link: GuardianLink) -> None:
    """Never comes back."""
    if how == "orphan":
        subprocess.Popen(["sleep", "3"], pass_fds=[link._link.fileno()])
        how = "die"
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    if how == "busy":
        sum(range(10**12))
    WallClock().sleep(3600.0)


def obey(command: str, link: GuardianLink, bench: Bench) -> None:
    """Carry a command out and tell what came of it."""
    name, *rest = command.split()
    if name in ("die", "freeze", "busy", "deadlock", "orphan"):
        hang(name, link)
    if name == "hand_over":
        if "holding" not in rest:
            bench.close()
        answer = link.await_answer(link.hand_over("a test wants it so"), 15.0)
    elif name == "off":
        answer = link.await_answer(link.off(rest or [slot.name for slot in bench.slots]), 15.0)
    elif name == "stand_down":
        for station in bench.stations:
            for slot in station.outputs:
                station.begin_off(slot)
        bench.close()
        answer = link.await_answer(link.stand_down(confirmed=True))
    else:
        raise ValueError(command)
    tell(answer=name, done=answer.done, words=answer.words, outputs=len(answer.outputs))


def main() -> None:
    bench_file, *folders = sys.argv[1:]
    description = load_bench(bench_file)
    slots = [name.partition("=")[0] for name in folders]
    order = Order(description.file, description.text, tuple(slots), os.getpid())
    link = GuardianLink.start(order)
    link.await_ready()
    link.runs({slot: Path(folder) for slot, _, folder in (name.partition("=") for name in folders)})
    with open_bench(
        description, [description.slot(slot) for slot in slots], machine_ports(WallClock())
    ) as bench:
        for supply in bench.supplies:
            supply.prepare()
        assert link.await_answer(link.arm()).done
        switch_on(bench, link)
        tell(on=True, guardian=link.pid)
        ended = False
        while not ended:
            link.beat()
            if not link.alive(wall_seconds()):
                for station in bench.stations:
                    for slot in station.outputs:
                        station.begin_off(slot)
                tell(guardian_lost=link.trouble)
                return
            ready, _, _ = select.select([sys.stdin], [], [], SCAN_S)
            if ready:
                command = sys.stdin.readline().strip()
                ended = command in ("", "hand_over", "stand_down")
                obey(command or "die", link, bench)
                if command == "hand_over holding":
                    hang("deadlock", link)
    tell(guardian_ended=link.close())


if __name__ == "__main__":
    main()
