"""The report's rows as CSV (RFC 4180): one line for each result, for spreadsheets and scripts.

The one rule: numbers are POSIX numbers in every language and times are UTC; a text that a spreadsheet
would take for a formula is made a text.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from slactl.formats.jsonaws import our_row
from slactl.formats.jsonparts import number
from slactl.formats.language import Language, speak
from slactl.formats.sanitize import csv_cell
from slactl.formats.texts import reason_text
from slactl.formats.times import utc
from slactl.model.report import AvailabilityDetail

if TYPE_CHECKING:
    from fractions import Fraction

    from slactl.model.report import Case, Report, Result

COLUMNS = (
    "report_id", "revision", "period", "period_start", "period_end", "provisional", "service", "objective",
    "operation", "class", "span", "indicator", "goal", "binding", "value", "low", "high", "status",
    "reason_code", "reason_text", "notes", "rollup_status", "worst_operation", "good", "total", "unit",
    "budget_allowed", "budget_used", "budget_remaining", "budget_used_ratio", "worst_case", "best_case",
    "with_exclusions", "without_exclusions", "down_seconds", "excluded_seconds",
    "declared_seconds", "without_declared", "incidents",
    "figures_sha256", "course", "ends_at", "burn_rates",
    "aws_at", "aws_failure", "aws_slo", "aws_status", "aws_attainment", "aws_budget", "aws_remaining", "aws_reasons",
)  # fmt: skip

Value = str | int | float | bool | None


def render(report: Report, language: str) -> str:
    """The rows as CSV with a line of heads; lines end with CR LF.

    Raises:
        ValueError: if the language is unknown.
    """
    out, reader = StringIO(), speak(language)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    same, digest = _of_report(report), (report.history.figures or None,)
    explained = {one.row: " ".join(one.incidents) or None for one in report.deviations.missed}
    told = _aws(report)
    for row in report.results:
        own = (*_of_row(row, reader), explained.get(_named(row)), *digest, *_outlook(row))
        writer.writerow([cell(value) for value in (*same, *own, *_of_aws(report), *told.get(_named(row), (None,) * 6))])
    return out.getvalue()


def _of_aws(report: Report) -> tuple[Value, ...]:
    """When AWS was asked for its own budgets, and why it did not answer."""
    told = report.aws_budgets
    return (None, None) if told is None else (utc(told.at), told.failure or None)


def _aws(report: Report) -> dict[tuple[object, ...], tuple[Value, ...]]:
    """What AWS's own SLOs say, by the row of the same promise."""
    rows = report.aws_budgets.rows if report.aws_budgets else ()
    beside = ((our_row(report, one), one) for one in rows)
    return {
        _named(row): (
            one.slo,
            one.status,
            number(one.attainment),
            one.budget,
            one.remaining,
            " ".join(one.reasons) or None,
        )
        for row, one in beside
        if row is not None
    }


def _named(row: Result) -> tuple[object, ...]:
    return (row.service, row.objective, row.operation, row.operation_class, row.span)


def cell(value: Value) -> str:
    """A value as CSV text; only texts can be formulas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return csv_cell(value) if isinstance(value, str) else repr(value)


def _of_report(report: Report) -> tuple[Value, ...]:
    span = report.period.span
    return (
        report.report_id,
        report.revision,
        report.period.label,
        utc(span.start),
        utc(span.end),
        not report.period.final,
    )


def _of_row(row: Result, language: Language) -> tuple[Value, ...]:
    return (*_identity(row), *_judgement(row, language), *_figures(row))


def _identity(row: Result) -> tuple[Value, ...]:
    named = (row.service, row.objective, row.operation, row.operation_class, row.span.value)
    return (*named, row.indicator, row.goal, row.binding)


def _judgement(row: Result, language: Language) -> tuple[Value, ...]:
    return (
        *(number(value) for value in (row.value, row.low, row.high)),
        row.status.value,
        row.reason.code.value if row.reason else None,
        reason_text(row.reason, language) if row.reason else None,
        " ".join(note.code.value for note in row.notes) or None,
        row.rollup.status.value if row.rollup else None,
        row.rollup.worst_operation if row.rollup else None,
    )


def _figures(row: Result) -> tuple[Value, ...]:
    cases = (row.worst_case, row.best_case, row.with_exclusions, row.without_exclusions)
    detail = row.detail if isinstance(row.detail, AvailabilityDetail) else None
    return (
        row.good,
        row.total,
        row.unit,
        *_budget(row),
        *(number(_value(case)) for case in cases),
        detail.down_seconds if detail else None,
        detail.excluded_seconds if detail else None,
        detail.declared_seconds if detail else None,
        number(_value(row.without_declared)),
    )


def _outlook(row: Result) -> tuple[Value, ...]:
    """Where a running budget is heading; the rates as ``1h=0.5 6h=2``, without those that nobody knows."""
    found = row.outlook
    if found is None:
        return (None,) * 3
    rates = " ".join(f"{one.lookback.name}={number(one.high)!r}" for one in found.rates if one.high is not None)
    return found.course.value, None if found.ends_at is None else utc(found.ends_at), rates or None


def _value(case: Case | None) -> Fraction | None:
    return case.value if case else None


def _budget(row: Result) -> tuple[Value, ...]:
    budget = row.budget
    if budget is None:
        return (None,) * 4
    return tuple(number(value) for value in (budget.allowed, budget.used, budget.remaining, budget.used_ratio))
