"""Generated months: every figure of the JSON report, read over HTTP, equals the oracle's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.e2e.harness import report_of, through_a_gateway
from tests.oracle.compare import compare
from tests.oracle.examples import ERRORS
from tests.oracle.facts import Case, Request, Service
from tests.oracle.months import WHOLE_HOURS, months, running_months
from tests.oracle.report import expected_report
from tests.oracle.times import month_span

LONG_AGO = st.one_of(months(days_later=(16, 456)), months(days_later=(64,), zones=WHOLE_HOURS))
ANCHORINGS = st.sampled_from(["start", "epoch"])
QUICK = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
THOROUGH = settings(
    max_examples=400,
    derandomize=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)


def _holds(case: Case, anchoring: str, values: str = "exact") -> None:
    case = through_a_gateway(case)
    found = report_of(case, anchoring=anchoring, values=values)
    assert compare(found, expected_report(case), histogram=values == "histogram") == []


@QUICK
@given(case=months(edges=True), anchoring=ANCHORINGS)
def test_a_month_three_days_later(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


@QUICK
@given(case=months(), anchoring=ANCHORINGS)
def test_a_month_seen_through_a_histogram(case: Case, anchoring: str) -> None:
    _holds(case, anchoring, "histogram")


@QUICK
@given(case=running_months(), anchoring=ANCHORINGS)
def test_a_month_that_still_runs(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


@pytest.mark.soak
@QUICK
@given(case=LONG_AGO, anchoring=ANCHORINGS)
def test_a_month_long_ago(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


def test_half_an_hour_that_is_no_longer_kept_apart_is_not_guessed() -> None:
    """A month of India, of which only hours are left, begins and ends inside an hour."""
    start, end = month_span("2026-10", "Asia/Kolkata")
    requests = tuple(Request(second * 1000, "GET /missions", 120.0, 200) for second in range(start, end, 300))
    service = Service("missions-api", requests)
    found = report_of(Case("2026-10", "Asia/Kolkata", end + 64 * 86_400, (service,), (ERRORS,)))
    (row, *_) = found["results"]
    assert (row["status"], row["reason"]["code"]) == ("INSUFFICIENT_DATA", "no-longer-kept")
    assert [gap["seconds"] for gap in found["gaps"] if gap["code"] == "no-longer-kept"] == [1800, 1800]


@pytest.mark.soak
@THOROUGH
@given(case=st.one_of(months(edges=True), running_months(), LONG_AGO), anchoring=ANCHORINGS)
def test_many_months(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)
