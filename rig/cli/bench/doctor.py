"""``rig bench doctor``: is a bench what its file says, in calibration, protected, and does off work?"""

from __future__ import annotations

from pathlib import Path

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
    from rig.cli.bench.findings import print_findings, print_findings_json
    from rig.upkeep.chosen import choose
    from rig.upkeep.examination import examine
    from rig.upkeep.findings import code_of

    chosen = choose(bench_file, slots, settings, seed, faults)
    findings = list(examine(chosen, out, self_test=self_test))
    if as_json:
        print_findings_json(chosen.bench, findings)
    else:
        print_findings(chosen.bench, findings)
    return code_of(findings)
