"""Findings on every alarm of an account and region, ours or not.

The one rule: nothing is changed; what could not be looked at is told, and no alarm is called dead for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slactl.alarming.linting.checks import ACTIONS, Account, lint
from slactl.alarming.linting.promises import Promise, promises_of
from slactl.alarming.linting.reading import looks, texts
from slactl.model.alarmplan import Standing
from slactl.model.catalogue import Catalogue
from slactl.model.lint import Linted
from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.model.watched import Watched
from slactl.ports import MetricReader
from slactl.ports.enforcing import AlarmStore, TopicState
from slactl.workflows.enforcing.data import DAY, DAYS

SURE = (TopicState.MISSING, TopicState.FORBIDDEN, TopicState.ELSEWHERE, TopicState.ENCRYPTED)


def lint_account(
    store: AlarmStore, reader: MetricReader, catalogue: Catalogue, watched: Mapping[str, Watched], now: int
) -> Linted:
    """Looks at every alarm.

    Raises:
        AwsFailure: if alarms can't be read, or no other call can succeed.
    """
    prefix = catalogue.enforcement.prefix if catalogue.enforcement else "slactl"
    seen = store.standing(prefix)
    alive, doubts = _alive(seen.alarms, reader, now)
    arns = {arn for one in seen.alarms for name in ACTIONS for arn in texts(one.fields, name)}
    topics = store.topics(arns)
    broken = {one.arn: one.text for one in topics if one.state in SURE}
    unknown = tuple(f"{one.arn}: {one.text}" for one in topics if one.state is TopicState.UNKNOWN)
    account = Account(alive, broken, tuple(_promises(catalogue, watched)))
    findings = lint(seen.alarms, account)
    return Linted(store.account, store.region, len(seen.alarms), findings, (*seen.doubts, *doubts, *unknown))


def _alive(alarms: tuple[Standing, ...], reader: MetricReader, now: int) -> tuple[dict[Metric, bool], list[str]]:
    """Which metrics had data in two weeks; those that could not be read are left out."""
    metrics = list(dict.fromkeys(look.metric for one in alarms for look in looks(one.fields)))
    span = Span(now // DAY * DAY - (DAYS - 1) * DAY, now // DAY * DAY + DAY)
    read = reader.read([Query((metric,), "SampleCount", DAY, span) for metric in metrics]) if metrics else []
    told = list(zip(metrics, read, strict=True))
    doubts = [f"{one.namespace} {one.name}: {series.failure.code.value}" for one, series in told if series.failure]
    return {one: any(series.points.values()) for one, series in told if not series.failure}, sorted(set(doubts))


def _promises(catalogue: Catalogue, watched: Mapping[str, Watched]) -> Iterator[Promise]:
    for service in catalogue.services:
        found = watched.get(service.key)
        if found is None:
            continue
        promises = catalogue.objectives_of(service)
        whole = [one for one in promises if one.operation_class is None]
        yield from promises_of(service.key, whole, (found.total,))
        each = [one for one in promises if one.per_operation and one.operation_class is None]
        yield from promises_of(service.key, each, (stream for one in found.endpoints for stream in one.streams))
