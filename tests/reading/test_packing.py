"""Packing: every query once, inside CloudWatch's limits, in as few calls as there can be."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS, Call, pack, pieces

DAY = 86_400
SPANS = [Span(0, DAY), Span(0, 30 * DAY), Span(DAY, 8 * DAY)]


def metrics(count: int) -> tuple[Metric, ...]:
    return tuple(Metric("N", f"m{number}", ()) for number in range(count))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    span = draw(st.sampled_from(SPANS))
    return Query(metrics(draw(st.sampled_from([1, 1, 1, 2, 7, 100]))), "Sum", draw(st.sampled_from([300, 3600])), span)


LISTS = st.lists(queries(), max_size=60).flatmap(lambda some: st.integers(1, 12).map(lambda times: some * times))


@given(LISTS)
def test_every_query_is_in_one_call_over_its_span(asked: list[Query]) -> None:
    calls = pack(asked)
    assert Counter(index for call in calls for index in call.indices) == Counter(range(len(asked)))
    assert all(asked[index].span == call.span for call in calls for index in call.indices)


@given(LISTS)
def test_a_call_keeps_both_limits_unless_one_query_alone_breaks_them(asked: list[Query]) -> None:
    for call in pack(asked):
        held = [asked[index] for index in call.indices]
        assert call.entries == sum(query.entries for query in held)
        assert call.datapoints == sum(query.datapoints for query in held)
        assert len(held) == 1 or (call.entries <= MAX_ENTRIES and call.datapoints <= MAX_POINTS)


@given(LISTS)
def test_a_call_is_closed_only_when_the_next_query_does_not_fit(asked: list[Query]) -> None:
    for call, following in _neighbours(pack(asked)):
        first = asked[following.indices[0]]
        assert call.entries + first.entries > MAX_ENTRIES or call.datapoints + first.datapoints > MAX_POINTS


def _neighbours(calls: tuple[Call, ...]) -> list[tuple[Call, Call]]:
    return [(one, other) for one, other in itertools.pairwise(calls) if one.span == other.span]


@given(st.integers(1, 3000), st.sampled_from([60, 300, 3600, DAY, 30 * DAY]), st.sampled_from([1, 2, 30, 100]))
def test_like_queries_take_the_fewest_calls_there_can_be(count: int, period: int, inputs: int) -> None:
    one = Query(metrics(inputs), "Sum", period, SPANS[1])
    if one.datapoints > MAX_POINTS:
        return
    most = min(MAX_ENTRIES // one.entries, MAX_POINTS // one.datapoints)
    assert len(pack([one] * count)) == -(-count // most)


@pytest.mark.parametrize(("count", "period", "calls"), [(500, DAY, 1), (501, DAY, 2), (11, 300, 1), (12, 300, 2)])
def test_the_limits_are_those_of_cloudwatch(count: int, period: int, calls: int) -> None:
    """500 entries and 100,800 points: eleven series of 9,163 points fit, a twelfth does not."""
    span = Span(0, 9_163 * 300)
    found = pack([Query(metrics(1), "Sum", period, span)] * count)
    assert len(found) == calls
    assert sum(call.datapoints for call in found) == count * -(-span.seconds // period)


def test_a_query_that_fits_no_call_stands_alone() -> None:
    great = Query(metrics(100), "Sum", 300, SPANS[1])
    small = Query(metrics(1), "Sum", DAY, SPANS[1])
    assert [call.indices for call in pack([small, great, small])] == [(0,), (1,), (2,)]


def test_calls_follow_the_order_in_which_their_spans_were_first_asked_for() -> None:
    asked = [Query(metrics(1), "Sum", 300, span) for span in (SPANS[2], SPANS[0], SPANS[2], SPANS[0])]
    assert [(call.span, call.indices) for call in pack(asked)] == [(SPANS[2], (0, 2)), (SPANS[0], (1, 3))]
    assert pack([]) == ()


@pytest.mark.parametrize(("inputs", "entries", "points"), [(1, 1, 288), (2, 3, 576), (100, 101, 28_800)])
def test_a_sum_counts_its_hidden_inputs(inputs: int, entries: int, points: int) -> None:
    query = Query(metrics(inputs), "Sum", 300, SPANS[0])
    assert (query.entries, query.datapoints) == (entries, points)


def test_a_bucket_that_has_only_begun_is_a_point_too() -> None:
    assert Query(metrics(1), "Sum", 3600, Span(0, 3601)).datapoints == 2


@given(st.integers(0, 10**6), st.integers(1, 9000), st.sampled_from([60, 300, 3600]), st.integers(1, 100))
def test_pieces_of_a_span_follow_each_other_and_each_fits_a_call(
    start: int, count: int, period: int, inputs: int
) -> None:
    whole = Span(start * period, (start + count) * period)
    found = pieces(whole, period, inputs)
    assert (found[0].start, found[-1].end) == (whole.start, whole.end)
    assert all(one.end == other.start for one, other in itertools.pairwise(found))
    assert all((piece.start - whole.start) % period == 0 for piece in found)
    assert all(Query(metrics(inputs), "Sum", period, piece).datapoints <= MAX_POINTS for piece in found)
    assert len(found) == -(-count // (MAX_POINTS // inputs))
