"""Whatever a year held: its months sum to it in whole seconds, its shares to its allowance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from slactl.compliance.annual import Pair, burn_down, mean_of
from slactl.compliance.judging import Reading
from slactl.model.report import RowSpan, Seconds
from slactl.model.status import Code
from tests.annual.years import (
    DAY,
    HOUR,
    MONTHLY,
    SHOP,
    UPTIME,
    Case,
    KeepsAll,
    beat,
    outage,
    row_of,
    span_of,
    started,
    uptime_of,
    window,
)
from tests.fakes import Hit, instant

ZONES = ("Europe/Rome", "UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe")
AMOUNTS = st.integers(0, 3 * 10**6)


@st.composite
def pairs(draw: st.DrawFn) -> Pair | None:
    """A month's worst and best reading; some of it unknown, some of it not yet."""
    if draw(st.integers(0, 5)) == 0:
        return None
    good, bad, unknown, ahead = (draw(AMOUNTS) for _ in range(4))
    total = good + bad + unknown
    return Reading(bad + unknown, total, total + ahead), Reading(bad, total, total + ahead)


@given(st.lists(pairs(), min_size=12, max_size=12), st.fractions(0, 1, max_denominator=10_000))
def test_the_shares_sum_to_the_allowance_and_what_is_left_falls_by_what_is_used(
    months: list[Pair | None], share: Fraction
) -> None:
    held = [one for one in months if one is not None]
    allowance = share * sum(worst.final_total for worst, _ in held)
    told = [one for one in burn_down(share, months, allowance) if one is not None]
    assert len(told) == len(held)
    assert sum(one.allowed for one in told) == allowance
    left, best = allowance, allowance
    for one, (worst, good) in zip(told, held, strict=True):
        left, best = left - worst.bad, best - good.bad
        assert one.remaining == left <= one.remaining_best == best
    for one in filter(None, burn_down(share, months)):
        assert one.remaining == one.allowed - one.most


@given(st.lists(pairs(), min_size=1, max_size=12))
def test_a_mean_lies_between_the_months(months: list[Pair | None]) -> None:
    held = [(worst, best) for pair in months if pair for worst, best in [pair] if worst.total]
    mean = mean_of(months)
    if not held:
        assert mean is None
        return
    assert mean is not None
    values = [[1 - Fraction(pair[way].bad, 1) / pair[way].total for pair in held] for way in (0, 1)]
    assert mean.months == len(held)
    assert min(values[0]) <= mean.worst <= max(values[0])
    assert mean.worst <= mean.best <= max(values[1])


@st.composite
def years(draw: st.DrawFn) -> Case:
    """Some outages and windows, a start, lost months, and a moment inside or after the year."""
    zone = draw(st.sampled_from(ZONES))
    day = st.integers(0, 364).map(lambda days: instant("2026-01-01T00:00:00Z") + days * DAY)
    times = draw(st.lists(day, max_size=5, unique=True))
    hits: list[Hit] = beat("2025-12-31T00:00:00Z", "2027-01-01T12:00:00Z", 12 * HOUR)
    for at in times:
        hits += outage(written(at + draw(st.integers(0, 95)) * 900), draw(st.sampled_from([5, 15, 45, 600])))
    windows = [window(f"W{place}", written(at), 3) for place, at in enumerate(times) if draw(st.booleans())]
    now = draw(st.sampled_from(["2026-05-17T10:07:00Z", "2026-10-31T23:03:00Z", "2027-02-01T00:00:00Z"]))
    lost = draw(st.lists(st.sampled_from([f"2026-{month:02d}" for month in range(1, 13)]), max_size=2, unique=True))
    spans = tuple(sorted(span_of(label, zone) for label in lost))
    service = draw(st.sampled_from([SHOP, started("2026-03-10")]))
    asked = instant(now)
    return Case(
        sorted((hit for hit in hits if hit.at < asked), key=lambda hit: hit.at),
        asked,
        (UPTIME, replace(MONTHLY, excludes_maintenance=False)),
        (service,),
        windows,
        timezone=zone,
        keeping=KeepsAll(asked, lost=spans),
    )


def written(at: int) -> str:
    """An instant as a text."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def holds(case: Case) -> None:
    statement = case.statement()
    whole = statement.whole.period.span.seconds
    for year in statement.uptimes:
        assert sum((one.seconds for one in year.months), Seconds()) == year.seconds
        assert year.seconds.total + year.not_owed == whole
        for one, month in zip(year.months, statement.months, strict=True):
            assert one.seconds.total + one.not_owed == month.span.seconds
    last = [one for one in statement.months if one.report_id is not None][-1]
    found, own = uptime_of(statement).year, row_of(case.report(last.label), "uptime", RowSpan.YEAR_TO_DATE)
    if own.reason is None or own.reason.code is not Code.NOTHING_SETTLED:
        assert [getattr(found, name) for name in FIGURES] == [getattr(own, name) for name in FIGURES]
        # Months to come have windows too, which a year to date does not speak of.
        assert case.now < span_of("2027-01", case.timezone).start or found == own


FIGURES = ("status", "reason", "value", "good", "total", "worst_case", "best_case", "budget")

QUICK = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@QUICK
@given(years())
def test_a_year_is_the_sum_of_its_months(case: Case) -> None:
    holds(case)


@pytest.mark.soak
@MANY
@given(years())
def test_many_years_are_the_sums_of_their_months(case: Case) -> None:
    holds(case)
