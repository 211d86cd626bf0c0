"""Notifications of the topics that alarms tell: sent, delivered, failed, by the hour.

The one rule: three days are read again, because a delivery that is tried again counts late; an hour
without a figure is one in which CloudWatch tells of nothing, not one that could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.ports import MetricReader
from slactl.ports.alarms import Denial, Unread

NAMESPACE, DIMENSION = "AWS/SNS", "TopicName"
METRICS = (
    "NumberOfMessagesPublished",
    "NumberOfNotificationsDelivered",
    "NumberOfNotificationsFailed",
    "NumberOfNotificationsFilteredOut",
)
HOUR = 3_600
AGAIN = 72 * HOUR

Sums = dict[str, dict[int, float]]
"""Of each metric the sums of the hours that have one, by their start."""


@dataclass(slots=True)
class Notifications:
    """What was read: sums by topic (its ARN), and what could not be."""

    sums: dict[str, Sums] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)


def topics_of(arns: Iterable[str]) -> tuple[str, ...]:
    """The SNS topics among ARNs."""
    return tuple(sorted({arn for arn in arns if arn.split(":")[2:3] == ["sns"] and arn.count(":") == 5}))


def hours(since: int, now: int) -> Span:
    """The whole hours to read: those since an instant, and the last three days."""
    first, last = min(since, now - AGAIN) // HOUR * HOUR, now // HOUR * HOUR
    return Span(first, last)


def notifications(reader: MetricReader, topics: Iterable[str], span: Span, account: str, region: str) -> Notifications:
    """Reads the sums of each topic.

    Raises:
        Exception: what makes every read hopeless.
    """
    found = Notifications()
    ours = []
    for topic in topics:
        _, _, _, there, owner, _ = topic.split(":")
        if (owner, there) == (account, region):
            ours.append(topic)
        else:
            text = f"it is a topic of account {owner} in {there}, whose metrics stand there"
            found.unread.append(Unread(f"notifications:{topic}", Denial.ELSEWHERE, text))
    pairs = [(topic, metric) for topic in ours for metric in METRICS]
    answers = reader.read([_query(topic, metric, span) for topic, metric in pairs]) if pairs else []
    for (topic, metric), series in zip(pairs, answers, strict=True):
        if series.failure:
            found.unread.append(_unread(topic, metric, series.failure.code, dict(series.failure.figures).get("error")))
        else:
            found.sums.setdefault(topic, {})[metric] = dict(sorted(series.points.items()))
    return found


def _query(topic: str, metric: str, span: Span) -> Query:
    name = topic.rpartition(":")[2]
    return Query((Metric(NAMESPACE, metric, ((DIMENSION, name),)),), "Sum", HOUR, span)


def _unread(topic: str, metric: str, code: Code, error: object) -> Unread:
    why = Denial.ACCESS_DENIED if code is Code.ACCESS_DENIED else Denial.READ_FAILED
    return Unread(f"notifications:{topic}", why, f"{topic}: {metric} could not be read ({error or code.value})")
