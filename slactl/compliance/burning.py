"""Burn rates: how fast a budget is spent, and when it ends.

The one rule: a rate is the share of bad over the share that the goal allows (SRE workbook, "Alerting on
SLOs"), and what is unknown is judged twice, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from slactl.compliance.judging import Reading
from slactl.model.burn import BurnRate, Course, Lookback, Outlook, Spender
from slactl.model.report import Budget
from slactl.model.span import Span

MOST_SPENDERS = 5
Readings = tuple[Reading, Reading]
"""The worse and the better reading of what is unknown."""


def rate_of(share: Fraction, reading: Reading) -> Fraction | None:
    """The burn rate of a reading; None of nothing counted, and where nothing may be bad."""
    return Fraction(reading.bad) / (share * reading.total) if reading.total and share else None


def burn_rate(lookback: Lookback, span: Span, share: Fraction, readings: Readings | None) -> BurnRate:
    """The rate of a look-back, of which ``span`` counts; no ``readings`` where nobody knows."""
    if readings is None:
        return BurnRate(lookback, span, Fraction(0), Fraction(0), None, None)
    worst, best = readings
    low, high = rate_of(share, best), rate_of(share, worst)
    return BurnRate(lookback, span, Fraction(worst.bad), Fraction(worst.total), low, high)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when a budget is to last: instants in seconds since the epoch."""

    settled_until: int
    end: int


def outlook(
    budget: Budget | None,
    rates: tuple[BurnRate, ...],
    pace: Lookback,
    horizon: Horizon,
    bad: Mapping[str, int],
) -> Outlook:
    """What becomes of a budget: at the rate of ``pace``, whose bad seconds or requests go on as they did.

    ``budget`` is the whole period's (rule 23); ``bad`` are the bad requests of each endpoint.
    """
    named = spenders(bad)
    present = next((one for one in rates if one.lookback == pace), None)
    if budget is None:
        return Outlook(rates, Course.UNKNOWN, pace, spent_by=named)
    if budget.remaining <= 0 and (budget.used or budget.remaining < 0):
        return Outlook(rates, Course.SPENT, pace, spent_by=named)
    if present is None or present.high is None:
        return Outlook(rates, Course.UNKNOWN, pace, spent_by=named)
    if not present.bad:
        return Outlook(rates, Course.LASTS, pace, spent_by=named)
    ends = horizon.settled_until + int(budget.remaining * present.span.seconds / present.bad)
    if ends >= horizon.end:
        return Outlook(rates, Course.LASTS, pace, spent_by=named)
    return Outlook(rates, Course.ENDS, pace, ends, named)


def spenders(bad: Mapping[str, int]) -> tuple[Spender, ...]:
    """The endpoints that spent most, of all that endpoints spent."""
    whole = sum(bad.values())
    ordered: Iterable[tuple[str, int]] = sorted(bad.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Spender(name, count, Fraction(count, whole)) for name, count in ordered if count)[:MOST_SPENDERS]
