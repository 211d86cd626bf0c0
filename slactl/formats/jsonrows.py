"""One row of ``results`` in the JSON report.

The one rule: every row has every key, in the same order, whatever its indicator.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from slactl.formats.figures import display
from slactl.formats.jsonoutlook import outlook_object
from slactl.formats.jsonparts import Object, number, reason_object, seconds_object
from slactl.formats.times import utc
from slactl.model.control import ControlDetail
from slactl.model.detail import ErrorRateDetail, LatencyDetail, PercentileDetail
from slactl.model.report import (
    AvailabilityDetail,
    Beside,
    Budget,
    Case,
    CoverageDetail,
    Result,
    Rollup,
)

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.burn import MonthSpent
    from slactl.model.control import Change, ControlSample
    from slactl.model.goal import Goal


def result_object(row: Result, goal: Goal | None, language: Language) -> Object:
    """A row as plain objects; ``goal`` is its objective's, where the catalogue knows it."""
    return {
        "service": row.service,
        "objective": row.objective,
        "operation": row.operation,
        "class": row.operation_class,
        "span": row.span.value,
        "indicator": row.indicator,
        "goal": row.goal,
        "binding": row.binding,
        "value": number(row.value),
        "display": display(row, goal, language),
        "low": number(row.low),
        "high": number(row.high),
        "status": row.status.value,
        "reason": reason_object(row.reason, language) if row.reason else None,
        "notes": [reason_object(note, language) for note in row.notes],
        "rollup": _rollup(row.rollup),
        "worst_case": _case(row.worst_case),
        "best_case": _case(row.best_case),
        "good": row.good,
        "total": row.total,
        "unit": row.unit,
        "budget": _budget(row.budget),
        "with_exclusions": _case(row.with_exclusions),
        "without_exclusions": _case(row.without_exclusions),
        "without_declared": _case(row.without_declared),
        "detail": None if row.detail is None else detail_object(row.detail),
        "beside": _beside(row.beside),
        "outlook": outlook_object(row.outlook),
        "source": row.source.value,
    }


def _rollup(rollup: Rollup | None) -> Object | None:
    return None if rollup is None else {"status": rollup.status.value, "worst_operation": rollup.worst_operation}


def _case(case: Case | None) -> Object | None:
    return None if case is None else {"value": number(case.value), "status": case.status.value}


def _budget(budget: Budget | None) -> Object | None:
    return (
        None
        if budget is None
        else {
            "allowed": number(budget.allowed),
            "used": number(budget.used),
            "remaining": number(budget.remaining),
            "used_ratio": number(budget.used_ratio),
        }
    )


def _beside(beside: Beside | None) -> Object | None:
    return (
        None
        if beside is None
        else {
            "source": beside.source.value,
            "value": number(beside.value),
            "good": beside.good,
            "total": beside.total,
        }
    )


@singledispatch
def detail_object(detail: object) -> Object:
    """What stands beside a row, by the kind of its indicator."""
    raise TypeError(f"no such detail: {type(detail).__name__}")


@detail_object.register
def _(detail: AvailabilityDetail) -> Object:
    return {
        "down_seconds": detail.down_seconds,
        "excluded_seconds": detail.excluded_seconds,
        "declared_seconds": detail.declared_seconds,
        "if_silent_down": number(detail.if_silent_down),
        "unknown_decides_seconds": detail.unknown_decides_seconds,
        "seconds": seconds_object(detail.seconds),
        "by_evaluation": {name: number(value) for name, value in detail.by_evaluation},
        "slice_goals": [{"slice_goal": number(goal), "value": number(value)} for goal, value in detail.slice_goals],
        "allowed": number(detail.ledger.allowed),
        "months": [_month(one) for one in detail.ledger.months],
    }


def _month(month: MonthSpent) -> Object:
    return {
        "month": month.label,
        "start": utc(month.span.start),
        "end": utc(month.span.end),
        "used": number(month.used),
        "used_at_most": number(month.most),
    }


@detail_object.register
def _(detail: LatencyDetail) -> Object:
    return {
        "faults": detail.faults,
        "without_failed": number(detail.without_failed),
        "approximate": detail.approximate,
    }


@detail_object.register
def _(detail: PercentileDetail) -> Object:
    return {
        "minimum": number(detail.minimum),
        "maximum": number(detail.maximum),
        "over_limit_share": number(detail.over_limit_share),
    }


@detail_object.register
def _(detail: ErrorRateDetail) -> Object:
    return {
        "faults": detail.faults,
        "errors": detail.errors,
        "requests": detail.requests,
        "fault_rate": number(detail.fault_rate),
        "error_rate": number(detail.error_rate),
        "probability": number(detail.probability),
    }


@detail_object.register
def _(detail: CoverageDetail) -> Object:
    return {"seconds": seconds_object(detail.seconds)}


@detail_object.register
def _(detail: ControlDetail) -> Object:
    return {
        "samples": detail.samples,
        "held": detail.held,
        "missed_days": [day.isoformat() for day in detail.missed_days],
        "days_without_sample": [day.isoformat() for day in detail.days_without],
        "changes": [_change(one) for one in detail.changes],
        "latest": _sample(detail.latest),
    }


def _change(change: Change) -> Object:
    return {
        "at": utc(change.at),
        "target": change.target,
        "before": change.before,
        "after": change.after,
        "held": change.held,
    }


def _sample(sample: ControlSample | None) -> Object | None:
    if sample is None:
        return None
    return {"at": utc(sample.at), "target": sample.target, "selected": sample.selected, "held": sample.held}
