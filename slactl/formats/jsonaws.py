"""AWS's own budget reports as JSON, beside the figures of our rows.

The one rule: null unless they were asked for; our figures are those of the rows, not computed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.awsreasons import aws_reason
from slactl.formats.jsonparts import number
from slactl.formats.times import utc
from slactl.model.report import RowSpan

if TYPE_CHECKING:
    from slactl.formats.jsonparts import Object
    from slactl.formats.language import Language
    from slactl.model.awsbudget import AwsBudget
    from slactl.model.report import Report, Result


def budgets_object(report: Report, language: Language) -> Object | None:
    """What AWS said, and when; None if nobody asked."""
    told = report.aws_budgets
    if told is None:
        return None
    rows = [_row(report, one, language) for one in told.rows]
    return {"at": utc(told.at), "failure": told.failure or None, "rows": rows}


def our_row(report: Report, one: AwsBudget) -> Result | None:
    """The month's row of the service or class that an SLO stands for."""
    key = (one.service, one.objective, None, RowSpan.MONTH)
    return next((row for row in report.results if (row.service, row.objective, row.operation, row.span) == key), None)


def _row(report: Report, one: AwsBudget, language: Language) -> Object:
    ours = our_row(report, one)
    return {
        "service": one.service,
        "objective": one.objective,
        "slo": one.slo,
        "status": one.status,
        "attainment": number(one.attainment),
        "budget": one.budget,
        "remaining": one.remaining,
        "our_value": number(ours.value) if ours else None,
        "our_status": ours.status.value if ours else None,
        "reasons": [{"code": code, "text": aws_reason(code, language)} for code in one.reasons],
    }
