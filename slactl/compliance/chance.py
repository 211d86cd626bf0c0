"""The chance that so many bad requests, or more, came about at the goal's own rate (rule 19).

The one rule: the answer is exact. Few requests are summed as whole numbers; for many, the binomial
tail is enclosed between two proved bounds, some 10^-25 of it apart, and should these not decide,
whole numbers do after all.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial

EXACT_UP_TO = 400
_EXACT_FACTORIAL_BELOW = 1000
_PI = Decimal("3.14159265358979323846264338327950288419716939937510")
_STIRLING = tuple(
    Fraction(number, 2 * index * (2 * index - 1))
    for index, number in enumerate(
        (Fraction(1, 6), Fraction(-1, 30), Fraction(1, 42), Fraction(-1, 30), Fraction(5, 66), Fraction(-691, 2730)),
        start=1,
    )
)
_CONTEXT = Context(prec=70, Emax=MAX_EMAX, Emin=MIN_EMIN)
_MARGIN = Fraction(1, 10**28)
_NEGLIGIBLE_LOG, _NEGLIGIBLE = -2000, Fraction(1, 10**500)
_ONE, _LAST = 1 << 160, 1 << 50


@dataclass(frozen=True)
class Chance:
    """A probability between two proved bounds, equal where it is known exactly."""

    low: Fraction
    high: Fraction

    def below(self, limit: Fraction) -> bool | None:
        """Whether it is below the limit; None if the bounds do not tell."""
        if self.high < limit:
            return True
        return False if self.low >= limit else None


def chance(bad: int, requests: int, rate: Fraction) -> Chance:
    """The probability of ``bad`` or more among ``requests`` at ``rate`` (a ratio)."""
    if bad <= 0 or bad > requests or rate in (0, 1):
        certain = Fraction(bad <= 0 or (rate == 1 and bad <= requests))
        return Chance(certain, certain)
    if requests <= EXACT_UP_TO:
        exact = _summed(bad, requests, rate)
        return Chance(exact, exact)
    if bad <= requests * rate:
        other = _enclosed(requests - bad + 1, requests, 1 - rate)
        return Chance(1 - other.high, 1 - other.low)
    return _enclosed(bad, requests, rate)


def beyond_chance(bad: int, requests: int, rate: Fraction, confidence: Fraction) -> bool:
    """Whether chance does not explain so many: their probability at the rate is below 1 - confidence."""
    limit = 1 - confidence
    decided = chance(bad, requests, rate).below(limit)
    return _summed(bad, requests, rate) < limit if decided is None else decided


def _summed(bad: int, requests: int, rate: Fraction) -> Fraction:
    """The tail in whole numbers."""
    part, rest = rate.numerator, rate.denominator - rate.numerator
    ways = sum(comb(requests, hits) * part**hits * rest ** (requests - hits) for hits in range(bad, requests + 1))
    return Fraction(ways, rate.denominator**requests)


def _enclosed(bad: int, requests: int, rate: Fraction) -> Chance:
    """The tail above the mean: its first term times the sum of the falling ratios of the next."""
    first = _log_of_term(bad, requests, rate)
    if first < _NEGLIGIBLE_LOG:  # no later term is larger, and there are far fewer than 10^300 of them
        return Chance(Fraction(0), _NEGLIGIBLE)
    with localcontext(_CONTEXT):
        term = Fraction(first.exp())
    low, high = _ratios(bad, requests, rate)
    return Chance(term * low * (1 - _MARGIN), min(Fraction(1), term * high * (1 + _MARGIN)))


def _log_of_term(bad: int, requests: int, rate: Fraction) -> Decimal:
    """The logarithm of the probability of exactly ``bad``, well within 10^-40."""
    with localcontext(_CONTEXT):
        ways = _log_factorial(requests) - _log_factorial(bad) - _log_factorial(requests - bad)
        return ways + bad * _log(rate) + (requests - bad) * _log(1 - rate)


@lru_cache(maxsize=64)
def _log(ratio: Fraction) -> Decimal:
    with localcontext(_CONTEXT):
        return Decimal(ratio.numerator).ln() - Decimal(ratio.denominator).ln()


@lru_cache(maxsize=1)
def _log_of_circle() -> Decimal:
    with localcontext(_CONTEXT):
        return (2 * _PI).ln()


@lru_cache(maxsize=4096)
def _log_factorial(number: int) -> Decimal:
    """The logarithm of n!, by Stirling's series where n is large: its error is below the first term left out."""
    with localcontext(_CONTEXT):
        if number < _EXACT_FACTORIAL_BELOW:
            return Decimal(factorial(number)).ln()
        value = Decimal(number)
        series = sum(
            (
                Decimal(part.numerator) / (part.denominator * value ** (2 * index - 1))
                for index, part in enumerate(_STIRLING, start=1)
            ),
            Decimal(0),
        )
        log = value.ln()
        return value * log - value + (_log_of_circle() + log) / 2 + series


def _ratios(bad: int, requests: int, rate: Fraction) -> tuple[Fraction, Fraction]:
    """1 + r1 + r1 r2 + ..., between two bounds, in fixed point (the floors lose far less than the margin)."""
    part, rest = rate.numerator, rate.denominator - rate.numerator
    term = total = _ONE
    hits = bad
    while term > _LAST and hits < requests:
        term = term * ((requests - hits) * part) // ((hits + 1) * rest)
        total += term
        hits += 1
    up, down = (requests - hits) * part, (hits + 1) * rest
    beyond = Fraction(term + 1, _ONE) * Fraction(up, down - up) if up else Fraction(0)
    sure = Fraction(total, _ONE)
    return sure, sure + beyond
