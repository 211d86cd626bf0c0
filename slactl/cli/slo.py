"""``slactl slo``: the objectives as native SLOs of Application Signals; what would change, and changing it.

The one rule: planning changes nothing; what takes an SLO or its history away asks first, and every change is
accounted for before the command ends.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.alone import alone
from slactl.cli.alarms.carrying import INTERRUPTED, WRONG, Manner, ended_politely
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.configured import loaded_or_exit
from slactl.cli.console import fail, out, raw, talk
from slactl.cli.files import write_whole
from slactl.cli.progress import progress_bar
from slactl.cli.wiring import aws_world, inventories

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.formats.slos.done import Ended
    from slactl.model.catalogue import Catalogue
    from slactl.model.slo import SavedSlos
    from slactl.ports.slos import SloStore
    from slactl.workflows.enforcing.slos import PlannedSlos

slo_app = typer.Typer(
    name="slo", help="The objectives as native SLOs of AWS.", no_args_is_help=True, rich_markup_mode=None
)
CHANGES = 2
AGAIN = "make a new one: slactl slo plan --out FILE"
ConfigOption = Annotated[
    Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask before SLOs or their histories are lost.")]


@slo_app.command()
def plan(
    save: Annotated[Path | None, typer.Option("--out", help="Save the plan, for slactl slo apply FILE.")] = None,
    form: FormOption = Form.TEXT,
    detailed: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 0: nothing to do, 1: error, 2: changes.")
    ] = False,
    lang: LangOption = None,
    config: ConfigOption = None,
) -> None:
    """Say which SLOs would be created, updated, deleted, and what AWS cannot express of the objectives."""
    at = _desk(config, 1 if detailed else WRONG)
    made = at.planned()
    from slactl.formats.slos import json as as_json
    from slactl.formats.slos import text

    document = as_json.render(made, at.saved(made))
    raw(document if form is Form.JSON else text.render(made, language_of(lang, at.catalogue)))
    if save is not None:
        write_whole(save, document)
        talk(f"saved: slactl slo apply {save}")
    raise typer.Exit(CHANGES if detailed and made.plan.to_do else 0)


@slo_app.command()
def apply(
    file: Annotated[Path | None, typer.Argument(help="A plan that was saved; without one, it is made now.")] = None,
    yes: YesOption = False,
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
) -> None:
    """Create, update and delete SLOs as planned; what is not ours is never touched."""
    kept = _read(file) if file else None
    at = _desk(config, WRONG)
    manner = Manner(form, language_of(lang, at.catalogue), yes=yes)
    with alone("SLOs", at.world):
        if kept is not None:
            _apply_saved(at, kept, manner)
            return
        made = at.planned()
        _show(made, manner)
        _settle(_ended("apply", made), at.store, manner)


@slo_app.command()
def destroy(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete every SLO that slactl made under this configuration's prefix, and nothing else."""
    at = _desk(config, WRONG)
    if not yes and not sys.stdin.isatty():
        fail("it asks before it deletes SLOs, and nobody is there to answer", "add --yes", WRONG)
    from slactl.workflows.enforcing.slos import plan_no_slos

    manner = Manner(form, language_of(lang, at.catalogue), yes=yes)
    with alone("SLOs", at.world):
        made = plan_no_slos(at.catalogue, at.store)
        _show(made, manner, gone=True)
        _settle(_ended("destroy", made), at.store, manner)


@dataclass(slots=True)
class _Desk:
    """A configuration, and the SLOs of the account, which is asked when it is first needed."""

    catalogue: Catalogue
    present: clock.Now
    _world: AwsWorld | None = None
    _store: SloStore | None = None

    @property
    def world(self) -> AwsWorld:
        if self._world is None:
            self._world = aws_world(self.catalogue.aws)
            caller = self._world.caller
            talk(f"SLOs of account {caller.account} in {self._world.region}, as {caller.arn}")
        return self._world

    @property
    def store(self) -> SloStore:
        """The store; one for all calls, because it keeps their pace."""
        from slactl.stores.slos import SignalsSloStore

        if self._store is None:
            self._store = SignalsSloStore(self.world)
        return self._store

    def planned(self) -> PlannedSlos:
        """The plan; raises AwsFailure if AWS does not know us, or SLOs can't be read."""
        from slactl.workflows.enforcing.slos import plan_slos

        return plan_slos(self.catalogue, inventories(self.world), self.store, self.present.epoch)

    def saved(self, made: PlannedSlos) -> SavedSlos:
        """The plan as a file keeps it."""
        from slactl import __version__
        from slactl.model.slo import SavedSlos

        digests = {file.name: file.sha256 for file in self.catalogue.files}
        return SavedSlos(made.plan, made.account, made.region, made.prefix, __version__, self.present.epoch, digests)


def _desk(config: Path | None, wrong: int) -> _Desk:
    """The desk.

    Raises:
        typer.Exit: with the code, if the clock or the configuration is refused.
    """
    present = clock.now(wrong)
    return _Desk(loaded_or_exit(config, wrong).catalogue, present)


def _read(file: Path) -> SavedSlos:
    """The plan of a file.

    Raises:
        typer.Exit: with 2, if it is none.
    """
    from slactl.alarming.saved import Unfit
    from slactl.alarming.slos.saved import from_dict

    try:
        return from_dict(json.loads(file.read_text(encoding="utf-8")))
    except (Unfit, UnicodeDecodeError, ValueError, RecursionError) as error:
        fail(f"{file} is no plan that can be carried out: {error}", AGAIN, WRONG)


def _apply_saved(at: _Desk, kept: SavedSlos, manner: Manner) -> None:
    """Carries a saved plan out, if the world is still the one that it saw."""
    from slactl.formats.language import speak
    from slactl.formats.slos.done import Ended
    from slactl.formats.slos.text import summary
    from slactl.workflows.enforcing.slos import still_so

    here = (at.store.account, at.store.region)
    if (kept.account, kept.region) != here:
        what = f"the plan is for account {kept.account} in {kept.region}, this is {here[0]} in {here[1]}"
        fail(what, "use other credentials or another region")
    if {file.name: file.sha256 for file in at.catalogue.files} != dict(kept.configuration):
        talk("the configuration changed since the plan was made; what is carried out is the plan")
    if not still_so(kept.plan, at.store, kept.prefix):
        fail("the SLOs have changed since the plan was made; nothing was done", AGAIN)
    talk(summary(kept.plan, speak(manner.language)))
    _settle(Ended("apply", kept.account, kept.region, kept.prefix, kept.plan), at.store, manner)


def _show(made: PlannedSlos, manner: Manner, *, gone: bool = False) -> None:
    from slactl.formats.slos import text

    if manner.form is Form.TEXT:
        raw(text.render(made, manner.language, gone=gone))


def _ended(command: str, made: PlannedSlos) -> Ended:
    from slactl.formats.slos.done import Ended

    return Ended(command, made.account, made.region, made.prefix, made.plan)


def _settle(plan: Ended, store: SloStore, manner: Manner) -> None:
    """Carries a plan out if somebody agrees to what would be lost, and tells of it.

    Raises:
        typer.Exit: with 1 if nobody agrees or anything failed, 2 if nobody is there, 130 if somebody ended it.
        Exception: what made the rest hopeless, once it is told what was done.
    """
    _consent(plan, manner)
    if not plan.plan.to_do:
        _tell(plan, manner)
        return
    from slactl.workflows.enforcing.slos import carry_out_slos

    with ended_politely(), progress_bar("applying") as progress:
        done = carry_out_slos(plan.plan, store, plan.prefix, progress)
    _tell(replace(plan, done=done), manner)
    if done.failure is not None:
        raise done.failure
    if done.interrupted:
        talk("interrupted; run it again to go on")
        raise typer.Exit(INTERRUPTED)
    if not done.whole:
        fail("not all of it was done", "run it again: what is done stays done")


def _consent(plan: Ended, manner: Manner) -> None:
    from slactl.formats.slos.done import question

    count = len(plan.plan.losing)
    if not count or manner.yes:
        return
    alone_here = not sys.stdin.isatty()
    if not alone_here and typer.confirm(question(count, manner.language), err=True):
        return
    if manner.form is Form.JSON:
        _tell(replace(plan, refused=True), manner)
    if alone_here:
        lost = "SLOs or their histories would be lost, and nobody is there to be asked; nothing was done"
        fail(lost, "add --yes", WRONG)
    fail("nothing was done")


def _tell(plan: Ended, manner: Manner) -> None:
    from slactl.formats.slos.done import lines, render_json

    if manner.form is Form.JSON:
        raw(render_json(plan))
        return
    for line in lines(plan.done, manner.language) if plan.done else ():
        out(line)
