"""What must hold in every generated month, whatever the figures are."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings

from .claims import INSUFFICIENT, Between
from .compare import compare
from .facts import Case
from .months import WHOLE_HOURS, months, running_months
from .report import expected_report
from .spans import HOUR
from .test_compare import written
from .times import month_span

# A failing month is printed as it was drawn: to shrink one takes longer than to understand it.
phases = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=4, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))
DAY = 24 * HOUR


@few
@given(months(edges=True))
def test_every_second_is_accounted_for(case: Case) -> None:
    """Rule 9, and no part is negative."""
    rows = expected_report(case)["rows"].values()
    for row in (row for row in rows if "seconds" in row):
        assert min(row["seconds"].values()) >= 0
        if len(row["seconds"]) == 6:
            assert sum(row["seconds"].values()) == row["seconds_sum"].options[0]


@few
@given(months(edges=True))
def test_a_true_report_has_no_differences(case: Case) -> None:
    """What is claimed can be said in the form of the contract."""
    expected = expected_report(case)
    assert compare(written(expected), expected) == []


@few
@given(running_months())
def test_a_running_month_can_be_claimed(case: Case) -> None:
    """Nothing that is not settled counts as anything."""
    start, end = month_span(case.month, case.timezone)
    expected = expected_report(case)
    for key, row in expected["rows"].items():
        if key[4] == "month" and "seconds" in row:
            settled = row["seconds"]["up"] + row["seconds"]["down"]
            assert settled <= min(end, case.now) - start
    assert compare(written(expected), expected) == []


@few
@given(months())
def test_what_is_excluded_is_on_the_grid_and_within_the_caps(case: Case) -> None:
    """Rules 15 and 16: by window it sums to what the uptime row takes out."""
    expected = expected_report(case)
    for service in case.services:
        own = [claims for key, claims in expected["exclusions"].items() if key[1] == service.key]
        shares = [claims["excluded_seconds"].options[0] for claims in own]
        assert sum(shares) % 300 == 0
        row = expected["rows"][(service.key, "uptime", None, None, "month")]
        if row.get("excluded_seconds"):
            assert row["excluded_seconds"] <= sum(shares)


@few
@given(months())
def test_requests_count_the_same_on_any_day_within_63(case: Case) -> None:
    """Asked 16 days after the month instead of three: the same counts of requests."""
    early, late = (expected_report(replace(case, now=case.now + days * DAY)) for days in (0, 13))
    for key, row in early["rows"].items():
        if key[1] in ("api-latency", "error-rate", "response-time"):
            assert [row.get(name) for name in ("good", "total", "value", "status")] == [
                late["rows"][key].get(name) for name in ("good", "total", "value", "status")
            ]


@few
@given(months(days_later=(64,), zones=WHOLE_HOURS))
def test_the_truth_lies_within_the_bounds_of_the_hours(case: Case) -> None:
    """Rule 12 never excludes what five minutes would have shown."""
    for key, row in expected_report(case)["rows"].items():
        claim = row.get("value")
        if key[1] == "uptime" and isinstance(claim, Between):
            assert claim.low <= Fraction(row["true_value"]) <= claim.high


@few
@given(months(days_later=(456,)))
def test_nothing_is_known_of_what_is_no_longer_kept(case: Case) -> None:
    """Every row is INSUFFICIENT_DATA."""
    rows = expected_report(case)["rows"].values()
    assert {status for row in rows for status in row["status"]} == {INSUFFICIENT}
