"""The demo's alarm: what rang in its months, and whom it told.

The one rule: it rings five minutes into each outage that nobody announced, and is OK again five minutes after.
"""

from __future__ import annotations

from slactl.sandbox.alarmhistory import METRIC_ALARM
from slactl.sandbox.incidents import Event, events_of, month_before, month_of
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE
from slactl.sandbox.world import World

NAME = "missions-api-faults"
TOPIC = "on-call"
MONTHS = 2
LATE = 300
MADE_AGO = 400 * 86_400


def add_alarm(world: World) -> None:
    """Puts the alarm, lets it ring, and counts the messages of its topic."""
    topic = f"arn:aws:sns:{world.region}:{world.account}:{TOPIC}"
    names = {"Environment": DEFAULT_ENVIRONMENT, "Service": DEFAULT_SERVICE}
    told = {
        "AlarmName": NAME,
        "AlarmDescription": "ISMS SLA, Uptime: a slice with more than 5 % faults",
        "AlarmActions": [topic],
        "OKActions": [topic],
        "Namespace": "ApplicationSignals",
        "MetricName": "Fault",
        "Dimensions": [{"Name": name, "Value": value} for name, value in names.items()],
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0.05,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Tags": [{"Key": "clause", "Value": "Uptime"}],
    }
    world.alarms.put(METRIC_ALARM, told, world.now - MADE_AGO)
    changes = [(world.now - MADE_AGO + 60, "OK"), *_changes(world.now)]
    for at, state in changes:
        world.alarms.rings(NAME, state, at, f"Threshold Crossed: the share of faults is {state}")
    sent = [int(at * 1000) for at, _ in changes]
    for metric in ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered"):
        world.add_series("AWS/SNS", metric, {"TopicName": TOPIC}, "Count", sent, [1.0] * len(sent))


def _changes(now: float) -> list[tuple[float, str]]:
    running = month_of(now)
    months = [month_before(running, back) for back in range(MONTHS, 0, -1)]
    events = [event for month in months for event in events_of(month, running) if event.kind == "outage"]
    found = [change for event in sorted(events, key=_start) for change in _rings(event)]
    return [(at, state) for at, state in found if at <= now]


def _rings(event: Event) -> list[tuple[float, str]]:
    start, end = event.span_ms
    return [(start / 1000 + LATE, "ALARM"), (end / 1000 + LATE, "OK")]


def _start(event: Event) -> float:
    return event.start.timestamp()
