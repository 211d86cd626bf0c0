"""The windows of maintenance that touch a span, and what is applied of each for each service.

The one rule: what is applied is decided where it is decided for a report, month by month; a window at a turn of the
month is the sum of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from slactl.model.catalogue import Catalogue
from slactl.model.maintenance import ServiceExclusion, WindowOutcome
from slactl.model.period import Month, local_date
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.workflows.report import Circumstances, exclusions_of


def windows_in(catalogue: Catalogue, span: Span, made: Circumstances) -> tuple[WindowOutcome, ...]:
    """Windows and occurrences that share a second with a span, first start first, then by id."""
    found: dict[str, list[WindowOutcome]] = {}
    for month in months_of(catalogue, span):
        for outcome in exclusions_of(catalogue, month, made).outcomes:
            if outcome.window.span.meets(span):
                found.setdefault(outcome.window.id, []).append(outcome)
    merged = (_merged(outcomes) for outcomes in found.values())
    return tuple(sorted(merged, key=lambda one: (one.window.span.start, one.window.id)))


def months_of(catalogue: Catalogue, span: Span) -> Iterator[Month]:
    """The months of the agreement's zone that a span touches."""
    zone = catalogue.report.zone
    first, last = (local_date(instant, zone) for instant in (span.start, span.end - 1))
    month = Month(first.year, first.month)
    while month.first <= last:
        yield month
        month = month.next


def _merged(outcomes: Sequence[WindowOutcome]) -> WindowOutcome:
    parts: dict[str, list[ServiceExclusion]] = {}
    for outcome in outcomes:
        for one in outcome.services:
            parts.setdefault(one.service, []).append(one)
    return replace(outcomes[0], services=tuple(_summed(found) for found in parts.values()))


def _summed(parts: Sequence[ServiceExclusion]) -> ServiceExclusion:
    return replace(
        parts[0],
        applied=any(one.applied for one in parts),
        reason=next(_weighty(parts), None),
        requested_seconds=sum(one.requested_seconds for one in parts),
        excluded_seconds=sum(one.excluded_seconds for one in parts),
        spans=tuple(span for one in parts for span in one.spans),
    )


def _weighty(parts: Iterable[ServiceExclusion]) -> Iterator[Reason]:
    """The reasons that say something of the whole window; that a month holds none of what was worked does not."""
    told = [one.reason for one in parts if one.reason is not None]
    yield from sorted(told, key=lambda reason: reason.code is Code.OUTSIDE_PERIOD)
