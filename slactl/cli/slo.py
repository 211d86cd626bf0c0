"""``slactl slo``: the objectives as native SLOs of Application Signals; what would change, and changing it.

The one rule: planning changes nothing; what takes an SLO or its history away asks first, and every change is
accounted for before the command ends.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.carrying import INTERRUPTED, WRONG, ended_politely
from slactl.cli.configured import loaded_or_exit
from slactl.cli.console import fail, out, raw, talk
from slactl.cli.progress import progress_bar
from slactl.cli.wiring import aws_world, inventories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.ports.slos import SloStore
    from slactl.workflows.enforcing.slos import PlannedSlos, SloOutcome, SlosApplied

slo_app = typer.Typer(
    name="slo", help="The objectives as native SLOs of AWS.", no_args_is_help=True, rich_markup_mode=None
)
CHANGES = 2
ConfigOption = Annotated[
    Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
]


class Form(StrEnum):
    """How a plan is written."""

    TEXT = "text"
    JSON = "json"


@slo_app.command()
def plan(
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    detailed: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 0: nothing to do, 1: error, 2: changes.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Say which SLOs would be created, updated, deleted, and what AWS cannot express of the objectives."""
    made, _store = _planned(config, 1 if detailed else WRONG)
    from slactl.formats.slos import json, text

    raw(json.render(made) if form is Form.JSON else text.render(made))
    raise typer.Exit(CHANGES if detailed and made.plan.to_do else 0)


@slo_app.command()
def apply(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before SLOs or their histories are lost.")] = False,
    config: ConfigOption = None,
) -> None:
    """Create, update and delete SLOs as planned; what is not ours is never touched."""
    made, store = _planned(config, WRONG)
    from slactl.formats.slos import text

    raw(text.render(made))
    if not made.plan.to_do:
        talk("nothing to do")
        return
    _consent(made, yes)
    _carry_out_and_tell(made, store)


def _planned(config: Path | None, wrong: int) -> tuple[PlannedSlos, SloStore]:
    """The plan.

    Raises:
        typer.Exit: with the code, if the clock or the configuration is refused.
        AwsFailure: if AWS does not know us, or SLOs can't be read.
    """
    present = clock.now(wrong)
    catalogue = loaded_or_exit(config, wrong).catalogue
    from slactl.stores.slos import SignalsSloStore
    from slactl.workflows.enforcing.slos import plan_slos

    world = aws_world(catalogue.aws)
    store = SignalsSloStore(world)
    talk(f"SLOs of account {world.caller.account} in {world.region}, as {world.caller.arn}")
    return plan_slos(catalogue, inventories(world), store, present.epoch), store


def _consent(made: PlannedSlos, yes: bool) -> None:
    """Asks where something would be lost.

    Raises:
        typer.Exit: if nobody agrees, with 2 if nobody is there.
    """
    count = len(made.plan.losing)
    if not count or yes:
        return
    if not sys.stdin.isatty():
        fail("SLOs or their histories would be lost, and nobody is there to be asked; nothing was done", "add --yes", 2)
    what = "an SLO" if count == 1 else f"{count} SLOs"
    if not typer.confirm(f"Delete {what}, or begin the history anew?", err=True):
        fail("nothing was done")


def _carry_out_and_tell(made: PlannedSlos, store: SloStore) -> None:
    """Carries it out.

    Raises:
        typer.Exit: with 1 if anything failed, 130 if somebody ended it.
        Exception: what made the rest hopeless, once it is told what was done.
    """
    from slactl.workflows.enforcing.slos import carry_out_slos

    with ended_politely(), progress_bar("applying") as progress:
        done = carry_out_slos(made, store, progress)
    for line in _told(done):
        out(line)
    if done.failure is not None:
        raise done.failure
    if done.interrupted:
        talk("interrupted; run it again to go on")
        raise typer.Exit(INTERRUPTED)
    if not done.whole:
        fail("not all of it was done", "run it again: what is done stays done")


def _told(done: SlosApplied) -> Iterator[str]:
    from slactl.workflows.enforcing.applying import State

    yield from (_line(one) for one in done.outcomes)
    words = {State.DONE: "done", State.FAILED: "failed", State.UNSURE: "may or may not be done"}
    words |= {State.NOT_TRIED: "not tried"}
    yield "SLOs: " + ", ".join(f"{done.count(one)} {word}" for one, word in words.items() if done.count(one)) + "."


def _line(one: SloOutcome) -> str:
    from slactl.formats.sanitize import plain
    from slactl.formats.slos.text import SIGNS
    from slactl.workflows.enforcing.applying import State

    act = one.change.act
    if one.state is State.DONE:
        return plain(f"{SIGNS[act]} {one.change.name}: {act}d")
    told = {State.FAILED: f"not {act}d", State.UNSURE: f"perhaps {act}d"}.get(one.state, "not tried")
    return plain(f"! {one.change.name}: {told}" + (f": {one.text}" if one.text else ""))
