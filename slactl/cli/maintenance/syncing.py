"""``slactl maintenance sync``: alarms keep quiet while people work.

The one rule: only rules that bear our tag are touched; what fails alone is told and ends with 1, the rest is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.config import ConfigOption, Format, FormatOption
from slactl.cli.console import complain, fail, out, talk

if TYPE_CHECKING:
    from pathlib import Path

    from slactl.cli.clock import Now
    from slactl.model.catalogue import Catalogue
    from slactl.model.excluding import Exclusion, StandingExclusion
    from slactl.workflows.excluding import Synced

DAY, DAYS, MOST_DAYS, FAILED = 86_400, 92, 366, 1


def sync(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    days: Annotated[
        int,
        typer.Option(
            "--days",
            min=1,
            max=MOST_DAYS,
            help="So far ahead occurrences are muted one by one, where no cron expression says them.",
        ),
    ] = DAYS,
    output: FormatOption = Format.TEXT,
    config: ConfigOption = None,
) -> None:
    """Mute the alarms of slactl in CloudWatch while announced windows last, and tell native SLOs which count."""
    from slactl.cli.configured import catalogue_or_exit
    from slactl.ports.enforcing import NotDone

    catalogue, present = catalogue_or_exit(config), clock.now()
    try:
        done = _synced(catalogue, present, days, config, dry_run=dry_run)
    except NotDone as refused:
        fail(refused.reason)
    _print(done, output, dry_run=dry_run)
    if done.failed:
        raise typer.Exit(FAILED)


def _synced(catalogue: Catalogue, present: Now, days: int, config: Path | None, *, dry_run: bool) -> Synced:
    """What is to be done and what became of it.

    Raises:
        NotDone: if more rules would be needed than there may be.
        AwsFailure: if alarms or rules can't be read, or nothing else can succeed either.
    """
    from slactl.alarming.aftermath import after
    from slactl.alarming.muting import Muting
    from slactl.cli.maintenance.listing import made_of
    from slactl.cli.wiring import aws_world
    from slactl.model.span import Span
    from slactl.stores.alarms import CloudWatchAlarmStore
    from slactl.stores.excluding import ApplicationSignalsExclusions
    from slactl.stores.muting import CloudWatchMutes
    from slactl.workflows.excluding import Synced, apply_exclusions, plan_exclusions
    from slactl.workflows.muting import apply_mutes, plan_mutes

    world, span = aws_world(catalogue.aws), Span(present.epoch, present.epoch + days * DAY)
    talk(f"muting as {world.caller.arn} in {world.region}")
    mutes, native, prefix = CloudWatchMutes(world), ApplicationSignalsExclusions(world), _prefix(catalogue)
    tails = after(catalogue.enforcement, catalogue.objectives) if catalogue.enforcement else {}
    muting = Muting(prefix, catalogue.report.zone, span.start, span.end, tails)
    made = plan_mutes(catalogue.maintenance, CloudWatchAlarmStore(world), mutes, muting)
    seen = native.slos(prefix)
    slos = plan_exclusions(catalogue, seen.slos, span, made_of(catalogue, present, span, config)) if seen.slos else ()
    doubts = (*made.doubts, *(f"SLOs are not looked at: {doubt}" for doubt in seen.doubts))
    if dry_run:
        return Synced(made, slos, doubts)
    return Synced(made, slos, doubts, apply_mutes(made, mutes), apply_exclusions(slos, native))


def _prefix(catalogue: Catalogue) -> str:
    return catalogue.enforcement.prefix if catalogue.enforcement else "slactl"


def _print(done: Synced, output: Format, *, dry_run: bool) -> None:
    from slactl.cli.looking import json_text
    from slactl.formats.mutes import document, lines

    if output is Format.JSON:
        out(json_text(document(done, dry_run=dry_run)))
    else:
        for line in lines(done):
            out(line)
    for name in done.mutes.blocked:
        complain(f"{name}: a mute rule of this name is not ours", "rename that rule, or the window")
    for failure in done.failures:
        complain(failure)
    for doubt in done.doubts:
        talk(doubt)
    talk(_summed(done, dry_run=dry_run))


def _summed(done: Synced, *, dry_run: bool) -> str:
    made, failed = done.mutes, len(done.failures)
    told = f"{len(made.creates)} new, {len(made.updates)} changed, {len(made.deletes)} deleted, {len(made.keeps)} kept"
    if done.slos:
        added, removed = (sum(len(part) for part in parts) for parts in _windows(done))
        told += f"; exclusion windows of {len(done.slos)} SLOs: {added} added, {removed} removed"
    if dry_run:
        return f"mute rules: {told}; nothing was done"
    return f"mute rules: {told}" + (f"; {failed} of these changes failed" if failed else "")


def _windows(done: Synced) -> tuple[list[tuple[Exclusion, ...]], list[tuple[StandingExclusion, ...]]]:
    return [one.add for one in done.slos], [one.remove for one in done.slos]
