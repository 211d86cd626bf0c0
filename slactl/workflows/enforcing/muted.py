"""When maintenance mutes a service's alarms.

The one rule: a window mutes from when it was announced on, if that was later than its begin.
"""

from __future__ import annotations

from slactl.compliance.recurrence import expand_all
from slactl.model.maintenance import MaintenanceCalendar, Window
from slactl.model.span import Span, Spans, intersect, union


def mutes(calendar: MaintenanceCalendar, service: str, span: Span, tail: int = 0) -> Spans:
    """When windows of maintenance mute a service's alarms: from when they were announced on, if that was too late.

    ``tail``: for so many seconds after their end too.
    """
    return intersect((span,), union(muted for _, muted in muting(calendar, service, span, tail)))


def muting(calendar: MaintenanceCalendar, service: str, span: Span, tail: int = 0) -> tuple[tuple[Window, Span], ...]:
    """The windows that mute a service's alarms within a span, each with all of the time in which it does."""
    windows = (*calendar.windows, *expand_all(calendar.recurring, Span(span.start - tail, span.end)))
    each = ((window, _muted(window, tail)) for window in windows if window.concerns(service))
    return tuple((window, muted) for window, muted in each if muted is not None and muted.meets(span))


def _muted(window: Window, tail: int) -> Span | None:
    if window.cancelled or not window.mute or window.announced is None:
        return None
    start, end = max(window.span.start, window.announced), window.span.end + tail
    return Span(start, end) if start < end else None
