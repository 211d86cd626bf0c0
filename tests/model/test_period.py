"""Months, days and years in the agreement's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.period import Month, Period, agreement_year, day_start, local_date, local_days, weeks_earlier
from slactl.model.span import Span

ROME = ZoneInfo("Europe/Rome")
ODD = [
    "UTC",
    "Europe/Rome",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Cairo",
    "America/Santiago",
    "America/Havana",
    "Asia/Beirut",
    "America/Nuuk",
    "Atlantic/Azores",
    "Antarctica/Troll",
    "Africa/Casablanca",
]
ZONES = st.sampled_from(ODD).map(ZoneInfo)
MONTHS = st.builds(Month, st.integers(2020, 2036), st.integers(1, 12))
DAYS = st.dates(date(2020, 1, 1), date(2036, 12, 31))
HOUR = 3600


@pytest.mark.parametrize(
    ("month", "name", "hours"),
    [
        ("2026-10", "Europe/Rome", 745),
        ("2026-03", "Europe/Rome", 743),
        ("2026-10", "UTC", 744),
        ("2028-02", "Europe/Rome", 696),
        ("2026-11", "America/New_York", 721),
        ("2026-04", "Africa/Cairo", 719),
        ("2026-04", "Australia/Lord_Howe", 720.5),
        ("2026-10", "Australia/Lord_Howe", 743.5),
    ],
)
def test_a_month_has_the_hours_its_clocks_give_it(month: str, name: str, hours: float) -> None:
    assert Month.parse(month).span(ZoneInfo(name)).seconds == hours * HOUR


def test_october_2026_in_rome() -> None:
    span = Month.parse("2026-10").span(ROME)
    ends = [datetime.fromtimestamp(end, UTC).isoformat() for end in (span.start, span.end)]
    assert ends == ["2026-09-30T22:00:00+00:00", "2026-10-31T23:00:00+00:00"]


@given(MONTHS, ZONES)
def test_months_follow_each_other_without_a_gap(month: Month, zone: ZoneInfo) -> None:
    span = month.span(zone)
    assert span.end == month.next.span(zone).start
    assert local_date(span.start, zone) == month.first
    assert local_date(span.start - 1, zone) < month.first
    assert 27 * 24 * HOUR < span.seconds < 32 * 24 * HOUR


@given(DAYS, ZONES)
def test_a_day_starts_with_its_first_instant(day: date, zone: ZoneInfo) -> None:
    start = day_start(day, zone)
    assert local_date(start, zone) == day
    assert local_date(start - 1, zone) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "day", "first"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "01:00"),
        ("America/Santiago", date(2026, 9, 6), "01:00"),
        ("Asia/Beirut", date(2026, 3, 29), "01:00"),
        ("America/Havana", date(2026, 3, 8), "01:00"),
        ("Europe/Rome", date(2026, 3, 29), "00:00"),
    ],
)
def test_where_midnight_does_not_exist_the_day_starts_later(name: str, day: date, first: str) -> None:
    zone = ZoneInfo(name)
    assert datetime.fromtimestamp(day_start(day, zone), zone).strftime("%H:%M") == first


def test_where_midnight_exists_twice_the_day_starts_with_the_first() -> None:
    zone = ZoneInfo("America/Havana")
    start = day_start(date(2026, 11, 1), zone)
    assert [datetime.fromtimestamp(start + hour * HOUR, zone).hour for hour in range(3)] == [0, 0, 1]


@given(MONTHS, ZONES)
def test_the_days_of_a_month_partition_it(month: Month, zone: ZoneInfo) -> None:
    span = month.span(zone)
    days = local_days(span, zone)
    assert [day for day, _ in days] == [month.first + timedelta(days=step) for step in range(len(days))]
    assert (days[0][1].start, days[-1][1].end) == (span.start, span.end)
    assert all(one.end == other.start for (_, one), (_, other) in pairwise(days))
    assert all(22 * HOUR <= part.seconds <= 26 * HOUR for _, part in days)


@pytest.mark.parametrize(("month", "day", "hours"), [("2026-03", 29, 23), ("2026-10", 25, 25), ("2026-10", 24, 24)])
def test_a_day_in_rome_has_23_to_25_hours(month: str, day: int, hours: int) -> None:
    held = dict(local_days(Month.parse(month).span(ROME), ROME))
    assert held[Month.parse(month).first.replace(day=day)].seconds == hours * HOUR


@given(DAYS, st.integers(0, 86_399), st.integers(1, 90_000), ZONES)
def test_days_are_clipped_to_the_span(day: date, after: int, length: int, zone: ZoneInfo) -> None:
    start = day_start(day, zone) + after
    span = Span(start, start + length)
    days = local_days(span, zone)
    assert sum(part.seconds for _, part in days) == length
    assert all(local_date(part.start, zone) == name == local_date(part.end - 1, zone) for name, part in days)


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(month.label) == month
    assert month.shift(-25).shift(25) == month
    assert month.shift(12) == Month(month.year + 1, month.month)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "2026-10-01", "202610", "2026-1x", "26-10", "", "2026/10"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|isoformat|out of range"):
        Month.parse(text)


@given(st.integers(1_577_836_800, 2_051_222_400), st.integers(1, 4), ZONES)
def test_weeks_earlier_is_the_same_weekday_and_wall_time(instant: int, weeks: int, zone: ZoneInfo) -> None:
    now = datetime.fromtimestamp(instant, zone)
    earlier = weeks_earlier(instant, weeks, zone)
    assert abs(instant - earlier - weeks * 7 * 86_400) <= 3 * HOUR
    wall = now.replace(tzinfo=None) - timedelta(weeks=weeks)
    then = datetime.fromtimestamp(earlier, zone)
    skipped = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
    assert skipped or then.replace(tzinfo=None) == wall


@given(MONTHS, st.tuples(st.integers(1, 12), st.integers(1, 28)), ZONES)
def test_the_agreement_year_holds_the_first_of_the_month(month: Month, starts: tuple[int, int], zone: ZoneInfo) -> None:
    year = agreement_year(month, starts, zone)
    assert year.start <= month.span(zone).start < year.end
    first = local_date(year.start, zone)
    assert (first.month, first.day) == starts
    assert local_date(year.end, zone) == first.replace(year=first.year + 1)


def test_a_period_knows_what_of_it_is_over() -> None:
    span = Month.parse("2026-10").span(ROME)
    half = Period("2026-10", span, "Europe/Rome", span.start + HOUR, final=False, month=Month(2026, 10))
    assert half.running
    assert half.elapsed == Span(span.start, span.start + HOUR)
    whole = Period("2026-10", span, "Europe/Rome", span.end, final=True, month=Month(2026, 10))
    assert not whole.running
    assert whole.elapsed == span
    none = Period("2026-10", span, "Europe/Rome", span.start, final=False, month=Month(2026, 10))
    assert none.elapsed is None
