"""The account of a period's seconds, and availability in its three evaluations (rules 9 to 12).

The one rule: every counted second is up, down, silent or unknown, once; what is unknown stays a
second reading of the figure (worst: all of it down) and is never dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from slactl.compliance.declared import by_slices
from slactl.compliance.judging import Reading
from slactl.compliance.silence import silent_runs
from slactl.compliance.slices import Slices, SliceState, down
from slactl.model.goal import Goal
from slactl.model.objective import Evaluation, SilencePolicy
from slactl.model.report import Outage, Seconds
from slactl.model.span import Span, Spans

NONE_UNEXPLAINED: frozenset[Span] = frozenset()
NO_SECONDS = Seconds()


@dataclass(frozen=True)
class Tally:
    """Sums that add up over the parts of a period, or the months of a year.

    ``requests`` and ``faults`` are what was read of the counted, settled time. ``slices`` counts the
    settled slices; ``share_low`` and ``share_high`` bound the sum of their shares of failed requests.
    """

    seconds: Seconds = NO_SECONDS
    requests: int = 0
    faults: int = 0
    slices: int = 0
    share_low: Fraction = Fraction(0)
    share_high: Fraction = Fraction(0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.seconds + other.seconds,
            self.requests + other.requests,
            self.faults + other.faults,
            self.slices + other.slices,
            self.share_low + other.share_low,
            self.share_high + other.share_high,
        )

    def down_seconds(self, policy: SilencePolicy) -> int:
        """Seconds that count as down for certain."""
        return self.seconds.down + (self.seconds.no_traffic if policy is SilencePolicy.DOWN else 0)

    def counted_seconds(self, policy: SilencePolicy) -> int:
        """The settled seconds that the figure is taken over."""
        seconds = self.seconds
        silent = 0 if policy is SilencePolicy.EXCLUDE else seconds.no_traffic
        return seconds.up + seconds.down + silent + seconds.unknown

    def by_time(self, policy: SilencePolicy) -> tuple[Reading, Reading]:
        """Worst and best reading, in seconds; ``whole`` is what a running period comes to (rule 23)."""
        counted, sure = self.counted_seconds(policy), self.down_seconds(policy)
        whole = counted + self.seconds.not_yet
        return Reading(sure + self.seconds.unknown, counted, whole), Reading(sure, counted, whole)

    def by_requests(self, unread_requests: int = 0) -> tuple[Reading, Reading]:
        """Worst and best reading, in requests; ``unread_requests`` stands for what was not read (rule 8)."""
        total = self.requests + unread_requests
        return Reading(self.faults + unread_requests, total), Reading(self.faults, total)

    def by_interval(self) -> tuple[Reading, Reading]:
        """Worst and best reading, in slices: silence counts 100 %."""
        return Reading(self.share_high, self.slices), Reading(self.share_low, self.slices)

    def readings(
        self, evaluation: Evaluation, policy: SilencePolicy, unread_requests: int = 0
    ) -> tuple[Reading, Reading]:
        """Worst and best reading under an evaluation, each in its own unit."""
        if evaluation is Evaluation.TIME_SLICES:
            return self.by_time(policy)
        return self.by_interval() if evaluation is Evaluation.INTERVAL_AVERAGE else self.by_requests(unread_requests)

    def if_silent_down(self) -> Fraction | None:
        """The time figure if all silence, and all that is unknown, were downtime; None of nothing."""
        counted = self.counted_seconds(SilencePolicy.DOWN)
        return Fraction(self.seconds.up, counted) if counted else None


@dataclass(frozen=True)
class Account:
    """A period by slices: the tally, each slice's state, and the stretches that a report lists.

    ``unread`` is the settled, counted time that could not be read; of an account by the hour the
    states are empty, for nobody knows which slices were down.
    """

    tally: Tally
    states: Sequence[SliceState] = ()
    outages: tuple[Outage, ...] = ()
    silent: Spans = ()
    unread: Spans = ()


def account(
    slices: Slices,
    goal: Goal,
    policy: SilencePolicy,
    unexplained: Collection[Span] = NONE_UNEXPLAINED,
    declared: Spans = (),
) -> Account:
    """The account of a period under a slice goal.

    ``unexplained`` holds those of ``silent_runs(slices)`` that nothing explains; they matter only
    where silence is ``expected``. ``declared`` time counts as down; the outages are the measured ones.
    """
    states = _states(slices, goal, policy, unexplained)
    settled = sum(state not in (SliceState.EXCLUDED, SliceState.NOT_YET) for state in states)
    low, high = _shares(slices)
    seconds = by_slices(_seconds(slices, states), slices, states, policy, declared)
    tally = Tally(seconds, *_requests(slices), settled, low, high)
    return Account(tally, states, _outages(slices, states, policy), silent_runs(slices), slices.unread)


def seconds_under(
    slices: Slices,
    goal: Goal,
    policy: SilencePolicy,
    unexplained: Collection[Span] = NONE_UNEXPLAINED,
    declared: Spans = (),
) -> Seconds:
    """The account of seconds alone, as another slice goal would have it."""
    states = _states(slices, goal, policy, unexplained)
    return by_slices(_seconds(slices, states), slices, states, policy, declared)


def _states(slices: Slices, goal: Goal, policy: SilencePolicy, unexplained: Collection[Span]) -> list[SliceState]:
    states = list(slices.state)
    for run in unexplained if policy is SilencePolicy.EXPECTED else ():
        first, last = ((instant - slices.span.start) // slices.width for instant in (run.start, run.end - 1))
        states[first : last + 1] = [SliceState.UNKNOWN] * (last + 1 - first)
    for index, state in down(slices, goal):
        states[index] = state
    return states


def _seconds(slices: Slices, states: Sequence[SliceState]) -> Seconds:
    sums = [0] * len(SliceState)
    for state, counted in zip(states, slices.counted, strict=True):
        sums[state] += counted
    return Seconds(
        up=sums[SliceState.UP],
        down=sums[SliceState.DOWN],
        no_traffic=sums[SliceState.NO_TRAFFIC],
        excluded=slices.span.seconds - sum(sums),
        unknown=sums[SliceState.UNKNOWN],
        not_yet=sums[SliceState.NOT_YET],
    )


def _requests(slices: Slices) -> tuple[int, int]:
    """Requests and faults of the settled slices, as far as they were read."""
    asked = failed = 0
    for state, requests, faults in zip(slices.state, slices.requests, slices.faults, strict=True):
        if state is not SliceState.NOT_YET:
            asked += requests
            failed += faults
    return asked, failed


def _shares(slices: Slices) -> tuple[Fraction, Fraction]:
    """Bounds of the sum of the slices' shares of failed requests; an unread slice may be all or none."""
    by_requests: dict[int, int] = {}
    open_slices = 0
    for state, requests, faults in zip(slices.state, slices.requests, slices.faults, strict=True):
        if state is SliceState.UNKNOWN:
            open_slices += 1
        elif state is SliceState.UP and faults:
            by_requests[requests] = by_requests.get(requests, 0) + min(faults, requests)
    low = summed(by_requests)
    return low, low + open_slices


def summed(parts: Mapping[int, int]) -> Fraction:
    """The sum of value / key, over one common denominator (fraction by fraction takes far longer)."""
    common = lcm(*parts)
    return Fraction(sum(value * (common // key) for key, value in parts.items()), common)


def _outages(slices: Slices, states: Sequence[SliceState], policy: SilencePolicy) -> tuple[Outage, ...]:
    """Stretches of slices that count as down; one that is partly excluded spans from its first counted second."""
    bad = {SliceState.DOWN, SliceState.NO_TRAFFIC} if policy is SilencePolicy.DOWN else {SliceState.DOWN}
    found: list[Outage] = []
    for index, state in enumerate(states):
        if state not in bad:
            continue
        left = slices.left(index)
        one = Outage(Span(left[0].start, left[-1].end), slices.requests[index], slices.faults[index])
        if found and found[-1].span.end == one.span.start:
            one = _merged(found.pop(), one)
        found.append(one)
    return tuple(found)


def _merged(first: Outage, then: Outage) -> Outage:
    span = Span(first.span.start, then.span.end)
    return Outage(span, first.requests + then.requests, first.faults + then.faults)
