"""Arithmetic of half-open stretches of time, in whole epoch seconds.

Decides what a union, an intersection and a shrunken part are. The one rule: a list of spans
is always sorted, without overlap, and touching spans are one (a connected part).
"""

from collections.abc import Iterable

Span = tuple[int, int]
FIVE_MINUTES = 300
HOUR = 3600


def union(spans: Iterable[Span]) -> list[Span]:
    """The seconds that lie in at least one of the spans, as connected parts."""
    parts: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(end, parts[-1][1]))
        else:
            parts.append((start, end))
    return parts


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The seconds that lie in both."""
    others = list(other)
    return union((max(a, c), min(b, d)) for a, b in one for c, d in others)


def without(one: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The seconds of the first that do not lie in the second."""
    left = union(one)
    for start, end in union(taken):
        left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return left


def length(spans: Iterable[Span]) -> int:
    """The seconds in spans that do not overlap."""
    return sum(end - start for start, end in spans)


def up_to_grid(second: int, grid: int) -> int:
    """The first multiple of the grid at or after the second."""
    return -(-second // grid) * grid


def shrunk(spans: Iterable[Span], hours_before: int) -> list[Span]:
    """Rule 16: each connected part shrunk inward to five minutes.

    An end that lies in the time of which only hours are kept (before ``hours_before``) is shrunk
    to the hour.
    """
    parts = []
    for start, end in union(spans):
        first = up_to_grid(start, HOUR if start < hours_before else FIVE_MINUTES)
        grid = HOUR if end <= hours_before else FIVE_MINUTES
        parts.append((first, end // grid * grid))
    return union(parts)
