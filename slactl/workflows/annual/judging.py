"""The year under an objective that each month decides: the worst of the months, and sums for information.

The one rule: a figure of the year judges nothing here; a month that missed its goal stays missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slactl.compliance.judging import Judgement
from slactl.model.report import Result, Rollup, RowSpan
from slactl.model.status import Code, Reason, Status, worst
from slactl.workflows.rows.context import Subject, rolled_up, row_of


def status_of(row: Result) -> Status:
    """The status of a month's row: its roll-up, where it has one."""
    return row.rollup.status if row.rollup else row.status


def each_month(year: Result, months: Sequence[Result | None]) -> Result:
    """The year's row with the verdict of its months, of which those that bind decide where some do."""
    rows = [one for one in months if one is not None]
    binding = [one for one in rows if one.binding]
    statuses = [status_of(one) for one in (binding or rows)]
    status = worst(statuses)
    reason = Reason.of(
        Code.EACH_MONTH_DECIDES,
        judged=sum(one is not Status.NOT_RATED for one in statuses),
        missed=statuses.count(Status.BREACHED),
        undetermined=statuses.count(Status.INSUFFICIENT_DATA),
    )
    return replace(
        year,
        status=status,
        reason=reason,
        binding=bool(binding),
        rollup=Rollup(status, None),
        worst_case=None if year.value is not None else year.worst_case,
        best_case=None if year.value is not None else year.best_case,
        budget=None,
    )


def not_rated(subject: Subject, code: Code, unit: str) -> Result:
    """A year with nothing to judge."""
    made = row_of(subject, None, Judgement(Status.NOT_RATED, Reason.of(code)), unit, RowSpan.YEAR_TO_DATE)
    return rolled_up([made], per_operation=False)[0]
