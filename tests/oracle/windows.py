"""The maintenance calendar read as single windows: which were announced, which are admitted.

Decides rules 14 and the recurring windows of section 3 of the contract. The one rule: a
window that was not announced in time takes nothing out, whatever was worked in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import texts
from .facts import Dict
from .spans import Span, common
from .times import instant, readings

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
GRADES = ("declared", "documented", "recorded")
UNTOLD = "(any reason)"


@dataclass(frozen=True)
class Window:
    """One window or one occurrence: what it asked for, and what of it rule 14 admits."""

    id: str
    start: int
    end: int
    proof: str
    admitted: tuple[Span, ...]
    refusal: str | None
    services: tuple[str, ...] | None

    def concerns(self, service: str) -> bool:
        """Whether the window is for this service."""
        return self.services is None or service in self.services


def all_windows(maintenance: Dict, zone: str) -> list[Window]:
    """Every window and occurrence, the first to start first, then the lower id."""
    found = [
        _window(maintenance, entry, name, span, zone)
        for entry in maintenance.get("windows", ())
        for name, span in _occurrences(entry, zone)
    ]
    return sorted(found, key=lambda window: (window.start, window.id))


def _window(maintenance: Dict, entry: Dict, name: str, span: Span, zone: str) -> Window:
    proof = "documented" if (entry.get("announcement") or {}).get("file") else "declared"
    refusal = _refusal(maintenance, entry, proof, span[0], zone)
    admitted = [] if refusal else [span]
    if "worked" in entry:
        worked = entry["worked"]
        admitted = common(admitted, [(instant(worked["start"], zone), instant(worked["end"], zone))])
    services = tuple(entry["services"]) if "services" in entry else None
    return Window(name, *span, proof, tuple(admitted), refusal, services)


def _refusal(maintenance: Dict, entry: Dict, proof: str, start: int, zone: str) -> str | None:
    late = instant(entry["announced"], zone) > start - texts.seconds(maintenance["notice"])
    least = maintenance.get("require_proof", "declared")
    weak = GRADES.index(proof) < GRADES.index(least)
    reasons = [bool(entry.get("cancelled")), weak, late]
    if not any(reasons):
        return None
    return "late-announcement" if reasons == [False, False, True] else UNTOLD


def _occurrences(entry: Dict, zone: str) -> Iterator[tuple[str, Span]]:
    if "rrule" not in entry:
        yield entry["id"], (instant(entry["start"], zone), instant(entry["end"], zone))
        return
    start, end = (datetime.fromisoformat(entry[edge]) for edge in ("start", "end"))
    for day in _days(entry["rrule"], start.date(), date.fromisoformat(entry["until"][:10])):
        begins = datetime.combine(day, start.time())
        yield f"{entry['id']}@{day}", _lesser(begins, begins + (end - start), zone)


def _lesser(start: datetime, end: datetime, zone: str) -> Span:
    """Of a start or end that exists twice or never, the reading that excludes less."""
    begins = max(readings(start, zone))
    return begins, max(begins, min(readings(end, zone)))


def _days(rrule: str, first: date, last: date) -> Iterator[date]:
    rule = dict(part.split("=") for part in rrule.split(";"))
    left = int(rule.get("COUNT", 10_000))
    day = first
    while day <= last and left > 0:
        if _falls_on(rule, first, day):
            left -= 1
            yield day
        day += timedelta(days=1)


def _falls_on(rule: dict[str, str], first: date, day: date) -> bool:
    every = int(rule.get("INTERVAL", 1))
    if rule["FREQ"] == "DAILY":
        return (day - first).days % every == 0
    if rule["FREQ"] == "WEEKLY":
        monday = first - timedelta(days=first.weekday())
        named = rule.get("BYDAY", DAYS[first.weekday()]).split(",")
        return DAYS[day.weekday()] in named and (day - monday).days // 7 % every == 0
    if rule["FREQ"] == "MONTHLY":
        months = (day.year - first.year) * 12 + day.month - first.month
        return months % every == 0 and _in_month(rule, first, day)
    raise ValueError(f"the oracle does not know FREQ={rule['FREQ']}")


def _in_month(rule: dict[str, str], first: date, day: date) -> bool:
    if "BYDAY" not in rule:
        return str(day.day) in rule.get("BYMONTHDAY", str(first.day)).split(",")
    found = re.fullmatch(r"(-?\d)([A-Z]{2})", rule["BYDAY"])
    if found is None:
        return DAYS[day.weekday()] in rule["BYDAY"].split(",")
    place, name = int(found.group(1)), found.group(2)
    from_start = (day.day - 1) // 7 + 1
    is_last = (day + timedelta(days=7)).month != day.month
    return DAYS[day.weekday()] == name and (is_last if place == -1 else from_start == place)
