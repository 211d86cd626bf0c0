"""What incidents say, in the chapter of deviations: the summary, the incidents, the downtime they declare.

The one rule: what somebody says stands apart from what was measured, with the file and the digest of
who says it.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from slactl.formats.page.parts import Block, Cell, Fact, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.model.report import AvailabilityDetail
from slactl.model.span import union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.formats.page.scene import Scene
    from slactl.model.incident import CorrectiveAction, Declared, Incident
    from slactl.model.report import Result


def summary(scene: Scene) -> tuple[Fact, ...]:
    """How many stretches, the longest, the mean, and how much nobody explains."""
    found = scene.report.deviations
    mean = found.mean_time_to_repair
    facts = [
        Fact(scene.say("Stretches of downtime"), (str(len(found.stretches)),)),
        Fact(scene.say("Without explanation"), (_unexplained(scene),)),
    ]
    if mean is not None and found.longest is not None:
        of_what = scene.say("mean length of all measured stretches of all services")
        facts[1:1] = [
            Fact(scene.say("Longest outage"), (scene.length(found.longest),)),
            Fact(scene.say("Mean time to repair"), (scene.length(ceil(mean)), of_what)),
        ]
    return tuple(facts)


def _unexplained(scene: Scene) -> str:
    """``1 stretch of downtime, 2 missed objectives``; none."""
    found = scene.report.deviations
    stretches = sum(not one.explained for one in found.stretches)
    missed = sum(not one.explained for one in found.missed)
    told = [
        scene.language.count("{n} stretch of downtime", "{n} stretches of downtime", stretches) if stretches else "",
        scene.language.count("{n} missed objective", "{n} missed objectives", missed) if missed else "",
    ]
    return ", ".join(filter(None, told)) or scene.say("nothing")


def unexplained_sentence(scene: Scene) -> str | None:
    """For the summary at the top; None where everything is explained."""
    if not scene.report.deviations.unexplained:
        return None
    return scene.say("without explanation: {what}").format(what=_unexplained(scene))


def incident_blocks(scene: Scene) -> Iterator[Block]:
    """The incidents, and the downtime that they declare; nothing where there are none."""
    found = scene.report.deviations
    if found.incidents:
        yield Block(tables=(_incidents(scene),))
    if found.declared:
        rows = tuple(row for row in scene.report.results if row.without_declared is not None)
        tables = (_declared(scene), _both_ways(scene, rows)) if rows else (_declared(scene),)
        text = scene.say(
            "Seconds that incidents declare count as down although nothing measured says so. They only worsen a "
            "figure: what is excluded, not yet settled or down already stays what it is."
        )
        yield Block(scene.say("Declared downtime"), texts=(text,), tables=tables)


def _incidents(scene: Scene) -> Table:
    titles = heads(
        scene.say("Incident"), scene.say("Time"), scene.say("Cause and impact"), scene.say("Correction"),
        scene.say("Corrective action"),
    )  # fmt: skip
    rows = tuple(_incident(scene, one) for one in scene.report.deviations.incidents)
    return Table("incidents", scene.say("Incidents"), titles, rows)


def _incident(scene: Scene, incident: Incident) -> tuple[Cell, ...]:
    missing = scene.say("not told")
    services = ", ".join(plain(key) for key in incident.services)
    ticket = scene.say("ticket {name}").format(name=plain(incident.ticket)) if incident.ticket else ""
    return (
        Cell(plain(incident.id), "t", tuple(filter(None, (services, ticket, *_effects(scene, incident))))),
        _time(scene, incident),
        Cell(plain(incident.cause), "why", (plain(incident.impact),) if incident.impact else ()),
        Cell(plain(incident.correction) if incident.correction else missing, "why"),
        Cell(
            "" if incident.actions else missing,
            "why",
            tuple(text for action in incident.actions for text in _action(scene, action)),
        ),
    )


def _effects(scene: Scene, incident: Incident) -> Iterator[str]:
    found = scene.report.deviations
    if any(one.incident == incident.id for one in found.declared):
        yield scene.say("declares downtime")
    if incident.id in found.without_effect:
        yield scene.say("without measured effect")


def _time(scene: Scene, incident: Incident) -> Cell:
    if incident.end is None:
        return Cell(scene.iso(incident.start), "t", (scene.say("ongoing"),))
    return Cell(scene.iso(incident.start), "t", (scene.iso(incident.end), scene.length(incident.end - incident.start)))


def _action(scene: Scene, action: CorrectiveAction) -> Iterator[str]:
    """What, and in a second line who and when."""
    yield plain(action.action)
    who = [plain(action.owner)]
    if action.due:
        who.append(scene.say("due {day}").format(day=action.due.isoformat()))
    if action.done:
        who.append(scene.say("done {day}").format(day=action.done.isoformat()))
    else:
        who.append(scene.say("open"))
    yield " · ".join(who)


def _declared(scene: Scene) -> Table:
    titles = heads(
        scene.say("Incident"), scene.say("Service"), scene.say("Start"), scene.say("End"), scene.say("Duration"),
        scene.say("Declared in"), numbers="----n-",
    )  # fmt: skip
    rows = tuple(_claim(scene, one) for one in scene.report.deviations.declared)
    total = sum(
        span.seconds
        for key in dict.fromkeys(one.service for one in scene.report.deviations.declared)
        for span in union(one.span for one in scene.report.deviations.declared if one.service == key)
    )
    foot = (Cell(scene.say("sum")), Cell(""), Cell(""), Cell(""), figure(scene.length(total)), Cell(""))
    caption = scene.say("Downtime declared by incidents")
    return Table("declared", caption, titles, rows, foot=foot)


def _claim(scene: Scene, one: Declared) -> tuple[Cell, ...]:
    return (
        Cell(plain(one.incident), "t"),
        Cell(plain(one.service)),
        Cell(scene.iso(one.span.start), "t"),
        Cell(scene.iso(one.span.end), "t"),
        figure(scene.length(one.span.seconds)),
        _file(scene, one.incident),
    )


def _file(scene: Scene, incident: str) -> Cell:
    """The file that declares it, with its digest."""
    digest = next((one.sha256 for one in scene.report.deviations.incidents if one.id == incident), "")
    name = next((file.name for file in scene.report.catalogue.files if file.sha256 == digest), "")
    return Cell(plain(name), "proof", (f"SHA-256 {digest}",) if digest else ())


def _both_ways(scene: Scene, rows: tuple[Result, ...]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("With declared downtime"),
        scene.say("Without declared downtime"), scene.say("Added"), scene.say("Outcome"), numbers="-nnnn-",
    )  # fmt: skip
    caption = scene.say("Figures with and without declared downtime")
    return Table("declared-both-ways", caption, titles, tuple(_both(scene, row) for row in rows))


def _both(scene: Scene, row: Result) -> tuple[Cell, ...]:
    where = " · ".join(filter(None, (scene.bearer(row.service), scene.span_word(row))))
    without = row.without_declared
    added = row.detail.declared_seconds if isinstance(row.detail, AvailabilityDetail) else 0
    return (
        Cell(scene.title(row), below=(where,) if where else ()),
        figure(scene.goal_text(row)),
        Cell(scene.value(row) or "–", "n", (scene.say("this one decides"),)),
        Cell(scene.other_value(without.value, row) or "–", "n", (scene.case_word(without, row),))
        if without
        else figure(None),
        figure(scene.length(added)),
        scene.verdict(row),
    )
