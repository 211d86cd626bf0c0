"""Reads ``--since``: when an on-call shift began, as people write it.

The one rule: words and times without an offset are those of the agreement's zone, and one that exists twice, or
never, is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {"m": 60, "h": 3600, "d": 86_400}
LONGEST = 14 * 86_400
HINT = "for example yesterday, monday, 12h or 2026-11-22T08:00; at most 14 days back"


def instant_of(text: str, now: int, zone: ZoneInfo) -> int:
    """Seconds since the epoch.

    Raises:
        ValueError: if the text is no time, lies ahead, or too far back.
    """
    found = _read(text.strip().lower(), now, zone)
    if found is None:
        raise ValueError(f"--since is a day, a time or a length of time, found {text!r}")
    if found >= now:
        raise ValueError(f"--since must lie in the past, found {text!r}")
    if found < now - LONGEST:
        raise ValueError(f"--since looks back 14 days at most, found {text!r}")
    return found


def _read(text: str, now: int, zone: ZoneInfo) -> int | None:
    from slactl.model.period import day_start, local_date

    today = local_date(now, zone)
    if text in ("today", "yesterday"):
        return day_start(today - timedelta(days=text == "yesterday"), zone)
    if text in DAYS:
        back = (today.weekday() - DAYS.index(text) - 1) % 7 + 1
        return day_start(today - timedelta(days=back), zone)
    if length := re.fullmatch(r"([0-9]{1,4})([mhd])", text):
        return now - int(length[1]) * UNITS[length[2]]
    return _written(text.upper(), zone)


def _written(text: str, zone: ZoneInfo) -> int | None:
    from slactl.model.period import day_start

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return day_start(moment.date(), zone)
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError(f"{text} is no time, or two times, in {zone.key}: write its offset too")
    return int(first.astimezone(UTC).timestamp())
