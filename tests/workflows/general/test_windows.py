"""General objectives in the windows of a check, and what is asked of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import pytest

from slactl.model.burn import BurnFactors, BurnPolicy, Lookback
from slactl.model.catalogue import Catalogue
from slactl.model.check import Check, Judged, Target, Window
from slactl.model.general import (
    Control,
    Expectation,
    Expects,
    Measured,
    Missing,
    Ratio,
    Silence,
    Statistic,
    Statistical,
    WeightedAverage,
)
from slactl.model.metric import Query, Series
from slactl.model.objective import ErrorCounts, ErrorRate, Objective
from slactl.model.report import SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.status import Code, Status
from slactl.ports import MetricReader
from slactl.ports.general import GeneralWorld, NoSamples
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS, pack
from slactl.sandbox.requests import RequestLog
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.metric_listing import ListedMetrics
from slactl.workflows.checking.check import Asked, make_check
from slactl.workflows.report import make_report
from tests.fakes import instant

from .stage import (
    HOUR,
    OCTOBER,
    PERCENT,
    START,
    Put,
    Stage,
    catalogue,
    circumstances,
    every,
    goal,
    objective,
    reader_of,
    term,
)

NOW = instant("2026-10-20T12:10:00+00:00")
ONE_HOUR = Lookback("1h", HOUR)
POLICY = BurnPolicy((BurnFactors(ONE_HOUR, Fraction(10), Fraction(5)),), 10, (), ONE_HOUR)
BAD, ALL = replace(term("Bad", Name="*"), missing=Missing.ZERO), term("All", Name="*")
SHARE = Ratio((BAD,), (ALL,), counts_good=False, silence=Silence.QUIET, breakdown="Name")
MOST = Statistic(ALL, Statistical.MAXIMUM, "count")
RANK = Statistic(ALL, Statistical.PERCENTILE, "count", rank=Fraction(95, 100))
MEAN = WeightedAverage(replace(BAD, scale=PERCENT), ALL)
LOOK = Control("dynamodb:DescribeTable", "Table", Expectation(Expects.PRESENT))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch, now=NOW)


@dataclass
class Counting:
    """A reader that remembers what it was asked, read by read."""

    inner: MetricReader
    reads: list[list[Query]] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        self.reads.append(list(queries))
        return self.inner.read(queries)

    def use(self) -> tuple[SourceUse, ...]:
        return self.inner.use()


def puts(bad: float = 8.0) -> list[Put]:
    return [
        Put("App", "All", {"Name": "a"}, every(60, 100.0, START, NOW)),
        Put("App", "Bad", {"Name": "a"}, every(60, bad, NOW - 2 * HOUR, NOW)),
        Put("App", "All", {"Name": "b"}, every(600, 1.0, START, NOW)),
    ]


def whole() -> Catalogue:
    found = [
        objective(SHARE, goal("< 1", PERCENT), "share", "dynamodb"),
        objective(MOST, goal("< 50"), "most", "dynamodb"),
        objective(RANK, goal("< 50"), "rank", "dynamodb"),
        objective(MEAN, goal("< 20", PERCENT), "mean", "edge"),
        objective(LOOK, goal(">= 100", PERCENT), "look", "edge"),
    ]
    return replace(catalogue(*found), burn=POLICY)


def checked(stage: Stage, window: Window, **told: object) -> tuple[dict[str, Target], Counting, Check]:
    world = stage.over(puts())
    reader = Counting(reader_of(world))
    made = replace(circumstances(NOW), general=GeneralWorld(ListedMetrics(world, NOW), NoSamples()))
    found = make_check(whole(), replace(Asked(window), **told), reader, {}, made)  # type: ignore[arg-type]
    return {one.row.objective: one for one in found.targets}, reader, found


def test_an_hour_is_judged_by_burn_rate_or_by_value(stage: Stage) -> None:
    """8 % of what 1 % allows is a rate of 8: a ticket. A maximum has no rate, a control no days."""
    targets, _, check = checked(stage, Window.HOUR)
    share = targets["share"]
    assert (share.status, share.judged) == (Status.WARNING, Judged.BURN_RATE)
    assert share.row.reason is not None
    assert share.row.reason.code is Code.BURNING
    assert share.row.total == 60 * 100 + 6
    assert share.row.good == 60 * 100 + 6 - 60 * 8
    most, mean = targets["most"], targets["mean"]
    assert (most.status, most.judged, most.row.value) == (Status.BREACHED, Judged.GOAL, Fraction(100))
    assert (mean.status, mean.judged) == (Status.OK, Judged.GOAL)
    assert mean.row.value == Fraction(8, 100) * 6000 / 6006
    assert targets["rank"].judged is Judged.BURN_RATE
    look = targets["look"].row
    assert look.reason is not None
    assert (look.status, look.reason.code) == (Status.NOT_RATED, Code.NO_BURN_RATE)
    assert check.status is Status.BREACHED


@pytest.mark.parametrize("window", [Window.MONTH, Window.YEAR])
def test_a_running_period_is_judged_by_the_goal(stage: Stage, window: Window) -> None:
    targets, _, _ = checked(stage, window)
    assert {one: target.judged for one, target in targets.items()} == dict.fromkeys(targets, Judged.GOAL)
    assert targets["share"].status is (Status.OK if window is Window.MONTH else Status.INSUFFICIENT_DATA)
    assert targets["most"].status is Status.BREACHED
    assert targets["share"].row.operation is None


def test_only_what_is_asked_is_read(stage: Stage) -> None:
    _, reader, _ = checked(stage, Window.MONTH, objectives=frozenset({"most"}))
    assert {query.stat for read in reader.reads for query in read} == {"Maximum"}
    targets, reader, _ = checked(stage, Window.MONTH, services=frozenset({"edge"}))
    assert targets.keys() == {"mean", "look"}
    assert {query.stat for read in reader.reads for query in read} == {"Average", "Minimum", "Maximum", "Sum"}
    targets, _, _ = checked(stage, Window.MONTH, operation="b")
    assert [(name, one.row.operation, one.row.total) for name, one in targets.items()] == [("share", "b", 2808)]


def test_everything_of_a_month_is_read_in_few_full_calls(stage: Stage) -> None:
    """All that may be asked at once is one read, nothing is asked twice, and the calls are nearly full."""
    kinds: tuple[Measured, ...] = (SHARE, replace(MOST, breakdown="Name"), replace(RANK, breakdown="Name"))
    found = [
        objective(one, goal("< 50"), f"{number} {one.kind} {key}", key)
        for number, one in enumerate((*kinds, replace(MEAN, breakdown="Name")))
        for key in ("a", "b", "c", "d", "e")
    ]
    names = [f"{number:02}" for number in range(24)]
    stored = [
        Put("App", name, {"Name": key}, every(6 * HOUR, value))
        for key in names
        for name, value in (("All", 100.0), ("Bad", 3.0))
    ]
    stage.now = NOW + 20 * 24 * HOUR
    world = stage.over(stored)
    reader = Counting(reader_of(world))
    made = replace(circumstances(stage.now), general=GeneralWorld(ListedMetrics(world, NOW), NoSamples()))
    report = make_report(catalogue(*found), OCTOBER, reader, {}, made)
    assert len(report.results) == 20 * (1 + len(names))
    asked = [query for read in reader.reads for query in read]
    assert len(asked) == len(set(asked))
    first = reader.reads[0]
    least = max(-(-len(first) // MAX_ENTRIES), -(-sum(query.datapoints for query in first) // MAX_POINTS))
    assert len(pack(first)) <= least * 1.1
    assert len(reader.reads) <= 8


def test_services_and_components_share_calls(stage: Stage) -> None:
    """What two services and a component ask first goes into one read, and so on; the figures stay their own."""
    times = range((NOW - 2 * 24 * HOUR) * 1000, (NOW - HOUR) * 1000, 600_000)
    rows = [(at, "GET /a", 100.0, 200, name, "prod") for at in times for name in ("one", "two")]
    services = tuple(Service(name, name, "prod") for name in ("one", "two"))
    rate = Objective("rate", {}, ErrorRate(ErrorCounts.FAULTS), goal("< 1", PERCENT))
    mixed = catalogue(rate, objective(SHARE, goal("< 1", PERCENT), "share", "dynamodb"))
    mixed = replace(mixed, services=services)
    alone: list[int] = []
    for chosen in ((services[0],), services):
        world = stage.over(puts(), RequestLog.from_rows(rows))
        reader = Counting(reader_of(world))
        made = replace(circumstances(NOW), general=GeneralWorld(ListedMetrics(world, NOW), NoSamples()))
        known = {SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(world)}
        report = make_report(replace(mixed, services=chosen), OCTOBER, reader, known, made)
        heads = {row.service: row.total for row in report.results if row.operation is None}
        assert heads == {**{one.key: len(times) for one in chosen}, "dynamodb": heads["dynamodb"]}
        assert {query.metrics[0].namespace for query in reader.reads[0]} == {"ApplicationSignals", "App"}
        alone.append(len(reader.reads))
    assert alone[0] == alone[1]
