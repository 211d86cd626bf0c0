"""What every metric reader does: the fake of the inner rooms' tests, and CloudWatchReader over the sandbox.

The one rule: what is expected is counted here, request by request; neither reader is the other's measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.ports import MetricReader
from slactl.reading.cover import Anchoring
from slactl.sandbox.behaviour import Behaviour
from slactl.sources.cloudwatch import CloudWatchReader
from tests.fakes import FakeReader, Hit, instant, operation_of, own_stream, stage_stream
from tests.sources.sandboxed import over, world_of

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
NOW = FIRST + 9 * DAY
OPERATIONS = ["GET /a", "POST /b", "GET /c/{id}"]
HITS = st.lists(
    st.builds(
        Hit,
        st.integers(FIRST, FIRST + 3 * DAY),
        st.sampled_from(OPERATIONS),
        st.sampled_from([0.5, 1.0, 99.999, 100.0, 2500.75]),
        st.sampled_from([200, 404, 503]),
    ),
    max_size=30,
)
Make = Callable[..., MetricReader]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["fake", "sandbox"])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a reader over some requests."""

    def fake(hits: Sequence[Hit], anchoring: str = "start", *, edge: bool = False, hidden: str = "") -> MetricReader:
        return FakeReader(hits, anchoring=Anchoring(anchoring), hidden=frozenset({hidden} - {""}))

    def sandbox(hits: Sequence[Hit], anchoring: str = "start", *, edge: bool = False, hidden: str = "") -> MetricReader:
        troubles = Behaviour(forbidden=frozenset({hidden} - {""}))
        aws, _ = over(world_of(hits, NOW, edge=edge, anchoring=anchoring, behaviour=troubles), monkeypatch)
        return CloudWatchReader(aws)

    return fake if request.param == "fake" else sandbox


def value(stat: str, samples: list[float]) -> float | None:
    """A statistic, written once more."""
    if stat == "SampleCount":
        return float(len(samples))
    if stat.startswith("TC(:"):
        return float(len([sample for sample in samples if sample <= float(stat[4:-1])])) or None
    return sum(samples) if stat == "Sum" else min(samples) if stat == "Minimum" else max(samples)


def sample(metric: Metric, hit: Hit) -> float:
    bad = {"Fault": 500, "5XXError": 500, "Error": 400, "4XXError": 400}.get(metric.name)
    return hit.ms if bad is None else float(bad <= hit.status < bad + 100)


def expected(query: Query, hits: Iterable[Hit], anchoring: str) -> dict[int, float]:
    """The points of one metric: buckets from the start or the epoch, whole ones in the latter case."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    (metric,), origin = query.metrics, query.span.start if anchoring == "start" else 0
    inside = query.span
    if anchoring == "epoch":
        last = -(-query.span.end // query.period) * query.period
        inside = Span(query.span.start // query.period * query.period, last)
    for hit in hits:
        if operation_of(metric) in (None, hit.operation) and inside.start <= hit.at < inside.end:
            found[origin + (hit.at - origin) // query.period * query.period].append(sample(metric, hit))
    points = {start: value(query.stat, samples) for start, samples in found.items()}
    return {start: point for start, point in points.items() if point is not None}


STATS = st.sampled_from(["SampleCount", "Sum", "Minimum", "Maximum", "TC(:100)", "TC(:99.999)", "TC(:0.1)"])


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, int]:
    """A span on whole periods, or one long bucket."""
    period = draw(st.sampled_from([60, 300, HOUR, DAY]))
    first = draw(st.integers(0, 2 * DAY // period))
    span = Span(FIRST + first * period, FIRST + (first + draw(st.integers(1, max(1, DAY // period)))) * period)
    return span, draw(st.sampled_from([period, span.seconds]))


@st.composite
def queries(draw: st.DrawFn, stream: Callable[[str | None], Stream]) -> Query:
    span, period = draw(spans())
    chosen = stream(draw(st.sampled_from([*OPERATIONS, None])))
    metric = draw(st.sampled_from([chosen.latency, chosen.faults, chosen.errors, chosen.requests]))
    return Query((metric,), draw(STATS), period, span)


@QUICK
@given(hits=HITS, data=st.data(), anchoring=st.sampled_from(["start", "epoch"]), edge=st.booleans())
def test_points_are_what_was_requested(
    make: Make, hits: list[Hit], data: st.DataObject, anchoring: str, edge: bool
) -> None:
    asked = data.draw(st.lists(queries(stage_stream if edge else own_stream), max_size=8))
    asked = [query for query in asked if not (query.stat == "Sum" and query.metrics[0].name == "Latency")]
    found = make(hits, anchoring, edge=edge).read(asked)
    if not edge:
        assert found == [Series(expected(query, hits, anchoring)) for query in asked]
        return
    for query, series in zip(asked, found, strict=True):
        plain = query.metrics[0].name != "Count" or query.stat == "SampleCount"
        assert not plain or series == Series(expected(query, hits, anchoring))


@QUICK
@given(hits=HITS, given_=spans(), anchoring=st.sampled_from(["start", "epoch"]))
def test_a_sum_is_the_sum_of_its_metrics(make: Make, hits: list[Hit], given_: tuple[Span, int], anchoring: str) -> None:
    span, period = given_
    parts = [Query((own_stream(name).faults,), "Sum", period, span) for name in OPERATIONS]
    together = Query(tuple(part.metrics[0] for part in parts), "Sum", period, span)
    *each, total = make(hits, anchoring).read([*parts, together])
    starts = {start for series in each for start in series.points}
    assert total == Series({start: sum(series.points.get(start, 0) for series in each) for start in sorted(starts)})


BUSY = [Hit(FIRST + 600 * step, OPERATIONS[step % 3], 10.0 * step, 200 + 300 * (step % 2)) for step in range(144)]
SPAN = Span(FIRST, FIRST + DAY)


def plain(stream: Stream, stat: str = "Sum", period: int = HOUR) -> Query:
    return Query((stream.faults,), stat, period, SPAN)


def test_answers_stand_in_the_order_of_the_queries(make: Make) -> None:
    asked = [plain(own_stream(name), period=period) for period in (300, HOUR, DAY) for name in (*OPERATIONS, None)]
    found = make(BUSY).read(asked)
    assert found == [Series(expected(query, BUSY, "start")) for query in asked]
    assert make(BUSY).read(asked[::-1]) == found[::-1]


def test_the_same_question_asked_twice_has_the_same_answer_twice(make: Make) -> None:
    first, second = make(BUSY).read([plain(own_stream(None))] * 2)
    assert first == second


def test_no_queries_no_answers(make: Make) -> None:
    assert make(BUSY).read([]) == []


def test_a_metric_that_is_not_there_has_no_points_and_no_failure(make: Make) -> None:
    nowhere = Metric("ApplicationSignals", "Latency", (("Operation", "GET /none"), ("Service", "shop")))
    assert make(BUSY).read([Query((nowhere,), "Sum", HOUR, SPAN)]) == [Series({})]


def test_a_refused_metric_has_a_reason_and_no_points(make: Make) -> None:
    a, b = make(BUSY, hidden="GET /a").read([plain(own_stream(name)) for name in OPERATIONS[:2]])
    assert a.failure is not None
    assert (a.points, a.failure.code) == ({}, Code.ACCESS_DENIED)
    assert b == Series(expected(plain(own_stream("POST /b")), BUSY, "start"))


def test_a_refused_input_just_goes_missing_in_a_sum(make: Make) -> None:
    """Why sums have to be held against the operations' own counts."""
    metrics = tuple(own_stream(name).faults for name in OPERATIONS)
    (found,) = make(BUSY, hidden="GET /a").read([Query(metrics, "Sum", DAY, SPAN)])
    rest = sum(hit.status == 500 and hit.operation != "GET /a" for hit in BUSY)
    assert found == Series({FIRST: float(rest)})


def test_percentiles_lie_between_the_extremes(make: Make) -> None:
    latency = own_stream("GET /a").latency
    found = make(BUSY).read(
        [Query((latency,), stat, DAY, SPAN) for stat in ("Minimum", "p50", "p95", "p99", "Maximum")]
    )
    values = [series.points[FIRST] for series in found]
    assert values == sorted(values)


def test_what_was_asked_is_told_in_points_and_queries(make: Make) -> None:
    reader = make(BUSY)
    reader.read(
        [plain(own_stream(None)), Query((own_stream(None).faults, own_stream("GET /a").faults), "Sum", 300, SPAN)]
    )
    (use,) = reader.use()
    assert (use.queries, use.datapoints, use.account) == (3, 24 + 2 * 288, "123456789012")
