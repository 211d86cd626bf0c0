"""Stretches without a request, and whether they were to be expected.

Decides rule 11 for ``no_traffic: expected``. The one rule: fewer than ten requests on average
in the same span (weekday and local time) of the weeks that may be looked at.
"""

from fractions import Fraction

from .slices import Slice
from .spans import Span, union
from .times import Stretch, weeks_away
from .traffic import Population

FEW = 10


def silent_runs(slices: list[Slice]) -> list[Span]:
    """The connected stretches of slices without a request."""
    return union(part for one in slices if not one.requests for part in one.counted)


def is_expected(run: Span, stretch: Stretch, requests: Population) -> bool:
    """Whether so little was to be expected in the run that its silence is no surprise."""
    weeks = [week for week in _away(run, stretch, range(-4, 0)) if _kept(week, stretch)]
    if not weeks:
        weeks = _rest_of_period(run, stretch)
    if not weeks:
        return False
    return Fraction(sum(requests.count(week) for week in weeks), len(weeks)) < FEW


def _away(run: Span, stretch: Stretch, weeks: range) -> list[Span]:
    """The same weekday and local time in other weeks, and as long, across a change of the clocks too."""
    starts = [weeks_away(run[0], week, stretch.zone) for week in weeks if week != 0]
    return [(start, start + run[1] - run[0]) for start in starts]


def _kept(week: Span, stretch: Stretch) -> bool:
    since = stretch.since
    return week[0] >= stretch.hours_before and (since is None or week[0] >= since)


def _rest_of_period(run: Span, stretch: Stretch) -> list[Span]:
    until = min(stretch.end, stretch.settled_to)
    return [
        week
        for week in _away(run, stretch, range(-5, 6))
        if _kept(week, stretch) and stretch.owed_from <= week[0] and week[1] <= until
    ]
