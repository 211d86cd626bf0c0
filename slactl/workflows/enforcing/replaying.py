"""A past month played again with the alarms that are planned today.

The one rule: what is played is what the report is made of, read through the same reader; the endpoints and windows
that depend on traffic are those that the month itself would have chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.alarming.aftermath import after
from slactl.alarming.desired import desired
from slactl.alarming.replaying.comparing import compare
from slactl.alarming.replaying.noticing import gone_at, of_downtime, of_objective
from slactl.alarming.replaying.telling import Found, causes, composites, replays, rings
from slactl.model.alarm import DesiredAlarm, Severity
from slactl.model.catalogue import Catalogue
from slactl.model.enforcement import Enforcement
from slactl.model.period import Month, local_date
from slactl.model.replay import Coarse, Noticed, Replay, Seen
from slactl.model.report import Report, Result, RowSpan
from slactl.model.service import SourceKind
from slactl.model.span import Span, union
from slactl.model.status import Code, Status
from slactl.ports import InventorySource, MetricReader
from slactl.workflows.enforcing.knowing import know, source_of
from slactl.workflows.enforcing.listed import listed
from slactl.workflows.enforcing.muted import mutes
from slactl.workflows.enforcing.rang import Kept
from slactl.workflows.enforcing.stage import FIVE_MINUTES, Stage, play_all
from slactl.workflows.report import Circumstances, make_report

FOUR_WEEKS = 28 * 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """Which month is played, with whose alarms; ``past`` is the kept history, None where there is none."""

    catalogue: Catalogue
    enforcement: Enforcement
    month: Month
    past: Kept | None = None


def replay(
    asked: Asked, reader: MetricReader, inventories: Mapping[SourceKind, InventorySource], made: Circumstances
) -> Replay:
    """Plays a month.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence can't be read.
        ValueError: if nothing of the month is settled, or two alarms would bear one name.
    """
    catalogue = asked.catalogue
    stage = Stage(
        reader,
        made.keeps,
        made.now,
        _settled(asked.month.span(catalogue.report.zone), made.now, catalogue.report.settle),
    )
    # What the record tells is compared below, and not judged by itself.
    general = replace(made.general, record=None) if made.general else None
    report = make_report(catalogue, asked.month, reader, inventories, replace(made, general=general))
    for service in catalogue.services:  # so that a reader of both takes these weeks from evidence, where they are
        made.keeps.readable(service, source_of(service), Span(stage.span.end - FOUR_WEEKS, stage.span.end))
    beside = listed(catalogue, made.general.directory if made.general else None, stage.span.end, catalogue.aws.region)
    known = know(catalogue, reader, inventories, stage.span.end, beside)
    day = local_date(stage.span.end - 1, catalogue.report.zone)
    wanted = desired(catalogue, asked.enforcement, known.watched, day, metrics=known.metrics).alarms
    coarse, rungs = play_all(stage, catalogue, wanted, known.watched)
    doubts = tuple(one.text for one in known.doubts)
    return _told(asked, stage, report, wanted, composites(wanted, rungs, stage.span), coarse, doubts)


def _settled(span: Span, now: int, settle: int) -> Span:
    end = min(span.end, (now - settle) // FIVE_MINUTES * FIVE_MINUTES)
    return Span(span.start, end)


def _told(
    asked: Asked,
    stage: Stage,
    report: Report,
    wanted: Sequence[DesiredAlarm],
    rungs: Mapping[str, Found],
    coarse: tuple[Coarse, ...],
    doubts: tuple[str, ...],
) -> Replay:
    catalogue, span = asked.catalogue, stage.span
    alarms, reasons = tuple(replays(wanted, rungs)), causes(wanted, rungs, span)
    tails = after(asked.enforcement, catalogue.objectives)
    quiet = {
        (key, severity): mutes(catalogue.maintenance, key, span, tails.get(severity, 0))
        for key in (*(one.key for one in catalogue.services), *(one.key for one in catalogue.components))
        for severity in Severity
    }
    told = rings(alarms, reasons, quiet, span)
    downtime = [
        of_downtime(page.key, part, told, alarms)
        for page in report.services
        for part in union(outage.span for outage in page.outages)
        if part.start < span.end
    ]
    objectives = [of_objective(one, told, reasons) for one in missed(report)]
    history = compare(alarms, asked.past.alarms(span), asked.past.read(span)) if asked.past else None
    zone = catalogue.report.timezone
    return Replay(asked.month.label, span, zone, coarse, alarms, told, (*downtime, *objectives), history, doubts)


def missed(report: Report) -> tuple[Noticed, ...]:
    """The objectives that the month missed, each once."""
    rows = [one for one in report.results if _is_missed(one)]
    found: dict[tuple[str, str, str | None], Noticed] = {}
    for row in rows:
        key = row.service, row.objective, row.operation
        if key not in found:
            found[key] = Noticed(*key, None, Seen.MISSED, _gone_at(report, row))
    return tuple(found.values())


def _is_missed(row: Result) -> bool:
    below = row.reason is not None and row.reason.code is Code.BELOW_ANNUAL_GOAL
    return (row.status is Status.BREACHED or below) and (row.operation is None or row.binding)


def _gone_at(report: Report, row: Result) -> int | None:
    if row.unit != "seconds" or row.span is not RowSpan.MONTH or row.budget is None or row.indicator != "availability":
        return None
    outages = [one.span for page in report.services if page.key == row.service for one in page.outages]
    return gone_at(sorted(outages), float(row.budget.allowed))
