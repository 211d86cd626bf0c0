"""The months of an agreement year as they lie on file: reports, maintenance, and accounts of seconds.

The one rule: what a month owes is decided here once, by the service's start and by the entry of the
objective in force on its first day (rule 25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slactl.compliance.availability import Tally
from slactl.compliance.exclusions import Exclusions
from slactl.model.catalogue import Catalogue
from slactl.model.objective import Objective
from slactl.model.period import Month, day_start
from slactl.model.report import Report, Result, RowSpan, Seconds, ServiceReport
from slactl.model.service import Service
from slactl.model.span import Span, Spans, intersect, seconds
from slactl.model.status import Code
from slactl.workflows.rows.year import AccountKey, MonthOfYear
from slactl.workflows.years import month_lost


@dataclass(frozen=True, slots=True)
class MonthOnFile:
    """A month of the year: what maintenance takes out of it, and its report, None while it is still to come."""

    month: Month
    span: Span
    applied: Exclusions
    report: Report | None

    def rows(self, service: str, objective: str) -> tuple[Result, ...]:
        """The month's own rows of a service (or its class) under an objective."""
        if self.report is None:
            return ()
        return tuple(
            row
            for row in self.report.results
            if (row.service, row.objective, row.span, row.operation) == (service, objective, RowSpan.MONTH, None)
        )

    def page(self, service: str) -> ServiceReport | None:
        """What the month's report says of a service."""
        pages = self.report.services if self.report else ()
        return next((one for one in pages if one.key == service), None)


@dataclass(frozen=True, slots=True)
class AnnualYear:
    """The whole year as it was read.

    ``accounts`` are by service, objective and month; ``absent`` is why what was not read isn't there.
    """

    catalogue: Catalogue
    months: tuple[MonthOnFile, ...]
    accounts: Mapping[AccountKey, MonthOfYear]
    absent: Code = Code.NO_LONGER_KEPT

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports of the months that have begun."""
        return tuple(one.report for one in self.months if one.report is not None)

    def entries(self, service: Service) -> dict[str, tuple[Objective | None, ...]]:
        """The objectives of a service or component that are in force in some month, with the entry of each month."""
        general = [one for one in self.catalogue.general if one.concerns(service.key)]
        own = self.catalogue.objectives_of(service) if service in self.catalogue.services else ()
        promises: dict[str, list[Objective]] = {}
        for promise in (*own, *general):
            promises.setdefault(promise.id, []).append(promise)
        found = {name: tuple(_in_force(same, one.month) for one in self.months) for name, same in promises.items()}
        return {name: entries for name, entries in found.items() if any(entries)}

    @property
    def bearers(self) -> tuple[Service, ...]:
        """The services, and the components as such: whose rows there are."""
        return (*self.catalogue.services, *(one.service for one in self.catalogue.components))

    def deciding(self, entries: tuple[Objective | None, ...]) -> Objective:
        """The entry that judges the year: that of the last month that has begun, else the first to come.

        Raises:
            ValueError: if there is no entry at all.
        """
        begun = [entry for entry, one in zip(entries, self.months, strict=True) if entry and one.report]
        for entry in (*reversed(begun), *entries):
            if entry is not None:
                return entry
        raise ValueError("no entry of the objective is in force in the year")

    def owed(self, service: Service, one: MonthOnFile) -> Span | None:
        """What of a month lies after the service's start."""
        if service.since is None:
            return one.span
        start = max(one.span.start, day_start(service.since, self.catalogue.report.zone))
        return Span(start, one.span.end) if start < one.span.end else None

    def account(self, service: Service, entry: Objective, one: MonthOnFile) -> MonthOfYear | None:
        """What a month's seconds came to, or are to come to; None where nothing is owed."""
        owed = self.owed(service, one)
        if owed is None:
            return None
        known = self.accounts.get((service.key, entry.id, one.month.label))
        if known is not None:
            return known
        applied = intersect(one.applied.applied[service.key], (owed,))
        if one.report is None or one.report.period.settled_until < owed.start + 300:
            return _to_come(one, owed, entry, applied)
        return month_lost(one.month.label, owed, owed, entry, self.absent)


def _in_force(entries: Sequence[Objective], month: Month) -> Objective | None:
    """The entry of an objective in force on a month's first day (rule 25); without one nothing is owed."""
    return next((one for one in entries if one.in_force_on(month.first)), None)


def _to_come(one: MonthOnFile, owed: Span, entry: Objective, applied: Spans) -> MonthOfYear:
    """A month of which nothing is settled: what is announced is excluded already."""
    cut = seconds(applied)
    plain, cleared = (Tally(Seconds(not_yet=owed.seconds - excluded, excluded=excluded)) for excluded in (0, cut))
    ways = (cleared, plain) if entry.excludes_maintenance else (plain, cleared)
    return MonthOfYear(one.month.label, owed, *ways)
