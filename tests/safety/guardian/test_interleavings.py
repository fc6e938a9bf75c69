"""Every interleaving of a small engine, its guardian, the link, a person and one fault: somebody always watches."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from rig.safety.guardian.watch import State, Watch

MOST_IN_FLIGHT = 3


@dataclass(frozen=True)
class World:
    """engine: dark, arming, powered, handed, frozen or dead; thaws_as is what a frozen one goes on as.

    Time stands at 0; ``heard`` of the watch is 0 after a beat and -1 once more than the limit has passed.
    looked: the guardian has looked at the clock, and empties the link before it judges by what it saw then; late once
    more than the limit has passed since. spoke: the engine has sent a beat, or the wish to be watched, after that
    limit last passed.
    """

    engine: str = "dark"
    thaws_as: str = ""
    power: bool = False
    in_flight: tuple[str, ...] = ()
    armed: bool = False
    watch: Watch = field(default_factory=Watch)
    guardian: bool = True
    faults: int = 1
    looked: str = ""
    spoke: bool = False

    def send(self, message: str, engine: str = "") -> Iterator[World]:
        if len(self.in_flight) < MOST_IN_FLIGHT:
            spoke = self.spoke or message in ("beat", "arm")
            in_flight = (*self.in_flight, message)
            yield replace(self, in_flight=in_flight, engine=engine or self.engine, spoke=spoke)


def plain(watch: Watch) -> Watch:
    """Without the words, which would make states differ that do not."""
    return replace(watch, why="")


def engine_moves(world: World) -> Iterator[World]:
    match world.engine:
        case "dark":
            yield from world.send("arm", engine="arming")
            yield from world.send("off confirmed", engine="leaving")
        case "leaving":
            yield replace(world, engine="dead")
        case "handed" if not world.guardian:
            yield replace(world, engine="powered")  # it opens its sessions again, and goes on trying itself
        case "handed" if not world.watch.calm and world.watch.state is not State.ACTING:
            yield replace(world, engine="dead")  # it has its answer
        case "arming" if world.armed:
            yield replace(world, engine="powered", armed=False)
        case "powered":
            yield from powered_moves(world)
        case "frozen":
            yield replace(world, engine=world.thaws_as)
    if world.faults and world.engine not in ("dead", "frozen"):
        yield replace(world, engine="dead", faults=0)
        yield replace(world, engine="frozen", thaws_as=world.engine, faults=0)


def powered_moves(world: World) -> Iterator[World]:
    if not world.guardian:
        yield replace(world, power=False)  # it sees that the guardian is gone, and goes off
        return
    yield replace(world, power=True)
    yield replace(world, power=False)
    yield from world.send("beat")
    yield from world.send("off not confirmed")
    yield from world.send("hand over", engine="handed")
    if not world.power:
        yield from world.send("off confirmed", engine="dark")


def guardian_moves(world: World) -> Iterator[World]:
    watch = world.watch
    if world.in_flight:
        yield hear(world)
    elif world.engine == "dead" and watch.linked:
        yield replace(world, watch=plain(watch.lose_link("gone")))
    if not world.looked:
        yield replace(world, looked="now")
    elif not world.in_flight:
        yield replace(world, looked="", watch=plain(judged(world)))
    yield replace(world, watch=plain(watch.order_off("Ada")))
    yield replace(world, watch=plain(watch.take_over("Ada")))
    if watch.state in (State.ACTING, State.ALARM):
        killed = replace(world, engine="dead") if watch.kills else world
        yield replace(killed, power=False, watch=plain(watch.look(confirmed=True)))
        yield replace(killed, watch=plain(watch.look(confirmed=False)))


def judged(world: World) -> Watch:
    """The watch after a look at the clock from which on the link was emptied."""
    return world.watch.tick(-1.0 if world.looked == "late" else 0.0)


def hear(world: World) -> World:
    message, *rest = world.in_flight
    watch = {
        "arm": lambda: world.watch.arm(0.0),
        "beat": lambda: world.watch.beat(0.0),
        "off confirmed": lambda: world.watch.stand_down(confirmed=True),
        "off not confirmed": lambda: world.watch.stand_down(confirmed=False),
        "hand over": lambda: world.watch.hand_over("no answer"),
    }[message]()
    armed = world.armed or (message == "arm" and watch.state is State.ARMED)
    return replace(world, in_flight=tuple(rest), watch=plain(watch), armed=armed)


def moves(world: World) -> Iterator[World]:
    yield from engine_moves(world)
    if world.guardian and not world.watch.over:
        yield from guardian_moves(world)
        late = "late" if world.looked else ""
        yield replace(world, watch=replace(world.watch, heard=-1.0), looked=late, spoke=False)  # time passes
    if world.faults and world.guardian and world.engine != "dead":
        yield replace(world, guardian=False, faults=0)


Graph = dict[World, set[World]]


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Every world that can be reached, and those that may follow it."""
    found: Graph = {}
    todo = deque([World()])
    while todo:
        world = todo.popleft()
        if world not in found:
            found[world] = set(moves(world)) - {world}
            todo.extend(found[world])
    return found


def watched(world: World) -> bool:
    """Somebody who can act holds the power in sight."""
    if not world.guardian:
        return world.engine in ("dark", "arming", "powered", "leaving", "handed")
    return world.watch.state in (State.ARMED, State.ACTING, State.ALARM, State.TAKEN_OVER)


def test_the_model_is_not_a_toy(graph: Graph) -> None:
    assert len(graph) > 500
    assert {world.watch.state for world in graph} == set(State)
    assert {world.engine for world in graph} >= {"dark", "arming", "powered", "handed", "frozen", "dead"}


def test_power_is_never_on_with_nobody_watching(graph: Graph) -> None:
    assert [world for world in graph if world.power and not watched(world)] == []


def test_no_path_ends_with_power_on_but_by_a_named_person(graph: Graph) -> None:
    ends = [world for world, following in graph.items() if not following and world.power]
    assert all(world.watch.state is State.TAKEN_OVER and world.watch.who == "Ada" for world in ends)


def test_an_armed_guardian_whose_engine_is_silent_can_only_come_to_act(graph: Graph) -> None:
    """With no beat in flight, the next tick after the limit acts, whatever else happens."""
    for world in graph:
        if world.guardian and world.watch.state is State.ARMED and world.watch.heard < 0.0:
            acting = world.watch.tick(0.0)
            assert (acting.state, acting.kills) == (State.ACTING, True)


def test_an_engine_that_spoke_in_time_is_never_ended_for_silence(graph: Graph) -> None:
    """Whenever the guardian stands still: what lies in the link is heard before it judges."""
    judging = [world for world in graph if world.looked and not world.in_flight]
    for world in judging:
        if world.spoke and world.guardian and world.watch.state is State.ARMED:
            assert judged(world).state is State.ARMED, world
    acting = [world for world in judging if judged(world).state is State.ACTING is not world.watch.state]
    assert acting, "and one that did not speak is"


def test_from_everywhere_off_can_be_reached(graph: Graph) -> None:
    dark = {world for world in graph if not world.power}
    before: dict[World, set[World]] = {}
    for world, following in graph.items():
        for after in following:
            before.setdefault(after, set()).add(world)
    todo = deque(dark)
    while todo:
        for world in before.get(todo.popleft(), ()):
            if world not in dark:
                dark.add(world)
                todo.append(world)
    stuck = [world for world in graph if world not in dark]
    assert all(world.watch.state is State.TAKEN_OVER for world in stuck)


def test_an_engine_never_has_power_once_the_guardian_has_confirmed(graph: Graph) -> None:
    confirmed = [world for world in graph if world.guardian and world.watch.state is State.CONFIRMED]
    assert confirmed
    assert not any(world.power for world in confirmed)
