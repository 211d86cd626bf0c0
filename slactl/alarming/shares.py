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
from slactl.model.watched import Watched

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


def counts(indicator: Ratio, streams: Sequence[Stream], period: int, less: Sequence[Stream] = ()) -> Counts:
    """The counts that decide an indicator, of some streams together, in buckets of ``period`` seconds.

    Those of ``less`` are taken off; where one of them is missing there is nothing to take off.
    """
    own = [(mark, stream) for mark, stream in zip(_marks("", streams), streams, strict=True)]
    off = [(mark, stream) for mark, stream in zip(_marks("_ignored", less), less, strict=True)]
    terms, bad, total = _counted(indicator, own, period)
    if not off:
        return Counts(terms, _sum(bad), _sum(total))
    more, bad_off, total_off = _counted(indicator, off, period)
    return Counts((*terms, *more), _difference(bad, bad_off), _difference(total, total_off))


def of_service(indicator: Ratio, watched: Watched, period: int) -> Counts:
    """The counts of a service without what the agreement ignores, as long as an alarm can hold so many metrics."""
    found = counts(indicator, (watched.total,), period, watched.left_out)
    return found if found.fits else counts(indicator, (watched.total,), period)


def filled(term: MetricTerm, value: int = 0) -> tuple[Term, ...]:
    """A metric with 0, or another value, where it is missing.

    An alarm takes older datapoints for a missing one before it heeds what missing data count as: of a period of 26
    hours it would notice silence after three days. A datapoint that is filled needs none to stand in.
    """
    return (term, MathTerm(FILLED, f"FILL({term.id}, {value})", f"{value} where it is missing"))


def fast(threshold: Threshold) -> str:
    """The bound of what is fast, as CloudWatch writes statistics: ``999.999``."""
    return decimal(threshold.rung)


def decimal(value: Fraction) -> str:
    """A decimal fraction without an exponent and without zeros at its end."""
    whole, rest = divmod(round(value * 10**9), 10**9)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


_Marked = Sequence[tuple[str, Stream]]
_Parts = tuple[tuple[MetricTerm, ...], list[str], list[str]]


def _marks(after: str, streams: Sequence[Stream]) -> list[str]:
    """What tells the terms of streams apart; a single one needs no number."""
    return [after] if len(streams) == 1 else [f"{after}{number}" for number in range(1, len(streams) + 1)]


def _counted(indicator: Ratio, marked: _Marked, period: int) -> _Parts:
    """The terms, and the summands of bad requests and of all."""
    if isinstance(indicator, LatencyShare):
        terms = tuple(term for mark, stream in marked for term in _slow(indicator.threshold, mark, stream, period))
        bad = [f"requests{mark} - fast{mark}" for mark, _ in marked]
    else:
        both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
        terms = tuple(term for mark, stream in marked for term in _failed(mark, stream, period, both))
        bad = [f"{name}{mark}" for mark, _ in marked for name in (("faults", "errors") if both else ("faults",))]
    return terms, bad, [f"requests{mark}" for mark, _ in marked]


def _failed(mark: str, stream: Stream, period: int, both: bool) -> Iterator[MetricTerm]:
    yield MetricTerm(f"faults{mark}", stream.faults, "Sum", period)
    if both:
        yield MetricTerm(f"errors{mark}", stream.errors, "Sum", period)
    yield MetricTerm(f"requests{mark}", stream.requests, stream.request_stat, period)


def _slow(threshold: Threshold, mark: str, stream: Stream, period: int) -> Iterator[MetricTerm]:
    """A count of fast requests that is absent, because all were slow, counts as 0 in a difference."""
    yield MetricTerm(f"requests{mark}", stream.latency, "SampleCount", period)
    yield MetricTerm(f"fast{mark}", stream.latency, f"TC(:{fast(threshold)})", period)


def _sum(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 and " " not in parts[0] else f"({' + '.join(parts)})"


def _difference(parts: Sequence[str], off: Sequence[str]) -> str:
    return f"({' + '.join(parts)} - {_sum(off)})"
