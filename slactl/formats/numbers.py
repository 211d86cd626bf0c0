"""How a figure is printed, in one place.

The one rule (rule 4 of the contract): a printed figure never looks better than the truth, and has as
many places as put it on its goal's true side. Shares of good are rounded down; downtime, latency and
error rates up. Fractions in, text out: no float is ever printed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.goal import Comparison, Goal

if TYPE_CHECKING:
    from slactl.formats.language import Language

MINUS = "\N{MINUS SIGN}"
MOST_PLACES = 60
RATIO_PLACES = 3
MS_PLACES = 1


def rounded(value: Fraction, places: int, *, up: bool) -> Fraction:
    """The value on a grid of so many decimal places, toward plus or minus infinity."""
    scaled = value * 10**places
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return Fraction(whole, 10**places)


def judged_places(value: Fraction, goal: Goal, places: int) -> int:
    """The least number of places, from ``places`` on, that print the value on its goal's true side.

    A ratio is printed as a percentage: the caller scales value and goal alike. A limit that is no
    decimal is no goal of an agreement; for such the search ends at ``MOST_PLACES``.
    """
    met, up = goal.met_by(value), not goal.comparison.wants_high
    while places < MOST_PLACES and goal.met_by(rounded(value, places, up=up)) != met:
        places += 1
    return places


def fixed(value: Fraction, places: int, language: Language, *, up: bool) -> str:
    """The value with exactly so many places and the language's signs."""
    shown = rounded(value, places, up=up)
    digits = str(abs(shown.numerator) * (10**places // shown.denominator)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    sign = MINUS if shown < 0 else ""
    grouped = f"{int(whole):,}".replace(",", language.group_sign)
    return f"{sign}{grouped}{language.decimal_sign}{part}" if places else f"{sign}{grouped}"


def whole(count: int, language: Language) -> str:
    """A count with its thousands grouped."""
    return fixed(Fraction(count), 0, language, up=True)


def exact(value: Fraction, language: Language) -> str:
    """A decimal of an agreement as written: as many places as it has, none more."""
    places = 0
    while places < MOST_PLACES and rounded(value, places, up=False) != value:
        places += 1
    return fixed(value, places, language, up=False)


def as_percentage(goal: Goal) -> Goal:
    """The same goal over per cents instead of ratios."""
    return Goal(goal.comparison, goal.limit * 100, goal.text)


def percent(value: Fraction, language: Language, *, up: bool, places: int = RATIO_PLACES) -> str:
    """A ratio as a percentage, rounded up (shares of bad) or down (shares of good)."""
    return f"{fixed(value * 100, places, language, up=up)}%"


def judged_percent(value: Fraction, goal: Goal, language: Language, places: int = RATIO_PLACES) -> str:
    """A ratio as a percentage on the true side of its goal (rule 4)."""
    up = not goal.comparison.wants_high
    return percent(value, language, up=up, places=judged_places(value * 100, as_percentage(goal), places))


def milliseconds(value: Fraction, language: Language, places: int = MS_PLACES) -> str:
    """A latency, rounded up."""
    return f"{fixed(value, places, language, up=True)} ms"


def judged_milliseconds(value: Fraction, goal: Goal, language: Language) -> str:
    """A latency on the true side of its goal (rule 4)."""
    return milliseconds(value, language, judged_places(value, goal, MS_PLACES))


def used_percent(ratio: Fraction, language: Language, *, strict: bool) -> str:
    """The share of an error budget that is used, rounded up, 100 % only where that is the limit."""
    limit = Goal(Comparison.BELOW if strict else Comparison.AT_MOST, Fraction(1), "")
    return judged_percent(ratio, limit, language, places=1)


SIGNS = {
    Comparison.AT_LEAST: "\N{GREATER-THAN OR EQUAL TO}",
    Comparison.ABOVE: ">",
    Comparison.AT_MOST: "\N{LESS-THAN OR EQUAL TO}",
    Comparison.BELOW: "<",
}


def latency_goal(goal: Goal, language: Language) -> str:
    """``< 2 s`` or ``< 1.000 ms``, in the unit the agreement wrote."""
    if goal.text.rstrip().endswith("ms") or not goal.text.rstrip().endswith("s"):
        return f"{SIGNS[goal.comparison]} {exact(goal.limit, language)} ms"
    return f"{SIGNS[goal.comparison]} {exact(goal.limit / 1000, language)} s"


def ratio_goal(goal: Goal, language: Language) -> str:
    """``≥ 99,9%``."""
    return f"{SIGNS[goal.comparison]} {exact(goal.limit * 100, language)}%"


def margin(value: Fraction, goal: Goal, places: int, language: Language) -> str:
    """How far a figure is on the good side of its goal (negative: on the bad side), rounded down."""
    gap = value - goal.limit if goal.comparison.wants_high else goal.limit - value
    while gap and places < MOST_PLACES and not rounded(gap, places, up=False):
        places += 1
    shown = fixed(gap, places, language, up=False)
    return f"+{shown}" if gap > 0 else shown
