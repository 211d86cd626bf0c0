"""Chapter Deviations and corrective actions: every missed row, every stretch of downtime, every silence.

The one rule: what no incident explains stands first, under its own heading, and its cell for the
corrective action is left empty; it is a person's to fill.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.compliance.silence import FEW
from slactl.formats.language import mark
from slactl.formats.numbers import fixed, percent, whole
from slactl.formats.page.controls import miss_text
from slactl.formats.page.incidents import incident_blocks, summary
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, group, heads
from slactl.formats.page.scene import Scene, deciding_status
from slactl.formats.sanitize import plain
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slactl.model.incident import Stretch
    from slactl.model.report import Outage, Result, ServiceReport, Silence

DEVIATING = (Status.BREACHED, Status.INSUFFICIENT_DATA)
MOST_ROWS = 100
COUNTED = {
    "up": mark("up"),
    "down": mark("down"),
    "unknown": mark("unknown"),
    "excluded": mark("left out of the counted time"),
    "exclude": mark("left out of the counted time"),
    "expected": mark("up"),
}
USUAL = mark("silence is usual at this time")
BUSY = mark("the weeks before had requests at this time")
UNCERTAIN = mark("nothing tells whether silence is to be expected at this time")
NO_EARLIER_WEEK = mark("no earlier week to compare with")
HEARD = mark("the heartbeat succeeded")
POLICY = mark("as the agreement counts any silence")
UNEXPLAINED, EXPLAINED, OPEN = (
    mark("Without explanation"),
    mark("Explained by an incident"),
    mark("Not determinable"),
)


@dataclass(slots=True)
class Grouped:
    """Rows of a table under the headings that say whether anybody explains them."""

    rows: dict[str, list[tuple[Cell, ...]]] = field(
        default_factory=lambda: {UNEXPLAINED: [], EXPLAINED: [], OPEN: []},
    )

    def shown(self, scene: Scene, most: int | None = None) -> tuple[tuple[Cell, ...], ...]:
        """All rows, the unexplained ones first; of so many at most."""
        told: list[tuple[Cell, ...]] = []
        left = most
        for title, rows in self.rows.items():
            kept = rows if left is None else rows[:left]
            left = None if left is None else left - len(kept)
            told += [group(scene.say(title)), *kept] if kept else []
        return tuple(told)


def chapter(scene: Scene) -> Chapter:
    """How many, then missed rows, outages and silences of each service, then what incidents say."""
    lead = scene.say("What did not go as promised, who explains it, and the corrective action.")
    tables = [_missed(scene)]
    for service in scene.report.services:
        tables += [table for table in (_outages(scene, service), _silences(scene, service)) if table]
    told = tuple(table for table in tables if table)
    texts = () if told else (scene.say("No deviation: every rated objective is met and nothing was down."),)
    block = Block(texts=(*texts, *_incomplete(scene)), facts=summary(scene) if told else (), tables=told)
    title = scene.say("Deviations and corrective actions")
    return Chapter("deviations", title, lead, (block, *incident_blocks(scene)))


def _incomplete(scene: Scene) -> Iterator[str]:
    services = ", ".join(plain(key) for key in scene.report.deviations.incomplete)
    if services:
        text = scene.say(
            "Stretches of downtime may be missing for {services}: some of the time is unknown or kept by the hour only."
        )
        yield text.format(services=services)


def _missed(scene: Scene) -> Table | None:
    rows = tuple(row for row in scene.report.results if _deviates(row))
    if not rows:
        return None
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("Outcome"),
        scene.say("Reason"),
        scene.say("Incident, corrective action"), numbers="-nn---",
    )  # fmt: skip
    more = len(rows) - MOST_ROWS
    note = ""
    if more > 0:
        note = scene.language.count(
            "{n} more row is in the tables of endpoints.", "{n} more rows are in the tables of endpoints.", more
        )
    grouped = Grouped()
    for row in rows:
        title, cell = _explanation(scene, row)
        grouped.rows[title].append(_miss(scene, row, cell))
    caption = scene.say("Objectives not met or not determinable")
    return Table("missed", caption, titles, grouped.shown(scene, MOST_ROWS), "actions", note=note)


def _deviates(row: Result) -> bool:
    """Services' rows always; those of operations where they count."""
    if row.operation is None:
        return deciding_status(row) in DEVIATING
    return row.binding and row.status in DEVIATING


def _explanation(scene: Scene, row: Result) -> tuple[str, Cell]:
    """The heading that a row belongs under, and its last cell: by its own miss, or by its operations'."""
    if deciding_status(row) is not Status.BREACHED:
        return OPEN, Cell("", "blank")
    behind = [one for one in scene.report.results if _is_behind(one, row)]
    found = [scene.incidents_of(one) for one in behind]
    if not found or not all(found):
        return UNEXPLAINED, Cell("", "blank")
    return EXPLAINED, Cell(", ".join(plain(name) for name in dict.fromkeys(sum(found, ()))), "why")


def _is_behind(one: Result, row: Result) -> bool:
    """Whether a missed row is why another deviates: it is the row itself, or an operation that counts in it."""
    if one.status is not Status.BREACHED:
        return False
    same = (one.service, one.objective, one.operation_class, one.span)
    mine = same == (row.service, row.objective, row.operation_class, row.span)
    return one is row or (mine and row.operation is None and one.operation is not None and one.binding)


def _miss(scene: Scene, row: Result, last: Cell) -> tuple[Cell, ...]:
    weight = scene.say("binding") if row.binding else scene.say("informative")
    where = [scene.holder(row.service), scene.part(row.objective, row.operation), scene.span_word(row), weight]
    reasons = (*miss_text(scene, row), *scene.worst_endpoint(row), *scene.reasons((row.reason, *row.notes)))
    return (
        Cell(scene.title(row), below=(" · ".join(filter(None, where)),)),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        scene.verdict(row),
        Cell("", "why", reasons),
        last,
    )


def _outages(scene: Scene, service: ServiceReport) -> Table | None:
    if not service.outages:
        return None
    titles = heads(
        scene.say("Start"), scene.say("End"), scene.say("Duration"), scene.say("Requests"), "5xx",
        scene.say("5xx share"),
        scene.say("Incident, corrective action"), numbers="--nnnn-",
    )  # fmt: skip
    caption = scene.say("Stretches of downtime: {service}").format(service=plain(service.key))
    grouped = Grouped()
    for outage in service.outages:
        stretch = _stretch(scene.report.deviations.stretches, service.key, outage)
        explained = stretch is not None and stretch.explained
        grouped.rows[EXPLAINED if explained else UNEXPLAINED].append(
            _outage(scene, outage, _of_stretch(scene, stretch))
        )
    foot = (
        Cell(scene.say("sum")), Cell(""), figure(scene.length(sum(outage.span.seconds for outage in service.outages))),
        figure(whole(sum(outage.requests for outage in service.outages), scene.language)),
        figure(whole(sum(outage.faults for outage in service.outages), scene.language)), Cell(""), Cell(""),
    )  # fmt: skip
    return Table(f"outages-{scene.place(service.key)}", caption, titles, grouped.shown(scene), "actions", foot)


def _stretch(stretches: Iterable[Stretch], service: str, outage: Outage) -> Stretch | None:
    return next((one for one in stretches if (one.service, one.span) == (service, outage.span)), None)


def _of_stretch(scene: Scene, stretch: Stretch | None) -> Cell:
    if stretch is None or not stretch.explained:
        return Cell("", "blank")
    names = ", ".join(plain(name) for name in stretch.incidents)
    if not stretch.uncovered:
        return Cell(names, "why")
    text = scene.say("{length} of it lie outside of the incident")
    return Cell(names, "why", (text.format(length=scene.length(stretch.uncovered)),))


def _outage(scene: Scene, outage: Outage, last: Cell) -> tuple[Cell, ...]:
    share = Fraction(outage.faults, outage.requests) if outage.requests else None
    return (
        Cell(scene.iso(outage.span.start), "t"),
        Cell(scene.iso(outage.span.end), "t"),
        figure(scene.length(outage.span.seconds)),
        figure(whole(outage.requests, scene.language)),
        figure(whole(outage.faults, scene.language)),
        figure(None if share is None else percent(share, scene.language, up=True, places=1)),
        last,
    )


def _silences(scene: Scene, service: ServiceReport) -> Table | None:
    if not service.silences:
        return None
    titles = heads(
        scene.say("Start"), scene.say("End"), scene.say("Duration"),
        scene.say("Requests at the same time in the weeks before"),
        scene.say("Counted as"), scene.say("Corrective action"), numbers="--nn--",
    )  # fmt: skip
    caption = scene.say("Silences of an hour or more: {service}").format(service=plain(service.key))
    rows = tuple(_silence(scene, silence) for silence in service.silences)
    return Table(f"silences-{scene.place(service.key)}", caption, titles, rows, "actions")


def _silence(scene: Scene, silence: Silence) -> tuple[Cell, ...]:
    counted = COUNTED.get(silence.counted_as)
    return (
        Cell(scene.iso(silence.span.start), "t"),
        Cell(scene.iso(silence.span.end), "t"),
        figure(scene.length(silence.span.seconds)),
        figure(None if silence.baseline is None else fixed(silence.baseline, 1, scene.language, up=True)),
        Cell(scene.say(counted) if counted else plain(silence.counted_as), below=(scene.say(_compared(silence)),)),
        Cell("", "blank"),
    )


def _compared(silence: Silence) -> str:
    """What the weeks before tell of a silence; explained without a mean, it is the agreement that counts it so."""
    if silence.heartbeat:
        return HEARD
    if silence.explained:
        return POLICY if silence.baseline is None else USUAL
    if silence.baseline is None:
        return NO_EARLIER_WEEK
    return BUSY if silence.baseline >= FEW else UNCERTAIN
