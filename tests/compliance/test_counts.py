"""Counts: they add up, and what was not read is in the high ends only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slactl.compliance.amount import Amount
from slactl.compliance.counts import Counts, add_up


@st.composite
def read(draw: st.DrawFn) -> Counts:
    """Counts of a span that was read, though a fault may not have been reported."""
    requests = draw(st.integers(0, 500))
    low, high = sorted(draw(st.tuples(st.integers(0, requests), st.integers(0, requests))))
    return Counts(requests, Amount(low, high), Amount.of(draw(st.integers(0, requests))))


ANY = read() | st.one_of(st.none(), st.integers(0, 500)).map(Counts.unread)


def test_an_unread_span_is_all_good_at_best_and_all_bad_at_worst() -> None:
    assert Counts.unread(40) == Counts(40, Amount(0, 40), Amount(0, 40), 40, unbounded=False)


def test_where_nobody_knows_how_many_there_were_the_sum_says_so() -> None:
    found = add_up([Counts(10), Counts.unread(None)])
    assert found.unbounded
    assert (found.requests, found.assumed) == (10, 0)


@given(st.lists(ANY))
def test_the_sum_is_the_same_one_by_one(parts: list[Counts]) -> None:
    added = Counts()
    for part in parts:
        added += part
    assert add_up(parts) == added


@given(ANY, ANY)
def test_a_part_taken_away_leaves_the_rest_within_its_bounds(rest: Counts, part: Counts) -> None:
    left = (rest + part).less(part)
    assert left.requests == rest.requests
    assert left.assumed == rest.assumed
    assert left.faults.low <= rest.faults.low <= rest.faults.high <= left.faults.high
    assert left.errors.low <= rest.errors.low <= rest.errors.high <= left.errors.high
    assert left.unbounded == (rest.unbounded or part.unbounded)


@given(ANY, ANY)
def test_nothing_is_negative_or_more_than_the_requests(whole: Counts, part: Counts) -> None:
    left = whole.less(part)
    assert left.requests >= 0
    assert 0 <= left.assumed <= left.requests
    for amount in (left.faults, left.errors):
        assert 0 <= amount.low <= amount.high <= left.requests
