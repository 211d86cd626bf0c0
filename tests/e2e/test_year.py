"""Annual statements, read over HTTP, against the oracle's own count of the year."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.e2e.harness import statement_of, through_a_gateway
from tests.oracle.examples import (
    ENDPOINTS,
    ERRORS,
    GET,
    LATENCY,
    P95,
    ROME,
    UPTIME,
    asked_later,
    case_of,
    local,
)
from tests.oracle.facts import Case, Request
from tests.oracle.months import WHOLE_HOURS, months, running_months
from tests.oracle.spans import HOUR
from tests.oracle.times import instant
from tests.oracle.traces import beat
from tests.oracle.years import differences
from tests.soaking import some

YEARLY = {**UPTIME, "over": "year", "no_traffic": "up"}
MONTHLY = {**UPTIME, "id": "uptime-of-each-month", "no_traffic": "up"}
QUICK = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
THOROUGH = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)


def four_months(now: int | None = None, since: str = "2026-07-01", **more: Any) -> Case:
    """July to October with an outage in August, work in September, the night of the clocks in October."""
    asked = now or asked_later("2026-10", ROME)
    down = [local("2026-08-20T10:00", "2026-08-20T11:00"), local("2026-10-25T01:00", "2026-10-25T04:00")]
    requests = beat(GET, instant(f"{since}T00:00", ROME), min(asked, instant("2026-11-10T00:00", ROME)), HOUR)
    requests += [
        Request(second * 1000, GET, 120.0, 503) for span in down for second in range(*span, 300) if second < asked
    ]
    work = {
        "id": "CHG-1",
        "start": "2026-09-30T23:00",
        "end": "2026-10-01T01:00",
        "announced": "2026-09-01T10:00",
        "reason": "Upgrade",
    }
    first = instant(f"{since}T00:00", ROME) * 1000
    told = sorted((one for one in requests if one.at_ms >= first), key=lambda one: one.at_ms)
    maintenance = {"notice": "48h", "windows": [work]}
    objectives = (YEARLY, MONTHLY, LATENCY, P95, ERRORS, ENDPOINTS)
    return case_of(told, objectives, now=asked, maintenance=maintenance, since=since, **more)


@pytest.mark.parametrize("starts", some(["11-01", "01-01"], 2))
def test_four_months_of_a_year_that_runs(starts: str) -> None:
    case = four_months(year_starts=starts)
    assert differences(statement_of(case), case) == []


def test_a_month_that_runs_is_part_of_its_year() -> None:
    case = four_months(instant("2026-10-25T02:47:00+01:00", ROME))
    statement = statement_of(case)
    assert differences(statement, case) == []
    assert [one["state"] for one in statement["months"]] == ["ended"] * 9 + ["running", "to-come", "to-come"]


def test_what_is_only_kept_by_the_hour_is_known_between_bounds_and_what_is_gone_is_named() -> None:
    """Asked 400 days after October: July is gone, of August only the last weeks are left by the hour."""
    case = four_months(asked_later("2026-10", ROME, days=365))
    statement = statement_of(case)
    assert differences(statement, case) == []
    year = statement["availability"][0]
    assert year["months"][6]["seconds"]["unknown"] == 31 * 86_400
    assert statement["results"][0]["status"] == "INSUFFICIENT_DATA"
    assert {gap["code"] for gap in statement["gaps"]} == {"no-longer-kept"}


@QUICK
@given(case=st.one_of(months(edges=True), running_months()))
def test_the_year_of_a_generated_month(case: Case) -> None:
    case = through_a_gateway(case)
    assert differences(statement_of(case), case) == []


@pytest.mark.soak
@THOROUGH
@given(case=st.one_of(months(edges=True), running_months(), months(days_later=(64,), zones=WHOLE_HOURS)))
def test_the_years_of_many_months(case: Case) -> None:
    case = through_a_gateway(case)
    assert differences(statement_of(case), case) == []


def test_the_oracle_notices_a_second_that_is_missing() -> None:
    """Guards against claims that claim nothing."""
    case = four_months(since="2026-10-01")
    statement = statement_of(case)
    first = statement["availability"][0]
    october = first["months"][9]
    for place, name in (
        (october["seconds"], "up"),
        (october["budget"], "allowed"),
        (first["mean_of_months"], "worst_case"),
    ):
        before, place[name] = place[name], place[name] + 1
        assert differences(statement, case)
        place[name] = before
    assert differences(statement, case) == []
