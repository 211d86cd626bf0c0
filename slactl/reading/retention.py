"""What CloudWatch still keeps, and how finely, at a given age.

The one rule: within an hour of a retention line the coarser side is taken, so that a report does
not depend on the minute in which it is asked for. Source: GetMetricData reference, StartTime and
MetricStat.Period (1 min for 15 days, 5 min for 63, 1 h for 455).
"""

from __future__ import annotations

from slactl.model.span import Span

DAY = 86_400
HOUR = 3_600
MARGIN = HOUR
CLASSES = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, HOUR))


def finest(start: int, now: int) -> int | None:
    """The smallest period in seconds that a read starting at ``start`` may ask for; None if expired."""
    age = now - start
    return next((period for kept, period in CLASSES if age <= kept - MARGIN), None)


def kept_from(now: int) -> int:
    """The first whole hour that is surely still kept."""
    oldest = now - (CLASSES[-1][0] - MARGIN)
    return -(-oldest // HOUR) * HOUR


def fine_from(now: int, period: int = 300) -> int:
    """The first instant that can still be read in buckets of ``period`` seconds."""
    kept = next(kept for kept, finest_period in CLASSES if finest_period == period)
    oldest = now - (kept - MARGIN)
    return -(-oldest // period) * period


def readable(span: Span, now: int) -> Span | None:
    """The part of a span that is still kept and lies on the grid of its age, or None.

    Where only hours are kept the ends are moved inward to whole hours: half an hour at the edge of
    a month of a half-hour zone can't be separated any more.
    """
    part = span.clip(Span(kept_from(now), max(now, kept_from(now)) + 1))
    if part is None:
        return None
    grid = finest(part.start, now)
    return part.shrink(grid) if grid else None
