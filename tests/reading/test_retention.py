"""Retention: what can still be read, an hour before CloudWatch's lines, and how finely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.kept import Kept
from slactl.model.period import Month
from slactl.model.span import Span, seconds
from slactl.reading.retention import CLASSES, DAY, HOUR, fine_from, finest, kept_from, minutes_from, readable
from tests.fakes import instant, zone

NOW = instant("2026-11-04T06:00:00Z")
ANY_NOW = st.integers(NOW, NOW + 60 * DAY)
LENGTHS = st.integers(1, 40 * DAY // 900)


@pytest.mark.parametrize(("kept", "period", "then"), [(15, 60, 300), (63, 300, HOUR), (455, HOUR, None)])
def test_within_an_hour_of_a_line_the_coarser_side_is_taken(kept: int, period: int, then: int | None) -> None:
    line = NOW - kept * DAY
    assert finest(line + HOUR, NOW) == period
    assert finest(line + HOUR - 1, NOW) == then
    assert finest(line, NOW) == then


@given(ANY_NOW)
def test_the_first_whole_hours_that_are_surely_kept(now: int) -> None:
    for first, kept in ((fine_from(now), CLASSES[1][0]), (kept_from(now), CLASSES[2][0])):
        assert first % HOUR == 0
        assert first - HOUR < now - kept + HOUR <= first


@st.composite
def spans_and_now(draw: st.DrawFn) -> tuple[Span, int]:
    """A span on quarters of an hour, of any age."""
    now = draw(ANY_NOW)
    back = draw(st.one_of(st.integers(1, 500 * DAY), st.sampled_from([63 * DAY, 455 * DAY, 15 * DAY])))
    start = (now - back) // 900 * 900
    return Span(start, start + draw(LENGTHS) * 900), now


@given(spans_and_now())
def test_what_is_readable_is_kept_as_finely_as_it_says(given_: tuple[Span, int]) -> None:
    span, now = given_
    for piece in readable(span, now):
        assert span.holds(piece.span)
        assert all((finest(part.start, now) or DAY) <= piece.finest for part in piece.parts)
        assert piece.span.start % piece.finest == piece.span.end % piece.finest == 0


@given(spans_and_now())
def test_only_edges_below_an_hour_and_what_expired_are_lost(given_: tuple[Span, int]) -> None:
    span, now = given_
    pieces = readable(span, now)
    oldest = kept_from(now)
    alive = span.clip(Span(min(oldest, span.end), max(span.end, oldest) + 1))
    lost = (alive.seconds if alive else 0) - seconds(piece.span for piece in pieces)
    assert 0 <= lost < 2 * HOUR
    if span.start >= fine_from(now):
        assert lost == 0
        assert [piece.finest <= 300 for piece in pieces] == [True]


@given(spans_and_now())
def test_the_pieces_are_at_most_two_and_follow_each_other(given_: tuple[Span, int]) -> None:
    pieces = readable(*given_)
    assert len(pieces) <= 2
    if len(pieces) == 2:
        assert pieces[0].finest == HOUR
        assert pieces[0].reach.end == pieces[1].span.start == fine_from(given_[1])


@given(spans_and_now())
def test_head_and_tail_are_the_hours_over_an_edge(given_: tuple[Span, int]) -> None:
    span, now = given_
    for piece in readable(span, now):
        if piece.head:
            assert piece.head == Span(piece.span.start - HOUR, piece.span.start)
            assert piece.head.start < span.start < piece.head.end
        if piece.tail:
            assert piece.tail == Span(piece.span.end, piece.span.end + HOUR)
            assert piece.tail.start < span.end < piece.tail.end
        assert piece.reach == Span(piece.parts[0].start, piece.parts[-1].end)


def test_a_month_of_a_half_hour_zone_reaches_over_both_its_edges() -> None:
    month = Month.parse("2026-06").span(zone("Asia/Kolkata"))
    (piece,) = readable(month, NOW)
    assert (piece.finest, piece.span.start - month.start, month.end - piece.span.end) == (HOUR, 1800, 1800)
    assert (piece.head, piece.tail) == (
        Span(month.start - 1800, month.start + 1800),
        Span(month.end - 1800, month.end + 1800),
    )


def test_a_recent_month_of_a_half_hour_zone_is_whole() -> None:
    month = Month.parse("2026-10").span(zone("Asia/Kolkata"))
    assert readable(month, NOW) == (Kept(month, 300, minutes_from=minutes_from(NOW)),)


def test_a_month_on_the_line_has_an_old_part_and_a_fine_one() -> None:
    month = Month.parse("2026-09").span(zone("UTC"))
    line = instant("2026-09-02T07:00:00Z")
    assert readable(month, NOW) == (Kept(Span(month.start, line), HOUR), Kept(Span(line, month.end), 300))


def test_what_expired_is_not_there() -> None:
    assert readable(Month.parse("2025-06").span(zone("UTC")), NOW) == ()
    half_an_hour = Span(instant("2026-06-01T00:10:00Z"), instant("2026-06-01T00:40:00Z"))
    assert readable(half_an_hour, NOW) == ()
