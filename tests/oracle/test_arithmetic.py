"""The oracle's own arithmetic, held against numbers worked out by hand: time, windows, judging."""

from fractions import Fraction
from typing import Any

import pytest

from . import texts
from .claims import BREACHED, INSUFFICIENT, OK, WARNING, only, worst, worst_of_sets
from .exclusions import applied, by_window
from .judging import Measure, chance
from .spans import HOUR, Span, common, length, shrunk, union, without
from .times import instant, month_span, weeks_away, year_months
from .windows import Window, all_windows

ROME = "Europe/Rome"


def window(start: str, end: str, **more: Any) -> dict[str, Any]:
    """One window of a maintenance file, announced a week before."""
    return {"id": "W", "start": start, "end": end, "announced": "2026-01-01T09:00", "reason": "Work", **more}


def admitted(entry: dict[str, Any], zone: str = ROME, **more: Any) -> list[Window]:
    """The windows of a file with one entry."""
    return all_windows({"notice": "48h", "windows": [entry], **more}, zone)


@pytest.mark.parametrize(
    ("month", "zone", "hours"),
    [
        ("2026-10", ROME, "745"),
        ("2026-03", ROME, "743"),
        ("2026-11", "America/New_York", "721"),
        ("2026-10", "Asia/Kolkata", "744"),
        ("2026-04", "Australia/Lord_Howe", "720.5"),
        ("2026-10", "Australia/Lord_Howe", "743.5"),
        ("2024-02", "UTC", "696"),
        ("2026-04", "Africa/Cairo", "719"),
    ],
)
def test_the_length_of_a_month(month: str, zone: str, hours: str) -> None:
    """In whole seconds of UTC, whatever the clocks do."""
    start, end = month_span(month, zone)
    assert Fraction(end - start, HOUR) == Fraction(hours)


def test_a_month_begins_with_the_first_instant_of_its_first_day() -> None:
    """Where midnight exists twice (Havana, 1 November 2026), with the first of the two."""
    assert month_span("2026-10", ROME)[0] == instant("2026-09-30T22:00:00+00:00", "UTC")
    assert month_span("2026-11", "America/Havana")[0] == instant("2026-11-01T04:00:00+00:00", "UTC")
    assert month_span("2026-10", "Asia/Kathmandu")[0] == instant("2026-09-30T18:15:00+00:00", "UTC")


def test_agreement_years() -> None:
    """The twelve months around the reported one."""
    assert year_months("2026-10", "01-01")[0] == "2026-01"
    assert year_months("2026-03", "07-01") == [
        *(f"2025-{month:02d}" for month in range(7, 13)),
        *(f"2026-{month:02d}" for month in range(1, 7)),
    ]


def test_the_same_local_time_a_week_before() -> None:
    """Across the night the clocks go back a week has 169 hours."""
    after = instant("2026-10-28T10:00", ROME)
    assert after - weeks_away(after, -1, ROME) == 169 * HOUR


def test_written_quantities_are_read_as_written() -> None:
    """No float takes part."""
    assert texts.share("99.9%") == Fraction(999, 1000)
    assert texts.signed("< 0.5%") == ("<", "0.5%")
    assert (texts.seconds("48h"), texts.seconds("5m")) == (172_800, 300)
    assert texts.milliseconds("2s") == 2000
    assert texts.milliseconds("999.999ms") == Fraction("999.999")
    assert texts.rank("p99.9") == Fraction(999, 1000)


def test_spans() -> None:
    """Touching spans are one part; the rest is what is left."""
    assert union([(5, 9), (0, 3), (3, 5), (20, 20)]) == [(0, 9)]
    assert common([(0, 10)], [(2, 3), (8, 20)]) == [(2, 3), (8, 10)]
    assert without([(0, 10)], [(2, 3), (8, 20)]) == [(0, 2), (3, 8)]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(10, 299)], []),
        ([(10, 650)], [(300, 600)]),
        ([(10, 400), (400, 1000)], [(300, 900)]),
        ([(10, 400), (401, 1000)], [(600, 900)]),
        ([(300, 600)], [(300, 600)]),
    ],
)
def test_each_connected_part_is_shrunk_inward(spans: list[Span], expected: list[Span]) -> None:
    """To five minutes; a second between two windows makes two parts."""
    assert shrunk(spans, hours_before=0) == expected


def test_only_whole_hours_are_excluded_where_only_hours_are_kept() -> None:
    """An end after the line keeps its five minutes."""
    assert shrunk([(300, 2 * HOUR + 400)], hours_before=10 * HOUR) == [(HOUR, 2 * HOUR)]
    assert shrunk([(300, 2 * HOUR + 400)], hours_before=HOUR) == [(HOUR, 2 * HOUR + 300)]


def test_notice_is_enough_to_the_second() -> None:
    """48 hours before is in time, a second later is not."""
    timely = window("2026-10-14T02:00", "2026-10-14T04:00", announced="2026-10-12T02:00")
    late = {**timely, "announced": "2026-10-12T02:00:01"}
    assert admitted(timely)[0].refusal is None
    assert admitted(late)[0].refusal == "late-announcement"
    assert admitted(late)[0].admitted == ()


def test_what_was_cancelled_or_weakly_proven_takes_nothing_out() -> None:
    """And what was worked takes out only what was announced too."""
    entry = window("2026-10-14T02:00", "2026-10-14T04:00")
    assert admitted({**entry, "cancelled": True})[0].admitted == ()
    assert admitted(entry, require_proof="documented")[0].admitted == ()
    proven = {**entry, "announcement": {"file": "proofs/W.eml"}}
    assert admitted(proven, require_proof="documented")[0].proof == "documented"
    worked = {**entry, "worked": {"start": "2026-10-14T01:00", "end": "2026-10-14T03:40"}}
    assert length(admitted(worked)[0].admitted) == 100 * 60


def test_a_recurring_window_takes_the_reading_that_excludes_less() -> None:
    """Rome: 02:30 exists twice on 25 October and never on 29 March 2026."""
    autumn = window("2026-10-18T02:30", "2026-10-18T03:00", rrule="FREQ=WEEKLY;BYDAY=SU", until="2026-10-25")
    found = admitted(autumn)
    assert [one.id for one in found] == ["W@2026-10-18", "W@2026-10-25"]
    assert [one.end - one.start for one in found] == [1800, 1800]
    before = window("2026-10-25T01:30", "2026-10-25T02:30", rrule="FREQ=DAILY", until="2026-10-25")
    assert admitted(before)[0].end - admitted(before)[0].start == HOUR
    spring = window("2026-03-22T02:30", "2026-03-22T03:00", rrule="FREQ=WEEKLY", until="2026-03-29")
    assert [one.end - one.start for one in admitted(spring)] == [1800, 0]


def test_rules_of_recurrence() -> None:
    """Every second week, the first Sunday, a day of the month."""
    first = ("2026-10-04T01:00", "2026-10-04T02:00")
    fortnightly = window(*first, rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", until="2026-10-31")
    assert [one.id[-2:] for one in admitted(fortnightly)] == ["04", "18"]
    first_sunday = window(*first, rrule="FREQ=MONTHLY;BYDAY=1SU", until="2026-12-31")
    assert [one.id[-5:] for one in admitted(first_sunday)] == ["10-04", "11-01", "12-06"]
    fourth = window(*first, rrule="FREQ=MONTHLY", until="2026-12-31")
    assert [one.id[-5:] for one in admitted(fourth)] == ["10-04", "11-04", "12-04"]
    last = window("2026-10-25T01:00", "2026-10-25T02:00", rrule="FREQ=MONTHLY;BYDAY=-1SU", until="2026-11-30")
    assert [one.id[-5:] for one in admitted(last)] == ["10-25", "11-29"]


def spent(entries: list[dict[str, Any]], months: list[Span], **caps: str) -> list[Span]:
    """What some windows take out of some months, in UTC."""
    work = {"notice": "48h", "windows": entries, **caps}
    return applied(all_windows(work, "UTC"), work, months, hours_before=0)


def test_a_cap_is_spent_in_order_of_time_on_the_union() -> None:
    """Five hours of two overlapping windows, then the last three of eight; 47 minutes give 45."""
    october = month_span("2026-10", "UTC")
    entries = [
        window("2026-10-20T00:00", "2026-10-20T05:00", id="C"),
        window("2026-10-10T00:00", "2026-10-10T03:00", id="A"),
        window("2026-10-10T02:00", "2026-10-10T05:00", id="B"),
    ]
    found = spent(entries, [october], max_per_month="8h")
    assert [end - start for start, end in found] == [5 * HOUR, 3 * HOUR]
    windows = all_windows({"notice": "48h", "windows": entries}, "UTC")
    shares = {one.window.id: one.seconds for one in by_window(windows, found, october)}
    assert shares == {"A": 3 * HOUR, "B": 2 * HOUR, "C": 3 * HOUR}
    assert length(spent(entries, [october], max_per_month="47m")) == 45 * 60


def test_the_cap_of_the_year_is_spent_by_what_the_month_allowed() -> None:
    """Six hours a year, four a month: four in September, two in October."""
    months = [month_span("2026-09", "UTC"), month_span("2026-10", "UTC")]
    entries = [
        window("2026-09-10T00:00", "2026-09-10T05:00", id="A"),
        window("2026-10-10T00:00", "2026-10-10T05:00", id="B"),
    ]
    found = spent(entries, months, max_per_month="4h", max_per_year="6h")
    assert [end - start for start, end in found] == [4 * HOUR, 2 * HOUR]


def test_a_window_across_the_end_of_a_month_is_clipped() -> None:
    """Each month spends its own part."""
    months = [month_span("2026-09", "UTC"), month_span("2026-10", "UTC")]
    entries = [window("2026-09-30T22:00", "2026-10-01T03:00")]
    found = spent(entries, months, max_per_month="150m")
    assert length(common(found, [months[0]])) == 2 * HOUR
    assert length(common(found, [months[1]])) == 9000


def of(bad: Fraction | int, total: int, rate: str = "0.001", **more: Any) -> frozenset[str]:
    """The statuses of so much bad in so much."""
    worst_case = more.pop("worst", bad)
    strict = more.pop("strict", False)
    return Measure(worst_case, bad, total, Fraction(rate), strict, Fraction(1, 4), **more).statuses


def test_a_goal_is_judged_on_exact_values() -> None:
    """Exactly 999,000 of a million meet 99.9 %; exactly 2 in 400 miss ``< 0.5%``."""
    assert of(1000, 1_000_000) == only(WARNING)
    assert of(1001, 1_000_000) == only(BREACHED)
    assert of(2, 400, "0.005", strict=True) == only(BREACHED)
    assert of(2, 400, "0.005") == only(WARNING)


def test_a_warning_needs_less_than_a_quarter_of_the_budget() -> None:
    """Exactly a quarter left is no warning; where nothing is allowed there is none."""
    assert of(750, 1_000_000) == only(OK)
    assert of(751, 1_000_000) == only(WARNING)
    assert of(0, 1_000_000, "0") == only(OK)
    assert of(1, 1_000_000, "0") == only(BREACHED)


def test_the_unknown_is_judged_twice() -> None:
    """A proven breach stands; otherwise what is unknown may decide."""
    assert of(1001, 1_000_000, worst=5000) == only(BREACHED)
    assert of(0, 1_000_000, worst=5000) == only(INSUFFICIENT)
    assert of(0, 1_000_000, worst=10) == only(OK)
    assert of(0, 1_000_000, worst=800) == only(INSUFFICIENT, WARNING)


def test_a_running_period_is_judged_by_what_it_can_become() -> None:
    """More than the whole allows is a breach; more than allowed so far is a warning."""
    assert of(2683, 864_000, whole=(2_682_000,)) == only(BREACHED)
    assert of(1800, 864_000, whole=(2_682_000,)) == only(WARNING)
    assert of(600, 864_000, whole=(2_682_000,)) == only(OK)
    assert of(800, 864_000, whole=(2_682_000,)) == only(OK, WARNING)


def test_the_month_of_an_annual_goal_informs() -> None:
    """It warns when it misses the goal, and never of its budget."""
    assert of(1001, 1_000_000, informative=True) == only(WARNING)
    assert of(999, 1_000_000, informative=True) == only(OK)
    assert of(0, 1_000_000, worst=5000, informative=True) == only(INSUFFICIENT)


def test_chance_is_the_exact_binomial_tail() -> None:
    """At least one head of two is 3/4; two or more bad of 400 at 0.5 % come with 59 %."""
    assert chance(2, 1, Fraction(1, 2)) == Fraction(3, 4)
    assert chance(3, 3, Fraction(1, 2)) == Fraction(1, 8)
    assert chance(5, 0, Fraction(1, 200)) == 1
    assert round(float(chance(400, 2, Fraction(1, 200))), 4) == 0.5947
    assert round(float(chance(400, 7, Fraction(1, 200))), 4) == 0.0044


def test_roll_up() -> None:
    """A breach is not hidden by what could not be read."""
    assert worst([OK, INSUFFICIENT, BREACHED]) == BREACHED
    assert worst([OK, WARNING, INSUFFICIENT]) == INSUFFICIENT
    assert worst([]) == "NOT_RATED"
    assert worst_of_sets([only(OK, WARNING), only(OK)]) == only(OK, WARNING)
