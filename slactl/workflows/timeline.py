"""The account of a service's seconds in one period, under one availability objective.

The one rule: slices where five minutes are kept, bounds where only hours are; and a silence counts as
explained only after the weeks before it have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

from slactl.compliance.availability import Account, account, seconds_under
from slactl.compliance.hours import by_hour, hours_only, silent_hours
from slactl.compliance.silence import baseline_spans, explained, listed, silent_runs
from slactl.compliance.slices import Bins, Slices, cut
from slactl.model.goal import Goal
from slactl.model.objective import Availability, SilencePolicy
from slactl.model.report import Seconds, Silence
from slactl.model.span import Span, Spans
from slactl.workflows.survey import FineSeries


@dataclass(slots=True)
class Baseline:
    """Requests in the weeks before, read once, when the first silence asks for them.

    ``read`` fetches a fine series over a span; ``fine_from`` is the first instant that is still kept
    finely, ``since`` the first that is owed.
    """

    current: FineSeries
    zone: ZoneInfo
    since: int | None
    fine_from: int
    period: Span
    read: Callable[[Span], FineSeries]
    _earlier: FineSeries | None = None
    _judged: dict[Span, tuple[bool, Fraction | None]] = field(default_factory=dict)

    def judge(self, runs: Iterable[Span]) -> dict[Span, tuple[bool, Fraction | None]]:
        """Whether each silence is explained, and the mean of its weeks before."""
        fresh = {run: baseline_spans(run, self.zone, self.since, self.fine_from, self.period) for run in runs if run not in self._judged}
        before = [span for spans in fresh.values() for span in spans if span.start < self.current.start]
        if before:
            self._fetch(min(span.start for span in before))
        for run, spans in fresh.items():
            self._judged[run] = explained([self._requests(span) for span in spans])
        return self._judged

    def _fetch(self, start: int) -> None:
        if self._earlier is None or self._earlier.start > start:
            first = max(start // 86_400 * 86_400, self.fine_from)
            self._earlier = self.read(Span(first, self.current.start))

    def _requests(self, span: Span) -> int | None:
        """Requests of a span, which may begin before the period and end inside it."""
        parts = [self.current] if self._earlier is None else [self._earlier, self.current]
        found: list[int | None] = []
        for series in parts:
            inside = span.clip(Span(series.start, series.start + series.bin * len(series.requests)))
            if inside:
                found.append(series.requests_in(inside))
        return None if not found or None in found else sum(value for value in found if value is not None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A period under an availability objective, with or without its exclusions.

    ``slices`` is None where only hours are kept; ``unexplained`` are the silences that nothing explains.
    """

    account: Account
    slices: Slices | None
    policy: SilencePolicy
    unexplained: Collection[Span]
    silences: tuple[Silence, ...]

    def seconds_with(self, goal: Goal) -> Seconds | None:
        """The account of seconds under another slice goal, where slices are known."""
        return None if self.slices is None else seconds_under(self.slices, goal, self.policy, self.unexplained)


def timeline(
    fine: FineSeries, indicator: Availability, owed: Span, excluded: Spans, settled_until: int, baseline: Baseline | None
) -> Timeline:
    """The account of an owed span from its fine series.

    Raises:
        ValueError: if slices can't be made of the bins; ``divides`` tells beforehand.
    """
    starts = [fine.start + index * fine.bin for index in range(len(fine.requests))]
    bins = Bins(starts, fine.bin, fine.requests, fine.faults)
    if indicator.slice_seconds % fine.bin or (owed.start - fine.start) % fine.bin:
        return _by_hours(bins, indicator, owed, excluded, settled_until, baseline)
    slices = cut(owed, indicator.slice_seconds, bins, excluded, settled_until)
    judged = _judged(silent_runs(slices), indicator, baseline)
    unexplained = frozenset(run for run, (fine_so, _) in judged.items() if not fine_so)
    found = account(slices, indicator.slice_goal, indicator.no_traffic, unexplained)
    return Timeline(found, slices, indicator.no_traffic, unexplained, _silences(found, judged, indicator))


def _by_hours(
    bins: Bins, indicator: Availability, owed: Span, excluded: Spans, settled_until: int, baseline: Baseline | None
) -> Timeline:
    counts = by_hour(owed, indicator.slice_seconds, bins, excluded, settled_until)
    judged = _judged(silent_hours(counts), indicator, baseline)
    unexplained = frozenset(run for run, (fine_so, _) in judged.items() if not fine_so)
    found = hours_only(counts, indicator.slice_goal, indicator.no_traffic, unexplained)
    return Timeline(found, None, indicator.no_traffic, unexplained, _silences(found, judged, indicator))


def _judged(runs: Spans, indicator: Availability, baseline: Baseline | None) -> dict[Span, tuple[bool, Fraction | None]]:
    if indicator.no_traffic is not SilencePolicy.EXPECTED:
        return dict.fromkeys(runs, (True, None))
    if baseline is None:
        return dict.fromkeys(runs, (False, None))
    known = baseline.judge(runs)
    return {run: known[run] for run in runs}


def _silences(found: Account, judged: dict[Span, tuple[bool, Fraction | None]], indicator: Availability) -> tuple[Silence, ...]:
    policy = indicator.no_traffic
    counted = {True: "up" if policy is SilencePolicy.EXPECTED else policy.value, False: "unknown"}
    return tuple(
        Silence(run, explained=judged[run][0], baseline=judged[run][1], counted_as=counted[judged[run][0]])
        for run in listed(found.silent)
    )


def divides(indicator: Availability, bin_seconds: int) -> bool:
    """Whether slices, or bounds by the hour, can be had from bins of this length."""
    return indicator.slice_seconds % bin_seconds == 0 or bin_seconds == 3600
