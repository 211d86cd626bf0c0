"""A month of which nothing can be read any more: rows without a figure, and the year that it is part of.

The one rule (rule 8): in the year a lost month is unknown and judged twice, so that what the other months
prove is not hidden by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slactl.compliance.declared import declared_downtime
from slactl.model.catalogue import Catalogue
from slactl.model.objective import Availability, Objective
from slactl.model.period import Period
from slactl.model.report import Gap, Result, RowSpan, Seconds
from slactl.model.service import Service, SourceKind
from slactl.model.span import Spans, subtract
from slactl.model.status import Code, Reason, Status
from slactl.workflows.asking import GapList
from slactl.workflows.rows.context import Subject, rolled_up
from slactl.workflows.rows.year import MonthOfYear, year_row
from slactl.workflows.scope import Entry, JudgedService, Scope, bare, said
from slactl.workflows.surveying import World
from slactl.workflows.years import Whose, month_lost, year_to_date


@dataclass(frozen=True, slots=True)
class Lost:
    """A service in a month of which nothing is kept, or nothing from which an objective can be judged."""

    world: World
    catalogue: Catalogue
    service: Service
    period: Period
    scope: Scope
    applied: Spans

    def service_judged(self, entries: Sequence[Entry]) -> JudgedService:
        """The whole service without a figure, but for its years."""
        settled, owed = self.scope.settled, self.scope.owed
        gap = Gap(Reason.of(self.world.keeps.absent), self.service.key, None, settled)
        seconds = Seconds(unknown=settled.seconds, not_yet=owed.end - settled.end)
        made = bare(self.service, entries, self._gone, self.period.span, seconds, (gap,))
        source = SourceKind.API_GATEWAY if self.service.edge else self.service.source
        years: dict[str, tuple[list[Result], tuple[Gap, ...]]] = {
            objective.id: self.availability(Subject(objective, self.service.key, source))
            for objective, live in entries
            if live and isinstance(objective.indicator, Availability)
        }
        rows = {(row.objective, row.span): row for found, _ in years.values() for row in found}
        results = tuple(rows.get((row.objective, row.span), row) for row in made.results)
        gaps = tuple(gap for _, found in years.values() for gap in found)
        return replace(made, results=results, gaps=(*made.gaps, *gaps))

    def availability(self, subject: Subject) -> tuple[list[Result], tuple[Gap, ...]]:
        """The rows of one availability objective, and what is missing of the months before."""
        objective = subject.objective
        rows = said(self.service, objective, *self._gone)
        month = self._account(objective)
        if not objective.over_year:
            return rows, ()
        whose = Whose(self.service, subject.source, GapList(self.service.key))
        year = year_to_date(self.world, self.catalogue, whose, objective, self.period, month)
        judged = rolled_up([year_row(subject, year)], per_operation=False)
        return [row for row in rows if row.span is not RowSpan.YEAR_TO_DATE] + judged, (*year.gaps, *whose.gaps.all())

    @property
    def _gone(self) -> tuple[Status, Code]:
        return Status.INSUFFICIENT_DATA, self.world.keeps.absent

    def _account(self, objective: Objective) -> MonthOfYear:
        """The month as its years take it: unknown, but for what incidents declare."""
        declared = declared_downtime(self.catalogue.incidents, self.service.key, self.world.now)
        left = subtract(declared, self.applied if objective.excludes_maintenance else ())
        month = month_lost(
            self.period.label, self.scope.owed, self.scope.settled, objective, self.world.keeps.absent, left
        )
        self.world.accounts[self.service.key, objective.id, month.label] = month
        return month
