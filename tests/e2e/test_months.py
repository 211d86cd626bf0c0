"""Generated months: every figure of the JSON report, read over HTTP, equals the oracle's."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.e2e.harness import report_of, through_a_gateway
from tests.oracle.compare import compare
from tests.oracle.facts import Case
from tests.oracle.months import months, running_months
from tests.oracle.report import expected_report

ANCHORINGS = st.sampled_from(["start", "epoch"])
QUICK = settings(
    max_examples=12,
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


@QUICK
@given(case=months(days_later=(16, 64, 456)), anchoring=ANCHORINGS)
def test_a_month_long_ago(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


@pytest.mark.soak
@THOROUGH
@given(case=st.one_of(months(edges=True), running_months(), months(days_later=(16, 64, 456))), anchoring=ANCHORINGS)
def test_many_months(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)
