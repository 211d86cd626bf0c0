"""Performance data of a check as Nagios, Icinga and Checkmk read it: ``'label'=value[%];warn;crit;min``.

The one rule: nothing here speaks the reader's language or holds text from outside that means something
to the grammar; what nobody knows is ``U``, so that the same labels come with every run. A bound is the last
value that is fine (``6`` wakes above 6, ``99.9:`` below 99.9): that a value just on it may be a miss too
could be said (``@``), but many readers don't know that sign, and the status says it anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, count
from typing import TYPE_CHECKING

from slactl.formats.check.shares import entry_of, share_goal, share_of
from slactl.formats.numbers import MOST_PLACES, RATIO_PLACES, as_percentage, judged_places, rounded
from slactl.formats.sanitize import plain
from slactl.formats.units import BY_VALUE
from slactl.formats.words import goal_of
from slactl.model.check import Judged
from slactl.model.goal import Comparison, Goal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slactl.model.check import Check, Target

LABEL_SIGNS = frozenset(" /.-_{}*")
LONGEST_LABEL = 100
SIGNS = {"ratio": ("%", 100), "ms": ("ms", 1), "us": ("us", 1), "s": ("s", 1), "bytes": ("B", 1)}
"""A unit as the grammar knows it, and how many of it are one of a row's; of what is not here there is none."""


@dataclass(frozen=True, slots=True)
class Datum:
    """One value under a label; ``warn`` and ``crit`` are ranges, all as they are written."""

    label: str
    value: str
    warn: str = ""
    crit: str = ""
    least: str = ""

    def written(self, label: str) -> str:
        """The datum under its final label, without empty fields at its end."""
        return f"'{label}'={self.value};{self.warn};{self.crit};{self.least}".rstrip(";")


def perfdata(check: Check) -> list[str]:
    """Every datum of a check, ordered by its label and not by its status: graphs go by the place, too."""
    data = sorted((one for target in check.targets for one in _data(check, target)), key=lambda one: one.label)
    return [datum.written(label) for label, datum in zip(_apart(one.label for one in data), data, strict=True)]


def digits(value: Fraction, places: int, *, up: bool) -> str:
    """A number with a point and no other sign, at most so many places."""
    shown = rounded(value, places, up=up)
    whole = str(abs(shown.numerator) * 10**places // shown.denominator).rjust(places + 1, "0")
    text = f"{whole[:-places]}.{whole[-places:]}".rstrip("0").rstrip(".") if places else whole
    return f"-{text}" if shown < 0 else text


def bound(value: Fraction) -> str:
    """A limit exactly as agreed."""
    places = 0
    while places < MOST_PLACES and rounded(value, places, up=False) != value:
        places += 1
    return digits(value, places, up=False)


def _data(check: Check, target: Target) -> Iterator[Datum]:
    if target.row.indicator in BY_VALUE and share_goal(check.catalogue, target.row) is None:
        yield _valued(check, target)
        return
    yield _attained(check, target)
    if target.judged is Judged.BURN_RATE:
        yield _burn_rate(check, target)
    else:
        yield _budget(check, target)


def _valued(check: Check, target: Target) -> Datum:
    """A figure that is judged by its value, in its own unit: it has neither a share nor a budget."""
    goal, row = goal_of(check.catalogue, target.row), target.row
    unit, times = SIGNS.get(row.unit, ("", 1))
    shown = None if goal is None else Goal(goal.comparison, goal.limit * times, "")
    warn = "" if shown is None else f"{bound(shown.limit)}:" if shown.comparison.wants_high else bound(shown.limit)
    if row.value is None:
        return Datum(_label(target), "U", warn)
    value = row.value * times
    places = RATIO_PLACES if shown is None else judged_places(value, shown, RATIO_PLACES)
    return Datum(
        _label(target), f"{digits(value, places, up=shown is not None and not shown.comparison.wants_high)}{unit}", warn
    )


def _attained(check: Check, target: Target) -> Datum:
    """The judged share; its goal only warns, because what a running period misses it may still mend."""
    goal, share = share_goal(check.catalogue, target.row), share_of(target.row)
    warn = "" if goal is None or target.judged is Judged.BURN_RATE else _range(goal)
    if share is None:
        return Datum(_label(target), "U", warn)
    value, up = share * 100, goal is not None and not goal.comparison.wants_high
    places = RATIO_PLACES if goal is None else judged_places(value, as_percentage(goal), RATIO_PLACES)
    return Datum(_label(target), f"{digits(value, places, up=up)}%", warn)


def _range(goal: Goal) -> str:
    return f"{bound(goal.limit * 100)}:" if goal.comparison.wants_high else bound(goal.limit * 100)


def _budget(check: Check, target: Target) -> Datum:
    """The used share of the error budget: the whole period's, so more than all of it is a breach."""
    budget, objective = target.row.budget, entry_of(check.catalogue, target.row)
    used = budget.used_ratio if budget is not None else None
    warn = bound((1 - objective.warning) * 100) if objective else ""
    label = f"{_label(target)}_budget"
    if used is None:
        return Datum(label, "U", warn, "100", "0")
    limit = Goal(Comparison.AT_MOST, Fraction(100), "")
    text = digits(used * 100, judged_places(used * 100, limit, 1), up=True)
    return Datum(label, f"{text}%", warn, "100", "0")


def _burn_rate(check: Check, target: Target) -> Datum:
    factors = check.policy.of(check.window.value) if check.policy is not None else None
    warn, crit = (bound(factors.ticket), bound(factors.page)) if factors else ("", "")
    rate = target.row.budget.used_ratio if target.row.budget is not None else None
    text = "U" if rate is None else digits(rate, RATIO_PLACES, up=True)
    return Datum(f"{_label(target)}_burn_rate", text, warn, crit, "0")


def _label(target: Target) -> str:
    row = target.row
    parts = (row.service, row.objective, row.operation_class, row.operation)
    name = "_".join(part for part in parts if part is not None)
    clean = "".join(sign if sign.isalnum() or sign in LABEL_SIGNS else "_" for sign in plain(name))
    return clean[:LONGEST_LABEL]


def _apart(labels: Iterable[str]) -> Iterator[str]:
    """Labels that came out alike get a number, so that no series is written into another's."""
    taken: set[str] = set()
    for label in labels:
        numbered = (f"{label}_{number}" for number in count(2))
        free = next(one for one in chain((label,), numbered) if one not in taken)
        taken.add(free)
        yield free
