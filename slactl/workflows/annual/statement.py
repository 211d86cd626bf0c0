"""The story of an annual statement: a catalogue and a year in, a judged year out.

The one rule: every month is read and judged once, by the monthly report's own story; the year is made of
what those months came to, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from slactl.model.catalogue import Catalogue
from slactl.model.period import Month, Period, local_date
from slactl.model.report import Gap, Report, SourceUse
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.statement import MonthState, OtherYear, Statement, StatementMonth, UptimeYear
from slactl.model.status import Reason
from slactl.ports import InventorySource, MetricReader
from slactl.workflows.annual.deviations import deviations_of
from slactl.workflows.annual.others import other_years
from slactl.workflows.annual.services import service_year
from slactl.workflows.annual.uptime import uptime_years
from slactl.workflows.annual.year import AnnualYear, MonthOnFile
from slactl.workflows.report import Circumstances, exclusions_of, make_report, overall
from slactl.workflows.rows.year import AccountKey, MonthOfYear

MONTHS = 12


def months_of(year: int, starts: tuple[int, int]) -> tuple[Month, ...]:
    """The twelve months of the agreement year that begins in a calendar year; ``starts`` is (month, day)."""
    first = Month(year, starts[0])
    return tuple(first.shift(index) for index in range(MONTHS))


def make_statement(
    catalogue: Catalogue,
    year: int,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    made: Circumstances,
    telling: Callable[[Month], None] = lambda month: None,
) -> Statement:
    """Reads and judges the agreement year that begins in ``year``; ``telling`` is told each month before it is read.

    Raises:
        AwsFailure: when no read can succeed.
        ValueError: if the year has not begun.
    """
    found = _read(catalogue, year, reader, inventories, made, telling)
    uptimes, others = uptime_years(found), other_years(found)
    statement = Statement(_whole(found, year), tuple(_month(found, one) for one in found.months), uptimes, others)
    every: tuple[UptimeYear | OtherYear, ...] = (*uptimes, *others)
    rows = tuple(one.year for service in found.bearers for one in every if one.service == service.key)
    return replace(statement, whole=replace(statement.whole, results=rows, status=overall(rows)))


def _read(
    catalogue: Catalogue,
    year: int,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    made: Circumstances,
    telling: Callable[[Month], None],
) -> AnnualYear:
    """Every month that has begun, by its own report; the accounts of its seconds are kept for the year."""
    zone, months = catalogue.report.zone, months_of(year, catalogue.report.year_starts)
    accounts: dict[AccountKey, MonthOfYear] = {}
    on_file: list[MonthOnFile] = []
    today = local_date(made.now, zone)
    if months[0].first > today:
        raise ValueError(f"the agreement year {year} has not begun")
    for month in months:
        applied = exclusions_of(catalogue, month, made)
        report = None
        if month.first <= today:
            telling(month)
            report = _lean(make_report(catalogue, month, reader, inventories, made, accounts=accounts))
        on_file.append(MonthOnFile(month, month.span(zone), applied, report))
    return AnnualYear(catalogue, tuple(on_file), accounts, made.keeps.absent)


def _lean(report: Report) -> Report:
    """A month's report without what a year has no use for: operations' rows and days."""
    rows = tuple(row for row in report.results if row.operation is None)
    services = tuple(replace(one, days=(), distribution=(), silences=()) for one in report.services)
    return replace(report, results=rows, services=services)


def _whole(found: AnnualYear, year: int) -> Report:
    """The year in the nouns of a report, its rows still to come."""
    reports, catalogue = found.reports, found.catalogue
    last = reports[-1]
    digest = sha256("\n".join(one.provenance.data_digest for one in reports).encode()).hexdigest()
    return replace(
        last,
        period=_period(found, year),
        report_id=catalogue.report.id.replace("{month}", str(year)),
        services=tuple(service_year(found, service) for service in catalogue.services),
        exclusions=tuple(outcome for one in found.months for outcome in one.applied.outcomes),
        gaps=_gaps(found),
        provenance=replace(last.provenance, data_digest=digest),
        limitations=_limitations(reports),
        deviations=deviations_of(reports),
    )


def _period(found: AnnualYear, year: int) -> Period:
    last = found.reports[-1].period
    span = Span(found.months[0].span.start, found.months[-1].span.end)
    months = [one.report.period for one in found.months if one.report is not None]
    ended = len(months) == len(found.months) and all(one.final or one.untold for one in months)
    final = ended and any(one.final for one in months)
    return Period(str(year), span, last.timezone, last.settled_until, final, found.months[0].month)


def _gaps(found: AnnualYear) -> tuple[Gap, ...]:
    """Each month's own gaps, once; what a report says of the months before it, those say themselves."""
    own = [gap for one in found.months if one.report is not None for gap in one.report.gaps if gap.span.meets(one.span)]
    return tuple(dict.fromkeys(own))


def _limitations(reports: Sequence[Report]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for one in reports for reason in one.limitations))


def _month(found: AnnualYear, one: MonthOnFile) -> StatementMonth:
    if one.report is None:
        return StatementMonth(one.month, one.span, MonthState.TO_COME, exclusions=one.applied.outcomes)
    state = MonthState.RUNNING if one.report.period.running else MonthState.ENDED
    place = found.reports.index(one.report)
    earlier = found.reports[place - 1].sources if place else ()
    return StatementMonth(
        one.month,
        one.span,
        state,
        one.report.period.final,
        one.report.report_id,
        one.report.provenance.data_digest,
        _kinds(one.report.sources, earlier),
        one.applied.outcomes,
    )


def _kinds(until: Sequence[SourceUse], before: Sequence[SourceUse]) -> tuple[str, ...]:
    """The kinds of sources that a month asked, told by what was asked of each up to it and before it."""
    asked = {(one.kind, one.account, one.region): _asked(one) for one in before}
    return tuple(
        dict.fromkeys(one.kind for one in until if _asked(one) > asked.get((one.kind, one.account, one.region), 0))
    )


def _asked(use: SourceUse) -> int:
    """How much was asked of a source so far; evidence is asked without a call."""
    return use.calls + use.queries
