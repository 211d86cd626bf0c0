"""When a mute rule mutes: CloudWatch's ``at(...)`` and ``cron(...)``, made of instants and of local times.

The one rule: a cron expression stands for a recurrence only if it names exactly its days, from the first to the last,
and leaves room before and after; what it cannot say is said one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slactl.model.muting import Repeat
from slactl.model.span import Span

MINUTE, LONGEST, LONGEST_EXPRESSION = 60, 15 * 24 * 3600, 256
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAY, MARGIN, FAR = timedelta(days=1), timedelta(hours=2), 400
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
Days = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression and the naive local times between which it holds."""

    expression: str
    since: datetime
    until: datetime


def pieces(span: Span) -> tuple[Span, ...]:
    """A span in whole minutes, moved outward, in parts that a rule can last."""
    start, end = span.start // MINUTE * MINUTE, -(-span.end // MINUTE) * MINUTE
    return tuple(Span(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST))


def at_expression(instant: int, zone: ZoneInfo) -> tuple[str, str]:
    """The expression of a whole minute and the zone it is in: UTC where the local time comes twice."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    if not surely(local.replace(tzinfo=None), zone):
        local = local.astimezone(UTC)
        return f"at({local:%Y-%m-%dT%H:%M})", "UTC"
    return f"at({local:%Y-%m-%dT%H:%M})", zone.key


def at_instant(expression: str, zone: str) -> int | None:
    """The instant that such an expression names; None where it is another, or nobody knows the zone."""
    found = _AT.fullmatch(expression)
    try:
        return int(datetime.fromisoformat(found[1]).replace(tzinfo=ZoneInfo(zone)).timestamp()) if found else None
    except (ValueError, OSError, LookupError):
        return None


def surely(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a naive local time exists, and once."""
    first, second = (local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    return first == second


def duration(minutes: int) -> str:
    """ISO 8601: ``PT1H30M``, ``P2DT3H``."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")
    return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def minutes_of(text: str) -> int:
    """The minutes of a duration; 0 for what is none."""
    found = _DURATION.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return (days * 24 + hours) * 60 + minutes


def cron_of(repeat: Repeat) -> Cron | None:
    """The expression that names exactly the days of a recurrence; None where there is none."""
    first, days = repeat.starts[0], tuple(start.date() for start in repeat.starts)
    if repeat.length < timedelta(minutes=1) or repeat.length.total_seconds() > LONGEST or first.second:
        return None
    for fields, named in _candidates(days):
        expression = f"cron({first.minute} {first.hour} {fields})"
        if len(expression) <= LONGEST_EXPRESSION and _named(named, days[0], days[-1]) == days:
            return _bounded(expression, named, repeat)
    return None


def _candidates(days: Sequence[date]) -> Iterator[tuple[str, Days]]:
    """By weekday and by day of the month, of all months and of those there are; every day first."""
    weekdays, numbers = {day.weekday() for day in days}, {day.day for day in days}
    months = {day.month for day in days}
    yield "* * *", lambda _day: True
    for month, fits in (("*", set(range(1, 13))), (_list(months), months)):
        names = ",".join(WEEKDAYS[day] for day in sorted(weekdays))
        yield f"* {month} {names}", lambda day, fits=fits: day.weekday() in weekdays and day.month in fits  # type: ignore[misc]
        yield f"{_list(numbers)} {month} *", lambda day, fits=fits: day.day in numbers and day.month in fits  # type: ignore[misc]


def _list(numbers: set[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers))


def _named(named: Days, first: date, last: date) -> tuple[date, ...]:
    every = (first + DAY * step for step in range((last - first).days + 1))
    return tuple(day for day in every if named(day))


def _bounded(expression: str, named: Days, repeat: Repeat) -> Cron | None:
    """With a beginning and an end that lie well away from what it would name outside; None where there is no room.

    Whether CloudWatch takes the two in UTC or in the rule's zone makes no difference then.
    """
    first, last = repeat.starts[0], repeat.starts[-1] + repeat.length
    before = next((first - DAY * step for step in range(1, FAR) if named((first - DAY * step).date())), None)
    after = next((repeat.starts[-1] + DAY * step for step in range(1, FAR) if named(_day(repeat, step))), None)
    room_before = DAY * 2 if before is None else first - before - repeat.length
    room_after = DAY * 2 if after is None else after - last
    if min(room_before, room_after) < MARGIN:
        return None
    return Cron(expression, first - min(DAY, room_before / 2), last + min(DAY, room_after / 2))


def _day(repeat: Repeat, step: int) -> date:
    return (repeat.starts[-1] + DAY * step).date()
