"""What every command about alarms needs: the configuration, the store of alarms, what is wanted.

The one rule: a configuration that says nothing of alarms, where it must, is told of before anything is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli.configured import loaded_or_exit, located
from slactl.cli.console import fail, talk
from slactl.cli.readings import WAYS, Asked, Way, readings
from slactl.cli.wiring import aws_world, metric_reader

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.cli.clock import Now
    from slactl.model.alarmplan import SavedPlan, Wanted
    from slactl.model.catalogue import Catalogue
    from slactl.model.enforcement import Enforcement
    from slactl.ports.enforcing import AlarmStore, Seen
    from slactl.workflows.enforcing.knowing import Known
    from slactl.workflows.enforcing.planning import Planned

ConfigOption = Annotated[
    Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
]
WayOption = Annotated[Way, typer.Option("--from", help=f"Where traffic is read: {WAYS}")]
FOUR_WEEKS = 28 * 86_400


@dataclass(slots=True)
class Desk:
    """A configuration that speaks of alarms, and the account that they stand in, opened when it is first needed."""

    catalogue: Catalogue
    enforcement: Enforcement
    config: Path | None
    _world: AwsWorld | None = None
    _store: AlarmStore | None = None

    @property
    def world(self) -> AwsWorld:
        if self._world is None:
            self.adopt(aws_world(self.catalogue.aws))
        assert self._world
        return self._world

    @property
    def store(self) -> AlarmStore:
        """The store; one for all calls, because it keeps their pace."""
        from slactl.stores.alarms import CloudWatchAlarmStore

        if self._store is None:
            self._store = CloudWatchAlarmStore(self.world)
        return self._store

    def adopt(self, world: AwsWorld) -> None:
        """Takes clients that were made already."""
        if self._world is None:
            self._world = world


def desk(config: Path | None, code: int = 2, *, needed: bool = True) -> Desk:
    """The desk; where the section ``alarms`` is not ``needed``, one that is missing says nothing.

    Raises:
        typer.Exit: with the code, if the configuration is refused, or says nothing of alarms and must.
    """
    from slactl.model.enforcement import Enforcement, Told

    catalogue = loaded_or_exit(config, code).catalogue
    if catalogue.enforcement is None and not needed:
        return Desk(catalogue, Enforcement(Told(), {}), config)
    if catalogue.enforcement is None:
        hint = "add `alarms: alarms.yaml`; config/example-alarms.yaml shows such a file"
        fail(f"{located(config)} says nothing of alarms", hint, code)
    return Desk(catalogue, catalogue.enforcement, config)


@dataclass(frozen=True, slots=True)
class View:
    """What should stand, what does, and what is known of the services."""

    wanted: Wanted
    seen: Seen
    known: Known


def view_of(at: Desk, present: Now, way: Way) -> View:
    """Looks at the services and at the alarms, and chooses what should stand.

    Raises:
        AwsFailure: if AWS is needed and does not know us, or alarms can't be read.
        EvidenceFailure: if evidence is asked for and can't be read.
    """
    from slactl.alarming.desired import desired
    from slactl.model.period import local_date
    from slactl.workflows.enforcing.planning import fields_of

    known = known_of(at, present, way)
    seen = at.store.standing(at.enforcement.prefix)
    day = local_date(present.epoch, at.catalogue.report.zone)
    stands = fields_of(seen, at.enforcement.prefix)
    return View(desired(at.catalogue, at.enforcement, known.watched, day, stands, known.metrics), seen, known)


def known_of(at: Desk, present: Now, way: Way) -> Known:
    """What is known of the services over the last four weeks; raises as ``view_of`` does."""
    from slactl.cli.computing import command_line
    from slactl.cli.provenance import circumstances
    from slactl.model.span import Span
    from slactl.workflows.enforcing.knowing import know
    from slactl.workflows.enforcing.listed import listed

    around = Span(present.epoch - FOUR_WEEKS, present.epoch)
    asked = Asked(at.catalogue, at.config, way, around, "the last four weeks")
    with readings(asked, circumstances(at.catalogue, present, command_line())) as found:
        general, home = found.made.general, at.catalogue.aws.region
        if at.catalogue.general and not found.worlds and way is not Way.EVIDENCE:
            home = at.world.region
        home = found.worlds[0].region if found.worlds else home
        beside = listed(at.catalogue, general.directory if general else None, present.epoch, home)
        known = know(at.catalogue, found.reader, found.inventories, present.epoch, beside)
        for world in found.worlds:
            at.adopt(world)
    return known


def planned(at: Desk, present: Now, way: Way) -> Planned:
    """The plan for what should stand; raises as ``view_of`` does."""
    from slactl.workflows.enforcing.planning import make_plan

    view = view_of(at, present, way)
    reader = metric_reader(at.world, lambda done, total: None)
    return make_plan(view.wanted, view.seen, at.store, at.enforcement, view.known, reader, present.epoch)


def saved_of(at: Desk, made: Planned, present: Now) -> SavedPlan:
    """The plan as a file keeps it."""
    from slactl import __version__
    from slactl.workflows.enforcing.planning import saved

    digests = {file.name: file.sha256 for file in at.catalogue.files}
    return saved(made, __version__, present.epoch, digests)


def told_of(at: Desk) -> None:
    """Says whose alarms are looked at."""
    talk(f"alarms of account {at.world.caller.account} in {at.world.region}, as {at.world.caller.arn}")
