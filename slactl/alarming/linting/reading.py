"""The fields of anybody's alarm, read without believing that they are all there.

The one rule: what an alarm does not say is None; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slactl.model.alarmplan import Form
from slactl.model.metric import Metric


@dataclass(frozen=True, slots=True)
class Look:
    """A metric that an alarm looks at; ``returned`` says that its value itself is held against the threshold."""

    metric: Metric
    stat: str
    period: int | None
    unit: str | None
    returned: bool


def looks(fields: Form) -> tuple[Look, ...]:
    """Every metric that an alarm looks at; of queries and PromQL nothing can be told."""
    queries = fields.get("Metrics")
    if isinstance(queries, Sequence) and not isinstance(queries, str) and queries:
        return tuple(found for one in queries if isinstance(one, Mapping) for found in _of_query(one))
    if not fields.get("MetricName"):
        return ()
    stat = fields.get("Statistic") or fields.get("ExtendedStatistic")
    return (_look(fields, fields, str(stat or ""), None, returned=True),)


def _of_query(query: Mapping[str, object]) -> Iterator[Look]:
    told = query.get("MetricStat")
    if isinstance(told, Mapping) and isinstance(told.get("Metric"), Mapping):
        account = query.get("AccountId")
        returned = query.get("ReturnData", True) is not False
        yield _look(
            told["Metric"], told, str(told.get("Stat", "")), str(account) if account else None, returned=returned
        )


def _look(
    named: Mapping[str, object], told: Mapping[str, object], stat: str, account: str | None, *, returned: bool
) -> Look:
    unit = told.get("Unit")
    metric = Metric(str(named.get("Namespace", "")), str(named.get("MetricName", "")), _dimensions(named), account)
    return Look(metric, stat, whole(told.get("Period")), str(unit) if unit else None, returned)


def _dimensions(named: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    told = named.get("Dimensions")
    pairs = told if isinstance(told, Sequence) and not isinstance(told, str) else ()
    return tuple(sorted((str(one["Name"]), str(one["Value"])) for one in pairs if isinstance(one, Mapping)))


def whole(value: object) -> int | None:
    """A whole number, if it is one."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """A number, if it is one."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def texts(fields: Form, name: str) -> tuple[str, ...]:
    """A list of texts."""
    told = fields.get(name)
    return tuple(str(one) for one in told) if isinstance(told, Sequence) and not isinstance(told, str) else ()


def word(fields: Form, name: str) -> str:
    """A text, empty where there is none."""
    told = fields.get(name)
    return told if isinstance(told, str) else ""
