"""Availability where only hours are kept (rule 12): how many slices were down, between two bounds.

The one rule: an hour without faults is up; of one with faults only what its sums prove is down, and
what they allow beyond that is unknown, to be judged twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.availability import NONE_UNEXPLAINED, Account, Tally
from slactl.compliance.declared import by_the_hour
from slactl.compliance.slices import HOUR, Bins, enough
from slactl.model.goal import Goal
from slactl.model.objective import SilencePolicy
from slactl.model.report import Seconds
from slactl.model.span import Span, Spans, intersect, seconds, subtract, union


@dataclass(frozen=True)
class Hour:
    """The counted parts of an hour and its counts, None where they could not be read.

    ``whole`` is false where only a part of the hour counts (the edge of a month in a zone of half
    hours): which of its requests lie in that part nobody knows. ``shared`` is true where a slice
    reaches into a neighbouring hour and there is a fault in either: any of its seconds may be down.
    """

    parts: Spans
    requests: int | None
    faults: int | None
    settled: bool
    shared: bool = False

    @property
    def seconds(self) -> int:
        return sum(part.seconds for part in self.parts)

    @property
    def whole(self) -> bool:
        return self.seconds == HOUR

    @property
    def silent(self) -> bool:
        return self.settled and self.requests == 0 and self.faults == 0

    @property
    def readable(self) -> bool:
        """Whether its requests are known, all of them counted."""
        return self.silent or (self.requests is not None and self.faults is not None and self.whole)


@dataclass(frozen=True)
class HourlyCounts:
    """A span's hours, in order, and the length of the slices that they would have been cut into."""

    span: Span
    width: int
    hours: tuple[Hour, ...]


def by_hour(span: Span, width: int, bins: Bins, excluded: Spans, settled_until: int) -> HourlyCounts:
    """The counted parts of the hours of a span; ``width`` is the slice in seconds, missing bins are unread.

    Raises:
        ValueError: if the bins are not hours of UTC.
    """
    if bins.length != HOUR or any(start % HOUR for start in bins.starts):
        raise ValueError(f"hours of UTC are wanted, not bins of {bins.length} s")
    known = {
        start: (asked, failed) for start, asked, failed in zip(bins.starts, bins.requests, bins.faults, strict=True)
    }
    counted = subtract((span,), excluded)
    hours = []
    for start in range(span.start // HOUR * HOUR, span.end, HOUR):
        whole = Span(start, start + HOUR)
        if parts := intersect((whole,), counted):
            hours.append(Hour(parts, *known.get(start, (None, None)), settled=parts[-1].end <= settled_until))
    return HourlyCounts(span, width, tuple(hours) if span.start % HOUR % width == 0 else _sharing(hours))


def _sharing(hours: Sequence[Hour]) -> tuple[Hour, ...]:
    """The hours of a span whose slices don't end with the hours (half past, with slices of an hour)."""
    faulty = {hour.parts[0].start // HOUR for hour in hours if hour.faults or hour.requests is None}
    near = {number + step for number in faulty for step in (-1, 0, 1)}
    return tuple(replace(hour, shared=hour.parts[0].start // HOUR in near) for hour in hours)


def silent_hours(counts: HourlyCounts) -> Spans:
    """The stretches of consecutive silent hours."""
    return union(part for hour in counts.hours if hour.silent for part in hour.parts)


def hours_only(
    counts: HourlyCounts,
    goal: Goal,
    policy: SilencePolicy,
    unexplained: Collection[Span] = NONE_UNEXPLAINED,
    declared: Spans = (),
) -> Account:
    """The account by the hour; see ``availability.account`` for the arguments.

    No outages: nobody knows which slices were down.
    """
    each = each_hour(counts, goal, policy, unexplained)
    tallies = (
        replace(tally, seconds=by_the_hour(tally.seconds, hour.parts, policy, declared)) if declared else tally
        for hour, tally in each
    )
    counted = seconds(part for hour in counts.hours for part in hour.parts)
    tally = sum(tallies, Tally(Seconds(excluded=counts.span.seconds - counted)))
    unread = union(part for hour in counts.hours if hour.settled and not hour.readable for part in hour.parts)
    return Account(tally, silent=silent_hours(counts), unread=unread)


def each_hour(
    counts: HourlyCounts, goal: Goal, policy: SilencePolicy, unexplained: Collection[Span] = NONE_UNEXPLAINED
) -> Iterator[tuple[Hour, Tally]]:
    """What each hour adds to the account."""
    open_silence = unexplained if policy is SilencePolicy.EXPECTED else ()
    for hour in counts.hours:
        yield hour, _tally(hour, counts.width, goal, _within(hour, open_silence))


def down_slices(requests: int, faults: int, slices: int, goal: Goal) -> tuple[int, int]:
    """The least and the most slices of an hour that can have been down (rule 12)."""
    if not faults:
        return 0, 0
    few = enough(goal)
    if few is None:
        return 1, min(slices, faults)
    left = faults - (few - 1)
    limit = goal.allowed_share * (requests - (few - 1))
    sure = left > limit or (goal.comparison.strict and left == limit and left > 0)
    return int(sure), min(slices, faults)


def _within(hour: Hour, runs: Collection[Span]) -> bool:
    return any(run.meets(part) for run in runs for part in hour.parts)


def _tally(hour: Hour, width: int, goal: Goal, unexplained: bool) -> Tally:
    length = hour.seconds
    slices = -(-length // width)
    if not hour.settled:
        return Tally(Seconds(not_yet=length))
    if hour.silent and not hour.shared:
        return Tally(Seconds(unknown=length) if unexplained else Seconds(no_traffic=length), slices=slices)
    if hour.requests is None or hour.faults is None or hour.faults > hour.requests or hour.shared:
        return Tally(Seconds(unknown=length), *_known(hour), slices, share_high=Fraction(slices))
    if not hour.faults:
        return Tally(Seconds(up=length), *_known(hour), slices)
    return _with_faults(hour, hour.requests, hour.faults, width, goal)


def _known(hour: Hour) -> tuple[int, int]:
    """Its requests and faults, none where nobody knows which of them count."""
    return (hour.requests or 0, hour.faults or 0) if hour.readable else (0, 0)


def _with_faults(hour: Hour, requests: int, faults: int, width: int, goal: Goal) -> Tally:
    length = hour.seconds
    slices = -(-length // width)
    least, most = down_slices(requests, faults, slices, goal)
    sure = least * width if hour.whole else 0
    maybe = min(most * width, length) - sure
    share = Fraction(faults, requests) if hour.whole else Fraction(0)
    account = Seconds(up=length - sure - maybe, down=sure, unknown=maybe)
    return Tally(account, *_known(hour), slices, share, Fraction(most))
