"""Chapter Sources and evidence: whose numbers, read when, by whom, with which tool, and how to compute them again.

The one rule: everything that is needed to repeat the computation is named; nothing secret is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.numbers import whole
from slactl.formats.page.parts import Block, Cell, Chapter, Fact, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import duration, utc
from slactl.formats.words import objective_title
from slactl.model.control import ControlDetail
from slactl.model.general import Control

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import IgnoredOperation, Result, ServiceReport, SourceUse

KINDS = {
    "control-samples": mark("kept samples of checks"),
    "alarm-history": mark("kept history of alarms"),
}
"""Words for the sources that AWS has none for."""


def chapter(scene: Scene) -> Chapter:
    """Queries, services, ignored operations, promises, provenance."""
    lead = scene.say("Where each number comes from, and how to compute the report again.")
    tables = [_sources(scene), _services(scene), _looks(scene)]
    tables += [_ignored(scene, service) for service in scene.report.services if service.ignored]
    tables += [_promises(scene), _files(scene)]
    found = tuple(table for table in tables if table.rows)
    return Chapter("sources", scene.say("Sources and evidence"), lead, (Block(facts=provenance(scene), tables=found),))


def provenance(scene: Scene) -> tuple[Fact, ...]:
    """When, with what, and the command to do it again."""
    source = scene.report.provenance
    clock = (
        scene.say("SLACTL_NOW was set: the time of the report was given, not read from the clock")
        if source.clock_set
        else scene.say("the machine's clock (SLACTL_NOW was not set)")
    )
    tools = (("slactl", source.version), ("Python", source.python), ("boto3", source.boto3), ("tzdata", source.tzdata))
    versions = " · ".join(f"{name} {plain(version)}" for name, version in tools)
    return (
        Fact(scene.say("Data read"), (" – ".join(dict.fromkeys((utc(source.read_from), utc(source.read_until)))),)),
        Fact(scene.say("Report generated"), (utc(scene.report.generated_at),)),
        Fact(scene.say("Clock"), (clock,)),
        Fact(scene.say("Versions"), (versions,)),
        Fact(scene.say("Digest of the data (SHA-256)"), (source.data_digest,), "mono"),
        Fact(scene.say("Digest of the configuration (SHA-256)"), (source.config_digest,), "mono"),
        Fact(scene.say("Command to compute it again"), (plain(source.command),), "mono"),
    )  # fmt: skip


def _sources(scene: Scene) -> Table:
    titles = heads(
        scene.say("Source"), scene.say("Account"), scene.say("Region"), scene.say("Caller"), scene.say("Calls"),
        scene.say("Queries"), scene.say("Datapoints asked"), scene.say("Datapoints received"), numbers="----nnnn",
    )  # fmt: skip
    rows = tuple(_source(scene, source) for source in scene.report.sources)
    return Table("queries", scene.say("What was asked, and of whom (planned calls, without retries)"), titles, rows)


def _source(scene: Scene, source: SourceUse) -> tuple[Cell, ...]:
    counts = (source.calls, source.queries, source.datapoints, source.received)
    return (
        Cell(scene.say(KINDS[source.kind]) if source.kind in KINDS else plain(source.kind)),
        Cell(plain(source.account or "–"), "t"),
        Cell(plain(source.region or "–"), "t"),
        Cell(plain(source.caller or "–"), "name", _kept(scene, source)),
        *(figure(whole(count, scene.language)) for count in counts),
    )


def _kept(scene: Scene, source: SourceUse) -> tuple[str, ...]:
    """Of a store: how many of its files were read, and the digest that the chain of its manifests ends with."""
    if source.head is None:
        return ()
    text = scene.say("{n} files of evidence, the head of their chain is {head}")
    return (text.format(n=whole(source.items, scene.language), head=plain(source.head)),)


def _looks(scene: Scene) -> Table:
    """What was looked at in the configuration: each call, where, how often and when."""
    titles = heads(
        scene.say("Check of configuration"), scene.say("Call"), scene.say("Account"), scene.say("Region"),
        scene.say("Looks"), scene.say("First look"), scene.say("Last look"), numbers="----n--",
    )  # fmt: skip
    rows = (_look(scene, row, row.detail) for row in scene.report.results if row.operation is None)
    caption = scene.say("What was looked at in the configuration, and when")
    return Table("looks", caption, titles, tuple(row for row in rows if row))


def _look(scene: Scene, row: Result, detail: object) -> tuple[Cell, ...]:
    found = scene.objectives.get(row.objective)
    if not isinstance(detail, ControlDetail) or found is None or not isinstance(found.indicator, Control):
        return ()
    accounts = dict.fromkeys(one.account for one in scene.report.sources if one.account)
    regions = dict.fromkeys(one.region for one in scene.report.sources if one.region)
    place = found.indicator.region or (next(iter(regions)) if regions else "–")
    times = (scene.iso(at) if at is not None else "–" for at in (detail.first, detail.last))
    return (
        Cell(scene.title(row), below=(plain(row.objective),)),
        Cell(plain(found.indicator.call), "name"),
        Cell(plain(", ".join(accounts) or "–"), "t"),
        Cell(plain(place), "t"),
        figure(whole(detail.looks, scene.language)),
        *(Cell(time, "t") for time in times),
    )


def _services(scene: Scene) -> Table:
    titles = heads(
        scene.say("Service"), scene.say("Name and environment"), scene.say("Source"), scene.say("Edge"),
        scene.say("Endpoints"), scene.say("Requests"), scene.say("Resolution"), numbers="----nnn",
    )  # fmt: skip
    rows = tuple(_service(scene, service) for service in scene.report.services)
    return Table("services", scene.say("Services in this report"), titles, rows)


def _service(scene: Scene, service: ServiceReport) -> tuple[Cell, ...]:
    named = " · ".join(plain(part) for part in (service.name, service.environment) if part)
    return (
        Cell(plain(service.key)),
        Cell(named, "name"),
        Cell(plain(service.source.value)),
        Cell(plain(service.edge or "–"), "name"),
        figure(whole(len(service.operations), scene.language)),
        figure(None if service.requests is None else whole(service.requests, scene.language)),
        figure(duration(service.resolution, scene.language)),
    )


def _ignored(scene: Scene, service: ServiceReport) -> Table:
    titles = heads(scene.say("Operation"), scene.say("Requests"), "5xx", "4xx", numbers="-nnn")
    caption = scene.say("Operations left out of every figure: {service}").format(service=plain(service.key))
    rows = tuple(_left_out(scene, one) for one in service.ignored)
    return Table(f"ignored-{scene.place(service.key)}", caption, titles, rows, "account")


def _left_out(scene: Scene, one: IgnoredOperation) -> tuple[Cell, ...]:
    counts = (one.requests, one.faults, one.errors)
    return Cell(plain(one.name), "name"), *(
        figure(None if count is None else whole(count, scene.language)) for count in counts
    )


def _promises(scene: Scene) -> Table:
    titles = heads(scene.say("Objective"), scene.say("Document"), scene.say("Section"), scene.say("Quotation"))
    rows = tuple(
        (
            Cell(plain(objective_title(one, one.id, scene.language)), below=(plain(one.id),)),
            Cell(plain(one.reference.document)),
            Cell(plain(one.reference.section or "–")),
            Cell(plain(one.reference.quote or "–"), "name"),
        )
        for one in scene.report.catalogue.objectives
        if one.reference
    )
    return Table("promises", scene.say("Where each promise is written"), titles, rows)


def _files(scene: Scene) -> Table:
    titles = heads(scene.say("File"), "SHA-256")
    rows = tuple((Cell(plain(file.name)), Cell(file.sha256, "mono")) for file in scene.report.catalogue.files)
    return Table("files", scene.say("Configuration files"), titles, rows)
