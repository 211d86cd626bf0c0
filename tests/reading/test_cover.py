"""Covers: each second of a span in one tile, whichever way CloudWatch anchors its buckets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slactl.model.span import Span, seconds, union
from slactl.reading.cover import Anchoring, Cover, aligned, cover, long_bucket

DAY, HOUR = 86_400, 3_600
PERIODS = [60, 300, HOUR, DAY]


@st.composite
def spans(draw: st.DrawFn, grid: int) -> Span:
    """A span on a grid: minutes to some weeks."""
    start = draw(st.integers(0, 20 * DAY // grid))
    length = draw(st.integers(1, 50 * DAY // grid) | st.integers(1, min(400, 3 * DAY // grid)))
    return Span(start * grid, (start + length) * grid)


ON_A_GRID = st.sampled_from(PERIODS).flatmap(lambda grid: st.tuples(spans(grid), st.just(grid)))


def every_tile(found: Cover) -> list[Span]:
    return [Span(start, start + tiles.period) for tiles in found for start in tiles.starts]


@given(ON_A_GRID)
def test_aligned_tiles_partition_the_span(given_: tuple[Span, int]) -> None:
    span, finest = given_
    tiles = every_tile(aligned(span, finest))
    assert union(tiles) == (span,)
    assert sum(tile.seconds for tile in tiles) == span.seconds
    assert all(tile.start % tile.seconds == 0 for tile in tiles)
    assert all(tile.seconds >= finest for tile in tiles)


@given(ON_A_GRID)
def test_no_tile_could_be_a_coarser_one(given_: tuple[Span, int]) -> None:
    span, finest = given_
    for tiles in aligned(span, finest):
        coarser = [period for period in PERIODS if period > tiles.period]
        assert not coarser or tiles.span.shrink(coarser[0]) is None


@given(ON_A_GRID)
def test_there_are_at_most_two_runs_of_each_period_in_order_of_time(given_: tuple[Span, int]) -> None:
    found = aligned(*given_)
    assert list(found) == sorted(found, key=lambda tiles: tiles.span)
    assert all(sum(tiles.period == period for tiles in found) <= 2 for period in PERIODS)


@given(ON_A_GRID, st.sampled_from([300, HOUR]))
def test_a_coarsest_period_is_kept(given_: tuple[Span, int], coarsest: int) -> None:
    span, finest = given_
    if finest <= coarsest:
        found = aligned(span, finest, coarsest)
        assert all(tiles.period <= coarsest for tiles in found)
        assert seconds(every_tile(found)) == span.seconds


@given(ON_A_GRID)
def test_a_long_bucket_is_the_span(given_: tuple[Span, int]) -> None:
    span, finest = given_
    assert every_tile(long_bucket(span)) == [span]
    assert cover(span, Anchoring.START, finest) == long_bucket(span)
    assert cover(span, Anchoring.EPOCH, finest) == aligned(span, finest)


def test_a_month_in_rome_is_days_with_hours_at_its_edges() -> None:
    month = Span(1_790_805_600, 1_793_487_600)  # 2026-10-01 to 2026-11-01 in Europe/Rome: 745 hours
    assert [(tiles.period, len(tiles.starts)) for tiles in aligned(month, 300)] == [(HOUR, 2), (DAY, 30), (HOUR, 23)]


def test_what_is_finer_than_the_finest_period_is_left_out_not_read_too_far() -> None:
    ragged = Span(HOUR + 1200, 4 * HOUR + 1800)
    assert every_tile(aligned(ragged, HOUR)) == [Span(2 * HOUR, 3 * HOUR), Span(3 * HOUR, 4 * HOUR)]
    assert all(ragged.holds(tile) for tile in every_tile(aligned(Span(HOUR, HOUR + 1800), HOUR)))
