"""A service's availability over the year: a row a month, and the sum that decides.

The one rule: the year's row is made by the same function as the year-to-date row of a month's report, from
the same accounts, so the two agree to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from slactl.compliance.annual import Pair, burn_down, mean_of
from slactl.compliance.budgets import Allowance
from slactl.model.objective import Availability, Evaluation, Objective
from slactl.model.report import Result, Seconds
from slactl.model.service import Service, SourceKind
from slactl.model.statement import Spent, UptimeMonth, UptimeYear
from slactl.model.status import Code
from slactl.workflows.annual.judging import each_month, not_rated
from slactl.workflows.annual.services import reconciled
from slactl.workflows.annual.year import AnnualYear, MonthOnFile
from slactl.workflows.rows.context import Subject, rolled_up
from slactl.workflows.rows.uptime import UNITS
from slactl.workflows.rows.year import MonthOfYear, Year, of_whole_year, sum_of, year_row

Entries = tuple[Objective | None, ...]


def uptime_years(found: AnnualYear) -> tuple[UptimeYear, ...]:
    """Every availability objective of every service."""
    return tuple(
        _uptime_year(found, service, entries, deciding.indicator)
        for service in found.catalogue.services
        for entries in found.entries(service).values()
        if isinstance((deciding := found.deciding(entries)).indicator, Availability)
    )


def _uptime_year(found: AnnualYear, service: Service, entries: Entries, indicator: Availability) -> UptimeYear:
    objective = found.deciding(entries)
    accounts = [
        None if entry is None else found.account(service, entry, one)
        for one, entry in zip(found.months, entries, strict=True)
    ]
    year = sum_of(one for one in accounts if one is not None)
    pairs = [_pair(one, indicator, year) for one in accounts]
    share = Allowance.of(objective.goal, indicator).share
    allowance = _allowance(year, indicator, share) if objective.over_year else None
    spent = burn_down(share, pairs, allowance)
    months = tuple(
        _month(service, one, entry, account, part)
        for one, entry, account, part in zip(found.months, entries, accounts, spent, strict=True)
    )
    return UptimeYear(
        service.key,
        objective.id,
        indicator.evaluation,
        UNITS[indicator.evaluation],
        _year_row(found, service, objective, year, months),
        months,
        mean_of(pairs),
        allowance,
    )


def _pair(account: MonthOfYear | None, indicator: Availability, year: Year) -> Pair | None:
    """A month's worst and best reading; None of requests that nobody can count any more."""
    if account is None or (indicator.evaluation is Evaluation.REQUESTS and year.unread_requests is None):
        return None
    return account.tally.readings(indicator.evaluation, indicator.no_traffic)


def _allowance(year: Year, indicator: Availability, share: Fraction) -> Fraction:
    worst, _ = year.tally.readings(indicator.evaluation, indicator.no_traffic)
    return share * Fraction(of_whole_year(worst, year, indicator.evaluation).final_total)


def _month(
    service: Service,
    one: MonthOnFile,
    entry: Objective | None,
    account: MonthOfYear | None,
    spent: Spent | None,
) -> UptimeMonth:
    if entry is None or account is None:
        return UptimeMonth(one.month, Seconds(), one.span.seconds)
    page, excluding = one.page(service.key), entry.excludes_maintenance
    parts = [part for outcome in one.applied.outcomes for part in outcome.services if part.service == service.key]
    return UptimeMonth(
        month=one.month,
        seconds=account.tally.seconds,
        not_owed=one.span.seconds - account.tally.seconds.total,
        goal=entry.goal.text,
        result=next(iter(one.rows(service.key, entry.id)), None),
        spent=spent,
        admitted=sum(part.applied for part in parts) if excluding else 0,
        refused=sum(not part.applied for part in parts) if excluding else 0,
        resolution=page.resolution if page and account.kept and account.tally.slices else None,
    )


def _year_row(
    found: AnnualYear, service: Service, objective: Objective, year: Year, months: Sequence[UptimeMonth]
) -> Result:
    """The year's row: judged by its sum, or where each month decides by the worst of them."""
    source = SourceKind.API_GATEWAY if service.edge else service.source
    subject = Subject(objective, service.key, source, reconciled(found, service) if service.edge else None)
    if not year.months:
        return not_rated(subject, Code.NOT_IN_FORCE, UNITS[_evaluation(objective)])
    if year.tally.seconds.total == year.tally.seconds.not_yet + year.tally.seconds.excluded and not year.tally.slices:
        code = Code.NOTHING_SETTLED if year.tally.seconds.not_yet else Code.NO_REQUESTS
        return not_rated(subject, code, UNITS[_evaluation(objective)])
    row = rolled_up([year_row(subject, year)], per_operation=False)[0]
    if objective.over_year:
        return row
    return each_month(row, [one.result for one in months])


def _evaluation(objective: Objective) -> Evaluation:
    indicator = objective.indicator
    return indicator.evaluation if isinstance(indicator, Availability) else Evaluation.TIME_SLICES
