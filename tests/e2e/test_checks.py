"""Generated presents: every row of ``slactl check`` equals what the oracle counts, request by request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.e2e.checking import Json, Office, better, held
from tests.e2e.harness import log_of, through_a_gateway
from tests.oracle.burning import WINDOWS
from tests.oracle.examples import ENDPOINTS, ERRORS, LATENCY, P95, P99, ROME, UPTIME, case_of
from tests.oracle.facts import Case
from tests.oracle.months import with_incidents
from tests.oracle.presents import presents
from tests.oracle.spans import HOUR
from tests.oracle.times import instant
from tests.oracle.traces import beat, burst, slow_burst

SHORT = tuple(WINDOWS)
TO_DATE = ("month-to-date", "year-to-date")
ANCHORINGS = st.sampled_from(["start", "epoch"])
QUICK = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
THOROUGH = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)


FEW = settings(QUICK, max_examples=2)
DISTURBED = settings(QUICK, max_examples=8)
TROUBLES = (
    "forbid=Fault",
    "forbid=Latency",
    "forbid=5XXError",
    "forbid=GET /missions",
    "internal-error=Fault:POST /missions",
    "internal-error=SampleCount",
    "partial-forever=Fault",
    "partial-forever=Latency",
    "partial-forever=Count",
    "no-percentiles=yes",
    "fail=GetMetricData",
    "fail=ListServiceOperations",
    "deny=ListServiceOperations",
    "deny=ListMetrics",
    "throttle=every:2",
    "drop=every:3",
    "partial=yes",
)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Server(World(log_of([])), keep_params=False) as server:
        yield Office(server)


def busy_month(since: str = "2026-08-25") -> Case:
    """A month until the 20th, of which two endpoints spent some; one of them failed in the last hour."""
    now = instant("2026-10-20T12:00", ROME)
    requests = beat("GET /missions", instant("2026-08-25T00:00", ROME), now, 600)
    spent = (("2026-10-03T10:00", 200, 40), ("2026-10-19T20:00", 500, 9), ("2026-10-20T11:20", 90, 30))
    for text, good, faults in spent:
        requests += burst("POST /reports", instant(text, ROME) * 1000, good, faults)
    requests += slow_burst("GET /missions", instant("2026-10-12T10:00", ROME) * 1000, 30, 30)
    objectives = (UPTIME, {**UPTIME, "id": "uptime-year", "over": "year"}, LATENCY, P95, P99, ERRORS, ENDPOINTS)
    return case_of(sorted(requests, key=lambda one: one.at_ms), objectives, now=now, since=since)


def all_rows(document: Json) -> Iterator[Json]:
    """The rows of a check, those of months beside years and of operations too."""
    for row in document["results"]:
        yield row
        yield from row["operations"]
        if row["month"] is not None:
            yield row["month"]


def row_name(row: Json) -> tuple[str, ...]:
    return (row["objective"], row["operation"] or "", row["span"])


@QUICK
@given(case=presents(), anchoring=ANCHORINGS)
def test_short_windows_burn_by_their_requests(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), SHORT, anchoring=anchoring) == []


@FEW
@given(case=presents(), anchoring=ANCHORINGS)
def test_running_months_and_years_with_their_outlooks(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), TO_DATE, anchoring=anchoring) == []


@DISTURBED
@given(case=presents(), trouble=st.sampled_from(TROUBLES), window=st.sampled_from((*SHORT, "month-to-date")))
def test_what_is_not_read_never_makes_a_check_better(office: Office, case: Case, trouble: str, window: str) -> None:
    assert office.improvements(through_a_gateway(case), trouble, window) == []


def test_a_running_month_says_what_its_report_says(office: Office, tmp_path: Path) -> None:
    """Row by row, those of operations too: status, counts, budget and outlook."""
    case = busy_month()
    desk = office.desk(case, tmp_path)
    checked = {row_name(row): row for row in all_rows(desk.check("month-to-date").document)}
    report = desk.run("report", "--month", case.month, "--format", "json", "-o", "-").document
    reported = {row_name(row): row for row in report["results"]}
    assert checked.keys() <= reported.keys()
    assert {name for name, row in reported.items() if row["operation"] is None} <= checked.keys()
    names = ("status", "rollup", "reason", "good", "total", "budget", "outlook", "binding")
    for name, row in checked.items():
        assert {key: row[key] for key in names} == {key: reported[name][key] for key in names}, name


@pytest.mark.parametrize(
    "window", ["1h", "month-to-date", *(pytest.param(one, marks=pytest.mark.soak) for one in ("7d", "year-to-date"))]
)
def test_what_is_narrowed_says_the_same(office: Office, tmp_path: Path, window: str) -> None:
    desk = office.desk(busy_month(), tmp_path)
    whole = desk.check(window).document["results"]
    for wanted in ("error-rate-endpoints", "uptime"):
        named = desk.check(window, "--service", "missions-api", "--objective", wanted).document["results"]
        assert named == [row for row in whole if row["objective"] == wanted]
    asked = desk.check(window, "--objective", "error-rate-endpoints", "--operation", "POST /reports")
    (alone,) = asked.document["results"]
    (behind,) = [row for row in whole if row["objective"] == "error-rate-endpoints"]
    (same,) = [row for row in behind["operations"] if row["operation"] == "POST /reports"]
    names = ("status", "good", "total", "budget")
    assert {name: alone[name] for name in names} == {name: same[name] for name in names}


def test_what_is_not_in_evidence_yet_is_no_pass(office: Office, tmp_path: Path) -> None:
    """The last collect was four hours ago; what failed since then is in nobody's evidence."""
    case = busy_month("2026-10-05")
    desk = office.desk(case, tmp_path)
    desk.main.write_text(desk.main.read_text() + "evidence: {store: evidence/}\n")
    assert desk.run("collect", now=case.now - 4 * HOUR).code == 0
    for window in ("1h", "6h"):
        said = desk.check(window, "--from", "evidence")
        assert (said.code, list(better(said, case, window))) == (3, []), window
        statuses = {row["status"] for row in said.document["results"] if row["binding"]}
        assert statuses == {"INSUFFICIENT_DATA"}, window
    both, live = desk.check("6h"), desk.check("6h", "--from", "cloudwatch")
    assert both.document["results"] == live.document["results"]


def test_one_failed_request_does_not_make_a_share_of_fast_ones_warn(office: Office, tmp_path: Path) -> None:
    """98 of 99 that did not fail are less than 99 %, but no goal judges an hour."""
    at_ms = (instant("2026-10-20T11:40", ROME)) * 1000
    requests = [*burst("GET /a", at_ms, 98, 1), *slow_burst("GET /a", at_ms + 500, 0, 1)]
    case = case_of(requests, (LATENCY,), now=instant("2026-10-20T12:00", ROME))
    (row,) = office.desk(case, tmp_path).check("1h").document["results"]
    assert (row["status"], row["good"], row["total"]) == ("OK", 99, 100)


@pytest.mark.soak
@THOROUGH
@given(case=presents(), trouble=st.sampled_from(TROUBLES), window=st.sampled_from((*SHORT, "month-to-date")))
def test_many_troubles(office: Office, case: Case, trouble: str, window: str) -> None:
    assert office.improvements(through_a_gateway(case), trouble, window) == []


@pytest.mark.soak
@THOROUGH
@given(case=st.one_of(presents(), with_incidents(presents())), anchoring=ANCHORINGS)
def test_many_presents(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), (*SHORT, *TO_DATE), anchoring=anchoring) == []


@pytest.mark.parametrize(
    ("good", "faults", "status"),
    [
        (928, 72, "BREACHED"),
        (929, 71, "WARNING"),
        (970, 30, "WARNING"),
        (971, 29, "OK"),
        (0, 9, "OK"),
        (0, 10, "BREACHED"),
    ],
)
def test_factors_are_reached_exactly(office: Office, tmp_path: Path, good: int, faults: int, status: str) -> None:
    """0.5 % may be bad: 14.4 times that is 72 of a thousand, six times is 30; and nine are never enough."""
    at_ms = instant("2026-10-20T11:40", ROME) * 1000
    case = case_of(burst("GET /a", at_ms, good, faults), (ERRORS,), now=instant("2026-10-20T12:00", ROME))
    said = office.desk(case, tmp_path).check("1h")
    assert [row["status"] for row in said.document["results"]] == [status]
    assert held(said, case, "1h") == []
