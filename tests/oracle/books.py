"""One service's calendar: its months, what is excluded of them, what can still be known.

Decides rules 22 to 24 as far as time goes, and the retention of CloudWatch. The one rule: the
clock of the case is the only clock.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from .exclusions import Exclusion, applied, by_window
from .facts import Case, Service
from .incidents import declared
from .slices import SliceRule
from .spans import HOUR, Span, common, length, up_to_grid, without
from .times import Stretch, first_instant, month_span, year_months
from .traffic import Population, population
from .uptime import Account, account, total
from .windows import all_windows

DAY = 86400
SETTLE = 600
FIVE_MINUTES_KEPT = 63 * DAY
HOURS_KEPT = 455 * DAY
MONTH, YEAR = "month", "year-to-date"


@dataclass(frozen=True)
class Scope:
    """One span of one objective: its account, what the whole period will hold, how it grows."""

    span: str
    account: Account
    whole_seconds: int
    growth: tuple[Fraction, ...]
    settled: bool

    @property
    def over(self) -> bool:
        """Whether nothing of the period is still to come."""
        return not self.growth


class Books:
    """What the figures of one service are computed from."""

    def __init__(self, case: Case, service: Service) -> None:
        self.case = case
        self._accounts: dict[tuple[object, ...], Account] = {}
        self.service = service
        self.labels = year_months(case.month, case.year_starts)
        spans = [month_span(label, case.timezone) for label in self.labels]
        self.year: Span = (spans[0][0], spans[-1][1])
        self.period = month_span(case.month, case.timezone)
        until = self.labels.index(case.month) + 1
        self.to_date = [self._stretch(span) for span in spans[:until]]
        self.windows = [
            window for window in all_windows(case.maintenance, case.timezone) if window.concerns(service.key)
        ]
        self.excluded = applied(self.windows, case.maintenance, spans, self.hours_before)

    @cached_property
    def hours_before(self) -> int:
        """Of what lies before, only hours are kept; within an hour of the line too (rule 5)."""
        return 0 if self.case.evidence else up_to_grid(self.case.now - FIVE_MINUTES_KEPT + HOUR, HOUR)

    @cached_property
    def forgotten_before(self) -> int:
        """Of what lies before, nothing is kept."""
        return 0 if self.case.evidence else self.case.now - HOURS_KEPT

    @property
    def tells(self) -> bool:
        """Whether a whole hour of the period is still kept: of a month of which nothing is, nothing is final."""
        start, end = self.period
        first = max(up_to_grid(start, HOUR), up_to_grid(self.forgotten_before + HOUR, HOUR))
        return self.case.evidence or end // HOUR * HOUR - first >= HOUR

    @cached_property
    def since(self) -> int | None:
        """The first instant that is owed, if the service has one."""
        since = self.service.since
        return first_instant(date.fromisoformat(since), self.case.timezone) if since else None

    @cached_property
    def month(self) -> Stretch:
        """The reported month."""
        return self.to_date[-1]

    @cached_property
    def own(self) -> Population:
        """What the service itself reported."""
        direct = self.service.gateway if self.service.source == "api-gateway" else self.service.requests
        return population(direct or (), self.service)

    @cached_property
    def edge(self) -> Population | None:
        """What its edge answered, if one is named."""
        if self.service.source == "api-gateway" or self.service.gateway is None:
            return None
        return population(self.service.gateway, self.service)

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """What each window took out of the reported month."""
        return by_window(self.windows, self.excluded, self.period, self.month.owed_from)

    @cached_property
    def said_down(self) -> list[Span]:
        """All time so far that incidents declare as downtime."""
        return declared(self.case.incidents, self.service.key, self.case.timezone, self.case.now)

    def scope(
        self, span: str, rule: SliceRule, excluded: list[Span], requests: Population, said: tuple[Span, ...] = ()
    ) -> Scope:
        """The account of the month, or of the year up to the end of the month."""
        stretches = [self.month] if span == MONTH else self.to_date
        accounts = total([self._account(one, rule, excluded, requests, said) for one in stretches])
        whole = self.month.owed if span == MONTH else self._owed_year
        counted = length(without(whole, excluded))
        return Scope(span, accounts, counted, self._growth(whole, counted, accounts, rule), not self.month.running)

    def _account(
        self, one: Stretch, rule: SliceRule, excluded: list[Span], requests: Population, said: tuple[Span, ...]
    ) -> Account:
        key = (one, rule, tuple(excluded), requests, said)
        if key not in self._accounts:
            self._accounts[key] = account(one, rule, excluded, requests, said)
        return self._accounts[key]

    @property
    def _owed_year(self) -> list[Span]:
        return common([self.year], [(self.since or self.year[0], self.year[1])])

    def _growth(self, whole: list[Span], counted: int, account: Account, rule: SliceRule) -> tuple[Fraction, ...]:
        """Period / elapsed, in every reading of the two words; none when the period is over."""
        last = min(self.month.end, self._settled(rule.size))
        if not whole or last >= whole[-1][1]:
            return ()
        elapsed = length(common(whole, [(0, last)]))
        gone = length(common(whole, [(0, min(self.case.now, self.month.end))]))
        pairs = ((length(whole), elapsed), (length(whole), gone), (counted, account.counted))
        return tuple(Fraction(all_of_it, part) for all_of_it, part in pairs if part)

    def _settled(self, size: int) -> int:
        """The end of the last slice of the month that is settled."""
        return self.month.start + (self.month.settled_to - self.month.start) // size * size

    def _stretch(self, span: Span) -> Stretch:
        start, end = span
        owed_from = max(start, self.since or start)
        settled_to = self.case.now - SETTLE
        return Stretch(start, end, owed_from, settled_to, self.hours_before, self.case.timezone, self.since)
