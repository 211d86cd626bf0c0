"""What was bad in a stretch of time that ends now, from single requests.

Decides what a look-back holds: the unread as bad and as good (rule 8), availability as in a period of its
own. The one rule: a look-back knows no month; only ``since`` and maintenance take something out of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from . import measures
from .books import DAY, MONTH, SETTLE, Books, Scope
from .claims import Number
from .facts import Case
from .rows import Objective
from .spans import HOUR, Span, common, union, without
from .times import Stretch, month_before
from .traffic import Population
from .uptime import account

WEEK = 7 * DAY
SHOWN = {"1h": HOUR, "6h": 6 * HOUR, "24h": DAY, "3d": 3 * DAY}
PACE = "24h"


@dataclass(frozen=True)
class Reading:
    """One reading of what is unknown: so much bad of so much in all (seconds, slices or requests)."""

    bad: Number
    total: Number

    def rate(self, allowed: Number) -> Fraction | None:
        """The burn rate: the share of bad over the share that is allowed."""
        if not self.total or not allowed:
            return None
        return Fraction(self.bad) / self.total / Fraction(allowed)


@dataclass(frozen=True)
class Held:
    """What a span held, read as bad as it can be and as good as it can be.

    ``guessed``: whether what is unread has something to be taken for; if not, nobody knows the worse reading.
    """

    span: Span
    worst: Reading
    best: Reading
    guessed: bool = True

    @property
    def unknown(self) -> bool:
        """Whether the two readings differ, or the worse one is not known at all."""
        return self.worst != self.best or not self.guessed


def settled_at(now: int) -> int:
    """The end of the last five minutes that ended long enough ago."""
    return (now - SETTLE) // 300 * 300


def settled_until(books: Books) -> int:
    """The end of the last five minutes of the month that ended long enough ago."""
    return max(books.month.start, min(settled_at(books.case.now), books.month.end))


def judged_month(case: Case) -> str:
    """The month of the last five minutes that are settled: a new month has nothing to say in its first minutes."""
    local = datetime.fromtimestamp(settled_at(case.now) - 1, ZoneInfo(case.timezone))
    return f"{local:%Y-%m}"


def clipped(books: Books, end: int, seconds: int) -> Span:
    """The look-back, as far as anything is owed in it."""
    start = end - seconds
    return max(start, min(end, books.since or start)), end


def held(objective: Objective, end: int, seconds: int, unread: Iterable[Span] = ()) -> Held:
    """What the objective judges by, over a look-back."""
    terms = objective.terms
    if terms["indicator"] == "availability" and terms.get("evaluation", "time-slices") != "requests":
        return _of_time(objective, end, seconds)
    return of_requests(objective, objective.requests, end, seconds, unread)


def of_requests(
    objective: Objective, requests: Population, end: int, seconds: int, unread: Iterable[Span] = ()
) -> Held:
    """Requests of a look-back; an unread span is taken to hold as many as the same one a week before."""
    span = clipped(objective.books, end, seconds)
    counted = without([span], taken_out(objective, span))
    lost = common(counted, unread)
    before = [(start - WEEK, stop - WEEK) for start, stop in lost]
    seen = requests.within(without(counted, lost))
    bad = measures.bad_requests(objective.terms, seen)
    more = len(requests.within(before))
    known = not before or (not common(before, unread) and _known_from(objective.books) <= before[0][0])
    worst, best = Reading(bad + more, len(seen) + more), Reading(bad, len(seen) + more)
    return Held(span, worst, best, guessed=known)


def _known_from(books: Books) -> int:
    return max(books.since or 0, books.forgotten_before)


def _of_time(objective: Objective, end: int, seconds: int) -> Held:
    """Seconds or slices of a look-back that is judged like a period of its own, which begins where it is owed."""
    books = objective.books
    span = clipped(books, end, seconds)
    period = Stretch(*span, span[0], end, books.hours_before, books.case.timezone, books.since)
    taken = taken_out(objective, span)
    held = account(period, objective.rule, taken, objective.requests, objective.said)
    scope = Scope(MONTH, held, held.counted, (), settled=True)
    if objective.terms.get("evaluation") == "interval-average":
        measure = measures.of_intervals(objective.terms, scope)
    else:
        measure = measures.of_time(objective.terms, scope)
    return Held(span, Reading(measure.worst, measure.total), Reading(measure.best, measure.total))


def taken_out(objective: Objective, span: Span) -> list[Span]:
    """What maintenance takes out of a span for the objective, in the year before too."""
    if objective.terms.get("exclude") != "maintenance":
        return []
    books = objective.books
    found = list(books.excluded)
    if span[0] < books.year[0]:
        found += Books(replace(books.case, month=month_before(books.labels[0])), books.service).excluded
    return common(union(found), [span])
