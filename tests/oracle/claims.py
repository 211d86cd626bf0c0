"""How sure the oracle is of a figure, and how statuses are rolled up.

Decides the order of statuses. The one rule: a figure that the contract leaves open is a set
(``OneOf``), a range (``Between``), or is not claimed at all; nothing is guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

OK = "OK"
WARNING = "WARNING"
BREACHED = "BREACHED"
INSUFFICIENT = "INSUFFICIENT_DATA"
NOT_RATED = "NOT_RATED"
WORST_FIRST = (BREACHED, INSUFFICIENT, WARNING, OK, NOT_RATED)

Number = int | Fraction
Statuses = frozenset[str]


@dataclass(frozen=True)
class OneOf:
    """The figure is one of these."""

    options: tuple[object, ...]


@dataclass(frozen=True)
class Between:
    """The figure lies in the closed range."""

    low: Number
    high: Number


@dataclass(frozen=True)
class Percentile:
    """The exact latency (ms) at the nearest rank; the report brackets it."""

    true: Fraction
    percentile: str


@dataclass(frozen=True)
class Something:
    """The figure is not null; what it is, the contract leaves open."""


def only(*statuses: str) -> Statuses:
    """A set of statuses."""
    return frozenset(statuses)


def worst(statuses: Iterable[str]) -> str:
    """The first present of the contract's order; of nothing, NOT_RATED."""
    present = set(statuses)
    return next((status for status in WORST_FIRST if status in present), NOT_RATED)


def worst_of_sets(sets: Iterable[Statuses]) -> Statuses:
    """Every roll-up that is possible when each member is one of its set."""
    possible = only(NOT_RATED)
    for members in sets:
        possible = frozenset(worst(pair) for pair in product(possible, members))
    return possible
