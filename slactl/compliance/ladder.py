"""Percentiles from a ladder of thresholds (rule 18).

The one rule: the nearest-rank latency lies above the highest rung that holds too few requests and at
or below the lowest rung that holds enough; CloudWatch's own percentiles only say where to try.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log

from slactl.compliance.amount import Amount
from slactl.compliance.distribution import Population, Rung, Steps
from slactl.model.report import Bracket

CLOSE = Fraction(101, 100)
AIM = 1.009
MOST = 8
PLACES = 12
LEAST = Fraction(1, 1000)
AROUND_HINT = (0.97, 0.996, 1.004, 1.03)


def nearest_rank(rank: Fraction, requests: int) -> int:
    """The place of the percentile among the sorted requests, counted from 1."""
    return max(1, ceil(rank * requests))


def bracket(population: Population, rank: Fraction, rungs: Iterable[Rung]) -> Bracket | None:
    """The percentile's bracket from what is known at some rungs; None without requests or without an upper end."""
    known = sorted(rungs)

    def places(place: int) -> tuple[int, int]:
        first = _first(population, known, lambda count: count.low >= place)
        return first, _first(population, known[:first], lambda count: count.high >= place) - 1

    return _bracket(population, rank, known, places)


def bracket_at(population: Population, rank: Fraction, steps: Steps) -> Bracket | None:
    """The same from a ladder that was read of everyone, which takes one look."""
    counts = population.counts_at(steps)
    if counts is None:
        return bracket(population, rank, steps.rungs)

    def places(place: int) -> tuple[int, int]:
        first = next((at for at, count in enumerate(counts) if count >= place), len(counts))
        return first, first - 1

    return _bracket(population, rank, steps.rungs, places)


def _bracket(
    population: Population, rank: Fraction, known: Sequence[Rung], places: Callable[[int], tuple[int, int]]
) -> Bracket | None:
    """The bracket between two of the rungs; ``places`` finds the first that holds enough, the last that does not."""
    samples = population.samples
    if samples == 0 or population.unbounded:
        return None
    place = nearest_rank(rank, samples)
    low, high = _ends(population)
    if population.assumed:
        high = None
    if place == samples and high is not None and not population.less:
        return Bracket(high, high)
    first, last = places(place)
    if last >= 0:
        low = max(low, known[last])
    if first < len(known):
        high = known[first] if high is None else min(high, known[first])
    return None if high is None else Bracket(min(low, high), high)


def _first(population: Population, rungs: Sequence[Rung], enough: Callable[[Amount], bool]) -> int:
    """The place of the lowest rung that holds enough; their number if none does.

    Counts rise with the rung, so most need not be added up; only where parts are taken away do their
    bounds not, and then every rung is looked at.
    """
    if population.less:
        return next((place for place, rung in enumerate(rungs) if enough(population.count(rung))), len(rungs))
    return bisect_left(rungs, True, key=lambda rung: enough(population.count(rung)))


def close(found: Bracket) -> bool:
    """Whether a bracket is within 1 %."""
    return found.high <= LEAST or (found.low > 0 and found.high <= found.low * CLOSE)


def next_rungs(found: Bracket | None, hints: Sequence[float], top: Fraction | None) -> tuple[Rung, ...]:
    """Where to look next: around the hints first, then evenly in proportion inside the bracket."""
    if found is None:
        found = Bracket(Fraction(0), top) if top is not None else None
    inside = [hint for hint in hints if found is None or found.low < Fraction(hint) <= found.high]
    if inside:
        tried = tuple(rung for hint in inside for factor in AROUND_HINT for rung in (tidy(hint * factor),))
        fresh = {rung for rung in tried if found is None or found.low < rung < found.high}
        if fresh:
            return tuple(sorted(fresh))
    return () if found is None else _spread(found)


def _spread(found: Bracket) -> tuple[Rung, ...]:
    low, high = float(max(found.low, LEAST / 2)), float(found.high)
    if high <= low:
        return ()
    steps = ceil(log(high / low) / log(AIM))
    count = min(max(steps - 1, 1), MOST)
    ratio = (high / low) ** (1 / (count + 1))
    tried = {tidy(low * ratio**step) for step in range(1, count + 1)}
    return tuple(sorted(rung for rung in tried if found.low < rung < found.high))


def tidy(value: float) -> Rung:
    """A rung that is written short: six significant digits, at least a thousandth of a millisecond apart from 0."""
    return max(Fraction(Decimal(f"{value:.6g}")), Fraction(1, 10_000))


def written(rung: Rung) -> str:
    """A rung as ``TC(:x)`` wants it: plain decimal digits.

    Raises:
        ValueError: if it has no finite decimal form.
    """
    scaled, places = rung, 0
    while scaled.denominator != 1:
        scaled, places = scaled * 10, places + 1
        if places > PLACES:
            raise ValueError(f"a threshold needs a finite decimal form: {rung}")
    return format(Decimal(scaled.numerator).scaleb(-places), "f")


def shortened(rung: Rung) -> Rung:
    """A rung with at most twelve places, rounded down: one that a goal's unit makes endless."""
    return Fraction(floor(rung * 10**PLACES), 10**PLACES)


def _ends(population: Population) -> tuple[Fraction, Fraction | None]:
    """The latency that none lies below, and the one that none lies above (None if unknown)."""
    extremes = [part.extremes() for part in population.add if part.samples]
    lows = [low for low, _ in extremes]
    highs = [high for _, high in extremes]
    low = min((value for value in lows if value is not None), default=Fraction(0)) if None not in lows else Fraction(0)
    high = max((value for value in highs if value is not None), default=None) if None not in highs else None
    return low, high
