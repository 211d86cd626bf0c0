"""The account of a service's seconds in one period, under one availability objective.

The one rule: slices where five minutes are kept, bounds where only hours are; and a silence counts as
explained only after the weeks before it have been read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from itertools import groupby
from zoneinfo import ZoneInfo

from slactl.compliance.availability import Account, account, seconds_under
from slactl.compliance.heartbeat import NO_BEATS, Beats, Verdict, both, listened, parted
from slactl.compliance.hours import HourlyCounts, by_hour, hours_only, silent_hours
from slactl.compliance.silence import baseline_spans, explained, listed, silent_runs
from slactl.compliance.slices import HOUR, Bins, Slices, SliceState, cut
from slactl.model.goal import Goal
from slactl.model.objective import Availability, SilencePolicy
from slactl.model.report import Seconds, Silence
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.status import Code, Reason
from slactl.workflows.survey import FineSeries, sum_in


@dataclass(slots=True)
class Baseline:
    """Requests in the weeks before, read once, when the first silence asks for them.

    ``read`` fetches the fine series of what of a span is kept finely; ``fine`` tells whether all of a
    span is; ``since`` is the first instant that is owed.
    """

    current: tuple[FineSeries, ...]
    zone: ZoneInfo
    since: int | None
    fine: Callable[[Span], bool]
    period: Span
    read: Callable[[Span], tuple[FineSeries, ...]]
    _earlier: tuple[FineSeries, ...] = ()
    _from: int | None = None
    _judged: dict[Span, tuple[bool, Fraction | None]] = field(default_factory=dict)

    def judge(self, runs: Iterable[Span]) -> dict[Span, tuple[bool, Fraction | None]]:
        """Whether each silence is explained, and the mean of its weeks before."""
        fresh = {
            run: baseline_spans(run, self.zone, self.since, self.fine, self.period)
            for run in runs
            if run not in self._judged
        }
        first = self.current[0].start
        before = [span.start for spans in fresh.values() for span in spans if span.start < first]
        if before:
            self._fetch(min(before), first)
        for run, spans in fresh.items():
            self._judged[run] = explained([sum_in((*self._earlier, *self.current), span) for span in spans])
        return self._judged

    def _fetch(self, start: int, end: int) -> None:
        first = start // 86_400 * 86_400
        if first < end and (self._from is None or first < self._from):
            self._earlier, self._from = self.read(Span(first, end)), first

    def requests(self, span: Span) -> int | None:
        """Requests of a span that may begin before the period; None if any of it is unknown."""
        if span.start < self.current[0].start:
            self._fetch(span.start, self.current[0].start)
        return sum_in((*self._earlier, *self.current), span)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A period under an availability objective, with or without its exclusions.

    ``slices`` is None where only hours are kept; ``unexplained`` are the silences that nothing explains.
    ``frame`` is what it was taken of, ``hours`` what the account by the hour was taken from; ``parts``
    are the accounts of a period that is kept in several ways: first those by the hour, then by slices. ``heard`` are
    silences that a heartbeat explains.
    """

    account: Account
    slices: Slices | None
    policy: SilencePolicy
    unexplained: Collection[Span]
    silences: tuple[Silence, ...]
    means: Mapping[Span, Fraction | None] = field(default_factory=dict)
    frame: Frame | None = None
    hours: HourlyCounts | None = None
    parts: tuple[Timeline, ...] = ()
    heard: Spans = ()

    def silent_reasons(self) -> list[tuple[Span, Reason]]:
        """The silences that nothing explains; ``weeks`` 0 says that there was no week to compare with."""
        return [(span, _silent_reason(self.means.get(span))) for span in sorted(self.unexplained)]

    def seconds_with(self, goal: Goal) -> Seconds | None:
        """The account of seconds under another slice goal, where slices are known."""
        if self.slices is None:
            return None
        return seconds_under(self.slices, goal, self.policy, self.unexplained, self.declared)

    @property
    def declared(self) -> Spans:
        """What incidents declare of it as downtime."""
        return self.frame.declared if self.frame else ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What an account is taken of: an owed span under an indicator, and what maintenance takes out of it.

    ``baseline`` tells quiet hours from outages; without one no silence is explained. ``declared`` is
    time that incidents declare as downtime, inside the span or not.
    """

    indicator: Availability
    owed: Span
    excluded: Spans
    settled_until: int
    baseline: Baseline | None
    declared: Spans = ()

    def within(self, span: Span) -> Frame:
        """The same of a part of the span."""
        return replace(self, owed=span, excluded=intersect(self.excluded, (span,)))

    @property
    def measured(self) -> Frame:
        """The same without what incidents declare."""
        return replace(self, declared=())


def timeline(fine: Sequence[FineSeries], frame: Frame) -> Timeline:
    """The account of an owed span from its fine series, in order of time; what none covers is unknown."""
    coarse = [one for one in fine if _by_the_hour(one, frame)]
    exact = [one for one in fine if one not in coarse]
    if not exact:
        return _by_hours(coarse, frame)
    if any(one.bin >= HOUR for one in exact) and any(one.bin < HOUR for one in exact):
        return _in_runs(exact, frame)
    old = _old(coarse, exact, frame.owed)
    if not old:
        return _by_slices(exact, frame)
    found = _by_slices(exact, replace(frame, declared=subtract(frame.declared, old)))
    return _joined([_by_hours(coarse, frame.within(span)) for span in old], found, old, frame)


def _old(coarse: Sequence[FineSeries], exact: Sequence[FineSeries], owed: Span) -> Spans:
    """Where only hours are kept; what is lost before them, at the beginning, is accounted for with them."""
    spans = union(part for one in coarse if (part := one.whole.clip(owed)))
    if spans and spans[0].start < exact[0].start:
        return (Span(owed.start, spans[0].end), *spans[1:])
    return spans


def _in_runs(exact: Sequence[FineSeries], frame: Frame) -> Timeline:
    """Slices of an hour, of which some are kept as hours: no slice is ever judged with one before it."""
    runs = [list(run) for _, run in groupby(exact, key=lambda one: one.bin >= HOUR)]
    lines = [frame.owed.start, *(run[0].start for run in runs[1:]), frame.owed.end]
    parts = [
        _by_slices(run, frame.within(Span(start, end))) for run, start, end in zip(runs, lines, lines[1:], strict=False)
    ]
    return reduce(lambda first, then: _added(first, then, frame), parts)


def _added(first: Timeline, then: Timeline, frame: Frame) -> Timeline:
    both = replace(
        then.account,
        tally=first.account.tally + then.account.tally,
        outages=(*first.account.outages, *then.account.outages),
        silent=(*first.account.silent, *then.account.silent),
        unread=(*first.account.unread, *then.account.unread),
    )
    unexplained = frozenset((*first.unexplained, *then.unexplained))
    silences, means = (*first.silences, *then.silences), {**first.means, **then.means}
    return Timeline(both, None, then.policy, unexplained, silences, means, frame, parts=(*_flat(first), *_flat(then)))


def _flat(one: Timeline) -> tuple[Timeline, ...]:
    return one.parts or (one,)


def _by_the_hour(series: FineSeries, frame: Frame) -> bool:
    return bool(frame.indicator.slice_seconds % series.bin or (frame.owed.start - series.start) % series.bin)


def _bins(series: Sequence[FineSeries]) -> Bins:
    starts = [start for one in series for start in range(one.start, one.whole.end, one.bin)]
    requests = [value for one in series for value in one.requests]
    faults = [value for one in series for value in one.faults]
    return Bins(starts, series[0].bin, requests, faults)


def _by_slices(fine: Sequence[FineSeries], frame: Frame) -> Timeline:
    indicator = frame.indicator
    bins = [_bins([one]) for one in fine]
    silent = cut(frame.owed, indicator.slice_seconds, bins, frame.excluded, frame.settled_until)
    judged = _judged(silent_runs(silent), frame)
    slices, heard = listened(silent, _beats(fine, frame))
    judged = parted(judged, heard)
    found = account(slices, indicator.slice_goal, indicator.no_traffic, _unexplained(judged), frame.declared)
    return _told(found, slices, frame, judged)


def _by_hours(coarse: Sequence[FineSeries], frame: Frame) -> Timeline:
    indicator = frame.indicator
    counts = by_hour(frame.owed, indicator.slice_seconds, _bins(coarse), frame.excluded, frame.settled_until)
    # Which slices of an hour it failed in nobody knows; one that it was heard through is quiet.
    heard = Beats(_beats(coarse, frame).heard)
    judged = parted(_judged(silent_hours(counts), frame), heard)
    found = hours_only(counts, indicator.slice_goal, indicator.no_traffic, _unexplained(judged), frame.declared)
    return replace(_told(found, None, frame, judged), hours=counts)


Judged = Mapping[Span, Verdict]
"""What is said of each silence."""


def _unexplained(judged: Judged) -> frozenset[Span]:
    return frozenset(run for run, verdict in judged.items() if not verdict.explained)


def _told(found: Account, slices: Slices | None, frame: Frame, judged: Judged) -> Timeline:
    means = {run: verdict.mean for run, verdict in judged.items()}
    silences = _silences(found, judged, frame.indicator)
    heard = tuple(run for run, verdict in judged.items() if verdict.heard)
    policy = frame.indicator.no_traffic
    return Timeline(found, slices, policy, _unexplained(judged), silences, means, frame, heard=heard)


def _joined(before: Sequence[Timeline], found: Timeline, old: Spans, frame: Frame) -> Timeline:
    """A period of which some parts are kept by the hour.

    The slices span the whole, with these parts unread, so that thin slices at the seams stay unknown;
    what they say of such a part is replaced by what its hours say.
    """
    rest = reduce(_without, old, found)
    hours = reduce(lambda first, then: _added(first, then, frame), before)
    return _in_order(_added(hours, rest, frame))


def _in_order(joined: Timeline) -> Timeline:
    """Hours and slices may take turns: what they found, in order of time."""
    found = joined.account
    account_in_order = replace(
        found,
        outages=tuple(sorted(found.outages, key=lambda one: one.span)),
        silent=tuple(sorted(found.silent)),
        unread=tuple(sorted(found.unread)),
    )
    silences = tuple(sorted(joined.silences, key=lambda one: one.span))
    return replace(joined, account=account_in_order, silences=silences)


def _without(found: Timeline, old: Span) -> Timeline:
    """The slices' account without what they say of a part that is kept by the hour."""
    slices = found.slices
    if slices is None:
        raise ValueError("slices are known outside the old parts")
    first = (old.start - slices.span.start) // slices.width
    places = range(first, -(-(old.end - slices.span.start) // slices.width))
    inside = {place: _inside(slices.left(place), old) for place in places}
    counted = [part for place, part in inside.items() if slices.state[place] is SliceState.UNKNOWN]
    whole = sum(old.holds(slices.whole(place)) for place in places if slices.state[place] is SliceState.UNKNOWN)
    tally = found.account.tally
    rest = replace(
        tally,
        seconds=replace(
            tally.seconds,
            unknown=tally.seconds.unknown - sum(counted),
            excluded=tally.seconds.excluded - (old.seconds - sum(inside.values())),
        ),
        slices=tally.slices - whole,
        share_high=tally.share_high - whole,
    )
    return replace(found, account=replace(found.account, tally=rest, unread=subtract(found.account.unread, (old,))))


def _inside(pieces: Spans, old: Span) -> int:
    return sum(part.seconds for piece in pieces if (part := piece.clip(old)))


def _beats(fine: Sequence[FineSeries], frame: Frame) -> Beats:
    """What the heartbeat says, where silence has to be explained at all: other policies say what it counts as."""
    return both(one.beats for one in fine) if frame.indicator.no_traffic is SilencePolicy.EXPECTED else NO_BEATS


def _judged(runs: Spans, frame: Frame) -> Judged:
    if frame.indicator.no_traffic is not SilencePolicy.EXPECTED:
        return dict.fromkeys(runs, Verdict(explained=True))
    if frame.baseline is None:
        return dict.fromkeys(runs, Verdict(explained=False))
    known = frame.baseline.judge(runs)
    return {run: Verdict(*known[run]) for run in runs}


def _silences(found: Account, judged: Judged, indicator: Availability) -> tuple[Silence, ...]:
    policy = indicator.no_traffic
    counted = {True: "up" if policy is SilencePolicy.EXPECTED else policy.value, False: "unknown"}
    return tuple(
        Silence(part, verdict.explained, verdict.mean, counted[verdict.explained], verdict.heard)
        for part, verdict in _parts(listed(found.silent), judged)
    )


def _parts(runs: Spans, judged: Judged) -> Iterator[tuple[Span, Verdict]]:
    """The parts of the runs, those put together that are said to be the same; order of time."""
    known = sorted(judged.items(), key=lambda one: one[0])
    starts = [part.start for part, _ in known]
    for run in runs:
        before: tuple[Span, Verdict] | None = None
        near = known[bisect_left(starts, run.start) : bisect_left(starts, run.end)]
        for part, verdict in (one for one in near if run.holds(one[0])):
            if before and before[0].end == part.start and before[1].explained == verdict.explained:
                heard = before[1].heard or verdict.heard
                before = Span(before[0].start, part.end), replace(verdict, heard=heard)
                continue
            if before:
                yield before
            before = part, verdict
        if before:
            yield before


def _silent_reason(mean: Fraction | None) -> Reason:
    if mean is None:
        return Reason.of(Code.UNEXPLAINED_SILENCE, weeks=0)
    return Reason.of(Code.UNEXPLAINED_SILENCE)


def divides(indicator: Availability, bin_seconds: int) -> bool:
    """Whether slices, or bounds by the hour, can be had from bins of this length."""
    return indicator.slice_seconds % bin_seconds == 0 or bin_seconds == 3600
