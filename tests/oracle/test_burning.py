"""Burn rates, courses and short windows in traces small enough to be counted by hand."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from .books import DAY, MONTH, YEAR, Books
from .burning import course, outlook, window_rows, window_status
from .claims import BREACHED, INSUFFICIENT, NOT_RATED, OK, WARNING, only
from .examples import ERRORS, GET, LATENCY, POST, ROME, UPTIME, case_of
from .facts import Case, Dict, Request
from .lookbacks import Held, Reading, held, settled_until
from .rows import Objective
from .spans import HOUR
from .times import instant
from .traces import beat, burst, slow_burst

NOW = instant("2026-10-20T12:03", ROME)
SETTLED = instant("2026-10-20T11:50", ROME)
BY_REQUESTS: Dict = {**UPTIME, "evaluation": "requests"}
PER_OPERATION: Dict = {**ERRORS, "per": "operation"}


def a_case(requests: list[Request], *objectives: Dict, **more: Any) -> Case:
    """A month of one service, asked on the 20th at three past noon."""
    return case_of(requests, objectives, now=NOW, **more)


def objective_of(case: Case) -> Objective:
    """The first objective of the first service."""
    return Objective(Books(case, case.services[0]), case.objectives[0])


def at(minutes: float) -> int:
    """So many minutes before what is settled ends, in ms."""
    return round((SETTLED - minutes * 60) * 1000)


def row(case: Case, window: str = "1h", operation: str | None = None) -> dict[str, Any]:
    """A row of the first objective."""
    found: dict[str, Any] = window_rows(case, window)["missions-api", case.objectives[0]["id"], operation, None]
    return found


def test_what_is_settled_ends_ten_minutes_ago_on_the_grid() -> None:
    assert settled_until(Books(a_case([], ERRORS), a_case([], ERRORS).services[0])) == SETTLED


@pytest.mark.parametrize(
    ("good", "faults", "expected"),
    [(928, 72, BREACHED), (929, 71, WARNING), (970, 30, WARNING), (971, 29, OK), (0, 9, OK), (0, 10, BREACHED)],
)
def test_a_short_window_is_judged_at_its_factors_exactly(good: int, faults: int, expected: str) -> None:
    """0.5 % are allowed: 14.4 times are 72 of 1000, six times are 30."""
    case = a_case(burst(GET, at(30), good, faults), ERRORS)
    assert row(case)["status"] == only(expected)
    assert window_status(window_rows(case, "1h")) == only(expected)


def test_a_window_is_half_open_and_ends_where_it_is_settled() -> None:
    requests = burst(GET, at(60) - 1, 1) + burst(GET, at(60), 1) + burst(GET, at(0) - 1, 1) + burst(GET, at(0), 1)
    assert row(a_case(requests, ERRORS))["total"] == 2
    assert row(a_case(requests, ERRORS), "6h")["total"] == 3


def test_who_heard_nothing_does_not_know_and_a_class_nobody_called_is_not_rated() -> None:
    silent = a_case(burst(GET, at(61), 5), ERRORS)
    assert row(silent)["status"] == only(INSUFFICIENT)
    classed: Dict = {**ERRORS, "id": "of-a-class", "class": "batch"}
    case = a_case(burst(GET, at(30), 5), ERRORS, classed)
    rows = window_rows(case, "1h")
    assert rows["missions-api", "of-a-class", None, "batch"]["status"] == only(NOT_RATED)
    assert window_status(rows) == only(OK)


def test_one_endpoint_burns_where_each_counts() -> None:
    requests = burst(GET, at(30), 5000) + burst(POST, at(20), 100, 10)
    case = a_case(requests, PER_OPERATION)
    assert row(case)["status"] == only(OK)
    assert row(case, operation=POST)["status"] == only(BREACHED)
    assert row(case)["rollup"] == only(BREACHED)


def test_percentiles_shares_and_availability_burn_by_requests() -> None:
    slow = burst(GET, at(30), 90) + slow_burst(GET, at(20), 0, 10)
    p95: Dict = {"id": "p95", "indicator": "percentile", "percentile": "p95", "goal": "< 1000ms"}
    for terms, allowed, status in ((LATENCY, 1, WARNING), (p95, 5, OK)):
        found = row(a_case(slow, terms))
        assert (found["good"], found["total"], found["budget"]["allowed"]) == (90, 100, allowed)
        assert found["status"] == only(status)
    faults = row(a_case(burst(GET, at(30), 90, 10), UPTIME))
    assert (faults["status"], faults["budget"]["used_ratio"]) == (only(BREACHED), 100)


def test_maintenance_leaves_the_window_only_where_the_objective_says_so() -> None:
    work = {
        "id": "CHG-1",
        "start": "2026-10-20T11:00",
        "end": "2026-10-20T11:20",
        "announced": "2026-10-01T09:00",
        "reason": "x",
    }
    calendar = {"notice": "48h", "windows": [work]}
    requests = burst(GET, at(40), 0, 50) + burst(GET, at(10), 100)
    assert row(a_case(requests, UPTIME, maintenance=calendar))["total"] == 100
    assert row(a_case(requests, ERRORS, maintenance=calendar))["total"] == 150


def test_what_is_unread_is_judged_twice_by_the_week_before() -> None:
    """Twenty requests a week before: 10 of 120 bad at best, 30 at worst; both burn. Of 1000 only one does."""
    lost = [(SETTLED - 600, SETTLED)]
    week = burst(GET, at(5) - 7 * DAY * 1000, 20)
    few = a_case(week + burst(GET, at(30), 90, 10), ERRORS)
    assert held(objective_of(few), SETTLED, HOUR, lost) == Held(
        (SETTLED - HOUR, SETTLED), Reading(30, 120), Reading(10, 120)
    )
    rows = window_rows(few, "1h", lost)
    assert rows["missions-api", "error-rate", None, None]["status"] == only(BREACHED)
    many = window_rows(a_case(week + burst(GET, at(30), 1000), ERRORS), "1h", lost)
    assert many["missions-api", "error-rate", None, None]["status"] == only(OK)
    some = window_rows(a_case(week + burst(GET, at(30), 300), ERRORS), "1h", lost)
    assert some["missions-api", "error-rate", None, None]["status"] == only(INSUFFICIENT, WARNING)


def test_what_is_unread_in_the_first_week_nobody_can_guess() -> None:
    lost = [(SETTLED - 600, SETTLED)]
    case = a_case(burst(GET, at(30), 1000), ERRORS, since="2026-10-18")
    rows = window_rows(case, "1h", lost)
    assert rows["missions-api", "error-rate", None, None]["status"] == only(INSUFFICIENT)
    assert held(objective_of(case), SETTLED, HOUR, lost).guessed is False


def test_availability_of_a_look_back_is_that_of_a_period_of_its_own() -> None:
    """Five of sixty minutes are down, and before what was seen nothing can help a thin slice."""
    requests = beat(GET, SETTLED - DAY, SETTLED, 10) + burst(GET, at(30), 0, 30)
    objective = objective_of(a_case(requests, UPTIME))
    assert held(objective, SETTLED, HOUR) == Held((SETTLED - HOUR, SETTLED), Reading(300, 3600), Reading(300, 3600))
    rates = outlook(objective, MONTH)["rates"]
    assert isinstance(rates, dict)
    assert rates["1h"]["high"] == Fraction(300, 3600) * 1000
    assert rates["24h"]["high"] == Fraction(300, DAY) * 1000
    thin = burst(GET, at(61), 19) + burst(GET, at(59), 0, 1)
    alone = held(objective_of(a_case(thin, {**UPTIME, "no_traffic": "up"})), SETTLED, HOUR)
    assert alone.worst == Reading(300, 3600)


def test_silence_that_nothing_explains_may_be_bad_or_good() -> None:
    start, end = SETTLED - 30 * DAY, SETTLED - HOUR
    objective = objective_of(a_case(beat(GET, start, end, 60), UPTIME, since="2026-09-20"))
    found = held(objective, SETTLED, HOUR)
    assert (found.worst, found.best) == (Reading(3600, 3600), Reading(0, 3600))
    assert found.unknown


def test_a_look_back_begins_with_the_service_and_not_with_the_month() -> None:
    first = instant("2026-10-01T00:20", ROME)
    requests = beat(GET, instant("2026-09-01T00:00", ROME), first, 600)
    case = replace(a_case(requests, ERRORS), now=first)
    objective = objective_of(case)
    assert held(objective, settled_until(objective.books), DAY).worst.total == 144
    young = objective_of(replace(a_case(requests, ERRORS, since="2026-10-01"), now=first))
    assert held(young, settled_until(young.books), DAY).worst.total == 1
    assert held(young, settled_until(young.books), DAY).span[0] == instant("2026-10-01T00:00", ROME)


def test_windows_before_the_turn_of_the_year_are_remembered() -> None:
    now = instant("2027-01-01T00:40", ROME)
    work = {
        "id": "CHG-1",
        "start": "2026-12-31T23:40",
        "end": "2027-01-01T00:00",
        "announced": "2026-12-01T09:00",
        "reason": "x",
    }
    requests = beat(GET, now - 2 * DAY, now, 60)
    more: dict[str, Any] = {"maintenance": {"notice": "48h", "windows": [work]}, "month": "2027-01", "now": now}
    objective = objective_of(case_of(requests, (BY_REQUESTS,), **more))
    assert held(objective, now - 600, HOUR).worst.total == 40


@pytest.mark.parametrize(
    ("remaining", "used", "bad", "expected"),
    [
        (0, 5, 0, ("spent", None)),
        (-1, 5, 3, ("spent", None)),
        (0, 0, 0, ("lasts", None)),
        (100, 5, 0, ("lasts", None)),
        (100, 5, 50, ("ends", 2 * DAY + 1000)),
        (100, 5, 25, ("lasts", None)),
        (Fraction(1, 3), 5, 1, ("ends", DAY // 3 + 1000)),
    ],
)
def test_where_a_budget_is_heading(remaining: Fraction, used: int, bad: int, expected: tuple[str, int | None]) -> None:
    reading = Reading(bad, 1000)
    pace = Held((1000 - DAY, 1000), reading, reading)
    assert course(remaining, used, pace, Fraction(1, 100), 1000 + 4 * DAY) == expected


def test_without_a_pace_nobody_knows() -> None:
    nothing = Held((0, DAY), Reading(0, 0), Reading(0, 0))
    assert course(100, 5, nothing, Fraction(1, 100), 9 * DAY) == ("unknown", None)
    unread = Held((0, DAY), Reading(9, 9), Reading(0, 0), guessed=False)
    assert course(100, 5, unread, Fraction(1, 100), 9 * DAY) == ("unknown", None)


def test_the_course_of_a_month_and_of_its_year() -> None:
    """30 minutes down a day: of 44.7 minutes of October half a day's worth is left; the year has more."""
    down = [(second, second + 1800) for second in range(SETTLED - DAY, SETTLED, DAY)]
    requests = beat(GET, SETTLED - 40 * DAY, SETTLED, 300)
    requests += [one for start, _ in down for one in beat_of_faults(start)]
    objective = objective_of(a_case(requests, {**UPTIME, "over": "year"}, since="2026-10-01"))
    left = Fraction(745 * HOUR, 1000) - 1800
    month = outlook(objective, MONTH)["courses"]
    assert month == (("ends", int(SETTLED + left / 1800 * DAY)),)
    year = outlook(objective, YEAR)["courses"]
    whole = (instant("2027-01-01T00:00", ROME) - instant("2026-10-01T00:00", ROME)) / Fraction(1000)
    assert year == (("ends", int(SETTLED + (whole - 1800) / 1800 * DAY)),)


def beat_of_faults(start: int) -> list[Request]:
    """Half an hour in which everything fails."""
    return [one for second in range(start, start + 1800, 300) for one in burst(GET, second * 1000 + 1, 0, 30)]


def test_who_spent_the_budget_most_first_then_by_name_at_most_five() -> None:
    requests = burst("GET /z", at(500), 10, 8) + burst("GET /good", at(500), 10)
    for name in ("GET /e", "GET /b", "GET /c", "GET /d", "GET /a"):
        requests += burst(name, at(600), 3, 4)
    names = outlook(objective_of(a_case(requests, ERRORS)), MONTH)["spent_by"]
    assert isinstance(names, tuple)
    expected = [("GET /z", 8, Fraction(8, 28))]
    expected += [(f"GET /{letter}", 4, Fraction(1, 7)) for letter in "abcd"]
    assert names[0] == names[1] == tuple(expected)
