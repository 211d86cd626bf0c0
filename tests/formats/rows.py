"""The judged rows of the sample reports, from the counts of the measured month."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.burn import Ledger
from slactl.model.detail import ErrorRateDetail, LatencyDetail, PercentileDetail
from slactl.model.report import (
    AvailabilityDetail,
    Beside,
    Bracket,
    Budget,
    Case,
    CoverageDetail,
    OperationFigure,
    Result,
    Rollup,
    RowSpan,
    Seconds,
    ServiceReport,
)
from slactl.model.service import SourceKind
from slactl.model.status import Code, Reason, Status, worst
from tests.formats.agreement import ENDPOINT_ERRORS, ERRORS, LATENCY, P99, QUERY, READ, RESPONSE, UPTIME
from tests.formats.outlooks import year_months

if TYPE_CHECKING:
    from slactl.model.objective import (
        Objective,
    )


def availability_rows(service: ServiceReport) -> tuple[Result, ...]:
    account = service.seconds
    counted = account.total - account.excluded
    down = account.down
    value = 1 - Fraction(down + account.unknown, counted)
    best = 1 - Fraction(down, counted)
    met = value >= UPTIME.goal.limit
    decided = met or best < UPTIME.goal.limit
    reason = None if met else Reason.of(Code.BELOW_ANNUAL_GOAL)
    silent = 1 - Fraction(down + account.unknown + account.no_traffic, counted)
    detail = AvailabilityDetail(
        account,
        down,
        account.excluded,
        silent,
        (("time-slices", value), ("requests", Fraction(99912, 100000)), ("interval-average", Fraction(99893, 100000))),
        (
            (Fraction(99, 100), value - Fraction(1, 2000)),
            (Fraction(9, 10), min(Fraction(1), value + Fraction(1, 9000))),
        ),
        account.unknown,
        ledger=Ledger(Fraction(counted, 1000)),
    )
    unsure = not decided
    row = Result(
        service.key,
        "uptime",
        None,
        None,
        RowSpan.MONTH,
        "availability",
        ">= 99.9%",
        False,
        Status.OK if met else Status.INSUFFICIENT_DATA if unsure else Status.WARNING,
        "seconds",
        value=None if unsure else value,
        reason=Reason.of(Code.UNKNOWN_DECIDES, seconds=account.unknown) if unsure else reason,
        rollup=Rollup(Status.OK if met else Status.WARNING, None),
        worst_case=Case(value, Status.WARNING) if account.unknown else None,
        best_case=Case(best, Status.OK) if account.unknown else None,
        good=counted - down - account.unknown,
        total=counted,
        budget=Budget(Fraction(counted, 1000), Fraction(down + account.unknown)),
        without_exclusions=Case(1 - Fraction(down + account.unknown + 3600, account.total), Status.WARNING),
        detail=detail,
    )
    year = counted + 13_000_000
    lost = down + account.unknown + (3000 if account.unknown else 900)
    so_far = 1 - Fraction(lost, year)
    return row, Result(
        service.key,
        "uptime",
        None,
        None,
        RowSpan.YEAR_TO_DATE,
        "availability",
        ">= 99.9%",
        True,
        Status.OK,
        "seconds",
        value=so_far,
        good=year - lost,
        total=year,
        rollup=Rollup(Status.OK, None),
        budget=Budget(Fraction(21_000), Fraction(lost)),
        without_exclusions=Case(so_far - Fraction(1, 5000), Status.OK),
        detail=replace(
            detail,
            seconds=Seconds(year - lost, lost, 0, account.excluded, 0, 0),
            down_seconds=lost,
            slice_goals=(),
            unknown_decides_seconds=0,
            if_silent_down=None,
            ledger=Ledger(Fraction(21_000), year_months(service, lost - down - account.unknown)),
        ),
    )


def error_row(service: ServiceReport, objective: Objective, operation: OperationFigure | None) -> Result:
    requests = operation.requests if operation else service.requests
    faults = operation.faults if operation else sum(day.faults or 0 for day in service.days)
    errors = operation.errors if operation else sum(day.errors or 0 for day in service.days)
    assert requests is not None
    assert faults is not None
    rate = Fraction(faults, requests)
    met = objective.goal.met_by(rate)
    missed = Status.BREACHED if objective is ENDPOINT_ERRORS or not operation else Status.WARNING
    return Result(
        service.key,
        objective.id,
        operation.name if operation else None,
        None,
        RowSpan.MONTH,
        "error-rate",
        objective.goal.text,
        binding=not operation or objective.per_operation,
        status=Status.OK if met else missed,
        unit="requests",
        value=rate,
        reason=Reason.of(Code.FEW_REQUESTS, bad=faults, requests=requests)
        if missed is Status.WARNING and not met
        else None,
        good=requests - faults,
        total=requests,
        budget=Budget(requests * objective.goal.limit, Fraction(faults)),
        detail=ErrorRateDetail(
            faults, errors, requests, rate, Fraction(errors or 0, requests), Fraction(1, 300) if not met else None
        ),
        beside=None
        if operation or not service.edge
        else Beside(SourceKind.APPLICATION_SIGNALS, rate, requests - faults, requests),
    )


def percentile_row(
    service: ServiceReport,
    objective: Objective,
    bracket: Bracket | None,
    requests: int,
    operation: str | None,
    kind: str | None,
) -> Result:
    value = bracket.high if bracket else None
    good = requests * 97 // 100 if bracket else 0
    status = Status.NOT_RATED if value is None else Status.OK if objective.goal.met_by(value) else Status.BREACHED
    return Result(
        service.key,
        objective.id,
        operation,
        kind,
        RowSpan.MONTH,
        "percentile",
        objective.goal.text,
        not objective.advisory and not operation,
        status,
        "ms",
        value=value,
        reason=None if bracket else Reason.of(Code.NO_SUCH_CLASS, name=kind or ""),
        notes=(Reason.of(Code.FEW_REQUESTS, requests=requests),) if 0 < requests < 200 else (),
        good=good,
        total=requests,
        low=bracket.low if bracket else None,
        high=value,
        budget=Budget(requests * Fraction(1, 20), Fraction(requests - good)) if bracket else None,
        detail=PercentileDetail(Fraction(21, 10), Fraction(128_413, 10), Fraction(requests - good, requests))
        if bracket
        else None,
    )


def latency_row(service: ServiceReport, operation: OperationFigure | None) -> Result:
    requests = (operation.requests if operation else service.requests) or 0
    share = Fraction(991, 1000) - (Fraction(1, 40) if operation and operation.operation_class == "query" else 0)
    good = int(requests * share)
    value = Fraction(good, requests) if requests else None
    met = value is not None and LATENCY.goal.met_by(value)
    return Result(
        service.key,
        "api-latency",
        operation.name if operation else None,
        None,
        RowSpan.MONTH,
        "latency",
        ">= 99%",
        operation is None,
        Status.NOT_RATED if value is None else Status.OK if met else Status.BREACHED,
        "requests",
        value=value,
        good=good,
        total=requests,
        reason=Reason.of(Code.NO_REQUESTS) if value is None else None,
        notes=() if operation else (Reason.of(Code.WITHIN_INSTRUMENT_TOLERANCE),),
        budget=Budget(Fraction(requests, 100), Fraction(requests - good)),
        with_exclusions=None if operation or value is None else Case(value + Fraction(1, 9000), Status.OK),
        detail=LatencyDetail(12, value),
    )


def operation_rows(service: ServiceReport, operation: OperationFigure) -> tuple[Result, ...]:
    requests = operation.requests or 0
    rows = [
        latency_row(service, operation),
        percentile_row(service, P99, operation.p99, requests, operation.name, None),
    ]
    rows += [percentile_row(service, RESPONSE, operation.p95, requests, operation.name, None)]
    if requests:
        rows += [error_row(service, ERRORS, operation), error_row(service, ENDPOINT_ERRORS, operation)]
    return tuple(rows)


def service_rows(service: ServiceReport) -> tuple[Result, ...]:
    requests = service.requests or 0
    coverage = 1 - Fraction(service.seconds.unknown, service.seconds.total)
    bracket = Bracket(Fraction(4101, 10), Fraction(4125, 10))
    rows = [
        *availability_rows(service),
        latency_row(service, None),
        percentile_row(service, P99, Bracket(Fraction(961), Fraction(968)), requests, None, None),
        percentile_row(service, RESPONSE, bracket, requests, None, None),
        percentile_row(
            service,
            READ,
            Bracket(Fraction(1013, 10), Fraction(1022, 10)) if service.edge else None,
            requests if service.edge else 0,
            None,
            "read",
        ),
        percentile_row(
            service,
            QUERY,
            Bracket(Fraction(1901), Fraction(1912)) if service.edge else None,
            180 if service.edge else 0,
            None,
            "query",
        ),
        error_row(service, ERRORS, None),
    ]
    below = tuple(row for operation in service.operations for row in operation_rows(service, operation))
    judged = [row for row in below if row.objective == "error-rate-endpoints"]
    status = worst(row.status for row in judged)
    name = next((row.operation for row in judged if row.status is status), None)
    found = Rollup(status, None if status is Status.OK else name)
    rows.append(replace(error_row(service, ENDPOINT_ERRORS, None), rollup=found))
    rows.append(
        Result(
            service.key,
            "monitoring-coverage",
            None,
            None,
            RowSpan.MONTH,
            "coverage",
            ">= 99%",
            False,
            Status.OK,
            "seconds",
            value=coverage,
            good=service.seconds.total - service.seconds.unknown,
            total=service.seconds.total,
            budget=Budget(Fraction(service.seconds.total, 100), Fraction(service.seconds.unknown)),
            detail=CoverageDetail(service.seconds),
        )
    )
    return tuple(rows) + below
