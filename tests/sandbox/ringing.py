"""Worlds of made-up requests, and alarms on them, for tests of evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from slactl.sandbox.evaluation import Change
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import SERVICE, at

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
START = int(at("2026-11-03T10:00").timestamp())
PLACE = [{"Name": name, "Value": value} for name, value in SERVICE.items()]


def steady(minutes: int, bad: Mapping[int, int], a_minute: int = 10, silent: Sequence[int] = ()) -> World:
    """A world whose clock stands at START.

    Args:
        minutes: requests come from as many minutes before START to as many after.
        bad: how many of the requests of a minute (counted from START) fail.
        a_minute: how many requests a minute has.
        silent: minutes without any.
    """
    numbers = np.arange(-minutes, minutes)
    numbers = numbers[~np.isin(numbers, np.array(silent, dtype=np.int64))]
    offsets = np.arange(a_minute) * 60_000 // a_minute
    times = (START * 1000 + numbers[:, None] * 60_000 + offsets).ravel()
    failing = np.array([bad.get(int(number), 0) for number in numbers])
    status = np.where(np.arange(a_minute) < failing[:, None], 500, 200).ravel()
    log = RequestLog.from_columns(times, np.zeros(len(times)), np.full(len(times), 100.0), status, ["GET /a"])
    return World(log, now=START)


def put(world: World, name: str, metric: str = "Fault", **told: Any) -> None:
    """Puts an alarm on one metric of the service: its Sum of 60 s above 0, unless told otherwise."""
    usual: dict[str, Any] = {
        "AlarmName": name,
        "Namespace": "ApplicationSignals",
        "MetricName": metric,
        "Dimensions": PLACE,
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [TOPIC],
    }
    stat = {} if "ExtendedStatistic" in told or "Metrics" in told else {"Statistic": "Sum"}
    alone = ("Namespace", "MetricName", "Dimensions", "Period")
    kept = {key: value for key, value in usual.items() if "Metrics" not in told or key not in alone}
    world.alarms.put("MetricAlarm", kept | stat | told, world.now)


def composite(world: World, name: str, rule: str, **told: Any) -> None:
    usual = {"AlarmName": name, "AlarmRule": rule, "AlarmActions": [TOPIC]}
    world.alarms.put("CompositeAlarm", usual | told, world.now)


def term(name: str, stat: str, metric: str, period: int, *, returned: bool = False) -> dict[str, Any]:
    told = {"Namespace": "ApplicationSignals", "MetricName": metric, "Dimensions": PLACE}
    return {"Id": name, "MetricStat": {"Metric": told, "Period": period, "Stat": stat}, "ReturnData": returned}


def fault_share(period: int) -> list[dict[str, Any]]:
    """The percentage of failed requests, in one datapoint of so many seconds."""
    ratio = {"Id": "share", "Expression": "100 * faults / requests", "ReturnData": True}
    return [term("faults", "Sum", "Fault", period), term("requests", "SampleCount", "Fault", period), ratio]


def told_of(found: Sequence[Change], name: str) -> list[tuple[int, str]]:
    """The (minute counted from START, state) of each change of an alarm."""
    return [((change.at - START) // 60, change.after) for change in found if change.alarm == name]


def minute(number: float) -> float:
    """The instant of a minute counted from START."""
    return START + 60 * number
