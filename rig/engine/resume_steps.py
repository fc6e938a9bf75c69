"""The steps of a run that goes on: setup, the demands that were in force, the passes that are left, and the rest."""

from __future__ import annotations

from rig.engine.lane import Lane
from rig.engine.resume import Resume
from rig.engine.steps import ENDS_RUN, Scans, run_block, run_items, run_step
from rig.plan.program import Block, Demand, Step


def resume_steps(lane: Lane, resume: Resume) -> Scans:
    """As `rig.engine.steps.run_steps`, behind the last complete pass.

    What stands before the block is not done again: what it had demanded is demanded anew, by the same way to power
    as at every start.
    """
    steps = lane.program.steps
    block = next(item for item in steps if isinstance(item, Block) and item.name == resume.block)
    rest = steps[steps.index(block) + 1 :]
    for section, part in (
        ("setup", run_items(lane.program.setup, lane, ())),
        ("steps", _demand_anew(lane, resume, block)),
        ("steps", run_block(block, lane, (), first=resume.passes + 1)),
        ("steps", run_items(rest, lane, ())),
    ):
        lane.section = section
        outcome = yield from part
        if outcome in ENDS_RUN:
            return outcome
    return "completed"


def _demand_anew(lane: Lane, resume: Resume, block: Block) -> Scans:
    demands = tuple(Demand(output, value, block.place) for output, value in resume.demands.items())
    lane.step = f"resuming {block.name}"
    return (yield from run_step(lane, Step(lane.step, block.place, demands)))
