"""The annual statement over fakes: its months are their own reports, and its year is their sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import pytest

from slactl.model.objective import Evaluation, InForce, Objective
from slactl.model.report import AvailabilityDetail, RowSpan, Seconds
from slactl.model.statement import MonthState, Statement
from slactl.model.status import Code, Status
from tests.annual.years import (
    COVERED,
    DAY,
    ERRORS,
    HOUR,
    LATENCY,
    MONTHLY,
    P95,
    UPTIME,
    Case,
    KeepsAll,
    availability,
    beat,
    goal,
    outage,
    row_of,
    span_of,
    started,
    uptime_of,
    window,
    year_of_2026,
)
from tests.fakes import instant

LATER = instant("2027-01-10T06:00:00Z")
OUTAGES = (
    outage("2026-02-10T09:00:00Z", 60),
    outage("2026-08-14T12:00:00Z", 90),
    outage("2026-10-25T00:30:00Z", 120),
    outage("2026-12-31T22:00:00Z", 30),
)
WORK = (window("CHG-1", "2026-02-10T08:30:00Z", 1), window("CHG-2", "2026-06-30T21:00:00Z", 2))
BUSY = Case(year_of_2026(*OUTAGES), LATER, (UPTIME, MONTHLY), windows=WORK)


@cache
def busy() -> Statement:
    """The statement of the busy year, once for all tests."""
    return BUSY.statement()


LABELS = [f"2026-{month:02d}" for month in range(1, 13)]


def test_the_year_is_the_year_to_date_row_of_its_last_month() -> None:
    year = uptime_of(busy()).year
    assert year == row_of(BUSY.report("2026-12"), "uptime", RowSpan.YEAR_TO_DATE)
    assert isinstance(year.detail, AvailabilityDetail)
    assert year.detail.seconds.down == (30 + 90 + 120 + 30) * 60


@pytest.mark.parametrize("label", ["2026-02", "2026-06", "2026-07"])
def test_a_month_is_what_its_own_report_says(label: str) -> None:
    statement = busy()
    for name in ("uptime", "monthly"):
        month = next(one for one in uptime_of(statement, name).months if one.month.label == label)
        assert month.result == row_of(BUSY.report(label), name)
        assert month.result is not None
        assert isinstance(month.result.detail, AvailabilityDetail)
        assert month.seconds == month.result.detail.seconds


def test_every_second_of_every_month_is_accounted_for() -> None:
    """October has 745 hours in Rome, March 743; a window that reaches over the end of a month is in both."""
    months = uptime_of(busy()).months
    assert [one.month.label for one in months] == LABELS
    assert [one.seconds.total + one.not_owed for one in months] == [span_of(label).seconds for label in LABELS]
    assert {label: one.seconds.excluded for label, one in zip(LABELS, months, strict=True) if one.seconds.excluded} == {
        "2026-02": HOUR,
        "2026-06": HOUR,
        "2026-07": HOUR,
    }
    assert [one.admitted for one in months] == [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_allowance_is_shared_out_and_spent() -> None:
    year = uptime_of(busy())
    spent = [one.spent for one in year.months if one.spent is not None]
    counted = 365 * DAY - 3 * HOUR
    assert year.allowance == Fraction(counted, 1000)
    assert sum(one.allowed for one in spent) == year.allowance
    assert [int(one.used) for one in spent] == [0, 1800, 0, 0, 0, 0, 0, 5400, 0, 7200, 0, 1800]
    assert spent[-1].remaining == year.allowance - 16_200
    assert year.year.budget is not None
    assert spent[-1].remaining == year.year.budget.remaining


def test_sums_decide_and_the_mean_of_months_is_shown() -> None:
    """All the downtime in short February: the mean of the months says less than the sum does."""
    case = Case(year_of_2026(outage("2026-02-10T09:00:00Z", 8 * 60 + 45)), LATER)
    year = uptime_of(case.statement())
    assert year.year.status is Status.WARNING
    assert year.year.value == 1 - Fraction(31_500, 365 * DAY)
    assert year.mean is not None
    assert year.mean.best == year.mean.worst == (11 + 1 - Fraction(31_500, 28 * DAY)) / 12
    assert year.mean.best < UPTIME.goal.limit < year.year.value


def test_where_the_month_is_agreed_one_missed_month_is_missed() -> None:
    year = uptime_of(busy(), "monthly")
    assert year.each_month_decides
    assert year.year.value == uptime_of(busy()).year.value
    assert (year.year.status, year.year.binding) == (Status.BREACHED, True)
    assert year.year.reason is not None
    assert year.year.reason.code is Code.EACH_MONTH_DECIDES
    assert dict(year.year.reason.figures) == {"judged": 12, "missed": 2, "undetermined": 0}
    october = year.months[9].spent
    assert october is not None
    assert october.remaining == october.allowed - 7200


def test_a_year_that_runs_is_judged_by_what_it_can_still_become() -> None:
    now = instant("2026-08-20T10:07:00Z")
    hits = [hit for hit in BUSY.hits if hit.at < now]
    running = replace(BUSY, hits=hits, now=now, windows=(*WORK, window("CHG-3", "2026-11-10T02:00:00Z", 3, 120)))
    statement = running.statement()
    year = uptime_of(statement)
    states = [one.state for one in statement.months]
    assert states == [MonthState.ENDED] * 7 + [MonthState.RUNNING] + [MonthState.TO_COME] * 4
    assert year.months[10].seconds == Seconds(not_yet=30 * DAY - 3 * HOUR, excluded=3 * HOUR)
    own = row_of(running.report("2026-08"), "uptime", RowSpan.YEAR_TO_DATE)
    same = (year.year.value, year.year.status, year.year.good, year.year.total, year.year.budget)
    assert same == (own.value, own.status, own.good, own.total, own.budget)
    assert year.seconds.total == 365 * DAY
    assert not statement.whole.period.final
    assert statement.whole.period.settled_until == now // 60 * 60 - 600


def test_a_year_with_a_month_of_which_nothing_is_known_is_final_when_the_others_are() -> None:
    statement = replace(BUSY, keeping=KeepsAll(LATER, lost=(span_of("2026-05"),))).statement()
    assert [one.final for one in statement.months].index(False) == 4
    assert sum(one.final for one in statement.months) == 11
    assert statement.whole.period.final
    lost = tuple(span_of(f"2026-{month:02}") for month in range(1, 13))
    assert not replace(BUSY, keeping=KeepsAll(LATER, lost=lost)).statement().whole.period.final


def test_before_the_first_slice_of_a_month_is_settled_the_year_still_has_its_figures() -> None:
    now = instant("2026-07-31T22:05:00Z")
    case = replace(BUSY, hits=[hit for hit in BUSY.hits if hit.at < now], now=now)
    year = uptime_of(case.statement())
    assert year.months[7].seconds == Seconds(not_yet=31 * DAY)
    assert year.year.good == span_of("2026-01").seconds * 0 + sum(one.seconds.up for one in year.months) + sum(
        one.seconds.no_traffic for one in year.months
    )
    assert year.year.value is not None


def test_what_lies_before_a_service_s_start_owes_nothing() -> None:
    case = Case(beat("2026-05-04T00:00:00Z", "2026-12-31T23:00:00Z"), LATER, services=(started("2026-05-04"),))
    year = uptime_of(case.statement())
    assert [one.result is None or one.result.status is Status.NOT_RATED for one in year.months[:4]] == [True] * 4
    assert [one.seconds.total for one in year.months[:4]] == [0] * 4
    assert year.months[4].not_owed == 3 * DAY
    assert year.allowance == Fraction(365 * DAY - year.not_owed, 1000)


def test_a_lost_month_is_named_and_may_decide() -> None:
    lost = span_of("2026-05")
    case = replace(BUSY, keeping=KeepsAll(LATER, lost=(lost,)))
    statement = case.statement()
    year = uptime_of(statement)
    assert year.months[4].seconds == Seconds(unknown=lost.seconds)
    assert (year.year.status, year.year.value) == (Status.INSUFFICIENT_DATA, None)
    assert [(gap.span, gap.reason.code) for gap in statement.whole.gaps] == [(lost, Code.NO_LONGER_KEPT)]
    assert year.mean is not None
    assert year.mean.best - year.mean.worst == Fraction(1, 12)
    spent = year.months[4].spent
    assert spent is not None
    assert spent.used == 0
    assert spent.most == lost.seconds


def test_a_proven_breach_is_not_hidden_by_a_lost_month_be_it_the_last() -> None:
    """Rule 8: nine hours down are more than a year allows, whatever December was."""
    case = Case(year_of_2026(outage("2026-02-10T09:00:00Z", 9 * 60)), LATER)
    lost = replace(case, keeping=KeepsAll(LATER, lost=(span_of("2026-12"),)))
    year = uptime_of(lost.statement()).year
    assert year.status is Status.BREACHED
    assert year.worst_case is not None
    assert year.best_case is not None
    assert year == row_of(lost.report("2026-12"), "uptime", RowSpan.YEAR_TO_DATE)
    assert row_of(lost.report("2026-12"), "uptime").status is Status.INSUFFICIENT_DATA


@pytest.mark.parametrize(
    ("timezone", "month"),
    [("Asia/Kolkata", "2026-03"), ("Australia/Lord_Howe", "2026-04"), ("Africa/Cairo", "2026-04")],
)
def test_zones_of_half_hours_and_changes_of_the_clocks(timezone: str, month: str) -> None:
    hits = beat("2025-12-31T00:00:00Z", "2027-01-01T12:00:00Z") + outage(f"{month}-30T20:00:00Z", 60)
    case = Case(sorted(hits, key=lambda hit: hit.at), LATER, timezone=timezone)
    year = uptime_of(case.statement())
    assert [one.seconds.total for one in year.months] == [span_of(label, timezone).seconds for label in LABELS]
    assert year.year == row_of(case.report("2026-12"), "uptime", RowSpan.YEAR_TO_DATE)
    assert year.seconds.down == 3600


def test_a_year_that_starts_in_july_reaches_into_the_next() -> None:
    hits = beat("2026-06-30T22:00:00Z", "2027-06-30T22:00:00Z") + outage("2027-02-01T10:00:00Z", 40)
    case = Case(sorted(hits, key=lambda hit: hit.at), instant("2027-07-10T06:00:00Z"), starts=(7, 1))
    statement = case.statement()
    assert [one.label for one in statement.months] == [*LABELS[6:], *(f"2027-{month:02d}" for month in range(1, 7))]
    assert statement.whole.period.span.start == instant("2026-06-30T22:00:00Z")
    assert uptime_of(statement).year == row_of(case.report("2027-06"), "uptime", RowSpan.YEAR_TO_DATE)


def test_each_month_is_judged_by_the_entry_in_force_on_its_first_day() -> None:
    first = replace(UPTIME, goal=goal(">= 99%"), in_force=InForce(None, date(2026, 7, 1)))
    then = replace(UPTIME, excludes_maintenance=False, in_force=InForce(date(2026, 7, 1), None))
    year = uptime_of(replace(BUSY, objectives=(first, then)).statement())
    assert [one.goal for one in year.months] == [">= 99%"] * 6 + [">= 99.9%"] * 6
    assert year.year.goal == ">= 99.9%"
    assert [one.seconds.excluded for one in year.months[5:7]] == [HOUR, 0]


def test_an_objective_that_ended_is_judged_over_the_months_in_which_it_was_in_force() -> None:
    ended = replace(UPTIME, in_force=InForce(None, date(2026, 7, 1)))
    year = uptime_of(replace(BUSY, objectives=(ended,)).statement())
    assert [one.goal for one in year.months[6:]] == [None] * 6
    assert year.allowance == Fraction(sum(one.seconds.total - one.seconds.excluded for one in year.months[:6]), 1000)
    assert year.not_owed == sum(span_of(label).seconds for label in LABELS[6:])


@pytest.mark.parametrize("evaluation", [Evaluation.REQUESTS, Evaluation.INTERVAL_AVERAGE])
def test_other_evaluations_are_summed_in_their_own_unit(evaluation: Evaluation) -> None:
    objective = replace(UPTIME, indicator=availability(evaluation))
    case = replace(BUSY, objectives=(objective,))
    year = uptime_of(case.statement())
    assert year.year == row_of(case.report("2026-12"), "uptime", RowSpan.YEAR_TO_DATE)
    spent = [one.spent for one in year.months if one.spent is not None]
    assert sum(one.allowed for one in spent) == year.allowance
    assert year.year.budget is not None
    assert sum(one.used for one in spent) == year.year.budget.used


OTHERS: tuple[Objective, ...] = (LATENCY, P95, ERRORS, COVERED)


def test_other_objectives_have_the_row_of_each_month_and_the_sum_of_its_counts() -> None:
    case = replace(BUSY, objectives=OTHERS)
    statement = case.statement()
    found = {one.objective: one for one in statement.others}
    assert found["errors"].months[7] == row_of(case.report("2026-08"), "errors")
    failed = sum(hit.status == 503 for hit in BUSY.hits)
    asked = sum(span_of("2026-01").start <= hit.at < span_of("2026-12").end for hit in BUSY.hits)
    errors = found["errors"].year
    assert (errors.good, errors.total, errors.value) == (asked - failed, asked, Fraction(failed, asked))
    assert errors.status is Status.BREACHED
    assert found["latency"].year.value == 1
    assert found["p95"].year.value is None
    assert found["p95"].year.status is Status.OK
    assert found["coverage"].year.total == 365 * DAY
    assert [one.binding for one in statement.whole.results] == [True, True, True, False]


def test_the_statement_has_the_status_of_what_binds() -> None:
    assert busy().whole.status is Status.BREACHED
    assert replace(BUSY, objectives=(UPTIME,)).statement().whole.status is Status.OK
    assert replace(BUSY, objectives=(replace(MONTHLY, advisory=True),)).statement().whole.status is Status.NOT_RATED


def test_an_outage_over_the_end_of_a_month_is_one() -> None:
    case = Case(year_of_2026(outage("2026-08-31T21:30:00Z", 60)), LATER)
    whole = case.statement().whole
    assert [one.span.seconds for one in whole.services[0].outages] == [3600]
    assert [one.span.seconds for one in whole.deviations.stretches] == [3600]


def test_a_month_names_what_it_was_read_from_and_one_to_come_nothing() -> None:
    now = instant("2026-03-20T10:07:00Z")
    case = Case(beat("2026-02-01T00:00:00Z", "2026-03-20T00:00:00Z"), now, services=(started("2026-02-01"),))
    assert [one.kinds for one in case.statement().months] == [(), ("fake",), ("fake",), *[()] * 9]


def test_a_year_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ValueError, match="has not begun"):
        BUSY.statement(2028)


def test_the_same_requests_give_the_same_statement() -> None:
    assert BUSY.statement() == busy()
