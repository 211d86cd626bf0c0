"""When a limit was crossed and who was told, computed from single requests and raw events.

The one rule: this imports nothing of slactl; every five minutes the windows of the agreement are counted anew, request
by request, and whoever was called while a limit was crossed, or just after, was told of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

EVERY = 300
Requests = Sequence[tuple[int, bool]]
"""When each request came, ascending, and whether it was bad."""


@dataclass(frozen=True)
class Windows:
    """Two windows (seconds) in which at least ``share`` is bad, and so many at least in each."""

    long: int
    short: int
    share: Fraction
    least: int
    least_short: int


def crossed(requests: Requests, span: tuple[int, int], pairs: Sequence[Windows]) -> list[tuple[int, int]]:
    """The stretches in which a pair of windows was over its share, from the instant that both were known to be."""
    times = [at for at, _ in requests]
    found: list[tuple[int, int]] = []
    for at in range(span[0], span[1], EVERY):
        if any(_over(requests, times, at, one) for one in pairs):
            start = found.pop()[0] if found and found[-1][1] == at else at
            found.append((start, at + EVERY))
    return found


def _over(requests: Requests, times: Sequence[int], at: int, pair: Windows) -> bool:
    return all(
        _share(requests[bisect_left(times, at - length) : bisect_left(times, at)], least) >= pair.share
        for length, least in ((pair.long, pair.least), (pair.short, pair.least_short))
    )


def _share(requests: Requests, least: int) -> Fraction:
    bad = sum(one for _, one in requests)
    return Fraction(bad, len(requests)) if bad >= least else Fraction(-1)


def alarming(changes: Sequence[tuple[int, str]], calls: Sequence[int]) -> list[int]:
    """The calls that came while the state was ALARM, of the changes of a state (ascending); others are all-clears."""
    times = [at for at, _ in changes]
    return [one for one in calls if changes[bisect_right(times, one) - 1][1] == "ALARM"]


def told(
    crossings: Sequence[tuple[int, int]], calls: Sequence[int], before: int, after: int
) -> Iterator[tuple[int, int | None, int | None]]:
    """Each crossing with the first call from ``before`` it to ``after`` its end, and the seconds between them."""
    for start, end in crossings:
        first = min((one for one in calls if start - before <= one < end + after), default=None)
        yield start, first, None if first is None else max(0, first - start)
