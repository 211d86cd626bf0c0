"""Settles with one call how CloudWatch anchors long buckets, and whether their sums agree.

The one rule: the probe starts five hours into a UTC day, so that a bucket that begins where it was
asked to and one that begins at a multiple of its period can't have the same timestamp.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.model.metric import Query, Series, Stream
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.reading.cover import Anchoring
from slactl.workflows.asking import ask
from slactl.workflows.onboarding.checks import Check, grouped, ok, problem, unknown, warning

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
OFFSET = 5 * HOUR
CODE = "buckets"


def probed(now: int) -> Span:
    """The week that is asked for: it ended yesterday at 05:00 UTC."""
    end = (now // DAY - 1) * DAY + OFFSET
    return Span(end - WEEK, end)


def probe(reader: MetricReader, stream: Stream, now: int) -> Check:
    """One call, the same week in hours, days and as a whole."""
    span = probed(now)
    found = ask(
        reader,
        {period: Query((stream.requests,), stream.request_stat, period, span) for period in (HOUR, DAY, WEEK)},
    )
    failure = next((series.failure for series in found.values() if series.failure), None)
    if failure:
        return unknown(CODE, "", f"the probe was not answered ({failure.code.value})", "see the permissions above")
    if not found[HOUR].points:
        return unknown(CODE, "", "no request in the probed week", "run it again when there is traffic")
    return _judged(found, span)


def anchor_of(series: Series, period: int, span: Span) -> Anchoring | None:
    """Where the buckets of a series begin; None where neither reading explains it."""
    if series.points and all((start - span.start) % period == 0 for start in series.points):
        return Anchoring.START
    if series.points and all(start % period == 0 for start in series.points):
        return Anchoring.EPOCH
    return None


def disagreeing(found: Mapping[int, Series], span: Span) -> tuple[int, ...]:
    """The periods with a bucket, wholly inside the span, that differs from the hours in it."""
    hours = found[HOUR].points
    return tuple(
        period
        for period in (DAY, WEEK)
        if any(
            value != sum(hours.get(hour, 0) for hour in range(start, start + period, HOUR))
            for start, value in found[period].points.items()
            if span.start <= start and start + period <= span.end
        )
    )


def _judged(found: Mapping[int, Series], span: Span) -> Check:
    anchors = {period: anchor_of(found[period], period, span) for period in (DAY, WEEK)}
    wrong = disagreeing(found, span)
    requests = grouped(round(sum(found[HOUR].points.values())))
    if wrong:
        what = f"a bucket of {_length(wrong[0])} is not the sum of its hours"
        return problem(CODE, "", what, "run it again later; if it stays, figures are read in hours and listed as gaps")
    if set(anchors.values()) == {Anchoring.START}:
        return ok(CODE, "", f"long buckets begin where they are asked to; {requests} requests by hour, day and week")
    if None not in anchors.values():
        which = "days and weeks" if len(set(anchors.values())) == 1 else "some buckets"
        told = f"{which} begin at multiples of their length"
        return ok(CODE, "", f"{told}; slactl reads in whole UTC days and hours then; the sums agree")
    return warning(
        CODE,
        "",
        "long buckets begin neither where asked to nor at multiples",
        "tell the maintainers; figures are read in hours",
    )


def _length(period: int) -> str:
    return "a day" if period == DAY else "a week"
