"""The oracle's reading of the rules that count requests, in months small enough to do by hand."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from .claims import BREACHED, INSUFFICIENT, NOT_RATED, OK, WARNING, OneOf, only
from .examples import DAY, ERRORS, GET, LATENCY, P95, P99, ROME, UPTIME, asked_later, case_of, every_slice
from .facts import Case, Request, Service
from .figures import ANY
from .measures import nearest_rank
from .report import expected_report
from .slices import Slice, SliceRule, down_slices, slice_rule
from .spans import HOUR
from .times import instant, month_span
from .traces import beat, burst, slow_burst
from .traffic import matches, place

NOON = instant("2026-10-07T12:00", ROME)
OCTOBER = month_span("2026-10", ROME)
QUIET_IS_UP = {**UPTIME, "no_traffic": "up"}


def row(case: Case, objective: str = "uptime", operation: str | None = None, **more: str | None) -> dict[str, Any]:
    """One row of the only service."""
    span, kind = more.get("span", "month"), more.get("kind")
    found: dict[str, Any] = expected_report(case)["rows"][("missions-api", objective, operation, kind, span)]
    return found


def slices(*counts: tuple[int, int] | None) -> list[Slice]:
    """Slices of five minutes with (requests, faults); None is one that is not counted."""
    return [
        Slice(at * 300, at * 300 + 300, ((at * 300, at * 300 + 300),), *held)
        for at, held in enumerate(counts)
        if held is not None
    ]


@pytest.mark.parametrize(
    ("counts", "down"),
    [
        ([(20, 1)], []),
        ([(20, 2)], [0]),
        ([(19, 0), (1, 1)], []),
        ([(18, 0), (1, 1)], [300]),
        ([(40, 0), (0, 0), (10, 2)], []),
        ([(20, 5), (10, 0)], [0]),
        ([(19, 0), *[(0, 0)] * 10, (1, 1)], []),
        ([(19, 0), *[(0, 0)] * 11, (1, 1)], [12 * 300]),
        ([(19, 0), *[None] * 10, (1, 1)], []),
        ([(19, 0), *[None] * 11, (1, 1)], [12 * 300]),
        ([(500, 0), (10, 1), (9, 1)], []),
        ([(500, 0), (10, 1), (10, 1)], [600]),
    ],
)
def test_thin_slices_are_judged_with_those_before(counts: list[tuple[int, int] | None], down: list[int]) -> None:
    """Newest first, until they hold twenty, none that began more than an hour before its end."""
    rule = SliceRule(300, ">=", Fraction(95, 100), "expected")
    assert [one.start for one in down_slices(slices(*counts), rule)] == down


def test_how_many_requests_are_enough() -> None:
    """1/(1-g), rounded up; a goal of 100 % never has enough."""
    assert slice_rule({"slice_goal": ">= 95%"}).enough == 20
    assert slice_rule({"slice_goal": ">= 97%"}).enough == 34
    assert slice_rule({"slice_goal": ">= 99.9%"}).enough == 1000
    rule = slice_rule({"slice_goal": "> 95%"})
    assert (rule.misses(20, 1), rule.misses(100, 4)) == (True, False)
    assert down_slices(slices((1000, 1)), slice_rule({"slice_goal": ">= 100%"}))


def test_the_first_slices_of_a_month_do_not_look_into_the_month_before() -> None:
    """Nineteen good requests five minutes earlier are another period's."""
    start = OCTOBER[0]
    requests = burst(GET, (start - 300) * 1000, 19) + burst(GET, start * 1000, 0, faults=1)
    assert row(case_of(requests, (QUIET_IS_UP,)))["seconds"]["down"] == 300


def test_requests_on_the_edges_of_slices_and_of_the_month() -> None:
    """Half-open: the end belongs to what comes next."""
    start, end = OCTOBER
    requests = burst(GET, start * 1000 - 1, 1) + burst(GET, start * 1000, 1)
    requests += burst(GET, end * 1000 - 1, 0, faults=1) + burst(GET, end * 1000, 0, faults=1)
    month = row(case_of(requests, (QUIET_IS_UP, ERRORS)))
    assert (month["seconds"]["up"], month["seconds"]["down"]) == (300, 300)
    assert row(case_of(requests, (ERRORS,)), "error-rate")["total"] == 2


@pytest.mark.parametrize(
    ("policy", "good", "total"),
    [("up", 745 * HOUR, 745 * HOUR), ("down", 600, 745 * HOUR), ("exclude", 600, 600)],
)
def test_policies_of_silence(policy: str, good: int, total: int) -> None:
    """The seconds are shown as no_traffic, however they count."""
    requests = burst(GET, NOON * 1000, 20) + burst(GET, (NOON + 300) * 1000, 20)
    month = row(case_of(requests, ({**UPTIME, "no_traffic": policy},)))
    assert (month["good"], month["total"]) == (good, total)
    assert month["seconds"]["no_traffic"] == 745 * HOUR - 600
    assert month["if_silent_down"] == Fraction(600, 745 * HOUR)


def test_silence_looks_only_at_weeks_that_are_owed_and_kept() -> None:
    """With ``since`` a week before, that week alone; with none left, the weeks after."""
    quiet, run = NOON + 1800, (NOON + 300, NOON + HOUR)
    requests = beat(GET, OCTOBER[0], OCTOBER[1], HOUR)
    busy = requests + burst(GET, (quiet - 7 * DAY) * 1000, 10)
    assert row(case_of(busy, (UPTIME,)))["seconds"]["unknown"] == 0
    assert row(case_of(busy, (UPTIME,), since="2026-09-30"))["seconds"]["unknown"] == 3300
    later = requests + burst(GET, (quiet + 7 * DAY) * 1000, 30)
    assert run in row(case_of(later, (UPTIME,), since="2026-10-01"))["silences"]
    fewer = requests + burst(GET, (quiet + 7 * DAY) * 1000, 29)
    assert run not in row(case_of(fewer, (UPTIME,), since="2026-10-01"))["silences"]


def test_hours_bound_the_downtime() -> None:
    """30 faults in 100 are at least one slice and at most twelve; 5 in 1000 none and five."""
    hour = NOON
    requests = beat(GET, *OCTOBER, 600) + burst(GET, hour * 1000, 64, faults=30)
    requests += burst(GET, (hour + DAY) * 1000, 989, faults=5)
    case = case_of(requests, (QUIET_IS_UP,), now=asked_later("2026-10", ROME, 64))
    month = row(case)
    assert month["status"] == only(INSUFFICIENT)
    assert month["true_value"] == 1 - Fraction(300, 745 * HOUR)
    certain = row(replace(case, objectives=({**QUIET_IS_UP, "goal": ">= 99%"},)))
    assert certain["status"] == only(OK)
    assert certain["value"].low == 1 - Fraction(17 * 300, 745 * HOUR)
    assert certain["value"].high == 1 - Fraction(300, 745 * HOUR)


def test_what_is_no_longer_kept_is_unknown() -> None:
    """456 days later nothing can be said."""
    case = case_of(beat(GET, *OCTOBER, HOUR), (UPTIME, ERRORS, P95), now=asked_later("2026-10", ROME, 456))
    assert {row["status"] for row in expected_report(case)["rows"].values()} == {only(INSUFFICIENT)}


def test_a_service_without_one_request_is_never_perfect() -> None:
    """Only ignored requests are none; a class that no operation has is not rated."""
    rules = ({"match": "GET /health", "ignore": True},)
    requests = burst("GET /health", NOON * 1000, 50) + burst("InternalOperation", NOON * 1000, 5)
    case = case_of(requests, (UPTIME, ERRORS, P95), rules=rules)
    assert {row["status"] for row in expected_report(case)["rows"].values()} == {only(INSUFFICIENT)}
    assert expected_report(case)["ignored"] == {"missions-api": {"GET /health": 50, "InternalOperation": 5}}
    alive = case_of(burst(GET, NOON * 1000, 5), ({**P95, "class": "batch"},))
    assert row(alive, "response-time", kind="batch")["status"] == only(NOT_RATED)


def test_operation_rules() -> None:
    """The first match wins, only ``*`` is special, and case counts."""
    rules = ({"match": "GET /users/*", "as": "users", "class": "read"}, {"match": "GET *", "class": "other"})
    assert place("GET /users/7", rules) == ("users", "read")
    assert place("GET /x", rules) == ("GET /x", "other")
    assert place("PUT /x", rules) == ("PUT /x", None)
    assert place("fn/LambdaService", rules) is None
    assert place("InternalOperation", ({"match": "*"},)) == ("InternalOperation", None)
    assert matches("a.c*", "a.cd")
    assert not matches("a.c*", "abcd")
    assert not matches("get *", "GET /x")


def test_merged_operations_count_together() -> None:
    """``as`` gives one row; ``AllOtherOperations`` has its own."""
    rules = ({"match": "GET /users/*", "as": "GET /users/{id}"},)
    requests = burst("GET /users/1", NOON * 1000, 3) + burst("GET /users/2", NOON * 1000, 4)
    requests += burst("AllOtherOperations", NOON * 1000, 5)
    rows = expected_report(case_of(requests, (ERRORS,), rules=rules))["rows"]
    assert {key[2]: row["total"] for key, row in rows.items()} == {
        None: 12,
        "GET /users/{id}": 7,
        "AllOtherOperations": 5,
    }


def test_an_operation_only_in_excluded_time_is_not_rated() -> None:
    """It was seen in the month, and nothing of it is left to judge."""
    window = {"id": "W", "start": "2026-10-07T12:00", "end": "2026-10-07T13:00", "announced": "2026-10-01T09:00"}
    requests = burst("POST /x", NOON * 1000, 3) + burst(GET, (NOON + HOUR) * 1000, 3)
    case = case_of(
        requests, ({**ERRORS, "exclude": "maintenance"},), maintenance={"notice": "48h", "windows": [window]}
    )
    assert row(case, "error-rate", "POST /x")["status"] == only(NOT_RATED)
    assert row(case, "error-rate")["total"] == 3
    assert row(case, "error-rate")["without_exclusions"]["value"] == 0


@pytest.mark.parametrize(
    ("latencies", "percentile", "expected"),
    [
        ([5.0], "p99", 5),
        ([float(n) for n in range(1, 101)], "p99", 99),
        ([float(n) for n in range(1, 401)], "p95", 380),
        ([1.0, 2.0, 3.0], "p50", 2),
        ([1.0, 2.0], "p50", 1),
    ],
)
def test_percentiles_are_nearest_rank(latencies: list[float], percentile: str, expected: int) -> None:
    """The smallest value that so many percent do not exceed."""
    assert nearest_rank([Request(0, GET, one, 200) for one in latencies], percentile) == expected


@pytest.mark.parametrize(
    ("sign", "latency", "good"), [("<", 999.999, 20), ("<", 1000.0, 19), ("<=", 1000.0, 20), ("<=", 1000.001, 19)]
)
def test_a_limit_is_strict_or_not_as_written(sign: str, latency: float, good: int) -> None:
    """``< 1000ms`` and ``<= 1000ms`` differ at 1000 and nowhere else."""
    requests = burst(GET, NOON * 1000, 19) + burst(GET, NOON * 1000 + 500, 1, latencies=[latency])
    case = case_of(requests, ({**LATENCY, "threshold": f"{sign} 1000ms"}, {**P95, "goal": f"{sign} 1000ms"}))
    assert row(case, "api-latency")["good"] == good
    assert row(case, "response-time")["good"] == good
    assert row(case, "response-time")["status"] == (only(OK) if good == 20 else only(WARNING))


def test_notes_of_percentiles() -> None:
    """Fewer than 200 for p95; a limit that five percent would move across the verdict."""
    near = [990.0] * 20
    case = case_of(burst(GET, NOON * 1000, 20, latencies=near), ({**P95, "goal": "< 1000ms"},))
    assert row(case, "response-time")["notes"] == {"few-requests": True, "within-instrument-tolerance": True}
    far = case_of(burst(GET, NOON * 1000, 200), (P95,))
    assert row(far, "response-time")["notes"] == {"few-requests": False, "within-instrument-tolerance": False}


def test_failed_requests_may_have_been_the_fast_ones() -> None:
    """1 slow of 200 meets 99 %; of the 90 that did not fail it would miss it."""
    requests = slow_burst(GET, NOON * 1000, 89, 1) + burst(GET, NOON * 1000 + 500, 0, faults=110)
    month = row(case_of(requests, (LATENCY,)), "api-latency")
    assert (month["status"], month["reason"]) == (only(WARNING), "depends-on-failed-requests")


def test_classes_and_errors() -> None:
    """A class's row holds its operations only; 4xx count only where the objective says so."""
    rules = ({"match": "GET *", "class": "read"},)
    requests = burst(GET, NOON * 1000, 10) + burst("POST /x", NOON * 1000, 10, errors=3)
    both = {**ERRORS, "id": "all-errors", "counts": "faults+errors"}
    case = case_of(requests, (ERRORS, both, {**P99, "class": "read"}), rules=rules)
    assert row(case, "api-latency-p99", kind="read")["total"] == 10
    assert row(case, "error-rate")["good"] == 23
    assert row(case, "all-errors")["good"] == 20
    assert row(case, "all-errors")["status"] == only(BREACHED)


def test_targets_have_a_history() -> None:
    """The entry in force on the month's first day judges the whole month."""
    old = {**ERRORS, "goal": "< 50%", "in_force": {"to": "2026-10-02"}}
    new = {**ERRORS, "goal": "< 0.1%", "in_force": {"from": "2026-10-02"}}
    case = case_of(burst(GET, NOON * 1000, 9, faults=1), (old, new))
    assert row(case, "error-rate")["status"] == only(OK)
    assert row(replace(case, objectives=(new,)), "error-rate")["status"] == only(NOT_RATED)


def test_since_in_the_middle_of_the_month() -> None:
    """What lies before owes nothing."""
    requests = burst(GET, (OCTOBER[0] + DAY) * 1000, 0, faults=9) + burst(GET, NOON * 1000, 5)
    month = row(case_of(requests, (QUIET_IS_UP, ERRORS), since="2026-10-07"))
    owed = (25 * 24 + 1) * HOUR
    assert (month["seconds_sum"], month["total"]) == (OneOf((owed, 745 * HOUR)), owed)
    assert row(case_of(requests, (ERRORS,), since="2026-10-07"), "error-rate")["total"] == 5


@pytest.mark.parametrize(("december", "status"), [(4800, WARNING), (5400, INSUFFICIENT), (8100, BREACHED)])
def test_the_year_is_judged_by_sums_at_its_end(december: int, status: str) -> None:
    """7952 s are allowed; of October only hours are kept: nine faults in one are 0 to 2700 s."""
    start, end = OCTOBER[0], month_span("2026-12", ROME)[1]
    down = [(start + DAY, start + DAY + 2700), (end - DAY, end - DAY + december)]
    case = case_of(every_slice((start, end), down, []), ({**UPTIME, "over": "year"},), month="2026-12")
    case = replace(case, services=(replace(case.services[0], since="2026-10-01"),), now=end + 3 * DAY)
    year = row(case, span="year-to-date")
    assert year["total"] == (92 * 24 + 1) * HOUR
    assert status in year["status"]
    assert len(year["status"]) == (2 if status == WARNING else 1)
    assert row(case)["status"] == only(WARNING)


def test_a_running_month_of_which_nothing_is_settled() -> None:
    """Nothing can be rated yet; ten minutes after the first slice, that slice can."""
    requests = burst(GET, OCTOBER[0] * 1000, 5)
    early = case_of(requests, (QUIET_IS_UP,), now=OCTOBER[0] + 899)
    assert row(early)["status"] == only(NOT_RATED)
    assert row(replace(early, now=OCTOBER[0] + 900))["total"] == 300


def test_coverage_counts_unexplained_silence() -> None:
    """What nobody can explain is not covered."""
    coverage = {"id": "coverage", "indicator": "coverage", "goal": ">= 99%"}
    quiet = instant("2026-10-15T10:10", ROME)
    requests = beat(GET, *OCTOBER, HOUR)
    for week in range(1, 5):
        requests += burst(GET, (quiet - 7 * DAY * week) * 1000, 10)
    month = row(case_of(requests, (coverage,)), "coverage")
    assert (month["good"], month["status"]) == (745 * HOUR - 3300, only(OK))


def test_a_service_that_only_the_edge_sees() -> None:
    """Its requests are the gateway's, methods and the unrouted alike."""
    seen = (*burst("GET /x", NOON * 1000, 10), *burst(None, NOON * 1000, 0, errors=4))
    only_edge = Service("public-api", gateway=tuple(seen), source="api-gateway")
    case = Case("2026-10", ROME, asked_later("2026-10", ROME), (only_edge,), (ERRORS, P95))
    rows = expected_report(case)["rows"]
    assert rows[("public-api", "error-rate", None, None, "month")]["total"] == 14
    assert rows[("public-api", "response-time", "(unrouted)", None, "month")]["total"] == 4
    assert set().union(*(row["status"] for row in rows.values())) <= ANY


def test_the_hour_that_exists_twice_is_compared_with_an_hour() -> None:
    """Rome, 25 October: from the first 02:05 to the second 02:05 no request, a week before ten."""
    first = instant("2026-10-25T02:05+02:00", ROME)
    requests = beat(GET, OCTOBER[0], OCTOBER[1], 300, [(first, first + HOUR)])
    without_history = case_of(requests, (UPTIME,), since="2026-10-18")
    assert row(without_history)["silences"] == ((first, first + HOUR),)
