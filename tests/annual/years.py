"""Years over fakes: a shop's requests, its agreement, and the statement or any month's report of them.

The one rule: a statement and a report of the same year read the same requests by the same clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from slactl.model.catalogue import AwsSettings, Catalogue, ConfigFile, ReportSettings
from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.kept import Kept
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Window
from slactl.model.objective import (
    Availability,
    Coverage,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    LatencyShare,
    Objective,
    Percentile,
    SilencePolicy,
)
from slactl.model.period import Month
from slactl.model.report import Report, Result, RowSpan
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, subtract
from slactl.model.statement import Statement, UptimeYear
from slactl.reading.retention import CloudWatchKeeping
from slactl.workflows.annual.statement import make_statement
from slactl.workflows.report import Circumstances, make_report
from tests.fakes import FakeInventory, FakeReader, Hit, instant

DAY, HOUR = 86_400, 3_600
SLICE_GOAL = Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%")
SHOP = Service("shop", "shop", "eks:prod")


def availability(
    evaluation: Evaluation = Evaluation.TIME_SLICES, silence: SilencePolicy = SilencePolicy.UP
) -> Availability:
    """Uptime by quarters of an hour; silence is up, so that few requests make a year."""
    return Availability(evaluation, 900, SLICE_GOAL, silence)


def goal(text: str) -> Goal:
    """``>= 99.9%`` or ``< 2000ms``."""
    sign, limit = text.split(" ")
    value = Fraction(limit.removesuffix("%")) / 100 if limit.endswith("%") else Fraction(limit.removesuffix("ms"))
    return Goal(Comparison(sign), value, text)


UPTIME = Objective("uptime", {}, availability(), goal(">= 99.9%"), over_year=True, excludes_maintenance=True)
MONTHLY = replace(UPTIME, id="monthly", over_year=False)
LATENCY = Objective("latency", {}, LatencyShare(Threshold(Fraction(1000), inclusive=False)), goal(">= 99%"))
P95 = Objective("p95", {}, Percentile(Fraction(95, 100)), goal("< 2000ms"))
ERRORS = Objective("errors", {}, ErrorRate(ErrorCounts.FAULTS), goal("< 0.5%"))
COVERED = Objective("coverage", {}, Coverage(), goal(">= 99%"), advisory=True)


@dataclass(frozen=True)
class KeepsAll(CloudWatchKeeping):
    """Five minutes of everything, but for the ``lost`` months (first instants), as evidence would have it."""

    lost: tuple[Span, ...] = ()

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        """The span in five minutes, without what is lost."""
        return tuple(Kept(part, 300) for part in subtract((span,), self.lost) if part.shrink(300) == part)

    def hourly(self, service: Service, span: Span) -> tuple[Span, ...]:
        """Nowhere."""
        return ()

    def grid(self, service: Service, instant: int) -> int:
        """Five minutes everywhere."""
        return 300


@dataclass(frozen=True)
class Case:
    """A year: whose, of which requests, under what agreement, asked when."""

    hits: Sequence[Hit]
    now: int
    objectives: Sequence[Objective] = (UPTIME,)
    services: Sequence[Service] = (SHOP,)
    windows: Sequence[Window] = ()
    policy: MaintenancePolicy = field(default_factory=lambda: MaintenancePolicy(notice=48 * HOUR))
    timezone: str = "Europe/Rome"
    starts: tuple[int, int] = (1, 1)
    keeping: CloudWatchKeeping | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The agreement."""
        settings = ReportSettings(title="Shop", timezone=self.timezone, year_starts=self.starts)
        calendar = MaintenanceCalendar(self.policy, tuple(self.windows))
        files = (ConfigFile("slactl.yaml", "a1" * 32),)
        return Catalogue(settings, AwsSettings(), tuple(self.services), tuple(self.objectives), calendar, files)

    @property
    def made(self) -> Circumstances:
        """The clock and the machine."""
        keeping = self.keeping or KeepsAll(self.now)
        return Circumstances(self.now, True, "1", "3", "1", "2026", "0" * 64, "slactl report", keeping=keeping)

    def _world(self) -> tuple[FakeReader, Mapping[SourceKind, FakeInventory]]:
        names = sorted({hit.operation for hit in self.hits if hit.operation})
        return FakeReader(self.hits), {kind: FakeInventory(names, kind) for kind in SourceKind}

    def report(self, month: str) -> Report:
        """The month's own report."""
        return make_report(self.catalogue, Month.parse(month), *self._world(), self.made)

    def statement(self, year: int = 2026) -> Statement:
        """The year's statement."""
        return make_statement(self.catalogue, year, *self._world(), self.made)


def span_of(month: str, timezone: str = "Europe/Rome") -> Span:
    """A month's instants."""
    return Month.parse(month).span(ReportSettings(timezone=timezone).zone)


def beat(start: str, end: str, every: int = 6 * HOUR, status: int = 200) -> list[Hit]:
    """A request every so many seconds between two instants."""
    return [Hit(at, "GET /a", 100.0, status) for at in range(instant(start), instant(end), every)]


def outage(start: str, minutes: int) -> list[Hit]:
    """Every five minutes some failed requests."""
    first = instant(start)
    return [Hit(first + 300 * index, "GET /a", 90.0, 503) for index in range(minutes // 5)]


def window(name: str, start: str, hours: int, announced_days: int = 10) -> Window:
    """Work that was announced so many days before."""
    first = instant(start)
    return Window(name, Span(first, first + hours * HOUR), first - announced_days * DAY, "Upgrade")


def year_of_2026(*pieces: Iterable[Hit]) -> list[Hit]:
    """A request every six hours of 2026 (UTC), and what is given."""
    return sorted(
        [*beat("2025-12-31T22:00:00Z", "2026-12-31T23:00:00Z"), *(hit for piece in pieces for hit in piece)],
        key=lambda hit: hit.at,
    )


def row_of(report: Report, objective: str, span: RowSpan = RowSpan.MONTH) -> Result:
    """The service's row of a report."""
    rows = (row for row in report.results if (row.objective, row.span, row.operation) == (objective, span, None))
    return next(rows)


def uptime_of(statement: Statement, objective: str = "uptime") -> UptimeYear:
    """One availability objective of the year."""
    return next(one for one in statement.uptimes if one.objective == objective)


def started(day: str) -> Service:
    """The shop with a first day."""
    return replace(SHOP, since=date.fromisoformat(day))
