"""What of kept counts an alarm is replayed from.

The one rule: a percentile or a share that CloudWatch computes is replayed by the counts at its own limit, which decide
it; whatever counts do not decide is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from slactl.alarming.replaying.bins import by_stat
from slactl.alarming.shares import decimal
from slactl.model.alarm import Crossing, MathTerm, MetricAlarm, MetricTerm
from slactl.model.goal import Threshold
from slactl.model.metric import Metric
from slactl.model.replay import Unfit

Row = tuple[Metric, str]
"""A metric and an additive statistic of it."""
_PERCENTILE, _RATE = re.compile(r"p(\d+(?:\.\d+)?)"), re.compile(r"PR(\(:\d+(?:\.\d+)?\))")


@dataclass(frozen=True, slots=True)
class AtLimit:
    """A percentile of ``rank`` (a ratio) decided by the share of values up to its limit (``stat`` counts them)."""

    term: MetricTerm
    rank: Fraction
    stat: str

    @property
    def few(self) -> float:
        """So many samples CloudWatch wants before a percentile means something."""
        share = float(self.rank)
        return 10 / (1 - share) if share >= 0.5 else 10 / share


@dataclass(frozen=True, slots=True)
class FastShare:
    """A share of values up to a bound, in per cent; ``stat`` counts them."""

    term: MetricTerm
    stat: str


def at_limit(alarm: MetricAlarm) -> AtLimit | None:
    """How an alarm on a single percentile is decided; None for any other, or a limit from below."""
    term, found = alarm.terms[-1], None
    if isinstance(term, MetricTerm) and term.id == alarm.returned:
        found = _PERCENTILE.fullmatch(term.stat)
    if found is None or not isinstance(term, MetricTerm) or alarm.crossing in (Crossing.BELOW, Crossing.AT_MOST):
        return None
    limit = Threshold(alarm.threshold, inclusive=alarm.crossing is Crossing.ABOVE)
    return AtLimit(term, Fraction(found[1]) / 100, f"TC(:{decimal(limit.rung)})")


def fast_share(term: MetricTerm) -> FastShare | None:
    """How a share that CloudWatch computes comes of counts."""
    found = _RATE.fullmatch(term.stat)
    return FastShare(term, f"TC{found[1]}") if found else None


def is_query(alarm: MetricAlarm) -> bool:
    """Whether it holds a Metrics Insights query."""
    return any(isinstance(term, MathTerm) and term.period is not None for term in alarm.terms)


def rows_of(alarm: MetricAlarm) -> tuple[Row, ...] | Unfit:
    """The counts that an alarm is replayed from."""
    percentile = at_limit(alarm)
    if percentile is not None:
        metric = percentile.term.metric
        return (metric, "SampleCount"), (metric, percentile.stat)
    terms = [term for term in alarm.terms if isinstance(term, MetricTerm)]
    for term in terms:
        if by_stat(term.stat) is None and fast_share(term) is None:
            return Unfit("statistic", f"{term.stat} of a window does not come of the counts that are kept")
    return tuple(dict.fromkeys(row for term in terms for row in _rows(term)))


def _rows(term: MetricTerm) -> Iterator[Row]:
    share = fast_share(term)
    if share is None:
        yield term.metric, term.stat
    else:
        yield from ((term.metric, "SampleCount"), (term.metric, share.stat))
