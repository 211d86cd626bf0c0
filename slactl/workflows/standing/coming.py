"""The windows of maintenance that are about to come.

The one rule: what would be applied of a window is decided where it is decided for a report, month by month.
"""

from __future__ import annotations

from collections.abc import Iterable

from slactl.model.catalogue import Catalogue
from slactl.model.maintenance import ServiceExclusion, WindowOutcome
from slactl.model.period import Month, local_date
from slactl.model.span import Span
from slactl.model.standing import Coming
from slactl.model.status import Reason
from slactl.workflows.report import Circumstances, exclusions_of


def coming(catalogue: Catalogue, span: Span, made: Circumstances) -> tuple[Coming, ...]:
    """The windows that touch a span and concern one of the catalogue's services, first start first."""
    found: dict[str, list[WindowOutcome]] = {}
    for month in _months(catalogue, span):
        for outcome in exclusions_of(catalogue, month, made).outcomes:
            if outcome.window.span.meets(span) and outcome.services:
                found.setdefault(outcome.window.id, []).append(outcome)
    made_of = (_coming(outcomes) for outcomes in found.values())
    return tuple(sorted(made_of, key=lambda one: (one.window.span.start, one.window.id)))


def _months(catalogue: Catalogue, span: Span) -> Iterable[Month]:
    zone = catalogue.report.zone
    first, last = (local_date(instant, zone) for instant in (span.start, span.end - 1))
    month = Month(first.year, first.month)
    while month.first <= last:
        yield month
        month = month.next


def _coming(outcomes: list[WindowOutcome]) -> Coming:
    """One window; at a turn of the month it has an outcome in each."""
    parts = [one for outcome in outcomes for one in outcome.services]
    services = tuple(dict.fromkeys(one.service for one in parts))
    return Coming(outcomes[0].window, services, any(one.applied for one in parts), _reason(parts))


def _reason(parts: Iterable[ServiceExclusion]) -> Reason | None:
    return next((one.reason for one in parts if one.reason is not None), None)
