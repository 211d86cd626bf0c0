"""The account of one month's seconds under one rule of slices.

Decides rules 9 to 12: what was up, down, silent, unexplained, excluded, not yet settled; and what
incidents say was down besides. The one rule: where only hours are kept, downtime has a least and a
most, and the truth beside it.
"""

from dataclasses import dataclass, fields
from fractions import Fraction
from functools import reduce

from .claims import Number
from .silence import is_expected, silent_runs
from .slices import Slice, SliceRule, cut, down_slices, is_down, judged_with
from .spans import HOUR, Span, common, length, union, without
from .times import Stretch
from .traffic import Population


@dataclass(frozen=True)
class Account:
    """Seconds and counts of one or more months; they add up."""

    period: int = 0
    owed: int = 0
    counted: int = 0
    excluded: int = 0
    down_least: int = 0
    down_most: int = 0
    down_true: int = 0
    silent: tuple[Span, ...] = ()
    unexplained: tuple[Span, ...] = ()
    silent_hours: int = 0
    slices: int = 0
    shares: Number = 0
    spans: tuple[Span, ...] = ()
    cut_hours: int = 0
    crossing: int = 0

    def __add__(self, other: "Account") -> "Account":
        names = (field.name for field in fields(self))
        return Account(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def no_traffic(self) -> int:
        """Silent seconds that the policy has an answer for."""
        return length(self.silent)

    @property
    def unknown(self) -> int:
        """Silent seconds that nobody can explain."""
        return length(self.unexplained)

    @property
    def by_hours(self) -> bool:
        """Whether downtime is known only within bounds."""
        return self.down_least != self.down_most or self.silent_hours > 0 or self.crossing > 0


def total(accounts: list[Account]) -> Account:
    """The sum of some months."""
    return reduce(Account.__add__, accounts, Account())


def account(
    stretch: Stretch, rule: SliceRule, excluded: list[Span], requests: Population, said: tuple[Span, ...] = ()
) -> Account:
    """Every second of one month, as one service owes it; what incidents ``said`` was down is down too."""
    slices = cut(stretch, rule.size, excluded, requests)
    old = [one for one in slices if one.start < stretch.hours_before]
    runs = silent_runs(slices[len(old) :])
    surprising = [run for run in runs if _surprises(run, rule, stretch, requests)]
    spans = union(part for one in slices for part in one.counted)
    # Silence that the agreement counts as down is down already.
    claimed = without(common(spans, said), runs if rule.no_traffic == "down" else [])
    hours = _hours(old, rule, requests, claimed)
    sure, possible = _down(slices, len(old), rule, stretch.hours_before)
    lately = without(claimed, [(stretch.start, old[-1].end)] if old else [])
    return Account(
        period=stretch.end - stretch.start,
        owed=length(stretch.owed),
        counted=sum(one.seconds for one in slices),
        excluded=length(common(stretch.owed, excluded)),
        down_least=length(union([*sure, *lately])) + hours.least,
        down_most=length(union([*possible, *lately])) + hours.most,
        down_true=length(union([*claimed, *(part for one in down_slices(slices, rule) for part in one.counted)])),
        silent=tuple(without(without(runs, surprising), claimed)),
        unexplained=tuple(without(surprising, claimed)),
        silent_hours=hours.silent,
        slices=len(slices),
        # Each slice's share of requests without a fault; silence counts 100 %.
        shares=len(slices) - sum(Fraction(one.faults, one.requests) for one in slices if one.faults),
        spans=tuple(spans),
        cut_hours=hours.cut,
        crossing=sum(_not_of_one_hour(one) for one in old),
    )


def _not_of_one_hour(one: Slice) -> bool:
    """Whether rule 12 does not speak of a slice: it is as long as the hour, or reaches over it."""
    return one.end - one.start >= HOUR or one.start // HOUR != (one.end - 1) // HOUR


def _surprises(run: Span, rule: SliceRule, stretch: Stretch, requests: Population) -> bool:
    return rule.no_traffic == "expected" and not is_expected(run, stretch, requests)


def _down(slices: list[Slice], old: int, rule: SliceRule, hours_before: int) -> tuple[list[Span], list[Span]]:
    """What is surely down and what is possibly down where five minutes are kept.

    A thin slice that would have to be judged with one of which only the hour is kept is possibly down.
    """
    recent = slices[old:]
    sure: list[Span] = []
    possible: list[Span] = []
    for index, one in enumerate(recent):
        if not one.faults:
            continue
        run = judged_with(recent, index, rule.enough)
        held = sum(member.requests for member in run)
        if old and held < rule.enough and one.end - HOUR < hours_before:
            possible += one.counted
        elif is_down(recent, index, rule):
            sure += one.counted
            possible += one.counted
    return sure, possible


@dataclass(frozen=True)
class Hours:
    """What hourly counts say: least and most seconds down, and seconds that are silent or in a cut hour.

    ``cut``: the hours whose counts also hold seconds that are not counted.
    """

    least: int
    most: int
    silent: int
    cut: int


def _hours(slices: list[Slice], rule: SliceRule, requests: Population, claimed: list[Span]) -> Hours:
    """Whether what is claimed of an hour fell on its down slices or beside them, nobody knows."""
    least = most = silent = cut_hours = 0
    for hour, members in _by_hour(slices).items():
        held = requests.within([(hour, hour + HOUR)])
        faults = sum(request.is_fault for request in held)
        whole = sum(one.seconds for one in members) == HOUR
        cut_hours += 0 if whole else 1
        if not held or not whole:
            silent += sum(one.seconds for one in members)
        counted = sum(one.seconds for one in members)
        told = length(common(claimed, [part for one in members for part in one.counted]))
        proved = rule.size if faults and whole and _one_is_down(len(held), faults, rule) else 0
        least += max(proved, told)
        most += min(counted, min(len(members), faults) * rule.size + told)
    return Hours(least, most, silent, cut_hours)


def _one_is_down(requests: int, faults: int, rule: SliceRule) -> bool:
    spare = rule.enough - 1
    return faults - spare > (1 - rule.goal) * (requests - spare)


def _by_hour(slices: list[Slice]) -> dict[int, list[Slice]]:
    hours: dict[int, list[Slice]] = {}
    for one in slices:
        hours.setdefault(one.start // HOUR * HOUR, []).append(one)
    return hours
