"""``slactl alarms apply``: does what a plan says, and only that.

The one rule: who can't be asked must have said yes before anything is called; a saved plan is carried out as it is or
not at all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.alone import alone
from slactl.cli.alarms.carrying import Manner, needs_somebody, settle
from slactl.cli.alarms.desk import ConfigOption, Desk, WayOption, desk, planned, told_of
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.console import fail, raw, talk
from slactl.cli.readings import Way

if TYPE_CHECKING:
    from slactl.alarming.safety import Objection
    from slactl.cli.clock import Now
    from slactl.model.alarmplan import SavedPlan

AGAIN = "make a new one: slactl alarms plan --out FILE"


def apply(
    file: Annotated[Path | None, typer.Argument(help="A plan that was saved; without one, it is made now.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before alarms are deleted.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if many of the alarms that stand would change.")] = False,
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Create, update and delete alarms as planned; what is not ours is never touched."""
    present = clock.now()
    at = desk(config)
    kept, against = _read(file) if file else (None, ())
    if kept is None or kept.plan.deletes:
        needs_somebody(yes)
    manner = Manner(form, language_of(lang, at.catalogue), yes=yes, force=force)
    told_of(at)
    with alone("alarms", at.world):
        if kept is None:
            _apply_new(at, present, way, manner)
        else:
            _apply_saved(at, kept, against, manner)


def _apply_new(at: Desk, present: Now, way: Way, manner: Manner) -> None:
    from slactl.formats.alarms import text
    from slactl.formats.alarms.done import Ended

    made = planned(at, present, way)
    if manner.form is Form.TEXT:
        raw(text.render(made, manner.language))
    ended = Ended("apply", made.account, made.region, made.prefix, made.plan)
    settle(ended, made.objections, at.store, manner)


def _apply_saved(at: Desk, kept: SavedPlan, against: tuple[Objection, ...], manner: Manner) -> None:
    """What spoke against the plan when it was made still does; what it may cost is what the configuration says now."""
    from slactl.alarming.safety import objections
    from slactl.formats.alarms.done import Ended
    from slactl.formats.alarms.words import summary
    from slactl.formats.language import speak

    store = at.store
    _check_place(kept, store.account, store.region)
    _tell_configuration(at, kept)
    _check_world(at, kept)
    talk(summary(kept.plan, speak(manner.language)))
    now = objections(kept.plan, at.enforcement.max_monthly_cost)
    told = {one.code for one in now}
    ended = Ended("apply", kept.account, kept.region, kept.prefix, kept.plan)
    settle(ended, (*now, *(one for one in against if one.code not in told)), store, manner)


def _read(file: Path) -> tuple[SavedPlan, tuple[Objection, ...]]:
    """The plan of a file, and what spoke against it when it was made.

    Raises:
        typer.Exit: with 2, if it is none.
    """
    from slactl.alarming.saved import Unfit, from_dict
    from slactl.formats.alarms.json import objections_of

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return from_dict(document), objections_of(document)
    except (Unfit, UnicodeDecodeError, ValueError, RecursionError) as error:
        fail(f"{file} is no plan that can be carried out: {error}", AGAIN, 2)


def _check_place(kept: SavedPlan, account: str, region: str) -> None:
    if (kept.account, kept.region) != (account, region):
        fail(
            f"the plan is for account {kept.account} in {kept.region}, this is {account} in {region}",
            "use other credentials or another region",
        )


def _tell_configuration(at: Desk, kept: SavedPlan) -> None:
    now = {file.name: file.sha256 for file in at.catalogue.files}
    changed = sorted(
        name for name in now.keys() | kept.configuration.keys() if now.get(name) != kept.configuration.get(name)
    )
    if changed:
        talk(f"{', '.join(changed)} changed since the plan was made; what is carried out is the plan")


def _check_world(at: Desk, kept: SavedPlan) -> None:
    from slactl.workflows.enforcing.applying import still_so

    if not still_so(kept.plan, at.store.standing(kept.prefix).alarms, kept.prefix):
        fail("the alarms have changed since the plan was made; nothing was done", AGAIN)
