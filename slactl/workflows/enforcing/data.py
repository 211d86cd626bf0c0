"""Whether what alarms look at exists: a metric without a datapoint in two weeks is misspelt, or dead.

The one rule: only a read that worked says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slactl.model.alarm import DesiredAlarm, MetricAlarm, MetricTerm
from slactl.model.alarmplan import Caution
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span
from slactl.ports import MetricReader

DAY = 86_400
DAYS = 14
BUDGET = "BudgetRemaining"


def without_data(alarms: Sequence[DesiredAlarm], reader: MetricReader, now: int, namespace: str) -> tuple[Caution, ...]:
    """A caution for each metric that has no data, and for each that could not be read.

    Args:
        alarms: the wanted ones.
        reader: of the account in which they stand.
        now: seconds since the epoch.
        namespace: where slactl publishes its own figures.
    """
    users = _users(alarms)
    span = Span(now // DAY * DAY - (DAYS - 1) * DAY, now // DAY * DAY + DAY)
    read = reader.read([Query((metric,), "SampleCount", DAY, span) for metric in users]) if users else []
    return tuple(_cautions(users, dict(zip(users, read, strict=True)), namespace))


def _cautions(users: Mapping[Metric, list[str]], read: Mapping[Metric, Series], namespace: str) -> Iterator[Caution]:
    for metric, series in read.items():
        names = users[metric]
        told = f"{told_of(metric)}, which {_alarms(len(names))} at"
        if series.failure:
            yield Caution("data-unread", f"{told}, could not be read ({series.failure.code.value})", names[0])
        elif not any(series.points.values()):
            hint = _hint(metric) if metric.namespace == namespace else ""
            yield Caution("no-data", f"{told}, had no data in two weeks{hint}", names[0])


def _hint(metric: Metric) -> str:
    """Why a figure of slactl's own may be missing."""
    why = " unless the figure is INSUFFICIENT_DATA, and its alarm rings meanwhile" if metric.name == BUDGET else ""
    return f": `slactl check --publish` puts it there{why}"


def _users(alarms: Sequence[DesiredAlarm]) -> dict[Metric, list[str]]:
    """The metrics that alarms look at, with the names of the alarms."""
    users: dict[Metric, list[str]] = {}
    for one in alarms:
        terms = one.alarm.terms if isinstance(one.alarm, MetricAlarm) else ()
        for metric in dict.fromkeys(term.metric for term in terms if isinstance(term, MetricTerm)):
            users.setdefault(metric, []).append(one.name)
    return users


def told_of(metric: Metric) -> str:
    """A metric in words: its namespace, name and dimensions."""
    dimensions = ", ".join(f"{name}={value}" for name, value in metric.dimensions)
    return f"{metric.namespace} {metric.name}" + (f" ({dimensions})" if dimensions else "")


def _alarms(count: int) -> str:
    return "one alarm looks" if count == 1 else f"{count} alarms look"
