"""Shares of bad requests as metric math: which series an indicator is watched by.

The one rule: a share is per cent of summed counts, one bucket for the whole window, never the mean of shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from slactl.model.alarm import MathTerm, MetricTerm, Term
from slactl.model.goal import Threshold
from slactl.model.metric import Stream
from slactl.model.objective import Availability, ErrorCounts, ErrorRate, LatencyShare

MOST_METRICS = 10
SHARE, FILLED = "share", "filled"
Ratio = Availability | ErrorRate | LatencyShare


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a window: the metrics, and how bad requests and all requests come of them."""

    terms: tuple[MetricTerm, ...]
    bad: str
    total: str

    @property
    def fits(self) -> bool:
        """Whether an alarm can hold so many metrics."""
        return len(self.terms) <= MOST_METRICS

    def share(self, least_bad: int = 0, least_total: int = 0) -> tuple[Term, ...]:
        """The terms of the share, per cent; 0 where fewer requests than that are bad, or are there."""
        share = f"100 * {self.bad} / {self.total}"
        floors = ((self.bad, least_bad), (self.total, least_total))
        holds = " AND ".join(f"{count} >= {least}" for count, least in floors if least > 1)
        expression = f"IF({holds}, {share}, 0)" if holds else share
        return (*self.terms, MathTerm(SHARE, expression, "bad requests, in per cent"))


def counts(indicator: Ratio, streams: Sequence[Stream], period: int) -> Counts:
    """The counts that decide an indicator, of some streams together, in buckets of ``period`` seconds."""
    marks = [""] if len(streams) == 1 else [str(number) for number in range(1, len(streams) + 1)]
    pairs = list(zip(marks, streams, strict=True))
    if isinstance(indicator, LatencyShare):
        return _slow(indicator.threshold, pairs, period)
    both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
    terms = tuple(term for mark, stream in pairs for term in _failed(mark, stream, period, both))
    bad = [f"{name}{mark}" for mark in marks for name in (("faults", "errors") if both else ("faults",))]
    return Counts(terms, _sum(bad), _sum([f"requests{mark}" for mark in marks]))


def filled(term: MetricTerm) -> tuple[Term, ...]:
    """A metric with 0 where it is missing.

    An alarm takes older datapoints for a missing one before it heeds what missing data count as: of a period of 26
    hours it would notice silence after three days. A datapoint that is filled needs none to stand in.
    """
    return (term, MathTerm(FILLED, f"FILL({term.id}, 0)", "0 where it is missing"))


def fast(threshold: Threshold) -> str:
    """The bound of what is fast, as CloudWatch writes statistics: ``999.999``."""
    return decimal(threshold.rung)


def decimal(value: Fraction) -> str:
    """A decimal fraction without an exponent and without zeros at its end."""
    whole, rest = divmod(round(value * 10**9), 10**9)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


def _failed(mark: str, stream: Stream, period: int, both: bool) -> Iterator[MetricTerm]:
    yield MetricTerm(f"faults{mark}", stream.faults, "Sum", period)
    if both:
        yield MetricTerm(f"errors{mark}", stream.errors, "Sum", period)
    yield MetricTerm(f"requests{mark}", stream.requests, stream.request_stat, period)


def _slow(threshold: Threshold, pairs: Sequence[tuple[str, Stream]], period: int) -> Counts:
    """A count of fast requests that is absent, because all were slow, counts as 0 in a difference."""
    stat = f"TC(:{fast(threshold)})"
    terms: list[MetricTerm] = []
    for mark, stream in pairs:
        terms += [
            MetricTerm(f"requests{mark}", stream.latency, "SampleCount", period),
            MetricTerm(f"fast{mark}", stream.latency, stat, period),
        ]
    total = _sum([f"requests{mark}" for mark, _ in pairs])
    return Counts(tuple(terms), f"({' + '.join(f'requests{m} - fast{m}' for m, _ in pairs)})", total)


def _sum(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"({' + '.join(ids)})"
