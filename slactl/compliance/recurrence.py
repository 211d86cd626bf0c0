"""Turns a recurring maintenance window into windows, one for each occurrence.

The one rule: where an occurrence's local start or end does not exist or exists twice, each takes
the reading that excludes less (the start the later instant, the end the earlier), and the window
says so. An occurrence that both starts and ends in a repeated hour is read in the hour's first pass.
One of which nothing is left that way (02:30 to 03:00 in the night the clocks skip that half hour)
stays listed, over the widest of its readings, and excludes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from slactl.model.maintenance import RecurringWindow, Window
from slactl.model.span import Span
from slactl.model.status import Code, Reason

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_SUB_DAILY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_NOTHING = ("excludes", "nothing")


def parse_rule(recurring: RecurringWindow) -> rrule:
    """The rule over naive local starts.

    Raises:
        ValueError: if the text is no single RRULE, or one that could repeat within a day (an
            occurrence is named by its date) or never moves on.
    """
    parts = _parts(recurring.rrule)
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"FREQ must be one of {', '.join(FREQUENCIES)}, not {parts.get('FREQ')!r}")
    finer = next((name for name in _SUB_DAILY if name in parts), None)
    if finer:
        raise ValueError(f"{finer} cannot be used: a window occurs at most once a day")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"0*[1-9]\d*", parts[name]):
            raise ValueError(f"{name} must be a whole number from 1, not {parts[name]!r}")
    return _rule(_local_until(parts, ZoneInfo(recurring.timezone)), recurring.start)


def expand(recurring: RecurringWindow, touching: Span) -> tuple[Window, ...]:
    """The occurrences that share a second with the span, in order of time.

    Raises:
        ValueError: if the rule cannot be read (see ``parse_rule``).
    """
    zone, length = ZoneInfo(recurring.timezone), recurring.end - recurring.start
    day = timedelta(days=1)
    first = _local(touching.start, zone) - length - day
    last = _local(touching.end, zone) + day
    if recurring.until is not None:
        last = min(last, recurring.until)
    starts = parse_rule(recurring).between(first, last, inc=True)
    windows = (_occurrence(recurring.template, start, start + length, zone) for start in starts)
    return tuple(window for window in windows if window.span.meets(touching))


def expand_all(recurring: Iterable[RecurringWindow], touching: Span) -> tuple[Window, ...]:
    """The occurrences of several recurring windows that touch the span."""
    return tuple(window for one in recurring for window in expand(one, touching))


def excludes_nothing(window: Window) -> bool:
    """Whether no reading of the occurrence's local times leaves anything that surely lies in it."""
    return window.note is not None and _NOTHING in window.note.figures


def readings(local: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """The instants that a naive local time can mean, earliest first: one, or two where it is in doubt."""
    aware = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return tuple(sorted({int(moment.astimezone(UTC).timestamp()) for moment in aware}))


def _occurrence(template: Window, start: datetime, end: datetime, zone: ZoneInfo) -> Window:
    starts, ends = readings(start, zone), readings(end, zone)
    span, note = _surely(starts, ends, zone), None
    if len(starts) > 1 or len(ends) > 1:
        excludes = "less" if span else "nothing"
        local_start, local_end = start.isoformat(), end.isoformat()
        note = Reason.of(Code.AMBIGUOUS_LOCAL_TIME, excludes=excludes, local_start=local_start, local_end=local_end)
    return replace(
        template,
        id=f"{template.id}@{start.date().isoformat()}",
        span=span or Span(starts[0], ends[-1]),
        worked=None,
        note=note,
    )


def _surely(starts: tuple[int, ...], ends: tuple[int, ...], zone: ZoneInfo) -> Span | None:
    """The reading that excludes less; None when nothing is left of it."""
    start, end = starts[-1], ends[0]
    if _repeated(starts, zone) and _repeated(ends, zone) and end <= start:
        start = starts[0]
    return Span(start, end) if start < end else None


def _repeated(instants: tuple[int, ...], zone: ZoneInfo) -> bool:
    """Whether the readings are two passes of one wall time (rather than of a time that was skipped)."""
    return len(instants) > 1 and len({_local(instant, zone) for instant in instants}) == 1


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def _parts(text: str) -> dict[str, str]:
    body = text.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in body.split(";") if part]
    if any(not value or "\n" in value for _, _, value in pairs):
        raise ValueError(f"not an RRULE of RFC 5545: {text!r}")
    parts = {name: value for name, _, value in pairs}
    if len(parts) < len(pairs):
        raise ValueError(f"a part of the RRULE stands twice: {text!r}")
    return parts


def _local_until(parts: dict[str, str], zone: ZoneInfo) -> dict[str, str]:
    """An UNTIL written in UTC, as local time: starts are compared as local times."""
    found = re.fullmatch(r"(\d{8}T\d{6})Z", parts.get("UNTIL", ""))
    if not found:
        return parts
    instant = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return parts | {"UNTIL": instant.astimezone(zone).strftime("%Y%m%dT%H%M%S")}


def _rule(parts: dict[str, str], start: datetime) -> rrule:
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rule = rrulestr(text, dtstart=start)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an RRULE of RFC 5545: {text!r} ({error})") from error
    assert isinstance(rule, rrule)  # a single RRULE never makes a set
    return rule
