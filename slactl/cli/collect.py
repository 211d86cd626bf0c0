"""``slactl collect``: keeps what CloudWatch and Cloudflare will forget, and what controls see.

The one rule: it is made for a scheduler. A run that finds another one at work leaves the work to it and
is content; only where that one has kept nothing for a day and a half, it complains.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slactl.cli import clock
from slactl.cli.configured import loaded_or_exit, located
from slactl.cli.console import clean, complain, fail, out, raw, talk
from slactl.cli.papers import papers
from slactl.cli.progress import progress_bar
from slactl.cli.wiring import aws_world, inventories, metric_directory, metric_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from slactl.aws.session import AwsWorld
    from slactl.model.catalogue import Catalogue
    from slactl.model.evidence import EvidenceSettings
    from slactl.ports.archive import Busy
    from slactl.workflows.collecting.metrics import Lister
    from slactl.workflows.collecting.outcome import Outcome
    from slactl.workflows.collecting.plan import Task
    from slactl.workflows.collecting.run import Closer, Collect, Machine
    from slactl.workflows.collecting.wishes import Options

STUCK = 36 * 3600
LATE = "if this one is late, set it right; what a clock ahead read is read again while CloudWatch has it as finely"


class Form(StrEnum):
    """How the summary is written."""

    TEXT = "text"
    JSON = "json"


def collect(
    service: Annotated[list[str] | None, typer.Option(help="Only this service, by its key; may be repeated.")] = None,
    since: Annotated[
        str | None, typer.Option(help="The first day to keep, YYYY-MM-DD; default: the agreement year's first.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Keep nothing at or after this instant (RFC 3339); default: now.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and keep nothing.")] = False,
    close: Annotated[bool, typer.Option("--close/--no-close", help="Close the months that can be closed.")] = True,
    form: Annotated[Form, typer.Option("--format", help="text or json.")] = Form.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what is missing.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
) -> None:
    """Keep what CloudWatch and Cloudflare will forget, and what controls see, up to now."""
    from slactl.cli.console import Talk

    Talk.quiet = Talk.quiet or quiet
    present = clock.now()
    catalogue = loaded_or_exit(config).catalogue
    main = located(config)
    options = _options(catalogue, service, since, until, close=close)
    settings = settings_of(catalogue, main)
    world = aws_world(catalogue.aws)
    _check_limits(catalogue)
    with opened(settings, world) as store, progress_bar("collecting") as progress:
        machine = _machine(catalogue, store, world, present, main, progress)
        if dry_run:
            _foretell(machine, options, form, _lister(store, world, present))
            return
        code = _run(machine, options, form)
    raise typer.Exit(code)


def _run(machine: Machine, options: Options, form: Form) -> int:
    from slactl.ports.archive import Busy
    from slactl.workflows.collecting.collect import collect as collected
    from slactl.workflows.collecting.place import check_place

    try:
        with machine.store.exclusive():
            check_place(machine.store, machine.made.account, machine.made.region)
            machine.store.sweep(machine.now)
            known, ahead = _known_losses(machine), _read_ahead(machine)
            outcome = collected(machine, options)
    except Busy as busy:
        return _leave(machine, busy, form)
    _tell(machine, outcome, form, known)
    still = _read_ahead(machine)
    _tell_of_clocks(ahead, still)
    return 0 if outcome.complete and still is None else 1


def _read_ahead(machine: Machine) -> int | None:
    """The latest instant of a read that is yet to come, of a store that was filled by a clock ahead; else None."""
    from slactl.workflows.collecting.doubt import CLOCKS_APART
    from slactl.workflows.collecting.holdings import last_kept

    last = last_kept(machine.store)
    return last if last is not None and last > machine.now + CLOCKS_APART else None


def _tell_of_clocks(before: int | None, after: int | None) -> None:
    """What was read by a clock ahead: that it was read again, or that it is there still."""
    from slactl.workflows.verifying.moments import minute

    if after is not None:
        told = f"the store holds what was read at {minute(after)}, which is yet to come"
        complain(f"{told}: a clock was ahead, or this one is late", LATE)
    elif before is not None:
        told = f"what was read at {minute(before)}, which is yet to come, was not believed, and read again"
        sys.stderr.write(f"slactl: note: {told}\n")  # once, and with --quiet too


def _leave(machine: Machine, busy: Busy, form: Form) -> int:
    """Leaves the work to the run that is at it, unless it seems to be stuck."""
    from slactl.workflows.collecting.holdings import last_kept
    from slactl.workflows.collecting.summary import idle

    last = last_kept(machine.store)
    if last is not None and machine.now - last > STUCK:
        complain(f"{busy.message}, and nothing has been kept for {(machine.now - last) // 3600} hours", busy.hint)
        return 1
    if form is Form.JSON:
        raw(json.dumps(idle(machine.now), indent=2) + "\n")
    talk(f"{busy.message}: it does what this one would have done")
    return 0


def _check_limits(catalogue: Catalogue) -> None:
    """Finds out before anything is read whether the goals' limits fit into a ladder."""
    from slactl.workflows.collecting.rungs import TooManyLimits, ladder

    try:
        ladder(catalogue.objectives)
    except TooManyLimits as wrong:
        fail(str(wrong), wrong.hint, 2)


def _options(
    catalogue: Catalogue, services: list[str] | None, since: str | None, until: str | None, *, close: bool
) -> Options:
    from slactl.workflows.collecting.wishes import Options

    known = [one.key for one in catalogue.services]
    for name in services or ():
        if name not in known:
            fail(f"there is no service {name!r}", f"services are {', '.join(known)}", 2)
    chosen = frozenset(services) if services else None
    return Options(chosen, _day(since), _instant(until), close)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--since must be a day YYYY-MM-DD, found {text!r}", "for example --since 2026-01-01", 2)


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--until must be an RFC 3339 time, found {text!r}", "for example --until 2026-11-04T06:00:00Z", 2)
    if found.tzinfo is None:
        fail(f"--until must say its offset, found {text!r}", "for example --until 2026-11-04T06:00:00Z", 2)
    return int(found.timestamp())


def settings_of(catalogue: Catalogue, main: Path) -> EvidenceSettings:
    """Where evidence is kept; without the section, in ``evidence/`` beside the main file."""
    from slactl.model.evidence import EvidenceSettings

    return catalogue.evidence or EvidenceSettings(str(main.parent / "evidence"))


def opened(settings: EvidenceSettings, world: AwsWorld) -> Any:
    """The store, made with its first commit where there is none yet."""
    from slactl.evidence.store import ObjectLock, open_archive

    return open_archive(settings.store, create=True, s3=lambda: world.client("s3"), lock=ObjectLock.of(settings))


def _machine(
    catalogue: Catalogue,
    store: Any,
    world: AwsWorld,
    present: clock.Now,
    main: Path,
    progress: Callable[[int, int], None],
) -> Machine:
    from slactl import __version__
    from slactl.cli.sampling import configuration_reader
    from slactl.evidence.tables import DuckTables
    from slactl.sources.alarms import CloudWatchAlarms
    from slactl.workflows.collecting.alarms import keep_alarms
    from slactl.workflows.collecting.controls import keep_controls
    from slactl.workflows.collecting.metrics import keep_metrics
    from slactl.workflows.collecting.record import Made
    from slactl.workflows.collecting.run import Machine

    caller = world.caller
    talk(f"collecting as {caller.arn} in {world.region} into {store.name}")
    made = Made(__version__, caller.account, world.region or "", caller.arn, present.was_set)
    return Machine(
        catalogue,
        store,
        DuckTables(),
        metric_reader(world, lambda done, total: None, catalogue, present.epoch),
        inventories(world),
        made,
        present.epoch,
        papers(catalogue, main),
        lambda stage, done, total: progress(done, total),
        first=(keep_controls(lambda: configuration_reader(world, present.epoch)),),
        extras=(keep_alarms(CloudWatchAlarms(world)), keep_metrics(_lister(store, world, present))),
        close=_closing(catalogue, store, present, world),
    )


def _lister(store: Any, world: AwsWorld, present: clock.Now) -> Lister:
    """Which metrics there are: as CloudWatch lists them now, and as the store knows them."""
    from slactl.evidence.reading.listed import KeptLists
    from slactl.workflows.collecting.metrics import Lister

    directory = metric_directory(lambda: world, present.epoch)
    return Lister(lambda: directory, KeptLists(store))


def _closing(catalogue: Catalogue, store: Any, present: clock.Now, world: AwsWorld) -> Closer:
    """Closes months over what the store holds by then: of services, then of whatever bears general objectives."""
    from slactl.cli.provenance import circumstances
    from slactl.evidence.reading import open_evidence
    from slactl.evidence.reading.recorded import recorded
    from slactl.model.span import Span
    from slactl.workflows.collecting.closegeneral import GeneralClosing
    from slactl.workflows.collecting.closing import Closing

    def offline() -> Any:
        known = recorded(store, catalogue.maintenance, Span(0, present.epoch))
        return open_evidence(store, catalogue.services, catalogue.report.zone, recorded=known)

    made = circumstances(catalogue, present, "slactl collect")
    services = Closing(offline, made)
    others = GeneralClosing(offline, made, _lister(store, world, present))

    def close(run: Collect, *, final: bool) -> list[Task]:
        if not final:
            others.close(run)
        return services(run, final=final)

    return close


def _foretell(machine: Machine, options: Options, form: Form, lister: Lister) -> None:
    """Says what would be read of services and components, and looked at."""
    from slactl.workflows.collecting.collect import prepared
    from slactl.workflows.collecting.forecast import forecast, forecast_controls, forecast_metrics
    from slactl.workflows.collecting.summary import lost_lines, plan_lines, planned

    run = prepared(machine, options)
    forecasts = [
        forecast(one, [task for task in run.tasks if task.service == one.key], machine.inventories, len(run.rungs))
        for one in run.wishing.services
    ]
    forecasts += [*forecast_metrics(run, lister), *forecast_controls(run)]
    if form is Form.JSON:
        raw(json.dumps(planned(run.outcome, forecasts), indent=2) + "\n")
        return
    for line in plan_lines(forecasts):
        out(line)
    for line in lost_lines(run.outcome.lost):
        talk(line)


def _known_losses(machine: Machine) -> frozenset[tuple[str, str, int, int]]:
    """What earlier runs said is lost: nobody wants to read it every day."""
    from slactl.workflows.collecting.record import lost_spans
    from slactl.workflows.collecting.recording import last_record

    last = last_record(machine.store)
    return lost_spans(machine.store.body(last)) if last else frozenset()


def _tell(machine: Machine, outcome: Outcome, form: Form, known: frozenset[tuple[str, str, int, int]]) -> None:
    from slactl.workflows.collecting.metricneeds import told_of
    from slactl.workflows.collecting.summary import document, lines, lost_lines, missing_lines

    if form is Form.JSON:
        status = "complete" if outcome.complete else "incomplete"
        raw(json.dumps(document(outcome, status) | {"head": str(machine.store.head)}, indent=2) + "\n")
    else:
        for line in lines(outcome, told_of(machine.catalogue)):
            talk(line)
        talk(f"the chain's head is {machine.store.head}")
    told = (one for one in outcome.lost if (one.service, one.why.value, one.span.start, one.span.end) not in known)
    for line in lost_lines(told):
        sys.stderr.write(f"slactl: note: {clean(line)}\n")  # once, and with --quiet too: it will not come back
    for line in missing_lines(outcome.missing):
        complain(line, "run again: what is kept by now is not read twice")
