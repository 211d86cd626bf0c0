"""What a year says of a service beside its rows: seconds, requests, operations, and the edge compared.

The one rule: everything here is a sum over the months; what one month does not know the year does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from slactl.model.report import (
    IgnoredOperation,
    OperationFigure,
    Outage,
    Reconciliation,
    Seconds,
    ServiceReport,
)
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.workflows.annual.year import AnnualYear
from slactl.workflows.rows.sources import TOLERATED


def service_year(found: AnnualYear, service: Service) -> ServiceReport:
    """The sum of what the months' reports say of a service; a month to come is not yet."""
    pages = [page for one in found.months if (page := one.page(service.key))]
    ahead = [one for one in found.months if one.report is None]
    owed = sum(span.seconds for one in ahead if (span := found.owed(service, one)))
    seconds = sum((page.seconds for page in pages), Seconds(not_yet=owed))
    return replace(
        pages[-1],
        seconds=seconds,
        requests=_sum(page.requests for page in pages),
        outages=joined(outage for page in pages for outage in page.outages),
        operations=_operations(pages),
        ignored=_ignored(pages),
        reconciliation=reconciled(found, service),
        resolution=max(page.resolution for page in pages),
        not_owed=sum(one.span.seconds for one in found.months) - seconds.total,
    )


def joined(outages: Iterable[Outage]) -> tuple[Outage, ...]:
    """Outages in order of time; one that goes on over the end of a month is one."""
    told: list[Outage] = []
    for one in outages:
        goes_on = told and told[-1].span.end == one.span.start
        told.append(_together(told.pop(), one) if goes_on else one)
    return tuple(told)


def _together(before: Outage, one: Outage) -> Outage:
    span = Span(before.span.start, one.span.end)
    return Outage(span, before.requests + one.requests, before.faults + one.faults)


def _sum(values: Iterable[int | None]) -> int | None:
    held = list(values)
    return None if None in held else sum(value for value in held if value is not None)


def _operations(pages: list[ServiceReport]) -> tuple[OperationFigure, ...]:
    """Every operation of the year with the sums of its counts; percentiles do not add up."""
    names: dict[str, list[OperationFigure]] = {}
    for page in pages:
        for one in page.operations:
            names.setdefault(one.name, []).append(one)
    return tuple(
        OperationFigure(
            name,
            held[-1].operation_class,
            _sum(one.requests for one in held),
            _sum(one.faults for one in held),
            _sum(one.errors for one in held),
            members=tuple(sorted({member for one in held for member in one.members})),
        )
        for name, held in sorted(names.items())
    )


def _ignored(pages: list[ServiceReport]) -> tuple[IgnoredOperation, ...]:
    names: dict[str, list[IgnoredOperation]] = {}
    for page in pages:
        for one in page.ignored:
            names.setdefault(one.name, []).append(one)
    return tuple(
        IgnoredOperation(
            name,
            _sum(one.requests for one in held),
            _sum(one.faults for one in held),
            _sum(one.errors for one in held),
        )
        for name, held in sorted(names.items())
    )


def reconciled(found: AnnualYear, service: Service) -> Reconciliation | None:
    """The edge and the service compared over the months that have both; None without an edge."""
    pages = [page for one in found.months if (page := one.page(service.key))]
    held = [page.reconciliation for page in pages if page.reconciliation is not None]
    if not held:
        return None
    edge, own, unrouted = (
        _sum(getattr(one, name) for one in held) for name in ("edge_requests", "service_requests", "unrouted")
    )
    if edge is None or own is None or unrouted is None:
        return Reconciliation(None, None, None, None, None, agrees=None)
    unexplained = abs(edge - unrouted - own)
    share = Fraction(unexplained, edge) if edge else None
    return Reconciliation(edge, own, unrouted, unexplained, share, share is None or share <= TOLERATED)
