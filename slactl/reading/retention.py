"""What CloudWatch still keeps, and how finely, at a given age.

The one rule: within an hour of a retention line the coarser side is taken, so that a report does
not depend on the minute in which it is asked for. Source: GetMetricData reference, StartTime and
MetricStat.Period (1 min for 15 days, 5 min for 63, 1 h for 455).
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.kept import Kept
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.model.status import Code

DAY = 86_400
HOUR = 3_600
MARGIN = HOUR
MINUTE = 60
FIVE_MINUTES = 300
CLASSES = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, HOUR))


def finest(start: int, now: int) -> int | None:
    """The smallest period in seconds that a read starting at ``start`` may ask for; None if expired."""
    age = now - start
    return next((period for kept, period in CLASSES if age <= kept - MARGIN), None)


def kept_from(now: int) -> int:
    """The first whole hour that is surely still kept."""
    oldest = now - (CLASSES[-1][0] - MARGIN)
    return -(-oldest // HOUR) * HOUR


def fine_from(now: int) -> int:
    """The first whole hour from which on five minutes are surely still kept."""
    oldest = now - (CLASSES[1][0] - MARGIN)
    return -(-oldest // HOUR) * HOUR


def minutes_from(now: int) -> int:
    """The first whole hour from which on single minutes are surely still kept."""
    oldest = now - (CLASSES[0][0] - MARGIN)
    return -(-oldest // HOUR) * HOUR


def elsewhere_from(service: Service, now: int) -> int | None:
    """The first whole hour that surely is still kept of metrics that are not CloudWatch's; None of any others."""
    if service.kept_for is None:
        return None
    return -(-(now - (service.kept_for - MARGIN)) // HOUR) * HOUR


def by_the_hour(old: Span) -> list[Kept]:
    """A span of which only hours are kept; the hours over its edges must be kept too."""
    hours = old.shrink(HOUR)
    if hours is None:
        return []
    head = Span(hours.start - HOUR, hours.start) if old.start < hours.start else None
    tail = Span(hours.end, hours.end + HOUR) if hours.end < old.end else None
    return [Kept(hours, HOUR, head, tail)]


def readable(span: Span, now: int) -> tuple[Kept, ...]:
    """What of a span is still kept: the part of which only hours are left, then the finer one.

    The finer one is as fine as all of it, and says from when on single minutes are kept. Of the first part the ends
    are moved inward to whole hours: half an hour at the edge of a month of a half-hour zone can't be separated any
    more.
    """
    line, oldest = fine_from(now), kept_from(now)
    old = span.clip(Span(oldest, line))
    recent = span.clip(Span(line, max(line, span.end) + 1))
    found = by_the_hour(old) if old else []
    if recent:
        period = finest(recent.start, now) or HOUR
        fine = recent.shrink(period)
        found += [Kept(fine, period, minutes_from=_finer(fine, period, now))] if fine else []
    return tuple(found)


def _finer(span: Span, period: int, now: int) -> int | None:
    """From when on single minutes are kept, where that is within a span and later than its start."""
    line = minutes_from(now)
    return line if period > MINUTE and span.start < line < span.end else None


@dataclass(frozen=True, slots=True)
class CloudWatchKeeping:
    """A ``Keeping``: what CloudWatch has at an instant, of every service alike."""

    now: int
    recorded: frozenset[str] = frozenset()
    absent: Code = Code.NO_LONGER_KEPT

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        line = elsewhere_from(service, self.now) if source is SourceKind.METRICS else None
        part = span if line is None else span.clip(Span(line, max(line, span.end) + 1))
        return readable(part, self.now) if part else ()

    def hourly(self, service: Service, span: Span) -> Spans:
        line = min(fine_from(self.now), span.end)
        return (Span(span.start, line),) if span.start < line else ()

    def grid(self, service: Service, instant: int) -> int:
        return HOUR if instant < fine_from(self.now) else FIVE_MINUTES

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        return None

    def final(self, service: Service, span: Span) -> bool:
        return True

    def holds(self, service: Service, span: Span) -> bool:
        return bool(self.readable(service, service.source, span))

    def closed(self, service: Service, span: Span) -> bool:
        return False
