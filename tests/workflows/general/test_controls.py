"""The rows of controls: days held, missed and unknown, changes, and the reasons that are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from slactl.compliance.expecting import holds
from slactl.model.control import ControlDetail, ControlSample
from slactl.model.general import Control, Expectation, Expects
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Objective
from slactl.model.period import Month
from slactl.model.report import Gap, Result
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status
from slactl.workflows.general.controls import Watch, control_rows
from slactl.workflows.general.sampling import digest_of

ROME = ZoneInfo("Europe/Rome")
OCTOBER = Month(2026, 10).span(ROME)
ALL = Goal(Comparison.AT_LEAST, Fraction(1), ">= 100%")
MODE = Control(
    "dynamodb:DescribeTable",
    "Table.BillingModeSummary.BillingMode",
    Expectation(Expects.EQUALS, "PAY_PER_REQUEST"),
    {"TableName": "{each}"},
    "tables",
    ("missions", "idempotency"),
)
ONE = replace(MODE, parameters={"TableName": "missions"}, each=(), each_name=None)
DENIED = Reason.of(Code.ACCESS_DENIED, action="dynamodb:DescribeTable")
GONE = Reason.of(Code.NOT_THERE, error="no table")
FAILED = Reason.of(Code.READ_FAILED, error="Throttling")


def at(day: int, hour: int = 6, month: int = 10) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=ROME).astimezone(UTC).timestamp())


def objective(control: Control, goal: Goal = ALL, *, per_operation: bool = False) -> Objective:
    return Objective(
        "on-demand", {"en": "On-demand"}, control, goal, per_operation=per_operation, services=("dynamodb",)
    )


def sample(
    when: int,
    selected: object = "PAY_PER_REQUEST",
    target: str | None = None,
    failure: Reason | None = None,
    control: Control = ONE,
) -> ControlSample:
    held = None if failure else holds(selected, control.expects, when)
    kept = None if failure else selected
    return ControlSample("dynamodb", "on-demand", target, when, digest_of(control), kept, held, failure)


@dataclass
class Book:
    """The samples that were kept, and the spans that were asked for."""

    kept: Sequence[ControlSample]
    asked: list[Span] = field(default_factory=list)

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        self.asked.append(span)
        return tuple(one for one in self.kept if span.start <= one.at < span.end)


def judged(
    samples: Sequence[ControlSample],
    control: Control = ONE,
    until: int = OCTOBER.end,
    *,
    goal: Goal = ALL,
    per_operation: bool = False,
) -> tuple[list[Result], list[Gap]]:
    promise = objective(control, goal, per_operation=per_operation)
    settled = Span(OCTOBER.start, until)
    return control_rows(Watch.over(promise, "dynamodb", OCTOBER, settled, ROME, Book(samples)))


def told(row: Result) -> ControlDetail:
    assert isinstance(row.detail, ControlDetail)
    return row.detail


def month(odd: Mapping[int, ControlSample | None] | None = None) -> list[ControlSample]:
    """A sample a day, but for what is said otherwise."""
    days: dict[int, ControlSample | None] = {day: sample(at(day)) for day in range(1, 32)}
    days |= odd or {}
    return [one for one in days.values() if one is not None]


def test_held_on_every_day_of_a_month() -> None:
    [row], gaps = judged(month())
    assert (row.status, row.good, row.total, row.unit, row.value) == (Status.OK, 31, 31, "days", Fraction(1))
    assert (row.service, row.objective, row.indicator, row.binding) == ("dynamodb", "on-demand", "control", True)
    assert told(row) == ControlDetail(31, 31, (), (), (), sample(at(31)), 31, at(1), at(31))
    assert gaps == []


def test_one_miss_breaches_and_every_change_is_told_with_its_day() -> None:
    [row], _ = judged(month({12: sample(at(12), "PROVISIONED"), 13: sample(at(13), "PROVISIONED")}))
    assert (row.status, row.good, row.total) == (Status.BREACHED, 29, 31)
    detail = told(row)
    assert (detail.samples, detail.held) == (31, 29)
    assert detail.missed_days == (date(2026, 10, 12), date(2026, 10, 13))
    assert [(one.at, one.before, one.after, one.held) for one in detail.changes] == [
        (at(12), "PAY_PER_REQUEST", "PROVISIONED", False),
        (at(14), "PROVISIONED", "PAY_PER_REQUEST", True),
    ]
    assert row.rollup is not None
    assert row.rollup.status is Status.BREACHED


def test_a_change_between_two_months_is_told_in_the_later() -> None:
    before = sample(at(30, month=9), "PROVISIONED")
    [row], _ = judged([before, *month()])
    detail = told(row)
    assert (row.status, row.total, detail.samples, detail.missed_days) == (Status.OK, 31, 31, ())
    assert [(one.at, one.before) for one in detail.changes] == [(at(1), "PROVISIONED")]


def test_a_day_without_a_sample_is_unknown_and_decides() -> None:
    [row], [gap] = judged(month({7: None, 8: None}))
    assert (row.status, row.value, row.good, row.total) == (Status.INSUFFICIENT_DATA, None, 29, 31)
    assert row.reason == Reason.of(Code.UNKNOWN_DECIDES, days=2)
    assert told(row).days_without == (date(2026, 10, 7), date(2026, 10, 8))
    assert gap == Gap(Reason.of(Code.NEVER_SAMPLED), "dynamodb", None, Span(at(7, 0), at(9, 0)), "on-demand")


def test_a_proven_miss_is_not_hidden_by_days_without_a_sample() -> None:
    [row], _ = judged(month({7: None, 8: sample(at(8), "PROVISIONED")}))
    assert row.status is Status.BREACHED
    assert row.worst_case is not None
    assert row.best_case is not None
    assert (row.worst_case.value, row.best_case.value) == (Fraction(29, 31), Fraction(30, 31))


def test_a_goal_that_allows_days_is_not_decided_by_one_unknown_day() -> None:
    nine_of_ten = Goal(Comparison.AT_LEAST, Fraction(9, 10), ">= 90%")
    [row], _ = judged(month({7: None}), goal=nine_of_ten)
    assert row.status in (Status.OK, Status.WARNING)
    assert row.value == Fraction(30, 31)


def test_a_month_that_nobody_looked_at_is_never_a_pass() -> None:
    [row], [gap] = judged([])
    assert (row.status, row.reason, row.good, row.total) == (
        Status.INSUFFICIENT_DATA, Reason.of(Code.NEVER_SAMPLED), 0, 31,
    )  # fmt: skip
    assert gap.span == OCTOBER
    assert told(row).latest is None


@pytest.mark.parametrize(
    ("failures", "reason"),
    [([DENIED], DENIED), ([GONE], GONE), ([FAILED], FAILED), ([FAILED, DENIED, GONE], DENIED), ([FAILED, GONE], GONE)],
)
def test_refused_looks_are_insufficient_data_with_their_reason(failures: list[Reason], reason: Reason) -> None:
    odd = {day: sample(at(day), failure=failures[day % len(failures)]) for day in range(1, 32)}
    [row], gaps = judged(month(odd))
    assert (row.status, row.reason, row.value) == (Status.INSUFFICIENT_DATA, reason, None)
    assert {gap.reason.code for gap in gaps} == {one.code for one in failures}
    assert told(row).samples == 0


def test_a_refused_look_on_one_day_says_why_that_day_is_unknown() -> None:
    [row], [gap] = judged(month({7: sample(at(7), failure=DENIED)}))
    assert (row.status, row.reason, gap.reason) == (Status.INSUFFICIENT_DATA, DENIED, DENIED)


def test_a_later_look_of_the_day_makes_good_for_a_refused_one_and_not_for_a_miss() -> None:
    refused = [*month(), sample(at(7, 1), failure=DENIED)]
    assert judged(refused)[0][0].status is Status.OK
    missed = [*month(), sample(at(7, 1), "PROVISIONED")]
    [row], _ = judged(missed)
    assert (row.status, row.good, told(row).samples, told(row).held) == (Status.BREACHED, 30, 32, 31)


def test_days_are_local_ones() -> None:
    late = [sample(at(day, 0) + 600) for day in range(1, 32)]  # 22:10 or 23:10 UTC of the day before
    assert judged(late)[0][0].good == 31


def test_samples_of_another_question_are_not_counted() -> None:
    other = replace(ONE, select="Table.TableStatus")
    [row], _ = judged([replace(one, asked=digest_of(other)) for one in month()])
    assert row.reason == Reason.of(Code.NEVER_SAMPLED)
    assert digest_of(ONE) == digest_of(replace(ONE, expects=Expectation(Expects.PRESENT)))
    assert len({digest_of(one) for one in (ONE, other, MODE, replace(ONE, region="us-east-1"))}) == 4


def test_what_was_kept_is_held_against_what_is_expected_now() -> None:
    wanted = replace(ONE, expects=Expectation(Expects.EQUALS, "PROVISIONED"))
    [row], _ = judged(month(), wanted)
    assert (row.status, row.good, told(row).held) == (Status.BREACHED, 0, 0)


def test_each_target_has_its_row_and_one_that_misses_misses_for_all() -> None:
    samples = [
        sample(at(day), "PROVISIONED" if (day, table) == (9, "idempotency") else "PAY_PER_REQUEST", table, None, MODE)
        for day in range(1, 32)
        for table in MODE.each
    ]
    [whole, missions, idempotency], _ = judged(samples, MODE)
    assert [(one.operation, one.status, one.good, one.binding) for one in (whole, missions, idempotency)] == [
        (None, Status.BREACHED, 30, True),
        ("missions", Status.OK, 31, False),
        ("idempotency", Status.BREACHED, 30, False),
    ]
    assert [one.target for one in told(whole).changes] == ["idempotency", "idempotency"]
    assert told(missions).changes == ()
    assert (told(whole).samples, told(whole).held) == (62, 61)


def test_a_target_that_nobody_looks_at_leaves_the_whole_unknown() -> None:
    samples = [sample(at(day), "PAY_PER_REQUEST", "missions", None, MODE) for day in range(1, 32)]
    [whole, missions, idempotency], _ = judged(samples, MODE, per_operation=True)
    assert [one.status for one in (whole, missions, idempotency)] == [
        Status.INSUFFICIENT_DATA, Status.OK, Status.INSUFFICIENT_DATA,
    ]  # fmt: skip
    assert missions.binding


@pytest.mark.parametrize(
    ("until", "samples", "total", "status"),
    [
        (at(10, 5), month(), 10, Status.OK),  # today counts once something was seen of it
        (at(10, 5), [one for one in month() if one.at < at(10)], 9, Status.OK),
        (at(10, 0), month(), 9, Status.OK),
        (at(10, 5), [], 9, Status.INSUFFICIENT_DATA),
        (at(1, 5), [], 0, Status.NOT_RATED),
        (at(10, 5), [*month()[:9], sample(at(10), "PROVISIONED")], 10, Status.BREACHED),
        (at(10, 5), [*month()[:9], sample(at(10), failure=DENIED)], 10, Status.INSUFFICIENT_DATA),
        (at(1, 9), [sample(at(1), failure=DENIED)], 1, Status.INSUFFICIENT_DATA),
    ],
)
def test_a_running_month_counts_what_is_over_and_what_was_seen_today(
    until: int, samples: list[ControlSample], total: int, status: Status
) -> None:
    [row], _ = judged(samples, until=until)
    assert (row.total or 0, row.status) == (total, status)


def test_a_live_look_proves_today_only() -> None:
    [row], _ = judged([sample(at(10))], until=at(10, 5))
    assert (row.status, row.good, row.total) == (Status.INSUFFICIENT_DATA, 1, 10)


def test_a_short_window_has_no_burn_rate_of_days() -> None:
    book = Book(month())
    watch = Watch.over(objective(ONE), "dynamodb", OCTOBER, Span(OCTOBER.start, at(10)), ROME, book, burning=True)
    ([row], gaps), asked = control_rows(watch), book.asked
    assert (asked, gaps, row.total) == ([], [], None)
    assert (row.status, row.reason) == (Status.NOT_RATED, Reason.of(Code.NO_BURN_RATE))


def test_a_recent_instant_is_another_one_every_day() -> None:
    recent = replace(ONE, expects=Expectation(Expects.YOUNGER_THAN, 90_000))
    looks = [
        sample(at(day), datetime.fromtimestamp(at(day) - age, UTC).isoformat(), control=recent)
        for day, age in ((1, 3_600), (2, 7_200), (3, 100_000), (4, 3_600))
    ]
    (row,), _ = judged(looks, recent)
    assert [(one.at, one.held) for one in told(row).changes] == [(at(3), False), (at(4), True)]
