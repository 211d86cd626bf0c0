"""Cuts the counted time of a period into slices and tells which are down (rule 10).

The one rule: a slice is what is left of it after the exclusions, judged on its own requests; one with
too few is judged with those before it, and where one of these could not be read it is unknown itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import ceil

from slactl.model.goal import Goal
from slactl.model.span import Span, Spans, subtract

HOUR = 3600


class SliceState(IntEnum):
    """What became of a slice."""

    UP = 0
    DOWN = 1
    NO_TRAFFIC = 2
    EXCLUDED = 3
    UNKNOWN = 4
    NOT_YET = 5


@dataclass(frozen=True)
class Bins:
    """Counts in bins of ``length`` seconds, rising; None where a bin could not be read.

    A bin that is missing was not read either.
    """

    starts: Sequence[int]
    length: int
    requests: Sequence[int | None]
    faults: Sequence[int | None]


@dataclass(frozen=True)
class Slices:
    """The slices of a period, as parallel lists.

    ``counted`` holds each one's seconds outside the exclusions, ``requests`` and ``faults`` what was
    read of them; ``state`` is UP for every slice with requests that are fully read, NO_TRAFFIC for a
    silent one, and final for the rest. ``pieces`` holds what is left of slices that are partly excluded.
    ``unread`` is the counted and settled time of which nothing is known.
    """

    span: Span
    width: int
    counted: Sequence[int]
    requests: Sequence[int]
    faults: Sequence[int]
    state: Sequence[SliceState]
    pieces: Mapping[int, Spans]
    unread: Spans

    def whole(self, index: int) -> Span:
        """A slice's own span, exclusions and all."""
        start = self.span.start + index * self.width
        return Span(start, min(start + self.width, self.span.end))

    def bounds(self, index: int) -> Iterable[tuple[int, int]]:
        """Starts and ends of what is left of a slice: most are asked, and few are touched by an exclusion."""
        if index in self.pieces:
            return [(piece.start, piece.end) for piece in self.pieces[index]]
        start = self.span.start + index * self.width
        end = start + self.width
        return ((start, min(self.span.end, end)),)

    def left(self, index: int) -> Spans:
        """What is left of a slice after the exclusions."""
        return self.pieces[index] if index in self.pieces else (self.whole(index),)


def cut(span: Span, width: int, bins: Bins | Sequence[Bins], excluded: Spans, settled_until: int) -> Slices:
    """Cut a period's (or a service's own part of it) counted time into slices of ``width`` seconds.

    ``bins`` may be several runs of bins, in order of time. Slices that end after ``settled_until`` are
    NOT_YET; what is excluded stays so in either case.

    Raises:
        ValueError: if a slice is not made of whole bins.
    """
    runs = [bins] if isinstance(bins, Bins) else bins
    for run in runs:
        if width % run.length or any((start - span.start) % run.length for start in run.starts):
            raise ValueError(f"bins of {run.length} s do not make up slices of {width} s")
    number = -(-span.seconds // width)
    counted = [width] * number
    counted[-1] = span.seconds - (number - 1) * width
    pieces = _pieces(span, width, excluded)
    for index, left in pieces.items():
        counted[index] = sum(piece.seconds for piece in left)
    sums = _sums(span, width, runs, excluded, number)
    settled = _settled(span, width, settled_until)
    states = [
        _state(counted[index], sums.seen[index], sums.requests[index], sums.faults[index], index < settled)
        for index in range(number)
    ]
    until = min(span.start + settled * width, span.end)
    unread = subtract((Span(span.start, until),), (*excluded, *sums.read)) if settled else ()
    return Slices(span, width, counted, sums.requests, sums.faults, states, pieces, unread)


@dataclass(frozen=True, slots=True)
class Run:
    """What a slice is judged by: itself and, where it is thin, the slices before it from ``first`` on.

    With ``unread`` the one at ``first`` could not be read, so nobody knows what the run holds.
    """

    first: int
    requests: int
    faults: int
    unread: bool = False

    def state(self, goal: Goal) -> SliceState:
        """What it makes of a slice that has a fault itself."""
        return self.judged(goal.allowed_share, strict=goal.comparison.strict)

    def judged(self, allowed: Fraction, *, strict: bool) -> SliceState:
        """The same by the share that may fail."""
        if self.unread:
            return SliceState.UNKNOWN
        over = self.faults * allowed.denominator - self.requests * allowed.numerator
        return SliceState.DOWN if over > 0 or (over == 0 and strict) else SliceState.UP


def down(slices: Slices, goal: Goal) -> Iterator[tuple[int, SliceState]]:
    """The slices that a slice goal makes DOWN, or UNKNOWN where an unread one decides, first to last."""
    allowed, strict = goal.allowed_share, goal.comparison.strict
    part, of = allowed.numerator, allowed.denominator
    for index, (state, faults, asked) in enumerate(zip(slices.state, slices.faults, slices.requests, strict=True)):
        # Most slices hold enough requests, and far fewer faults than they may: these need no run.
        if state is SliceState.UP and faults and not faults * of < asked * part >= of:
            found = _run(slices, index, allowed).judged(allowed, strict=strict)
            if found is not SliceState.UP:
                yield index, found


def enough(goal: Goal) -> int | None:
    """The least number of requests that is judged by itself, 1/(1 - goal); None if no number is enough."""
    return ceil(1 / goal.allowed_share) if goal.allowed_share else None


def run_of(slices: Slices, index: int, goal: Goal) -> Run:
    """The run that a slice with requests is judged by.

    A run holds enough when its requests times the share that may fail are 1; where nothing may fail,
    any number is enough.
    """
    return _run(slices, index, goal.allowed_share)


def _run(slices: Slices, index: int, allowed: Fraction) -> Run:
    part, of = allowed.numerator, allowed.denominator
    state, requests, faults = slices.state, slices.requests, slices.faults
    asked, failed, first = requests[index], faults[index], index
    if not 0 < asked * part < of:
        return Run(first, asked, failed)
    earliest = slices.whole(index).end - HOUR - slices.span.start
    for before in range(index - 1, max(0, -(-earliest // slices.width)) - 1, -1):
        if not 0 < asked * part < of:
            break
        if state[before] is SliceState.UNKNOWN:
            return Run(before, asked, failed, unread=True)
        asked, failed, first = asked + requests[before], failed + faults[before], before
    return Run(first, asked, failed)


@dataclass(frozen=True)
class _Sums:
    """What was read of each slice; ``seen`` in seconds, ``read`` the time that was read and counts."""

    seen: list[int]
    requests: list[int]
    faults: list[int]
    read: list[Span]


def _sums(span: Span, width: int, runs: Sequence[Bins], excluded: Spans, number: int) -> _Sums:
    seen, requests, faults = [0] * number, [0] * number, [0] * number
    read: list[Span] = []
    begun = reached = span.start
    for start, end, asked, failed in _counted(span, runs, excluded):
        index = (start - span.start) // width
        seen[index] += end - start
        requests[index] += asked
        faults[index] += failed
        if start != reached:
            read += [Span(begun, reached)] if begun < reached else []
            begun = start
        reached = end
    read += [Span(begun, reached)] if begun < reached else []
    return _Sums(seen, requests, faults, read)


def _counted(span: Span, runs: Sequence[Bins], excluded: Spans) -> Iterator[tuple[int, int, int, int]]:
    """The bins that were read and lie inside the span and wholly outside the exclusions: start, end, counts."""
    holes = iter((*excluded, Span(span.end, span.end + 1)))
    hole = next(holes)
    for run in runs:
        for start, requests, faults in zip(run.starts, run.requests, run.faults, strict=True):
            end = start + run.length
            if start < span.start or end > span.end:
                continue
            while hole.end <= start:
                hole = next(holes)
            if requests is not None and faults is not None and end <= hole.start:
                yield start, end, requests, faults


def _pieces(span: Span, width: int, excluded: Spans) -> dict[int, Spans]:
    """What is left of each slice that an exclusion touches."""
    pieces: dict[int, Spans] = {}
    for hole in excluded:
        inside = hole.clip(span)
        if inside is None:
            continue
        for index in range((inside.start - span.start) // width, -((span.start - inside.end) // width)):
            start = span.start + index * width
            pieces[index] = subtract(pieces.get(index, (Span(start, min(start + width, span.end)),)), (inside,))
    return pieces


def _settled(span: Span, width: int, until: int) -> int:
    """How many slices have ended by an instant."""
    return -(-span.seconds // width) if until >= span.end else max(0, (until - span.start) // width)


def _state(counted: int, seen: int, requests: int, faults: int, settled: bool) -> SliceState:
    if not counted:
        return SliceState.EXCLUDED
    if not settled:
        return SliceState.NOT_YET
    if seen < counted or (faults and not requests):  # faults of no request are no answer
        return SliceState.UNKNOWN
    return SliceState.UP if requests else SliceState.NO_TRAFFIC
