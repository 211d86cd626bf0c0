"""Recurring windows: their local times and their rule, checked but not spread out.

The one rule: an occurrence is named by its date, so a rule recurs at most once a day and keeps the
local time of the first window.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slactl.configuration.fields import Fields, quantity
from slactl.configuration.mistakes import Refused, did_you_mean, quoted
from slactl.configuration.times import last_moment, naive_moment
from slactl.model.span import Span

_DAYS = "(MO|TU|WE|TH|FR|SA|SU)"
_SIGNED = "[+-]?[1-9][0-9]{0,2}"
PARTS = {
    "FREQ": "(DAILY|WEEKLY|MONTHLY|YEARLY)",
    "INTERVAL": "[1-9][0-9]{0,2}",
    "COUNT": "[1-9][0-9]{0,3}",
    "WKST": _DAYS,
    "BYDAY": f"([+-]?[1-5])?{_DAYS}(,([+-]?[1-5])?{_DAYS})*",
    "BYMONTH": "(0?[1-9]|1[0-2])(,(0?[1-9]|1[0-2]))*",
    "BYMONTHDAY": f"{_SIGNED}(,{_SIGNED})*",
    "BYSETPOS": f"{_SIGNED}(,{_SIGNED})*",
    "BYWEEKNO": f"{_SIGNED}(,{_SIGNED})*",
    "BYYEARDAY": f"{_SIGNED}(,{_SIGNED})*",
}
"""The parts of a rule that fit a window, and what they may say."""

LONG_FREQUENCIES = ("MONTHLY", "YEARLY")
_ONLY_LONG = ("BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY")
_RRULE_FAILURES = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


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
        fields.mistake("end", f"must lie after start, found {quoted(_minutes(end))}")
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
        name, equals, value = part.partition("=")
        if not equals:
            raise Refused("must be a rule such as FREQ=WEEKLY;BYDAY=SU", "its parts are NAME=VALUE, with ; between")
        if name in parts:
            raise Refused(f"must not say {name} twice")
        _check_part(name, value)
        parts[name] = value
    if "FREQ" not in parts:
        raise Refused("must have a FREQ", "write FREQ=WEEKLY")
    if parts["FREQ"] not in LONG_FREQUENCIES:
        _check_short(parts)
    return text


def _check_part(name: str, value: str) -> None:
    if name == "UNTIL":
        raise Refused("must not hold UNTIL", "write until: 2026-12-31 beside rrule")
    if name not in PARTS:
        raise Refused(f"must not hold {quoted(name)}", did_you_mean(name, PARTS) or f"known here: {', '.join(PARTS)}")
    if not re.fullmatch(PARTS[name], value):
        hint = "a window recurs daily or more seldom: DAILY, WEEKLY, MONTHLY, YEARLY" if name == "FREQ" else None
        raise Refused(f"has a {name} that cannot be", hint)


def _check_short(parts: Mapping[str, str]) -> None:
    """A daily or weekly rule knows no places in the month or year."""
    misplaced = [name for name in _ONLY_LONG if name in parts]
    if misplaced:
        raise Refused(f"must not hold {misplaced[0]} with FREQ={parts['FREQ']}", "it goes with MONTHLY or YEARLY")
    if re.search("[0-9]", parts.get("BYDAY", "")):
        raise Refused(f"must not number days with FREQ={parts['FREQ']}", "1SU goes with MONTHLY or YEARLY")


def _check_end(fields: Fields, rule: str, until: datetime | None) -> None:
    if not fields.has("until") and "COUNT=" not in rule:
        fields.mistake("rrule", f"needs an end, found {quoted(rule)}", "write until: 2026-12-31, or COUNT in the rule")
    if until is not None and "COUNT=" in rule:
        fields.mistake("until", "does not go with COUNT, found both", "keep one of the two")


def _starts_with(fields: Fields, rule: str, start: datetime, until: datetime | None) -> bool:
    """Whether the rule is sound and its first occurrence is the window itself."""
    from dateutil.rrule import rrulestr

    try:
        first = next(iter(rrulestr(f"RRULE:{rule}", dtstart=start)), None)
    except _RRULE_FAILURES as failure:
        fields.mistake("rrule", f"must be a rule of RFC 5545 ({failure}), found {quoted(rule)}")
        return False
    if first is None:
        fields.mistake("rrule", f"never happens, found {quoted(rule)}")
    elif first != start:
        hint = f"the rule first gives {_minutes(first)}"
        fields.mistake("start", f"must be the first time that the rule gives, found {quoted(_minutes(start))}", hint)
    elif until is not None and until < start:
        fields.mistake("until", f"must not lie before start, found {quoted(_minutes(until))}")
    return first == start


def _minutes(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _first(start: datetime, end: datetime, zone: ZoneInfo) -> Span:
    """The first occurrence, in the reading of its local times that is shortest."""
    from slactl.compliance.recurrence import readings

    pairs = [(begins, stops) for begins in readings(start, zone) for stops in readings(end, zone)]
    return min((Span(begins, stops) for begins, stops in pairs if begins < stops), key=lambda span: span.seconds)
