"""Windows of an iCalendar feed (RFC 5545), as drafts of the maintenance file.

The one rule: what is written means exactly the feed's instants; an event that a window can't say is refused in words,
and then none of the feed is taken. Dates that a recurrence leaves out part it into several windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from slactl.configuration.adding import Draft
from slactl.configuration.mistakes import Refused
from slactl.configuration.times import last_moment, readings

MOST_STARTS, MOST_PARTS, DAY = 5000, 100, timedelta(days=1)
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of every event; ``until`` ends recurrences that have no end of their own."""

    zone: ZoneInfo
    announced: str | None = None
    until: str | None = None
    services: tuple[str, ...] = ()
    announcement: tuple[tuple[str, str], ...] = ()
    mute: bool = True


def read_feed(content: bytes, asked: Asked) -> tuple[Draft, ...]:
    """The windows of a feed, in its order.

    Raises:
        Refused: if it is no calendar, or holds an event that can't be said.
        ImportError: if the library of calendars is not installed.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(content, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
        broken = [error for one in calendars for part in one.walk() for error in part.errors]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as failure:
        raise Refused(f"is no iCalendar feed ({failure})") from failure
    if broken or not calendars:
        raise Refused(f"is no iCalendar feed ({broken[0][1] if broken else 'nothing stands in it'})")
    drafts = tuple(draft for group in _series(events) for draft in _drafts(group, asked))
    taken = [draft.id for draft in drafts]
    twice = next((name for name in taken if taken.count(name) > 1), None)
    if twice:
        raise Refused(f"gives two windows the id {twice}", "UIDs must differ in letters, digits, '.', '_' or '-'")
    return drafts


@dataclass(frozen=True, slots=True)
class _Series:
    """An event and the events that say otherwise of single occurrences."""

    uid: str
    event: Any
    changed: tuple[Any, ...]


def _series(events: Sequence[Any]) -> Iterator[_Series]:
    groups: dict[str, list[Any]] = {}
    for event in events:
        uid = str(event.get("UID", "")).strip()
        if not uid:
            raise Refused("holds an event without UID")
        groups.setdefault(uid, []).append(event)
    for uid, group in groups.items():
        own = [event for event in group if "RECURRENCE-ID" not in event]
        if len(own) != 1:
            raise _odd(uid, "is there more than once" if own else "changes an occurrence of no event")
        yield _Series(uid, own[0], tuple(event for event in group if event is not own[0]))


def _odd(uid: str, what: str, hint: str | None = None) -> Refused:
    return Refused(f"holds the event {uid}, which {what}", hint)


def _drafts(series: _Series, asked: Asked) -> Iterator[Draft]:
    name = identifier_of(series.uid)
    for key in ("EXRULE", "RDATE"):
        if key in series.event:
            raise _odd(series.uid, f"holds {key}", "write that window by hand")
    if "RRULE" not in series.event:
        if series.changed:
            raise _odd(series.uid, "does not recur, and has occurrences that were changed")
        yield _single(name, series.uid, series.event, asked)
        return
    yield from _recurring(name, series, asked)
    for event in series.changed:
        at = _naive(event.decoded("RECURRENCE-ID"), asked.zone)
        yield _single(f"{name}-{at:%Y%m%d}", series.uid, event, asked)


def identifier_of(uid: str) -> str:
    """A UID as an id: what does not fit becomes a dash."""
    name = _UNFIT.sub("-", uid).strip("-._")[:48].rstrip("-._")
    if not name:
        raise _odd(uid, "has no letters or digits in its UID")
    return name


def _single(name: str, uid: str, event: Any, asked: Asked) -> Draft:
    start, end = _bounds(uid, event)
    told = (written(_instant(uid, one, asked.zone), asked.zone) for one in (start, end))
    return _draft(name, uid, event, asked, *told)


def _draft(  # noqa: PLR0913, PLR0917 - a window has as many keys
    name: str,
    uid: str,
    event: Any,
    asked: Asked,
    start: str,
    end: str,
    rrule: str | None = None,
    until: str | None = None,
) -> Draft:
    summary = " ".join(str(event.get("SUMMARY", "")).split())
    return Draft(
        name,
        start,
        end,
        summary or uid,
        asked.announced or _modified(uid, event, asked.zone),
        dict(asked.announcement) | _link(event),
        asked.services,
        rrule,
        until,
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        mute=asked.mute,
    )


def _link(event: Any) -> dict[str, str]:
    url = str(event.get("URL", ""))
    return {"url": url} if re.fullmatch(r"https?://[^\s@<>\"]+", url) else {}


def _modified(uid: str, event: Any, zone: ZoneInfo) -> str:
    if "LAST-MODIFIED" not in event:
        raise _odd(uid, "does not say when it was announced (LAST-MODIFIED)", "say it: --announced 2026-10-01T10:00")
    return written(_instant(uid, event.decoded("LAST-MODIFIED"), zone), zone)


def _bounds(uid: str, event: Any) -> tuple[date, date]:
    if "DTSTART" not in event:
        raise _odd(uid, "has no DTSTART")
    start: date = event.decoded("DTSTART")
    if "DTEND" in event:
        return start, event.decoded("DTEND")
    if "DURATION" in event:
        length: timedelta = event.decoded("DURATION")
        # A duration is of real seconds, whatever the clocks do meanwhile.
        if isinstance(start, datetime) and start.tzinfo is not None:
            return start, (start.astimezone(UTC) + length).astimezone(start.tzinfo)
        return start, start + length
    if isinstance(start, datetime):
        raise _odd(uid, "has no end")
    return start, start + DAY


def _instant(uid: str, moment: date, zone: ZoneInfo) -> int:
    """The instant of a time with a zone, of a floating one, or of a day's beginning."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return int(moment.timestamp())
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    found = readings(local, zone)
    if len(found) != 1:
        raise _odd(uid, f"begins or ends at {local:%Y-%m-%dT%H:%M}, which does not exist once in {zone.key}")
    return found[0]


def written(instant: int, zone: ZoneInfo) -> str:
    """An instant as the file says it: local, with its offset only where the local time comes twice."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    naive = local.replace(tzinfo=None)
    shown = local if len(readings(naive, zone)) > 1 else naive
    return shown.isoformat(timespec="seconds" if naive.second else "minutes")


def _naive(moment: date, zone: ZoneInfo) -> datetime:
    """The wall time of an occurrence, as its own zone has it; UTC is taken to the agreement's."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment.replace(tzinfo=None) if not _in_utc(moment) else moment.astimezone(zone).replace(tzinfo=None)


def _in_utc(moment: datetime) -> bool:
    return moment.tzinfo is not None and str(moment.tzinfo) == "UTC"


def _recurring(name: str, series: _Series, asked: Asked) -> Iterator[Draft]:
    """One window for each run of occurrences without a gap."""
    first, last = _bounds(series.uid, series.event)
    begins, ends = (_wall(series.uid, one) for one in (first, last))
    rule, starts = _starts(series, begins, first, asked)
    _check_zone(series.uid, first, starts, ends - begins, asked.zone)
    gone = {_naive(one, asked.zone) for one in _left_out(series)}
    runs = list(_runs(starts, gone))
    if len(runs) > MOST_PARTS:
        raise _odd(series.uid, f"leaves out so many dates that it falls into {len(runs)} parts")
    for number, run in enumerate(runs, 1):
        own = name if number == 1 else f"{name}-{number}"
        start, end = (one.isoformat(timespec="minutes") for one in (run[0], run[0] + (ends - begins)))
        again = len(run) > 1
        until = run[-1].isoformat(timespec="minutes") if again else None
        if not again:
            start, end = (
                written(_instant(series.uid, at, asked.zone), asked.zone) for at in (run[0], run[0] + (ends - begins))
            )
        yield _draft(own, series.uid, series.event, asked, start, end, rule if again else None, until)


def _wall(uid: str, moment: date) -> datetime:
    if isinstance(moment, datetime) and _in_utc(moment):
        raise _odd(uid, "recurs in UTC, which a window in local time can't say", "give it a TZID, or add it by hand")
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time())


def _starts(series: _Series, begins: datetime, first: date, asked: Asked) -> tuple[str, tuple[datetime, ...]]:
    """The rule without its end, and every local start up to there."""
    from dateutil.rrule import rrulestr

    parts = series.event["RRULE"]
    if isinstance(parts, list):
        raise _odd(series.uid, "has two rules")
    text = parts.to_ical().decode()
    kept = [part for part in text.split(";") if part.partition("=")[0] not in ("UNTIL", "COUNT")]
    end = _end(series.uid, parts, first, asked)
    try:
        bounded = ";".join(part for part in text.split(";") if not part.startswith("UNTIL="))
        found = rrulestr(f"RRULE:{bounded}", dtstart=begins)
    except (ValueError, TypeError, KeyError, AttributeError) as failure:
        raise _odd(series.uid, f"has a rule that can't be read ({failure})") from failure
    starts = []
    for start in islice(found, MOST_STARTS + 1):
        if end is not None and start > end:
            break
        starts.append(start)
    if not starts or starts[0] != begins:
        raise _odd(series.uid, "begins at a time that its rule does not give")
    if len(starts) > MOST_STARTS:
        raise _odd(series.uid, f"has more than {MOST_STARTS} occurrences")
    return ";".join(kept), tuple(starts)


def _end(uid: str, parts: Any, first: date, asked: Asked) -> datetime | None:
    """The last moment at which an occurrence may begin, in wall time; None where COUNT says it."""
    told = list(parts.get("UNTIL", ()))
    asked_for = [last_moment(asked.until)] if asked.until is not None else []
    ends = [_until(one, first) for one in told] + asked_for
    if not ends and not parts.get("COUNT"):
        raise _odd(uid, "recurs without an end", "say one: --until 2027-12-31")
    return min(ends) if ends else None


def _until(moment: date, first: date) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(23, 59, 59))
    zone: tzinfo | None = first.tzinfo if isinstance(first, datetime) else None
    if moment.tzinfo is not None and zone is not None:
        return moment.astimezone(zone).replace(tzinfo=None)
    return moment.replace(tzinfo=None)


def _check_zone(uid: str, first: date, starts: Iterable[datetime], length: timedelta, zone: ZoneInfo) -> None:
    """Refuses a recurrence whose zone is not the agreement's, or one with the same clocks at all its times."""
    own = first.tzinfo if isinstance(first, datetime) else None
    if own is None:
        return
    for start in starts:
        for local in (start, start + length):
            if local.replace(tzinfo=own).timestamp() != local.replace(tzinfo=zone).timestamp():
                hint = "a recurring window keeps the agreement's local time: add it by hand"
                raise _odd(uid, f"recurs in {own}, whose clocks are not those of {zone.key}", hint)


def _left_out(series: _Series) -> Iterator[date]:
    """The occurrences that are not, or are told of by an event of their own."""
    exceptions = series.event.get("EXDATE", [])
    for dates in exceptions if isinstance(exceptions, list) else [exceptions]:
        yield from (one.dt for one in dates.dts)
    for event in series.changed:
        if str(event["RECURRENCE-ID"].params.get("RANGE", "")):
            raise _odd(series.uid, "changes all further occurrences (RANGE)", "write that window by hand")
        yield event.decoded("RECURRENCE-ID")


def _runs(starts: Sequence[datetime], gone: set[datetime]) -> Iterator[list[datetime]]:
    run: list[datetime] = []
    for start in starts:
        if start not in gone:
            run.append(start)
        elif run:
            yield run
            run = []
    if run:
        yield run
