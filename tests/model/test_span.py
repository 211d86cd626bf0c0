"""Spans: set algebra in whole seconds, held against sets of seconds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.span import Span, Spans, intersect, seconds, subtract, union

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda pair: Span(pair[0], sum(pair)))
LISTS = st.lists(SPANS, max_size=6)


def points(spans: list[Span] | Spans) -> set[int]:
    return {second for span in spans for second in range(span.start, span.end)}


def canonical(spans: Spans) -> bool:
    """In order of time, none touching the next."""
    return all(one.end < other.start for one, other in pairwise(spans))


@given(LISTS, LISTS)
def test_union_intersection_and_difference_are_those_of_sets(left: list[Span], right: list[Span]) -> None:
    for found, wanted in (
        (union(left + right), points(left) | points(right)),
        (intersect(left, right), points(left) & points(right)),
        (subtract(left, right), points(left) - points(right)),
    ):
        assert points(found) == wanted
        assert canonical(found)
        assert seconds(found) == len(wanted)


@given(LISTS)
def test_overlapping_seconds_are_counted_once(spans: list[Span]) -> None:
    assert seconds(spans) == len(points(spans))
    assert union(reversed(spans)) == union(spans)


@given(SPANS, SPANS)
def test_meeting_holding_and_clipping_agree(one: Span, other: Span) -> None:
    common = points([one]) & points([other])
    assert one.meets(other) == bool(common)
    assert one.holds(other) == (points([other]) <= points([one]))
    clipped = one.clip(other)
    assert points([clipped] if clipped else []) == common
    assert clipped == other.clip(one)


@given(SPANS, st.integers(1, 12))
def test_shrinking_keeps_the_whole_cells_inside(span: Span, grid: int) -> None:
    cells = {cell for cell in range(60) if points([Span(cell * grid, (cell + 1) * grid)]) <= points([span])}
    found = span.shrink(grid)
    assert {second // grid for second in points([found] if found else [])} == cells
    assert found is None or (found.start % grid == 0 == found.end % grid)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4)])
def test_a_span_is_never_empty(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"{start}..{end}"):
        Span(start, end)
