"""Dates, local times and instants as written in the configuration.

The one rule: a local time that does not exist, or exists twice, in the report's zone is refused,
unless an offset says which instant is meant.
"""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from slactl.configuration.mistakes import Refused, did_you_mean

FIRST_YEAR, LAST_YEAR = 2000, 2199
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
OFFSET = r"Z|[+-][0-9]{2}:[0-9]{2}"

_MOMENT = re.compile(rf"({DATE})[T ]({CLOCK})({OFFSET})?")


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA database shipped with slactl: the same on every machine."""
    return frozenset(importlib.resources.files("tzdata").joinpath("zones").read_text("ascii").split())


def zone_name(text: str) -> str:
    """An IANA zone.

    Raises:
        Refused: if there is none of that name.
    """
    if text not in known_zones():
        raise Refused("must be an IANA time zone such as Europe/Rome", did_you_mean(text, known_zones()))
    return text


def calendar_date(text: str) -> date:
    """A date, ``2026-10-14``.

    Raises:
        Refused: if it is none, or not of the years 2000 to 2199.
    """
    try:
        day = date.fromisoformat(text) if re.fullmatch(DATE, text) else None
    except ValueError as failure:
        raise Refused(f"must be a date of the calendar ({failure})") from None
    if day is None:
        raise Refused("must be a date such as 2026-10-14")
    return _within(day)


def year_start(text: str) -> tuple[int, int]:
    """Month and day on which the agreement's year starts, ``MM-DD``.

    Raises:
        Refused: if it is no date of every year.
    """
    found = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text)
    try:
        day = date(2001, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        hint = "02-29 is not in every year" if text == "02-29" else None
        raise Refused("must be a month and day of every year such as 01-01", hint)
    if day.day != 1:
        raise Refused("must be the first of a month", "an annual goal is measured by whole months")
    return day.month, day.day


def naive_moment(text: str) -> datetime:
    """A local time without a zone.

    Raises:
        Refused: if it is none, or has an offset.
    """
    moment, offset = _moment(text)
    if offset is not None:
        raise Refused("must be a local time without an offset", "a recurring window keeps its local time over the year")
    return moment


def last_moment(text: str) -> datetime:
    """Where a recurrence ends: a local time, or a date for all of that day.

    Raises:
        Refused: if it is neither.
    """
    if re.fullmatch(DATE, text):
        return datetime.combine(calendar_date(text), time(23, 59, 59))
    return naive_moment(text)


def instant_in(zone: ZoneInfo) -> Callable[[str], int]:
    """A parser of instants: local times of the zone, or times with an offset; seconds since the epoch."""

    def parse(text: str) -> int:
        moment, offset = _moment(text)
        if offset is not None:
            return int(moment.replace(tzinfo=offset).timestamp())
        return _single_reading(moment, zone)

    return parse


def readings(moment: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """The instants that a local time names: one, two, or none."""
    both = sorted({int(moment.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1)})
    return tuple(at for at in both if datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None) == moment)


def _single_reading(moment: datetime, zone: ZoneInfo) -> int:
    found = readings(moment, zone)
    if len(found) == 1:
        return found[0]
    if found:
        ways = " or ".join(_with_offset(at, zone) for at in found)
        raise Refused(f"exists twice in {zone.key}, the clocks go back", f"write {ways}")
    hint = "write a time before or after the change, or an offset"
    raise Refused(f"does not exist in {zone.key}, the clocks go forward", hint)


def _with_offset(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).isoformat(timespec="minutes")


def _moment(text: str) -> tuple[datetime, timezone | None]:
    found = _MOMENT.fullmatch(text)
    if not found:
        hint = "add a time" if re.fullmatch(DATE, text) else None
        raise Refused("must be a time such as 2026-10-14T02:00", hint)
    day = calendar_date(found[1])
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{found[2]}")
        return moment, _offset(found[3])
    except ValueError as failure:
        raise Refused(f"must be a time of the clock ({failure})") from None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    if int(text[4:6]) > 59 or minutes > 14 * 60:
        raise ValueError("offsets go from -14:00 to +14:00")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day
