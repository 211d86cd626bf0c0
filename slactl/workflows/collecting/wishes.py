"""What is to be kept of each service: from when on, up to when, how finely.

The one rule: without a word from the user a collect reaches back to the start of the agreement year,
and four weeks more, because a silence in its first days is held against the weeks before (rule 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from slactl.compliance.distribution import Rung
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import EvidenceSettings
from slactl.model.period import Month, agreement_year, day_start, local_date
from slactl.model.service import Service
from slactl.model.span import Spans, union
from slactl.workflows.collecting.doubt import Doubt
from slactl.workflows.collecting.listing import sources_of
from slactl.workflows.collecting.names import hiders
from slactl.workflows.collecting.plan import DAY, Asked, Held, Wish, settled_until
from slactl.workflows.collecting.rungs import goal_limits, texts
from slactl.workflows.collecting.subject import subject_of

BEFORE = 29 * DAY
GRID = 300


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chose: services by key (None: all), the first day, the last instant, whether to close months."""

    services: frozenset[str] | None = None
    since: date | None = None
    until: int | None = None
    close: bool = True


@dataclass(frozen=True, slots=True)
class Wishing:
    """The agreement and the clock, from which every wish follows."""

    catalogue: Catalogue
    now: int
    options: Options

    @property
    def services(self) -> tuple[Service, ...]:
        chosen = self.options.services
        return tuple(one for one in self.catalogue.services if chosen is None or one.key in chosen)

    @property
    def width(self) -> int:
        return resolution(self.catalogue.evidence)

    @property
    def until(self) -> int:
        chosen = self.options.until
        return self.settled if chosen is None else min(self.settled, chosen // self.width * self.width)

    @property
    def settled(self) -> int:
        """The instant up to which everything can be read now."""
        return settled_until(self.now, self.catalogue.report.settle, self.width)

    def wish(
        self, service: Service, held: Sequence[Held], closed: Iterable[str], rungs: Iterable[Rung], doubt: Doubt
    ) -> Wish:
        """What is to be kept of a service."""
        first = min((one.facts.span.start for one in held), default=None)
        start, owed = self._from(service, first)
        spans = self._months(closed)
        return Wish(service.key, start, self.until, self.width, asked_of(service, rungs), owed, spans, doubt)

    def _from(self, service: Service, first: int | None) -> tuple[int, int]:
        zone, settings = self.catalogue.report.zone, self.catalogue.report
        today = local_date(self.now, zone)
        since = 0 if service.since is None else day_start(service.since, zone)
        if self.options.since is not None:
            chosen = day_start(self.options.since, zone)
            start = owed = chosen
        else:
            year = agreement_year(Month(today.year, today.month), settings.year_starts, zone)
            owed = year.start if first is None else min(first, year.start)
            start = min(owed, year.start - BEFORE)
        return max(start, since) // GRID * GRID, max(owed, since) // GRID * GRID

    def _months(self, labels: Iterable[str]) -> Spans:
        zone = self.catalogue.report.zone
        return union(Month.parse(label).span(zone) for label in labels)


def resolution(settings: EvidenceSettings | None) -> int:
    """The bins to keep, seconds."""
    return GRID if settings is None else settings.resolution


def asked_of(service: Service, limits: Iterable[Rung]) -> Asked:
    """What is asked of a service today; ``limits`` are the goals' own rungs."""
    sources = tuple(sorted(source.value for source in sources_of(service)))
    return Asked(subject_of(service), sources, texts(limits), hiders(service))


def limits_asked(catalogue: Catalogue, service: Service) -> tuple[Rung, ...]:
    """The goals' own limits that concern a service."""
    return goal_limits(catalogue.objectives_of(service))
