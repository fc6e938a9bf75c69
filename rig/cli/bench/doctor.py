"""``rig bench doctor``: is a bench what its file says, in calibration, protected, and does off work?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rig.cli.options import (
    bench_option,
    fault_option,
    json_option,
    out_option,
    seed_option,
    set_option,
    slot_option,
)

if TYPE_CHECKING:
    from rig.bench.bench import Bench
    from rig.bench.health import Finding
    from rig.cli.bench.chosen import Chosen
    from rig.safety.session import BenchSession

PROBE_PLAN = "probe-check"


@click.command(context_settings={"ignore_unknown_options": True})
@bench_option
@slot_option
@set_option
@seed_option
@fault_option
@out_option
@click.option("--self-test", is_flag=True, help="Let the instruments test themselves; it may take seconds.")
@click.option("--probes", is_flag=True, help="Only run the plan probe-check: which probe sits where?")
@click.option(
    "--drill", "drilled", is_flag=True, help="Only run the fault matrix, on a simulated bench of its own."
)
@click.option("--rows", metavar="PATTERN", help="With --drill: rows that hold this, e.g. 'supply:* heating'.")
@click.option("--known", is_flag=True, help="With --drill: let rows pass that are known to fail.")
@json_option
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF rig run]...")
def command(
    bench_file: Path | None,
    slots: tuple[str, ...],
    settings: tuple[str, ...],
    seed: int,
    faults: tuple[str, ...],
    out: Path,
    self_test: bool,
    probes: bool,
    drilled: bool,
    rows: str | None,
    known: bool,
    as_json: bool,
    more: tuple[str, ...],
) -> int:
    """Ask every part of a bench how it is. Outputs are switched off first, and on at 1 V to prove that off works.

    Ends with 0 if it is healthy, 3 if something does not answer or is not what the file says, 4 if it is latched, 5 if
    a calibration is missing or overdue. With --probes it ends as `rig run probe-check` does, and takes its options.
    With --drill it touches no bench but its own, and ends with 0 if every row came out as expected, 1 otherwise.
    """
    if drilled and not more:
        from rig.cli.drill import drill

        return drill(rows, known=known, as_json=as_json)
    if probes:
        from rig.cli.bench.run_words import rig_run

        options = {"--slot": slots, "--set": settings, "--fault": faults}
        words = [word for option, values in options.items() for value in values for word in (option, value)]
        words += [] if bench_file is None else ["--bench", str(bench_file)]
        words += ["--json"] if as_json else []
        return rig_run([PROBE_PLAN, *words, "--seed", str(seed), "--out", str(out)], more)
    if more:
        raise click.UsageError(f"{' '.join(more)}: only --probes hands options on to rig run")
    from rig.cli.bench.chosen import choose
    from rig.cli.bench.findings import code_of, print_findings, print_findings_json

    chosen = choose(bench_file, slots, settings, seed, faults)
    findings = list(_examine(chosen, out, self_test=self_test))
    if as_json:
        print_findings_json(chosen.bench, findings)
    else:
        print_findings(chosen.bench, findings)
    return code_of(findings)


def _examine(chosen: Chosen, out: Path, *, self_test: bool) -> Iterator[Finding]:
    """What is found, part by part.

    Raises:
        BenchError: a run is on this bench, or there is no VISA library; nothing was touched.
    """
    from rig.bench.health import State
    from rig.bench.opening import open_what_answers
    from rig.cli.bench.look import look_at_cutoffs, look_at_latch, look_at_runs

    _require_idle(chosen)
    latch = look_at_latch(chosen.bench)
    with chosen.ports() as ports:
        bench, troubles = open_what_answers(chosen.bench, chosen.slots, ports)
        with bench:
            parts = list(_examine_parts(chosen, bench, troubles, self_test=self_test))
            yield from parts
            wrong = {finding.part for finding in parts if finding.state is State.WRONG}
            yield from _prove(chosen, bench, wrong, latched=latch.state is not State.OK)
            today = bench.clock.anchor.date()
            yield from look_at_cutoffs(chosen.slots, today, simulated=bench.simulated)
    yield latch
    yield from look_at_runs(out)


def _examine_parts(
    chosen: Chosen, bench: Bench, troubles: Mapping[str, str], *, self_test: bool
) -> Iterator[Finding]:
    from rig.bench.health import examine_calibration, examine_device, examine_instrument, unanswered
    from rig.bench.wiring import device_source

    for entry in chosen.bench.instruments:
        if entry.name in troubles:
            yield unanswered(entry.name, troubles[entry.name])
        else:
            yield from examine_instrument(bench, entry, self_test=self_test)
        yield examine_calibration(chosen.bench, entry, bench.clock.anchor.date())
    for slot in chosen.slots:
        source = device_source(slot, chosen.bench)
        if source in troubles:
            yield unanswered(source, troubles[source])
        else:
            yield from examine_device(bench, slot, source)


def _require_idle(chosen: Chosen) -> None:
    from rig.cli.bench.in_progress import runs_on
    from rig.errors import BenchError

    busy = [] if chosen.in_process else runs_on(chosen.bench)
    if busy:
        raise BenchError(
            f"examining the bench {chosen.bench.name!r} ({chosen.bench.file}): a run is on it: "
            f"{', '.join(progress.words for progress in busy)}; nothing was touched; wait for its end, or `rig stop`"
        )


def _prove(chosen: Chosen, bench: Bench, wrong: set[str], *, latched: bool) -> Iterator[Finding]:
    """Whether off works, slot by slot, where nothing is wrong with supply and device and nothing is latched."""
    from rig.bench.health import Finding, State
    from rig.bench.wiring import device_source
    from rig.cli.bench.watched import alone_and_watched

    fit = []
    for slot in chosen.slots:
        needed = {*(heater.supply for heater in slot.heaters), device_source(slot, chosen.bench)}
        lost = sorted(needed & wrong)
        if not (lost or latched or bench.mixed):
            fit.append(slot.name)
            continue
        why = f"something is wrong with {', '.join(lost)}" if lost else "the bench is latched"
        why = "real and simulated parts on one bench" if bench.mixed else why
        state = State.WRONG if bench.mixed else State.NOTE
        yield Finding(slot.name, "off", state, f"not proven: {why}")
    if fit:
        with alone_and_watched(chosen) as session:
            found = [_prove_slot(chosen, bench, session, slot) for slot in fit]
        yield from found


def _prove_slot(chosen: Chosen, bench: Bench, session: BenchSession, slot: str) -> Finding:
    from rig.bench.health import Finding, State
    from rig.cli.bench.watched import hand_over
    from rig.errors import BenchError
    from rig.safety.errors import RefusedError
    from rig.safety.proof import PROOF_VOLTS, prove_off

    try:
        (proof,) = prove_off(bench, (slot,))
    except BenchError as error:
        if isinstance(error, RefusedError):
            hand_over(chosen, session, slot, str(error))
        return Finding(slot, "off", State.WRONG, str(error))
    words = f"{1e3 * proof.seconds:.0f} ms from request to confirmed, at {PROOF_VOLTS:g} V"
    return Finding(slot, "off", State.OK, words, {"seconds": proof.seconds, "seen": list(proof.seen)})
