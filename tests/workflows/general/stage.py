"""A sandbox of published metrics, and the product's judgement over it.

The one rule: samples are plain tuples (seconds, value); everything of slactl that reads them is the real thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import pytest

from slactl.aws.failures import AwsFailure
from slactl.aws.session import AwsWorld
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.component import Component
from slactl.model.general import General, MetricTerm
from slactl.model.goal import Comparison, Goal
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.metric import Query, Series
from slactl.model.objective import Objective
from slactl.model.period import Month
from slactl.model.report import Report, Result, SourceUse
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.ports.general import GeneralWorld, NoSamples
from slactl.sandbox.app import Application
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import Behaviour, World
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.sources.metric_listing import ListedMetrics, Remembered
from slactl.sources.regions import RegionalReader
from slactl.workflows.report import Circumstances, make_report
from tests.fakes import instant
from tests.sources.sandboxed import over

OCTOBER = Month(2026, 10)
START = instant("2026-10-01T00:00:00+00:00")
END = instant("2026-11-01T00:00:00+00:00")
LATER = instant("2026-11-06T00:00:00+00:00")
HOUR = 3600
Samples = Iterable[tuple[int, float]]


@dataclass(frozen=True)
class Put:
    """A published metric: its name, dimensions, samples."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    samples: Sequence[tuple[int, float]]
    unit: str = "Count"
    region: str = ""


@dataclass
class Stage:
    """A world with metrics, and clients of it; ``remembers`` says that the lists of October's days are kept."""

    monkeypatch: pytest.MonkeyPatch
    now: int = LATER
    behaviour: Behaviour = field(default_factory=Behaviour)
    app: Application | None = None
    anchoring: str = "start"
    refused: str | None = None
    remembers: bool = False

    def over(self, puts: Iterable[Put], requests: RequestLog | None = None) -> AwsWorld:
        world = World(requests or RequestLog.empty(), now=self.now, behaviour=self.behaviour, anchoring=self.anchoring)  # type: ignore[arg-type]
        for put in puts:
            times, values = [at * 1000 for at, _ in put.samples], [value for _, value in put.samples]
            world.add_series(put.namespace, put.name, put.dimensions, put.unit, times, values, put.region)
        made, self.app = over(world, self.monkeypatch)
        return made

    def judged(self, catalogue: Catalogue, puts: Iterable[Put], month: Month = OCTOBER) -> Report:
        """The report of a month."""
        world = self.over(puts)
        kept = Remembered((), (Span(START, END),) if self.remembers else ())
        directory = ListedMetrics(world, self.now, lambda: kept)
        made = circumstances(self.now)
        made = replace(made, general=GeneralWorld(directory, NoSamples()))
        return make_report(catalogue, month, reader_of(world, self.refused), {}, made)

    def rows(self, catalogue: Catalogue, puts: Iterable[Put], month: Month = OCTOBER) -> dict[str | None, Result]:
        """The rows of the only objective, by value of its breakdown."""
        return {row.operation: row for row in self.judged(catalogue, puts, month).results}


def reader_of(world: AwsWorld, refused: str | None = None) -> MetricReader:
    """What the command line makes of a world; in the ``refused`` region nobody may read."""
    return RegionalReader(
        CloudWatchReader(world),
        lambda: world.region,
        lambda region: Refusing() if region == refused else CloudWatchReader(world, None, region),
    )


class Refusing:
    """A ``MetricReader`` whose every call is denied."""

    def read(self, queries: Sequence[Query]) -> list[Series]:
        raise AwsFailure(f"GetMetricData answered AccessDenied to {len(queries)}", "allow it", "AccessDenied")

    def use(self) -> tuple[SourceUse, ...]:
        return ()


def circumstances(now: int) -> Circumstances:
    """The clock, and nothing of a machine."""
    return Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report")


def goal(text: str, unit: Fraction = Fraction(1)) -> Goal:
    """A goal of a sign and a decimal; ``unit`` is what one stands for (percent: 1/100)."""
    sign, number = text.split(" ")
    return Goal(Comparison(sign), Fraction(number) * unit, text)


PERCENT = Fraction(1, 100)


def objective(indicator: General, goal: Goal, name: str = "kpi", key: str = "platform", **told: object) -> Objective:
    """An objective of a component."""
    made = Objective(name, {"en": name}, indicator, goal, services=(key,))
    return replace(made, **told)  # type: ignore[arg-type]


def catalogue(*objectives: Objective, calendar: MaintenanceCalendar | None = None) -> Catalogue:
    """A catalogue of general objectives only."""
    keys = dict.fromkeys(key for one in objectives if one.general for key in one.services or ())
    return Catalogue(
        ReportSettings(),
        AwsSettings(region="eu-west-1"),
        (),
        objectives,
        calendar or MaintenanceCalendar(),
        components=tuple(Component(key) for key in keys),
    )


def term(name: str, stat: str = "Sum", /, namespace: str = "App", **dimensions: str) -> MetricTerm:
    """A term with one pattern a dimension."""
    return MetricTerm(namespace, name, stat, tuple((key, (value,)) for key, value in dimensions.items()))


def every(step: int, value: float, start: int = START, end: int = END) -> list[tuple[int, float]]:
    """A sample of the same value every so many seconds."""
    return [(at, value) for at in range(start, end, step)]
