"""Where metrics are and what they are called: regions, accounts, names and dimensions that look alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import pytest

from slactl.model.general import MetricTerm, Missing, Ratio, Silence, WeightedAverage
from slactl.model.metric import LadderQuery, Metric, Query, Series
from slactl.model.report import Result, SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Status
from slactl.ports import MetricReader
from slactl.sources.metric_listing import ListedMetrics, Remembered
from slactl.sources.regions import RegionalReader

from .stage import END, HOUR, LATER, PERCENT, START, Put, Stage, catalogue, every, goal, objective, term

RECENT = END - 2 * 24 * HOUR
ABROAD = "us-east-1"
EDGE = {"DistributionId": "E1", "Region": "Global"}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def said(row: Result) -> tuple[Status, Code | None]:
    return row.status, row.reason.code if row.reason else None


def edge_rate(region: str | None) -> WeightedAverage:
    dimensions = (("DistributionId", ("E1",)), ("Region", ("Global",)))
    value = MetricTerm("AWS/CloudFront", "5xxErrorRate", "Average", dimensions, region, scale=PERCENT)
    weight = replace(value, name="Requests", stat="Sum", scale=Fraction(1))
    return WeightedAverage(value, weight, silence=Silence.QUIET)


def test_what_is_published_in_another_region_is_read_there(stage: Stage) -> None:
    puts = [
        Put("AWS/CloudFront", "Requests", EDGE, [(RECENT, 1.0), (RECENT + 600, 999.0)], region=ABROAD),
        Put("AWS/CloudFront", "5xxErrorRate", EDGE, [(RECENT, 100.0), (RECENT + 600, 0.0)], "Percent", ABROAD),
    ]
    found = [objective(edge_rate(region), goal("< 0.5", PERCENT), str(region)) for region in (ABROAD, None)]
    report = stage.judged(catalogue(*found), puts)
    there, here = report.results
    assert (there.status, there.value, there.total) == (Status.OK, Fraction(1, 1000), 1000)
    assert said(here) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    assert {(one.kind, one.region) for one in report.sources} >= {("cloudwatch", "eu-west-1"), ("cloudwatch", ABROAD)}


@dataclass(frozen=True)
class Trap:
    """A metric as it is published, and one that looks like it."""

    published: MetricTerm
    looks_alike: MetricTerm


API = "AWS/ApiGateway"
TRAPS = {
    "rest-5xx": Trap(
        term("5XXError", namespace=API, ApiName="shop", Stage="prod"),
        term("5xx", namespace=API, ApiName="shop", Stage="prod"),
    ),
    "http-5xx": Trap(
        term("5xx", namespace=API, ApiId="a1b2c3d4e5", Stage="prod"),
        term("5XXError", namespace=API, ApiId="a1b2c3d4e5", Stage="prod"),
    ),
    "api-name-or-id": Trap(
        term("Count", namespace=API, ApiName="shop", Stage="prod"),
        term("Count", namespace=API, ApiId="shop", Stage="prod"),
    ),
    "less-dimensions": Trap(
        term("ErrorCount", namespace="AWS/MemoryDB", ClusterName="c", NodeName="c-0001-001"),
        term("ErrorCount", namespace="AWS/MemoryDB", ClusterName="c"),
    ),
    "more-dimensions": Trap(
        term("Throttles", namespace="AWS/Lambda", FunctionName="f"),
        term("Throttles", namespace="AWS/Lambda", FunctionName="f", Resource="*"),
    ),
    "namespace": Trap(
        term("Latency", namespace="ApplicationSignals", Service="s"),
        term("Latency", namespace="AWS/ApplicationSignals", Service="s"),
    ),
}


def test_a_name_that_looks_alike_is_nobodys(stage: Stage) -> None:
    puts, found = [Put("App", "All", {}, every(HOUR, 10.0, RECENT))], []
    for name, trap in TRAPS.items():
        dimensions = {key: patterns[0] for key, patterns in trap.published.dimensions}
        puts.append(Put(trap.published.namespace, trap.published.name, dimensions, every(HOUR, 1.0, RECENT)))
        for which, one in (("right", trap.published), ("wrong", trap.looks_alike)):
            share = Ratio((one,), (term("All"),), counts_good=False, silence=Silence.QUIET)
            found.append(objective(share, goal("< 50", PERCENT), f"{name} {which}"))
    rows = {row.objective: row for row in stage.judged(catalogue(*found), puts).results}
    for name in TRAPS:
        assert (rows[f"{name} right"].status, rows[f"{name} right"].value) == (Status.OK, Fraction(1, 10)), name
        assert said(rows[f"{name} wrong"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED), name


def test_an_earlier_list_tells_of_what_is_forgotten(stage: Stage) -> None:
    """ListMetrics shows two weeks; what evidence listed in October completes it."""
    world = stage.over([Put("App", "All", {"Name": "new"}, every(HOUR, 1.0, END - HOUR, END))])
    wild = term("All", Name="*")
    old = Metric("App", "All", (("Name", "old"),))
    other = Metric("App", "All", (("Name", "old"), ("More", "x")))
    october = Span(START, END)
    (today,) = ListedMetrics(world, LATER).metrics([wild], october)
    assert ([dict(one.dimensions)["Name"] for one in today.metrics], today.forgotten) == (
        ["new"],
        (Span(START, LATER - 14 * 86_400),),
    )
    remembered = Remembered((old, other), (october,))
    (whole,) = ListedMetrics(world, LATER, lambda: remembered).metrics([wild], october)
    assert [dict(one.dimensions)["Name"] for one in whole.metrics] == ["new", "old"]
    assert not whole.forgotten
    listed = ListedMetrics(world, LATER)
    assert [one.known for one in listed.metrics([term("All", Name="new"), term("Al", Name="*")], october)] == [
        True,
        False,
    ]
    assert [(one.kind, one.region, one.calls) for one in listed.use()] == [("list-metrics", "eu-west-1", 2)]


def test_a_list_asks_no_wider_than_it_must(stage: Stage) -> None:
    """By every dimension, by its value where there is one only, of a linked account by its number; each list once."""
    world = stage.over([])
    wanted = MetricTerm("App", "All", "Sum", (("Kind", ("x",)), ("Name", ("a*", "b"))), ABROAD, "210987654321")
    ListedMetrics(world, LATER).metrics([wanted, replace(wanted, stat="SampleCount")], Span(START, END))
    assert stage.app is not None
    (call,) = [one for one in stage.app.calls if one.operation == "ListMetrics"]
    assert call.params == {
        "Namespace": "App",
        "MetricName": "All",
        "Dimensions": [{"Name": "Kind", "Value": "x"}, {"Name": "Name"}],
        "IncludeLinkedAccounts": True,
        "OwningAccount": "210987654321",
    }


@dataclass
class Told:
    """A reader that answers with its own name."""

    name: float
    asked: list[Query] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        self.asked += queries
        return [Series({0: self.name}) for _ in queries]

    def use(self) -> tuple[SourceUse, ...]:
        return (SourceUse(str(self.name), None, None, None, len(self.asked), 0, 0),)


def test_answers_keep_their_order_whoever_gives_them() -> None:
    home, made = Told(0.0), dict[str, Told]()

    def elsewhere(region: str) -> MetricReader:
        made[region] = Told(float(len(made) + 1))
        return made[region]

    reader = RegionalReader(home, lambda: "eu-west-1", elsewhere, lambda: Told(9.0))
    places = [
        ("A", ABROAD),
        ("A", None),
        ("Cloudflare/R2", None),
        ("A", "ap-south-1"),
        ("A", "eu-west-1"),
        ("A", ABROAD),
    ]
    metrics = [Metric(namespace, "M", (), None, region) for namespace, region in places]
    found = reader.read([Query((metric,), "Sum", 60, Span(0, 60)) for metric in metrics])
    assert [one.points[0] for one in found] == [2.0, 0.0, 9.0, 1.0, 0.0, 2.0]
    assert [one.kind for one in reader.use()] == ["0.0", "9.0", "1.0", "2.0"]
    (rise,) = reader.ladders([LadderQuery(metrics[1], ("1", "2"), 60, Span(0, 60))])
    assert rise.points == {0: (0.0, 0.0)}


def test_what_is_refused_elsewhere_leaves_the_rest_as_it_is(stage: Stage) -> None:
    """Nobody may read abroad: that entry says so, and the report is made."""
    puts = [Put("App", "All", {}, every(HOUR, 10.0, RECENT)), Put("App", "Bad", {}, every(HOUR, 0.0, RECENT))]
    here = Ratio((term("Bad"),), (term("All"),), counts_good=False, silence=Silence.QUIET)
    there = Ratio(
        (replace(term("Bad"), region=ABROAD, missing=Missing.ZERO),), (replace(term("All"), region=ABROAD),), False
    )
    stage.refused = ABROAD
    report = stage.judged(
        catalogue(objective(here, goal("< 1", PERCENT), "here"), objective(there, goal("< 1", PERCENT), "there")), puts
    )
    own, other = report.results
    assert own.status is Status.OK
    assert said(other) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)
