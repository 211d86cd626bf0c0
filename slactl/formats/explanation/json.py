"""An explanation as JSON, ``slactl.explanation/1``.

The one rule: as in the report every key is always there, numbers are the nearest float or whole, times
UTC; and what a terminal would obey is written as its number. The form is published in
``explanation.schema.json``, which takes the row, reasons and windows from the report's.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.awscli import Call, calls
from slactl.formats.explanation.reads import queries_of, region_of
from slactl.formats.json import exclusion_object, gap_object, objective_object, source_object
from slactl.formats.jsonclauses import watched_object
from slactl.formats.jsonparts import Object, number, reason_object, seconds_object, span_object
from slactl.formats.jsonrows import result_object
from slactl.formats.jsonservices import reconciliation_object, silence_object
from slactl.formats.language import Language, speak
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.model.explanation import (
        Arithmetic,
        Explanation,
        Ladder,
        Line,
        Moment,
        Number,
        Papers,
        Range,
        Read,
        Rung,
        Summand,
        Sums,
        YearMonth,
        YearWay,
    )
    from slactl.model.metric import Metric
    from slactl.model.steps import Account, Joined, Step

SCHEMA = "slactl.explanation/1"
OBEYED = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def render(found: Explanation, language: str) -> str:
    """The explanation as JSON text that ends with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    text = json.dumps(explanation_object(found, speak(language)), ensure_ascii=False, allow_nan=False, indent=2)
    return OBEYED.sub(lambda one: f"\\u{ord(one.group()):04x}", text) + "\n"


def explanation_object(found: Explanation, language: Language) -> Object:
    """The explanation as plain objects, in the order in which they are written."""
    made = calls(queries_of(found), region_of(found))
    return {
        "schema": SCHEMA,
        "language": language.code,
        "generated_at": utc(found.generated_at),
        "service": _service(found),
        "objective": objective_object(found.objective),
        "period": _period(found),
        "figure": result_object(found.row, found.objective.goal, language),
        "members": list(found.members),
        "exclusions": [exclusion_object(one, language) for one in found.exclusions],
        "gaps": [gap_object(one, language) for one in found.gaps],
        "made_from": [{"role": one.role, "says": one.says, "metrics": one.metrics} for one in found.made_from],
        "promises": [watched_object(one, language) for one in found.promises],
        "at": span_object(found.asked),
        "account": _account(found.account),
        "limit_ms": number(found.limit),
        "summands": [_summand(one) for one in found.summands],
        "ladder": _ladder(found.ladder),
        "moments": [_moment(one) for one in found.moments],
        "arithmetic": _arithmetic(found.arithmetic),
        "year": _year(found.year, found, language),
        "reconciliation": reconciliation_object(found.reconciliation),
        "reads": [_read(one, found, language) for one in found.reads],
        "requests": [_call(one) for one in made],
        "papers": _papers(found.papers),
        "sources": [source_object(one) for one in found.sources],
        "limitations": [reason_object(one, language) for one in found.limitations],
        "provenance": _provenance(found),
    }


def _service(found: Explanation) -> Object:
    service = found.service
    return {
        "key": service.key,
        "name": service.name,
        "environment": service.environment,
        "source": found.row.source.value,
    }


def _period(found: Explanation) -> Object:
    period = found.period
    return {
        "label": period.label,
        "start": utc(period.span.start),
        "end": utc(period.span.end),
        "timezone": period.timezone,
        "seconds": period.span.seconds,
        "final": period.final,
        "owed": span_object(found.owed),
        "settled": span_object(found.elapsed),
        "counted": [span_object(span) for span in found.counted],
    }


def _account(account: Account | None) -> Object | None:
    if account is None:
        return None
    return {
        "slice_seconds": account.width,
        "slice_goal": account.goal.text,
        "seconds": seconds_object(account.seconds),
        "stretches": [_step(step) for step in account.steps],
        "slices": [_step(step) for step in account.singles],
        "silences": [silence_object(one) for one in account.silences],
    }


def _step(step: Step) -> Object:
    return {
        "start": utc(step.span.start),
        "end": utc(step.span.end),
        "slices": step.slices,
        "status": step.fate.value,
        "seconds": seconds_object(step.seconds),
        "requests": step.requests,
        "faults": step.faults,
        "share": number(step.share),
        "because": [{"code": one.value, "rules": list(one.rules), "slices": many} for one, many in step.because],
        "windows": list(step.windows),
        "judged_with": _joined(step.joined),
        "bounds": None if step.bounds is None else {"least": step.bounds[0], "most": step.bounds[1]},
    }


def _joined(joined: Joined | None) -> Object | None:
    if joined is None:
        return None
    return {
        "slices": [span_object(span) for span in joined.earlier],
        "requests": joined.requests,
        "faults": joined.faults,
        "unread": joined.unread,
    }


def _summand(one: Summand) -> Object:
    return {
        "operation": one.name,
        "role": one.role.value,
        "whole": _sums(one.whole),
        "excluded": None if one.excluded is None else _sums(one.excluded),
        "net": _sums(one.net),
    }


def _sums(sums: Sums) -> Object:
    return {
        "requests": sums.requests,
        "assumed": sums.assumed,
        "unbounded": sums.unbounded,
        "faults": _range(sums.faults),
        "errors": _range(sums.errors),
        "under": None if sums.under is None else _range(sums.under),
    }


def _range(found: Range) -> Object:
    return {"low": _number(found.low), "high": _number(found.high)}


def _number(value: Number) -> float | int | None:
    return number(Fraction(value))


def _ladder(ladder: Ladder | None) -> Object | None:
    if ladder is None:
        return None
    return {
        "rank": number(ladder.rank),
        "requests": ladder.requests,
        "place": ladder.place,
        "minimum_ms": number(ladder.minimum),
        "maximum_ms": number(ladder.maximum),
        "rungs": [_rung(one) for one in ladder.rungs],
    }


def _rung(one: Rung) -> Object:
    return {"ms": number(one.limit), "count": _range(one.count), "enough": one.enough, "goal": one.goal}


def _moment(one: Moment) -> Object:
    return {
        "start": utc(one.span.start),
        "end": utc(one.span.end),
        "requests": one.requests,
        "faults": one.faults,
        "errors": one.errors,
        "under": None if one.under is None else _range(one.under),
    }


def _arithmetic(way: Arithmetic | None) -> Object | None:
    if way is None:
        return None
    return {
        "unit": way.unit,
        "lines": [_line(line) for line in way.lines],
        "part": None if way.part is None else _number(way.part),
        "whole": None if way.whole is None else _number(way.whole),
    }


def _line(line: Line) -> Object:
    terms = [{"what": what.value, "label": label, "amount": _number(amount)} for what, amount, label in line.terms]
    return {"what": line.what.value, "terms": terms, "total": _number(line.total)}


def _year(year: YearWay | None, found: Explanation, language: Language) -> Object | None:
    if year is None:
        return None
    return {
        "figure": result_object(year.row, found.objective.goal, language),
        "months": [_month(one, language) for one in year.months],
        "seconds_to_come": year.to_come,
        "arithmetic": _arithmetic(year.arithmetic),
    }


def _month(one: YearMonth, language: Language) -> Object:
    return {
        "label": one.label,
        "start": utc(one.owed.start),
        "end": utc(one.owed.end),
        "seconds": seconds_object(one.seconds),
        "requests": one.requests,
        "faults": one.faults,
        "kept": one.kept,
        "gaps": [gap_object(gap, language) for gap in one.gaps],
    }


def _read(one: Read, found: Explanation, language: Language) -> Object:
    query = one.query
    return {
        "purpose": one.purpose.value,
        "region": region_of(found),
        "metrics": [_metric(metric, found) for metric in query.metrics],
        "statistic": query.stat,
        "period": query.period,
        "start": utc(query.span.start),
        "end": utc(query.span.end),
        "points": one.points,
        "failure": reason_object(one.failure, language) if one.failure else None,
        "askable": one.askable,
    }


def _papers(papers: Papers) -> Object:
    return {"files": list(papers.files), "head": papers.head, "looks": list(papers.looks)}


def _metric(metric: Metric, found: Explanation) -> Object:
    caller = next((source.account for source in found.sources if source.account), None)
    return {
        "account": metric.account_id or caller,
        "namespace": metric.namespace,
        "name": metric.name,
        "dimensions": dict(metric.dimensions),
    }


def _call(call: Call) -> Object:
    return {
        "start": utc(call.span.start),
        "end": utc(call.span.end),
        "entries": len(call.entries),
        "command": call.line,
    }


def _provenance(found: Explanation) -> Object:
    source = found.provenance
    return {
        "version": source.version,
        "config_sha256": source.config_digest,
        "clock_set": source.clock_set,
        "read_from": utc(source.read_from),
        "read_until": utc(source.read_until),
        "command": source.command,
    }
