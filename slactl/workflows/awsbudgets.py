"""AWS's own budget reports for a month that was judged here.

The one rule: only SLOs of ours are asked for, at the last second of AWS's month; what fails is told, and the report
stands without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

from slactl.alarming.ownership import OBJECTIVE, SERVICE
from slactl.alarming.slos.limits import UTC_NAMES, differences
from slactl.alarming.slos.naming import beginning
from slactl.alarming.slos.plan import ours
from slactl.model.awsbudget import AwsBudget, AwsBudgets
from slactl.model.objective import LatencyShare, Objective, Percentile
from slactl.model.period import Month
from slactl.model.report import Report
from slactl.model.slo import StandingSlo
from slactl.ports.enforcing import NotDone
from slactl.ports.slos import BudgetReport, SloStore
from slactl.workflows.enforcing.slos import prefix_of

UNTOLD = "INSUFFICIENT_DATA"


def aws_budgets(report: Report, store: SloStore) -> AwsBudgets:
    """What AWS says of our SLOs at the end of the report's month, or at its instant in a running one.

    Raises:
        AwsFailure: if SLOs can't be read.
    """
    at = min(last_second(report.period.month), report.generated_at)
    prefix = prefix_of(report.catalogue)
    slos = {one.name: one for one in store.standing(beginning(prefix)) if ours(one, prefix)}
    try:
        told = store.budgets(sorted(slos), at) if slos else ()
    except NotDone as refused:
        return AwsBudgets(at, (), refused.reason)
    promises = {one.id: one for one in report.catalogue.objectives if one.in_force_on(report.period.month.first)}
    keys = [(service.key, one) for service in report.catalogue.services for one in promises]
    rows = [_row(report, slos[one.name], one, promises) for one in told]
    places = {key: place for place, key in enumerate(keys)}
    shown = [one for one in rows if (one.service, one.objective) in places]
    return AwsBudgets(at, tuple(sorted(shown, key=lambda one: places[one.service, one.objective])))


def last_second(month: Month) -> int:
    """The last second of a calendar month of UTC."""
    return int(datetime(month.next.year, month.next.month, 1, tzinfo=UTC).timestamp()) - 1


def _row(report: Report, slo: StandingSlo, told: BudgetReport, promises: dict[str, Objective]) -> AwsBudget:
    tags = slo.tags or {}
    service, objective = tags.get(SERVICE, ""), tags.get(OBJECTIVE, "")
    attained = Fraction(told.attainment).limit_denominator(10**9) if told.attainment is not None else None
    promise = promises.get(objective)
    reasons = tuple(_reasons(report, told, promise)) if promise else ()
    return AwsBudget(service, objective, slo.name, told.status, attained, told.budget, told.remaining, reasons)


def _reasons(report: Report, told: BudgetReport, promise: Objective) -> Iterator[str]:
    """Why AWS's figure may differ, the most telling first."""
    if told.status == UNTOLD:
        yield "history"
    if report.period.timezone not in UTC_NAMES:
        yield "time-zone"
    yield from (one.code for one in differences("", promise) if one.code not in ("strict", "confidence"))
    if isinstance(promise.indicator, LatencyShare | Percentile):
        yield "approximate-counts"
