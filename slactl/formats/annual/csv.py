"""The statement as CSV (RFC 4180): one line for each objective and month, and one for its year.

The one rule: numbers are POSIX numbers in every language; a line of the year has no month and sums its months.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from slactl.formats.csv import Value, cell
from slactl.formats.jsonparts import number
from slactl.formats.language import speak
from slactl.formats.times import utc
from slactl.model.report import Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.model.report import Result
    from slactl.model.statement import OtherYear, Spent, Statement, UptimeMonth, UptimeYear

SECONDS = ("up", "down", "no_traffic", "excluded", "unknown", "not_yet", "not_owed")
COLUMNS = (
    "report_id", "revision", "figures_sha256", "provisional", "year", "month", "start", "end", "state", "month_final",
    "service", "objective", "class", "indicator", "goal", "binding", "status", "reason_code", "value",
    "mean_of_months", "worst_case", "best_case", "good", "total", "unit", "allowed", "used", "used_at_most",
    "remaining", *SECONDS, "windows_admitted", "windows_refused", "resolution",
)  # fmt: skip


def render(statement: Statement, language: str) -> str:
    """The lines with a line of heads; lines end with CR LF.

    Raises:
        ValueError: if the language is unknown.
    """
    speak(language)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(statement):
        writer.writerow([cell(line.get(name)) for name in COLUMNS])
    return out.getvalue()


Line = dict[str, Value]


def _lines(statement: Statement) -> Iterator[Line]:
    for uptime in statement.uptimes:
        yield from _uptime(statement, uptime)
    for other in statement.others:
        yield from _other(statement, other)


def _head(statement: Statement, index: int | None) -> Line:
    whole = statement.whole
    head: Line = {
        "report_id": whole.report_id,
        "revision": whole.revision,
        "figures_sha256": whole.history.figures or None,
        "provisional": not whole.period.final,
        "year": whole.period.label,
    }
    if index is None:
        return {**head, "start": utc(whole.period.span.start), "end": utc(whole.period.span.end)}
    month = statement.months[index]
    times: Line = {"start": utc(month.span.start), "end": utc(month.span.end), "state": month.state.value}
    return {**head, **times, "month": month.label, "month_final": month.final}


def _uptime(statement: Statement, year: UptimeYear) -> Iterator[Line]:
    named = _named(year.year)
    for index, one in enumerate(year.months):
        yield {**_head(statement, index), **named, **_uptime_month(one)}
    mean = year.mean.worst if year.mean and year.mean.worst == year.mean.best else None
    told: Line = {"mean_of_months": number(mean), "allowed": number(year.allowance)}
    yield {**_head(statement, None), **named, **_judged(year.year), **told, **_seconds(year.seconds, year.not_owed)}


def _uptime_month(one: UptimeMonth) -> Line:
    more: Line = {"windows_admitted": one.admitted, "windows_refused": one.refused, "resolution": one.resolution}
    judged = _judged(one.result) if one.result else {}
    return {**judged, "goal": one.goal, **_spent(one.spent), **_seconds(one.seconds, one.not_owed), **more}


def _other(statement: Statement, year: OtherYear) -> Iterator[Line]:
    named = _named(year.year)
    for index, row in enumerate(year.months):
        yield {**_head(statement, index), **named, **(_judged(row) if row else {})}
    yield {**_head(statement, None), **named, **_judged(year.year)}


def _named(row: Result) -> Line:
    return {
        "service": row.service,
        "objective": row.objective,
        "class": row.operation_class,
        "indicator": row.indicator,
        "unit": row.unit,
    }


def _judged(row: Result) -> Line:
    return {
        "goal": row.goal,
        "binding": row.binding,
        "status": (row.rollup or row).status.value,
        "reason_code": row.reason.code.value if row.reason else None,
        "value": number(row.value),
        "worst_case": number(row.worst_case.value) if row.worst_case else None,
        "best_case": number(row.best_case.value) if row.best_case else None,
        "good": row.good,
        "total": row.total,
    }


def _spent(spent: Spent | None) -> Line:
    if spent is None:
        return {}
    return {
        "allowed": number(spent.allowed),
        "used": number(spent.used),
        "used_at_most": number(spent.most),
        "remaining": number(spent.remaining),
    }


def _seconds(seconds: Seconds, not_owed: int) -> Line:
    parts: Line = {name: getattr(seconds, name) for name in SECONDS[:-1]}
    return {**parts, "not_owed": not_owed}
