"""How a year's error budget is shared out and spent month by month, and the mean of its months.

The one rule: a month's share of the allowance is the goal's share of that month's own total, so the
months' shares sum to the year's; what is unknown is used up in ``remaining`` and not in ``remaining_best``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from slactl.compliance.judging import Reading
from slactl.model.statement import Mean, Spent

Pair = tuple[Reading, Reading]
"""A month's worst and best reading, in one unit."""


def burn_down(
    share: Fraction, months: Sequence[Pair | None], allowance: Fraction | None = None
) -> tuple[Spent | None, ...]:
    """What each month was allowed and used; None of a month that is not owed.

    ``share`` of a total may be bad. With an ``allowance`` for all the months together ``remaining`` is what
    is left of it after each; without one it is what is left of the month's own.
    """
    told: list[Spent | None] = []
    used = most = Fraction(0)
    for pair in months:
        if pair is None:
            told.append(None)
            continue
        worst, best = pair
        allowed = share * Fraction(worst.final_total)
        used, most = (before if allowance is not None else Fraction(0) for before in (used, most))
        used, most = used + best.bad, most + worst.bad
        whole = allowed if allowance is None else allowance
        told.append(Spent(allowed, Fraction(best.bad), Fraction(worst.bad), whole - most, whole - used))
    return tuple(told)


def mean_of(months: Iterable[Pair | None]) -> Mean | None:
    """The mean of the months' figures, every month weighing the same; None where none has a figure."""
    held = [pair for pair in months if pair is not None and pair[0].total]
    if not held:
        return None
    worst, best = (sum((_good(pair[way]) for pair in held), Fraction(0)) / len(held) for way in (0, 1))
    return Mean(worst, best, len(held))


def _good(reading: Reading) -> Fraction:
    return 1 - Fraction(reading.bad) / Fraction(reading.total) if reading.total else Fraction(1)
