"""The story of an explanation: the report's own month is read and judged, and one of its rows is opened.

The one rule: the row is the report's; everything beside it is what that row was made from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.model.catalogue import Catalogue
from slactl.model.explanation import Explanation, YearMonth, YearWay
from slactl.model.objective import Availability, Coverage
from slactl.model.period import Month, Period
from slactl.model.report import Gap, Report, Result, RowSpan
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, subtract
from slactl.model.status import Code
from slactl.model.steps import Account
from slactl.ports import InventorySource, MetricReader
from slactl.reading.retention import DAY
from slactl.workflows.explaining.arithmetic import arithmetic, of_year
from slactl.workflows.explaining.general import OpenedGeneral, explain_general, general_ids
from slactl.workflows.explaining.moments import moments
from slactl.workflows.explaining.reads import Remembering, reads_of_counts, reads_of_slices
from slactl.workflows.explaining.requests import adding, ladder, limit_of, summands
from slactl.workflows.explaining.steps import grouped, steps_of
from slactl.workflows.explaining.trace import FullTrace, Made
from slactl.workflows.report import Circumstances, make_report
from slactl.workflows.rows.year import MonthOfYear
from slactl.workflows.scope import entries_of
from slactl.workflows.survey import Survey
from slactl.workflows.timeline import Timeline

TIMED = ("availability", "coverage")
BASELINE = 29 * DAY
"""Four weeks, and a day in which the clocks may change."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure: of a service and objective by key and id, of an operation or (None) of all of them.

    ``at`` is the span to show slice by slice.
    """

    service: str
    objective: str
    operation: str | None = None
    at: Span | None = None


class NotThere(Exception):
    """There is no such figure: ``kind`` is what is missing, ``known`` what there is of the kind."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"no {kind} {name!r}")
        self.kind, self.name, self.known = kind, name, tuple(known)


@dataclass(frozen=True, slots=True)
class Opened:
    """A service's month, read and judged, with all that its figures were made from."""

    report: Report
    trace: FullTrace
    asked: Remembering

    def rows(self, objective: str) -> list[Result]:
        """The month's rows of an objective; the service's or class's own is the first."""
        rows = self.report.results
        return [row for row in rows if row.objective == objective and row.span is RowSpan.MONTH]


def check(catalogue: Catalogue, question: Question) -> None:
    """Finds out, before anything is read, whether there are such a service and objective.

    Raises:
        NotThere: if not.
    """
    general = general_ids(catalogue, question.service)
    if question.objective in general:
        return
    if general and question.service not in {one.key for one in catalogue.services}:
        raise NotThere("objective", question.objective, general)
    service = _service(catalogue, question.service)
    known = general + list(dict.fromkeys(one.id for one in catalogue.objectives_of(service)))
    if question.objective not in known:
        raise NotThere("objective", question.objective, known)


def open_month(
    catalogue: Catalogue,
    service: str,
    month: Month,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    made: Circumstances,
) -> Opened:
    """Reads and judges a service's month as the report does, and listens.

    Raises:
        NotThere: if there is no such service.
        AwsFailure: when no read can succeed.
    """
    own = tuple(one for one in catalogue.objectives if not one.general)
    alone = replace(catalogue, services=(_service(catalogue, service),), objectives=own)
    trace, asked = FullTrace(), Remembering(reader)
    report = make_report(alone, month, asked, inventories, made, {service: trace})
    return Opened(report, trace, asked)


def explain(opened: Opened, question: Question) -> Explanation:
    """The way of one figure.

    Raises:
        NotThere: if there is no such objective or operation.
    """
    row = _row(opened, question)
    bare = _bare(opened, row, question.at)
    made = opened.trace.made.get(question.objective)
    if made is None:
        return bare
    whole = replace(bare, year=_year(opened.report, made), reconciliation=made.context.reconciliation)
    if isinstance(made.context.objective.indicator, Availability | Coverage):
        return _of_time(whole, opened, made)
    return whole if row.total is None else _of_requests(whole, opened, made)


def general_way(opened: OpenedGeneral, question: Question) -> Explanation:
    """The way of a general figure.

    Raises:
        NotThere: if there is no such row.
    """
    for row in opened.rows:
        if row.operation == question.operation and row.service == question.service:
            return explain_general(opened, row)
    known = [row.operation for row in opened.rows if row.operation is not None]
    raise NotThere("operation", question.operation or "", known)


def _of_time(bare: Explanation, opened: Opened, made: Made) -> Explanation:
    """The way of a figure of seconds: slices, and the fine series that they were cut from."""
    taken = None if made.line is None else _account(made.line, opened.report, bare.asked)
    if taken is None:
        return bare
    surveys = _surveys(made, opened.trace.edge)
    reads = reads_of_slices(opened.asked, surveys, _judged_span(taken, bare.asked))
    return replace(bare, account=taken, arithmetic=arithmetic(made, bare.row, ()), reads=tuple(reads))


def _of_requests(bare: Explanation, opened: Opened, made: Made) -> Explanation:
    """The way of a figure of requests: what each series adds, and of a percentile the rungs around it."""
    context, operation = made.context, bare.row.operation
    parts, rungs = summands(context, operation), ladder(context, operation)
    reads = reads_of_counts(opened.asked, context, operation, rungs)
    seen, again = moments(opened.asked, context, operation, bare.asked) if bare.asked else ((), ())
    return replace(
        bare,
        arithmetic=arithmetic(made, bare.row, parts),
        summands=parts,
        ladder=rungs,
        limit=limit_of(context),
        reads=(*reads, *again),
        moments=seen,
    )


def _account(line: Timeline, report: Report, at: Span | None) -> Account | None:
    if line.frame is None:
        return None
    steps = steps_of(line, report.exclusions)
    singles = tuple(step for step in steps if at is not None and step.span.meets(at))
    indicator, seconds = line.frame.indicator, line.account.tally.seconds
    held = tuple(grouped(steps))
    return Account(indicator.slice_seconds, indicator.slice_goal, seconds, held, singles, line.silences)


def _surveys(made: Made, edge: Survey | None) -> list[Survey]:
    """The surveys that slices were cut from: of two sources a second is covered only if both were read."""
    survey = made.context.survey
    both = isinstance(made.context.objective.indicator, Coverage) and edge is not None and edge is not survey
    return [survey, *([edge] if both and edge is not None else [])]


def _judged_span(taken: Account, at: Span | None) -> Span | None:
    """The span that was asked for, with the slices before it that its own were judged with."""
    if not taken.singles:
        return at
    starts = [span.start for step in taken.singles if step.joined for span in step.joined.earlier]
    return Span(min([taken.singles[0].span.start, *starts]), taken.singles[-1].span.end)


def _year(report: Report, made: Made) -> YearWay | None:
    """The year-to-date row of an annual goal, and its months."""
    indicator = made.context.objective.indicator
    if made.year is None or not isinstance(indicator, Availability):
        return None
    mine = (row for row in report.results if row.objective == made.context.objective.id)
    row = next(row for row in mine if row.span is RowSpan.YEAR_TO_DATE)
    months = tuple(
        YearMonth(
            one.label,
            one.owed,
            one.tally.seconds,
            one.tally.requests,
            one.tally.faults,
            one.kept,
            _of(one, report, row),
        )
        for one in made.year.months
    )
    return YearWay(row, months, made.year.to_come, of_year(made.year, row, indicator))


def _service(catalogue: Catalogue, key: str) -> Service:
    for service in catalogue.services:
        if service.key == key:
            return service
    components = [one.key for one in catalogue.components if general_ids(catalogue, one.key)]
    raise NotThere("service", key, [*(service.key for service in catalogue.services), *components])


def _row(opened: Opened, question: Question) -> Result:
    rows = opened.rows(question.objective)
    for row in rows:
        if row.operation == question.operation:
            return row
    if not rows:
        known = dict.fromkeys(row.objective for row in opened.report.results)
        raise NotThere("objective", question.objective, list(known))
    raise NotThere("operation", question.operation or "", [row.operation for row in rows if row.operation is not None])


def _bare(opened: Opened, row: Result, at: Span | None) -> Explanation:
    """What can be said of every row, read or not."""
    report, trace = opened.report, opened.trace
    (service,) = report.catalogue.services
    entries = entries_of(report.catalogue, service, report.period)
    objective = next(one for one, _ in entries if one.id == row.objective)
    members = _members(trace.made.get(objective.id), row)
    scope = trace.scope
    settled: Spans = (scope.settled,) if scope else ()
    return Explanation(
        service=service,
        objective=objective,
        period=report.period,
        row=row,
        owed=scope.owed if scope else None,
        elapsed=scope.settled if scope else None,
        counted=subtract(settled, trace.applied if objective.excludes_maintenance else ()),
        exclusions=report.exclusions,
        gaps=tuple(gap for gap in report.gaps if _in_time(gap, report.period) and _concerns(gap, row, members)),
        arithmetic=None,
        generated_at=report.generated_at,
        provenance=report.provenance,
        sources=report.sources,
        members=members,
        asked=at,
        limitations=report.limitations,
    )


def _members(made: Made | None, row: Result) -> tuple[str, ...]:
    """The operations that a row counts, by the names that the source gives them."""
    if made is None or isinstance(made.context.objective.indicator, Availability | Coverage):
        return ()
    return tuple(one.name for one in adding(made.context, row.operation).added if one.name)


def _of(month: MonthOfYear, report: Report, row: Result) -> tuple[Gap, ...]:
    """What of a month is unknown to the year's row."""
    return tuple(gap for gap in report.gaps if gap.span.meets(month.owed) and gap.objective in (None, row.objective))


def _in_time(gap: Gap, period: Period) -> bool:
    """Whether a gap is the period's, or one of the weeks before that its silences are held against."""
    return gap.span.meets(period.span) or (gap.objective is None and gap.span.end > period.span.start - BASELINE)


def _concerns(gap: Gap, row: Result, members: Sequence[str]) -> bool:
    """Whether a gap touches a row; a silence touches figures of time only, and is told once for all of them."""
    if gap.reason.code is Code.UNEXPLAINED_SILENCE:
        return row.indicator in TIMED
    mine = gap.objective in (None, row.objective)
    return mine and (row.operation is None or gap.operation in (None, row.operation, *members))
