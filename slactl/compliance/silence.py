"""Tells a quiet hour from a silent outage (rule 11).

The one rule: a run of silence is explained only by weeks that were read and were about as quiet at
the same weekday and local time; where no week can be asked, it is not explained.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from slactl.compliance.slices import HOUR, Slices, SliceState
from slactl.model.period import weeks_earlier
from slactl.model.span import Span, Spans

WEEKS = 4
FEW = 10
_WEEKS_OF_A_MONTH = 5


def silent_runs(slices: Slices) -> Spans:
    """The stretches of consecutive silent slices; an exclusion or anything else between them ends one."""
    found: list[Span] = []
    begun = reached = slices.span.start
    for index, state in enumerate(slices.state):
        if state is not SliceState.NO_TRAFFIC:
            continue
        for start, end in slices.bounds(index):
            if start != reached:
                found += [Span(begun, reached)] if begun < reached else []
                begun = start
            reached = end
    return (*found, *([Span(begun, reached)] if begun < reached else []))


def listed(runs: Spans) -> Spans:
    """The silences that a report lists: an hour or more."""
    return tuple(run for run in runs if run.seconds >= HOUR)


def baseline_spans(
    run: Span, zone: ZoneInfo, since: int | None, fine: Callable[[Span], bool], period: Span
) -> tuple[Span, ...]:
    """The spans whose requests tell whether a run of silence is usual, latest first.

    These are the same weekday and local time of the four weeks before, without what lies before
    ``since`` (an instant; nothing is owed before it) or is not ``fine`` (kept by the hour only).
    Where none is left, the other weeks of ``period``, which a running period gives up to what is
    settled; those kept by the hour only for a run that is itself.
    """
    owed = period.start if since is None else max(since, period.start)
    before = (_weeks_earlier(run, week, zone) for week in range(1, WEEKS + 1))
    found = tuple(span for span in before if (since is None or span.start >= since) and fine(span))
    if found:
        return found
    others = (_weeks_earlier(run, week, zone) for week in range(-_WEEKS_OF_A_MONTH, _WEEKS_OF_A_MONTH + 1) if week)
    inside = (span for span in others if owed <= span.start and span.end <= period.end)
    return tuple(span for span in inside if fine(span) or not fine(run))


def explained(counts: Sequence[int | None]) -> tuple[bool, Fraction | None]:
    """Whether so many requests in the spans of the baseline explain a silence, and their mean.

    None is a span that could not be read: it might have been busy, so it explains nothing. The mean
    is that of the spans that were read, None of none.
    """
    read = [count for count in counts if count is not None]
    if not read:
        return False, None
    mean = Fraction(sum(read), len(read))
    return len(read) == len(counts) and mean < FEW, mean


def _weeks_earlier(run: Span, weeks: int, zone: ZoneInfo) -> Span:
    """The span that begins at the same weekday and local time and is as long."""
    start = weeks_earlier(run.start, weeks, zone)
    return Span(start, start + run.seconds)
