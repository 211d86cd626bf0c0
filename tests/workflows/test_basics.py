"""What is read of streams over a span: counts, latencies, and what is assumed where nothing could be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.compliance.amount import Amount
from slactl.compliance.counts import Counts
from slactl.model.metric import Query, Stream
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring, Cover
from slactl.workflows.asking import GapList
from slactl.workflows.basics import WEEK, Anchor, Reading, read_parts
from tests.fakes import FAILED, FakeReader, Hit, hourly, instant, operation_of, own_stream, stage_stream

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
SPAN = Span(FIRST + 5 * HOUR, FIRST + 2 * DAY + 7 * HOUR)
HOURS = SPAN.seconds // HOUR
EACH = [Hit(0, "GET /a", 50.0), Hit(60, "GET /a", 250.5, 503), Hit(120, "GET /b", 9.0, 404), Hit(180, "GET /b", 80.0)]
TRAFFIC = hourly(SPAN.start, HOURS, EACH)
WEEK_BEFORE = [replace(hit, at=hit.at - WEEK) for hit in TRAFFIC[: 4 * 10]]
A, B = own_stream("GET /a"), own_stream("GET /b")


def read(
    reader: FakeReader, streams: Sequence[Stream], spans: Spans = (SPAN,), anchor: Anchor | None = None
) -> tuple[Cover, list[Reading], GapList]:
    gaps = GapList("shop")
    cover, found = read_parts(reader, streams, spans, lambda span: 300, anchor or Anchor(), gaps, ["p95"])
    return cover, found, gaps


@pytest.mark.parametrize("anchoring", list(Anchoring))
def test_counts_and_extremes_do_not_depend_on_how_buckets_are_anchored(anchoring: Anchoring) -> None:
    noise = [Hit(SPAN.start - 1, "GET /a", 1.0, 500), Hit(SPAN.end, "GET /a", 9999.0, 500)]
    anchor = Anchor()
    cover, (a, b), gaps = read(FakeReader([*noise, *TRAFFIC], anchoring=anchoring), [A, B], anchor=anchor)
    assert anchor.found is anchoring
    assert len(cover) == (1 if anchoring is Anchoring.START else 3)
    assert a.part.counts == Counts(2 * HOURS, Amount.of(HOURS), Amount.of(0))
    assert b.part.counts == Counts(2 * HOURS, Amount.of(0), Amount.of(HOURS))
    assert a.part.latency.extremes() == (Fraction(50), Fraction("250.5"))
    assert a.part.latency.samples == 2 * HOURS
    assert a.hints == {"p95": 250.5}
    assert gaps.all() == ()


def test_once_seen_the_anchoring_is_remembered() -> None:
    anchor = Anchor()
    reader = FakeReader(TRAFFIC, anchoring=Anchoring.EPOCH)
    read(reader, [A], anchor=anchor)
    assert reader.batches == 2
    read(reader, [A], anchor=anchor)
    assert reader.batches == 3


def test_nothing_is_asked_about_nothing() -> None:
    reader = FakeReader(TRAFFIC)
    assert read(reader, [A], spans=())[:2] == ((), [Reading(read(reader, [A], spans=())[1][0].part)])
    assert read(reader, [])[:2] == ((), [])
    assert reader.asked == []


def test_bad_answers_that_were_not_reported_may_be_all_or_none() -> None:
    reader = FakeReader(TRAFFIC, absent=lambda query, start: query.metrics[0].name == "Fault")
    _, (a, _), _ = read(reader, [A, B])
    assert a.part.counts.faults == Amount(0, 2 * HOURS)
    assert a.part.counts.errors == Amount.of(0)


def _refuses(name: str, stat: str | None = None, after: int = 0, operation: str | None = "GET /a") -> FakeReader:
    def refuse(query: Query) -> Reason | None:
        metric = query.metrics[0]
        hit = metric.name == name and stat in (None, query.stat) and operation_of(metric) == operation
        return FAILED if hit and query.span.start >= after else None

    return FakeReader([*TRAFFIC, *WEEK_BEFORE], refuse=refuse)


def test_a_span_that_was_not_read_is_taken_to_hold_the_requests_of_a_week_before() -> None:
    _, (a, b), gaps = read(_refuses("Latency", after=FIRST), [A, B])
    assert a.part.counts == Counts(20, Amount(0, 20), Amount(0, 20), 20)
    assert (a.part.latency.samples, a.part.latency.assumed) == (20, 20)
    assert a.part.latency.count(Fraction(10_000)) == Amount(0, 20)
    assert b.part.counts == Counts(2 * HOURS, Amount.of(0), Amount.of(HOURS))
    (gap,) = gaps.all()
    assert (gap.reason.code, gap.operation, gap.span) == (Code.READ_FAILED, "GET /a", SPAN)
    assert dict(gap.reason.figures)["metric"] == "Latency"


def test_where_the_week_before_is_unknown_too_nobody_knows() -> None:
    assert read(_refuses("Latency"), [A])[1][0].part.counts == Counts.unread(None)
    empty = _refuses("Latency", after=FIRST)
    empty.hits = TRAFFIC
    assert read(empty, [A])[1][0].part.counts == Counts.unread(None)


def test_faults_that_were_not_read_are_unknown_and_a_gap() -> None:
    _, (a,), gaps = read(_refuses("Fault"), [A])
    assert a.part.counts == Counts(2 * HOURS, Amount(0, 2 * HOURS), Amount.of(0))
    assert [dict(gap.reason.figures)["metric"] for gap in gaps.all()] == ["Fault"]


@pytest.mark.parametrize("anchoring", list(Anchoring))
def test_latencies_of_a_stage_that_were_not_read_are_those_of_its_requests(anchoring: Anchoring) -> None:
    """A stage counts its requests in a metric of their own: its latencies may be missing alone."""
    reader = _refuses("Latency", "SampleCount", operation=None)
    reader.anchoring = anchoring
    _, (stage,), gaps = read(reader, [stage_stream(None)])
    assert stage.part.counts.requests == 4 * HOURS
    assert (stage.part.latency.samples, stage.part.latency.assumed) == (4 * HOURS, 4 * HOURS)
    assert stage.part.latency.count(Fraction(10_000)) == Amount(0, 4 * HOURS)
    assert {dict(gap.reason.figures)["metric"] for gap in gaps.all()} == {"Latency"}


@pytest.mark.parametrize(("stat", "low", "high"), [("Minimum", None, 250.5), ("Maximum", 50, None)])
def test_an_extreme_that_was_not_read_settles_nothing(stat: str, low: float | None, high: float | None) -> None:
    _, (a,), gaps = read(_refuses("Latency", stat), [A])
    told = [None if end is None else float(end) for end in a.part.latency.extremes()]
    assert told == [low, high]
    assert len(gaps.all()) == 1


def test_hints_come_from_the_longest_run_only() -> None:
    reader = FakeReader(TRAFFIC, anchoring=Anchoring.EPOCH)
    read(reader, [A], anchor=Anchor(Anchoring.EPOCH))
    (asked,) = [query for query in reader.asked if query.stat == "p95"]
    assert (asked.period, asked.span) == (DAY, Span(FIRST + DAY, FIRST + 2 * DAY))
