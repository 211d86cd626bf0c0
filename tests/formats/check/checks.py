"""Checks for the tests of their formats, made by hand.

A good one, a breached one, one of which nothing is known, one whose every outside text attacks something,
and one that is judged by its burn rates.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from slactl.model.burn import BurnFactors, BurnPolicy, BurnRate, Course, Lookback, Outlook, Spender
from slactl.model.catalogue import Catalogue
from slactl.model.check import Check, Judged, Target, Window
from slactl.model.detail import ErrorRateDetail
from slactl.model.objective import Objective
from slactl.model.period import Month, agreement_year
from slactl.model.report import Budget, Case, Gap, Result, Rollup, RowSpan, SourceUse
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status, worst
from tests.formats.agreement import (
    COVERAGE,
    ENDPOINT_ERRORS,
    ERRORS,
    HOSTILE,
    P99,
    QUERY,
    RESPONSE,
    ROME,
    UPTIME,
    at,
    catalogue,
)

NOVEMBER = Month(2026, 11).span(ROME)
YEAR = agreement_year(Month(2026, 11), (1, 1), ROME)
SETTLED = at("2026-11-20T11:50")
NOW = at("2026-11-20T12:00")
HOUR, SIX, DAY, THREE = (
    Lookback("1h", 3600),
    Lookback("6h", 21_600),
    Lookback("24h", 86_400),
    Lookback("3d", 259_200),
)
POLICY = BurnPolicy(
    (
        BurnFactors(HOUR, Fraction(144, 10), Fraction(6)),
        BurnFactors(SIX, Fraction(6), Fraction(3)),
        BurnFactors(DAY, Fraction(3), Fraction(1)),
    ),
    10,
    (HOUR, SIX, DAY, THREE),
    DAY,
)
SPENDERS = (
    Spender("GET /missions", 30, Fraction(5, 8)),
    Spender("POST /reports", 18, Fraction(3, 8)),
)


def rate(lookback: Lookback, bad: int, total: int, high: Fraction | None, low: Fraction | None = None) -> BurnRate:
    span = Span(SETTLED - lookback.seconds, SETTLED)
    return BurnRate(lookback, span, Fraction(bad), Fraction(total), high if low is None else low, high)


RATES = (
    rate(HOUR, 0, 3600, Fraction(0)),
    rate(SIX, 300, 21_600, Fraction(300_000, 21_600)),
    rate(DAY, 300, 86_400, Fraction(300_000, 86_400), Fraction(0)),
    rate(THREE, 600, 0, None),
)


def outlook(course: Course, ends: str | None = None) -> Outlook:
    return Outlook(RATES, course, DAY, None if ends is None else at(ends), SPENDERS)


def row(objective: Objective, status: Status, **changes: object) -> Result:
    """A service's row of the running month."""
    base = Result(
        "missions-api",
        objective.id,
        None,
        objective.operation_class,
        RowSpan.MONTH,
        objective.indicator.kind,
        objective.goal.text,
        not objective.advisory,
        status,
        "seconds" if objective.indicator.kind in {"availability", "coverage"} else "requests",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def target(judged_row: Result, title: str = "Uptime", judged: Judged = Judged.GOAL, **changes: object) -> Target:
    status = judged_row.rollup.status if judged_row.rollup else judged_row.status
    return replace(Target(judged_row, status, judged, title), **changes)  # type: ignore[arg-type]


def check(*targets: Target, **changes: object) -> Check:
    base = Check(
        catalogue(),
        Window.MONTH,
        NOVEMBER,
        SETTLED,
        NOW,
        worst(one.status for one in targets if one.row.binding),
        targets,
        sources=(
            SourceUse("cloudwatch", "123456789012", "eu-west-1", "arn:aws:iam::123456789012:role/check", 1, 40, 900),
        ),
        policy=POLICY,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def uptime() -> Target:
    """A year that can still afford more than its month has left."""
    month = row(
        UPTIME,
        Status.OK,
        binding=False,
        value=Fraction(999_000, 1_000_000),
        good=999_000,
        total=1_000_000,
        budget=Budget(Fraction(2592), Fraction(1852)),
        outlook=outlook(Course.ENDS, "2026-11-23T18:40"),
    )
    year = replace(
        month,
        span=RowSpan.YEAR_TO_DATE,
        binding=True,
        value=Fraction(99_931, 100_000),
        good=27_918_000,
        total=27_937_281,
        budget=Budget(Fraction(31_536), Fraction(20_076)),
        outlook=outlook(Course.LASTS),
    )
    return target(year, month=month)


def errors() -> Target:
    """A month of requests, far from its limit."""
    found = row(
        ERRORS,
        Status.OK,
        value=Fraction(1, 1000),
        good=999_000,
        total=1_000_000,
        budget=Budget(Fraction(15_000, 2), Fraction(1000)),
        detail=ErrorRateDetail(1000, 20, 1_000_000, Fraction(1, 1000), Fraction(1, 50_000)),
        outlook=outlook(Course.LASTS),
    )
    return target(found, "Error rate")


def latency(status: Status = Status.OK, value: str = "412.56") -> Target:
    found = row(
        QUERY,
        status,
        value=Fraction(value),
        low=Fraction("410.1"),
        high=Fraction(value),
        good=970,
        total=1000,
        budget=Budget(Fraction(75), Fraction(30)),
        outlook=outlook(Course.LASTS),
    )
    return target(found, "Response time of queries, p95")


def lean() -> Target:
    """A percentile as a check reads it: counts at its limit, and no latency."""
    read = latency()
    return replace(read, row=replace(read.row, value=None, low=None, high=None))


def unrated() -> Target:
    return target(row(RESPONSE, Status.NOT_RATED, reason=Reason.of(Code.NOTHING_SETTLED)), "Response time, p95")


def advisory() -> Target:
    found = row(
        P99,
        Status.BREACHED,
        value=Fraction(2500),
        good=900,
        total=1000,
        budget=Budget(Fraction(15), Fraction(100)),
        outlook=outlook(Course.SPENT),
    )
    return target(found, "API latency, p99")


def good() -> Check:
    """Everything is met, or not rated; what is missed only informs."""
    return check(errors(), lean(), uptime(), unrated(), advisory())


def endpoints() -> Target:
    """A roll-up that its operations decide."""
    whole = row(
        ENDPOINT_ERRORS,
        Status.OK,
        value=Fraction(1, 500),
        good=998,
        total=1000,
        budget=Budget(Fraction(15, 2), Fraction(2)),
        rollup=Rollup(Status.BREACHED, "GET /missions/{id}"),
        outlook=outlook(Course.LASTS),
    )
    operations = tuple(
        replace(
            whole,
            operation=name,
            status=status,
            value=Fraction(bad, 100),
            good=100 - bad,
            total=100,
            budget=Budget(Fraction(1, 2), Fraction(bad)),
            rollup=None,
            outlook=None,
        )
        for name, status, bad in (
            ("GET /missions/{id}", Status.BREACHED, 9),
            ("POST /reports", Status.BREACHED, 7),
            ("GET /a", Status.WARNING, 2),
            ("GET /b", Status.WARNING, 1),
            ("GET /c", Status.OK, 0),
        )
    )
    return target(whole, "Error rate per endpoint", operations=operations)


def spent() -> Target:
    """The month's whole allowance is used, and more."""
    found = row(
        UPTIME,
        Status.BREACHED,
        value=Fraction(998_999, 1_000_000),
        good=998_999,
        total=1_000_000,
        budget=Budget(Fraction(25_921, 10), Fraction(2775)),
        outlook=outlook(Course.SPENT),
    )
    return target(found)


def breached() -> Check:
    """A breach by the service, one by its operations, and something unread beside them."""
    unread = row(
        ERRORS,
        Status.INSUFFICIENT_DATA,
        reason=Reason.of(Code.UNKNOWN_DECIDES, requests=1234),
        worst_case=Case(Fraction(1, 10), Status.BREACHED),
        best_case=Case(Fraction(0), Status.OK),
    )
    gap = Gap(Reason.of(Code.READ_FAILED, error="InternalError"), "missions-api", "GET /a", Span(SETTLED - 60, SETTLED))
    return check(
        spent(),
        endpoints(),
        target(unread, "Error rate"),
        advisory(),
        gaps=(gap,),
        told=(Reason.of(Code.FROM_EVIDENCE, head="ab" * 32),),
        clock_set=True,
    )


def unknown() -> Check:
    """Nothing could be read."""
    reason = Reason.of(Code.ACCESS_DENIED, error="AccessDenied: no")
    rows = [row(one, Status.INSUFFICIENT_DATA, reason=reason) for one in (UPTIME, ERRORS, QUERY, COVERAGE)]
    gaps = tuple(Gap(reason, None, None, Span(SETTLED - place, SETTLED)) for place in range(1, 14))
    return check(*(target(one, one.objective) for one in rows), gaps=gaps)


def burning(bad: int, status: Status, reason: Reason | None = None) -> Target:
    """An hour of ten thousand requests."""
    found = row(
        ERRORS,
        status,
        value=Fraction(bad, 10_000),
        good=10_000 - bad,
        total=10_000,
        budget=Budget(Fraction(50), Fraction(bad)),
        reason=reason,
    )
    return target(found, "Error rate", Judged.BURN_RATE)


def hour() -> Check:
    """The last hour, judged by its burn rates; the edge is another source, with a class."""
    fast = burning(745, Status.BREACHED, Reason.of(Code.BURNING, factor=14.4, rate=14.9, window="1h"))
    slow = burning(719, Status.WARNING, Reason.of(Code.BURNING, factor=6.0, rate=14.38, window="1h"))
    edge = replace(slow, row=replace(slow.row, service="media-api", source=SourceKind.API_GATEWAY))
    silent = target(
        row(QUERY, Status.INSUFFICIENT_DATA, reason=Reason.of(Code.NO_REQUESTS)), "Queries", Judged.BURN_RATE
    )
    few = burning(9, Status.OK)
    scarce = replace(few, row=replace(few.row, service="tiny", budget=Budget(Fraction(1, 2), Fraction(9))))
    return check(fast, silent, edge, scarce, window=Window.HOUR, period=Span(SETTLED - 3600, SETTLED))


def hostile() -> Check:
    """Every outside text attacks something: operations, services, titles, classes, errors."""
    made = []
    for name in HOSTILE:
        reason = Reason.of(Code.READ_FAILED, error=name)
        bad = row(
            ERRORS,
            Status.BREACHED,
            service=name,
            operation=name,
            operation_class=name,
            value=Fraction(1, 10),
            good=90,
            total=100,
            budget=Budget(Fraction(1, 2), Fraction(10)),
            reason=reason,
            rollup=Rollup(Status.BREACHED, name),
            outlook=replace(outlook(Course.SPENT), spent_by=(Spender(name, 10, Fraction(1)),)),
        )
        inner = replace(bad, rollup=None, operation=name)
        made += [target(bad, name, operations=(inner,)), target(replace(bad, rollup=None, operation=None), name)]
    gaps = tuple(Gap(Reason.of(Code.READ_FAILED, error=name), name, name, NOVEMBER) for name in HOSTILE)
    return check(*made, gaps=gaps, told=(Reason.of(Code.DISCOVERY_INCOMPLETE, error="".join(HOSTILE)),))


def nothing() -> Check:
    """No target at all."""
    return check(catalogue=empty_catalogue())


def empty_catalogue() -> Catalogue:
    return replace(catalogue(), objectives=())


CHECKS = {
    "good": good,
    "breached": breached,
    "unknown": unknown,
    "hour": hour,
    "hostile": hostile,
    "nothing": nothing,
}
