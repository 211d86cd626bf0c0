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
    from slactl.cli.clock import Now
    from slactl.model.catalogue import Catalogue
    from slactl.model.muting import MutePlan
    from slactl.workflows.muting import Muted

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
    """Mute the alarms of slactl in CloudWatch while announced windows last, and no longer."""
    from slactl.cli.configured import catalogue_or_exit
    from slactl.ports.enforcing import NotDone

    catalogue, present = catalogue_or_exit(config), clock.now()
    try:
        made, outcomes = _synced(catalogue, present, days, dry_run=dry_run)
    except NotDone as refused:
        fail(refused.reason)
    _print(made, outcomes, output, dry_run=dry_run)
    if made.blocked or any(one.text for one in outcomes):
        raise typer.Exit(FAILED)


def _synced(catalogue: Catalogue, present: Now, days: int, *, dry_run: bool) -> tuple[MutePlan, tuple[Muted, ...]]:
    """The plan and what became of it.

    Raises:
        AwsFailure: if alarms or rules can't be read, or nothing else can succeed either.
    """
    from slactl.alarming.muting import Muting
    from slactl.cli.wiring import aws_world
    from slactl.stores.alarms import CloudWatchAlarmStore
    from slactl.stores.muting import CloudWatchMutes
    from slactl.workflows.muting import apply_mutes, plan_mutes

    world = aws_world(catalogue.aws)
    talk(f"muting as {world.caller.arn} in {world.region}")
    mutes = CloudWatchMutes(world)
    muting = Muting(_prefix(catalogue), catalogue.report.zone, present.epoch, present.epoch + days * DAY)
    made = plan_mutes(catalogue.maintenance, CloudWatchAlarmStore(world), mutes, muting)
    return made, () if dry_run else apply_mutes(made, mutes)


def _prefix(catalogue: Catalogue) -> str:
    return catalogue.enforcement.prefix if catalogue.enforcement else "slactl"


def _print(made: MutePlan, outcomes: tuple[Muted, ...], output: Format, *, dry_run: bool) -> None:
    from slactl.cli.looking import json_text
    from slactl.formats.mutes import document, lines

    if output is Format.JSON:
        out(json_text(document(made, outcomes, dry_run=dry_run)))
    else:
        for line in lines(made):
            out(line)
    for name in made.blocked:
        complain(f"{name}: a mute rule of this name is not ours", "rename that rule, or the window")
    for one in outcomes:
        if one.text:
            complain(f"{one.what} {one.name}: {one.text}")
    talk(_summed(made, outcomes, dry_run=dry_run))


def _summed(made: MutePlan, outcomes: tuple[Muted, ...], *, dry_run: bool) -> str:
    failed = sum(1 for one in outcomes if one.text)
    told = f"{len(made.creates)} new, {len(made.updates)} changed, {len(made.deletes)} deleted, {len(made.keeps)} kept"
    if dry_run:
        return f"mute rules: {told}; nothing was done"
    return f"mute rules: {told}" + (f"; {failed} of these changes failed" if failed else "")
