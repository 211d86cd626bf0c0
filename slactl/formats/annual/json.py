"""The statement as JSON, ``slactl.annual/1``: the report's objects, and the year month by month.

The one rule: rows, gaps, sources and provenance have the very form of ``slactl.report/1``; the published
form of the rest is ``annual.schema.json``, which refers to the report's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.figures import display
from slactl.formats.json import exclusion_object, report_object
from slactl.formats.jsonparts import Object, number, seconds_object
from slactl.formats.jsonrows import result_object
from slactl.formats.jsontext import text
from slactl.formats.language import Language, speak
from slactl.formats.times import utc
from slactl.formats.words import goal_of

if TYPE_CHECKING:
    from slactl.model.report import Report, Result
    from slactl.model.statement import (
        Mean,
        OtherYear,
        Spent,
        Statement,
        StatementMonth,
        UptimeMonth,
        UptimeYear,
    )

SCHEMA = "slactl.annual/1"
OF_MONTHS = frozenset({"aws_budgets", "document", "clauses", "watched"})
"""What only the report of a month tells: AWS is asked of months, and clauses are answered month by month."""


def render(statement: Statement, language: str) -> str:
    """The statement as JSON text that ends with a newline.

    Raises:
        ValueError: if the language is unknown or a figure is not finite.
    """
    return text(statement_object(statement, speak(language)))


def statement_object(statement: Statement, language: Language) -> Object:
    """The statement as plain objects, in the order in which they are written."""
    whole = statement.whole
    made = report_object(whole, language)
    return {
        **{key: value for key, value in made.items() if key not in OF_MONTHS},
        "schema": SCHEMA,
        "results": [result_object(row, goal_of(whole.catalogue, row), language) for row in whole.results],
        "exclusions": [
            {"month": one.label, **exclusion_object(outcome, language)}
            for one in statement.months
            for outcome in one.exclusions
        ],
        "months": [_month(one) for one in statement.months],
        "availability": [_uptime(one, whole, language) for one in statement.uptimes],
        "others": [_other(one, statement, language) for one in statement.others],
    }


def _month(one: StatementMonth) -> Object:
    return {
        "month": one.label,
        "start": utc(one.span.start),
        "end": utc(one.span.end),
        "seconds": one.span.seconds,
        "state": one.state.value,
        "final": one.final,
        "report_id": one.report_id,
        "data_sha256": one.data_digest,
        "sources": list(one.kinds),
    }


def _uptime(year: UptimeYear, whole: Report, language: Language) -> Object:
    return {
        "service": year.service,
        "objective": year.objective,
        "decides": "month" if year.each_month_decides else "year",
        "evaluation": year.evaluation.value,
        "unit": year.unit,
        "status": year.year.status.value,
        "sum": number(year.year.value),
        "mean_of_months": _mean(year.mean),
        "allowance": number(year.allowance),
        "seconds": seconds_object(year.seconds),
        "not_owed": year.not_owed,
        "months": [_uptime_month(one, whole, language) for one in year.months],
    }


def _mean(mean: Mean | None) -> Object | None:
    """``value`` is null where something is unknown."""
    if mean is None:
        return None
    worst, best = number(mean.worst), number(mean.best)
    value = worst if mean.worst == mean.best else None
    return {"value": value, "worst_case": worst, "best_case": best, "months": mean.months}


def _uptime_month(one: UptimeMonth, whole: Report, language: Language) -> Object:
    return {
        "month": one.month.label,
        "goal": one.goal,
        **_judged(one.result, whole, language),
        "seconds": seconds_object(one.seconds),
        "not_owed": one.not_owed,
        "budget": _spent(one.spent),
        "windows": {"admitted": one.admitted, "refused": one.refused},
        "resolution": one.resolution,
    }


def _spent(spent: Spent | None) -> Object | None:
    if spent is None:
        return None
    return {
        "allowed": number(spent.allowed),
        "used": number(spent.used),
        "used_at_most": number(spent.most),
        "remaining": number(spent.remaining),
        "remaining_best_case": number(spent.remaining_best),
    }


def _other(year: OtherYear, statement: Statement, language: Language) -> Object:
    return {
        "service": year.service,
        "objective": year.objective,
        "class": year.operation_class,
        "indicator": year.year.indicator,
        "status": (year.year.rollup or year.year).status.value,
        "value": number(year.year.value),
        "months": [
            {"month": month.label, "goal": row.goal if row else None, **_judged(row, statement.whole, language)}
            for month, row in zip(statement.months, year.months, strict=True)
        ],
    }


def _judged(row: Result | None, whole: Report, language: Language) -> Object:
    """The month's own row in short; its report has all of it."""
    if row is None:
        return dict.fromkeys(("status", "reason", "value", "display", "worst_case", "best_case", "good", "total"))
    return {
        "status": (row.rollup or row).status.value,
        "reason": row.reason.code.value if row.reason else None,
        "value": number(row.value),
        "display": display(row, goal_of(whole.catalogue, row), language),
        "worst_case": number(row.worst_case.value) if row.worst_case else None,
        "best_case": number(row.best_case.value) if row.best_case else None,
        "good": row.good,
        "total": row.total,
    }
