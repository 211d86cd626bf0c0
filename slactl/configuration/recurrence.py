"""Recurring windows: their local times and their rule, checked but not spread out.

The one rule: an occurrence is named by its date, so a rule recurs at most once a day and keeps the
local time of the first window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slactl.configuration.fields import Fields, quantity
from slactl.configuration.mistakes import Refused, did_you_mean, one_of, quoted
from slactl.configuration.times import last_moment, naive_moment, readings
from slactl.model.span import Span

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = ("FREQ", "INTERVAL", "COUNT", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYWEEKNO", "BYYEARDAY")
_PART = re.compile(r"([A-Z]+)=([A-Z0-9+,-]+)")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A checked recurrence; ``first`` is the first occurrence in instants."""

    start: datetime
    end: datetime
    rrule: str
    until: datetime | None
    first: Span


def read_recurrence(fields: Fields, zone: ZoneInfo) -> Recurrence | None:
    """``start``, ``end``, ``rrule`` and ``until`` of a recurring window; None after a mistake."""
    start = fields.must("start", quantity(naive_moment), "the first occurrence's local start")
    end = fields.must("end", quantity(naive_moment), "the first occurrence's local end")
    rule = fields.must("rrule", quantity(_rule), 'write rrule: "FREQ=WEEKLY;BYDAY=SU", or leave until out')
    until = fields.get("until", quantity(last_moment))
    if start is None or end is None or rule is None:
        return None
    _check_end(fields, rule, until)
    if end <= start:
        fields.mistake("end", f"must lie after start, found {quoted(end.isoformat(timespec='minutes'))}")
        return None
    if not _starts_with(fields, rule, start, until):
        return None
    return Recurrence(start, end, rule, until, _first(start, end, zone))


def _rule(text: str) -> str:
    """The rule's text without the property's name.

    Raises:
        Refused: if it is no rule of RFC 5545, or one that does not fit a window.
    """
    parts: dict[str, str] = {}
    for part in text.split(";"):
        found = _PART.fullmatch(part)
        if not found:
            raise Refused("must be a rule such as FREQ=WEEKLY;BYDAY=SU", "parts are NAME=VALUE in capitals, with ; between")
        if found[1] in parts:
            raise Refused(f"must not say {found[1]} twice")
        parts[found[1]] = found[2]
    for name in parts:
        if name == "UNTIL":
            raise Refused("must not hold UNTIL", "write until: 2026-12-31 beside rrule")
        if name not in PARTS:
            raise Refused(f"must not hold {name}", did_you_mean(name, PARTS) or f"known here: {', '.join(PARTS)}")
    if parts.get("FREQ") not in FREQUENCIES:
        raise Refused(f"must have a FREQ of {one_of(FREQUENCIES)}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"[1-9][0-9]{0,3}", parts[name]):
            raise Refused(f"must have an {name} from 1 to 9999" if name == "INTERVAL" else "must have a COUNT from 1 to 9999")
    return text


def _check_end(fields: Fields, rule: str, until: datetime | None) -> None:
    if not fields.has("until") and "COUNT=" not in rule:
        fields.mistake("rrule", f"needs an end, found {quoted(rule)}", "write until: 2026-12-31, or COUNT in the rule")
    if until is not None and "COUNT=" in rule:
        fields.mistake("until", "does not go with COUNT, found both", "keep one of the two")


def _starts_with(fields: Fields, rule: str, start: datetime, until: datetime | None) -> bool:
    """Whether the rule is sound and its first occurrence is the window itself."""
    from dateutil.rrule import rrulestr

    try:
        occurrences = iter(rrulestr(f"RRULE:{rule}", dtstart=start))
        first = next((day for day in occurrences), None)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as failure:
        fields.mistake("rrule", f"must be a rule of RFC 5545 ({failure}), found {quoted(rule)}")
        return False
    if first is None:
        fields.mistake("rrule", f"never happens, found {quoted(rule)}")
        return False
    if first != start:
        fields.mistake("start", f"must be the first day of its rule, found {quoted(start.isoformat(timespec='minutes'))}",
                       f"the rule first gives {first.isoformat(timespec='minutes')}")  # fmt: skip
        return False
    if until is not None and until < start:
        fields.mistake("until", f"must not lie before start, found {quoted(until.isoformat(timespec='minutes'))}")
        return False
    return True


def _first(start: datetime, end: datetime, zone: ZoneInfo) -> Span:
    """The first occurrence, in the reading that excludes less."""
    begins = max(readings(start, zone) or (_shifted(start, zone),))
    ends = min(readings(end, zone) or (_shifted(end, zone),))
    return Span(begins, ends if ends > begins else begins + 1)


def _shifted(moment: datetime, zone: ZoneInfo) -> int:
    """A missing local time, read with the offset from before the change."""
    return int(moment.replace(tzinfo=zone).astimezone(UTC).timestamp())
