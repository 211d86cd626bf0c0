"""A GetMetricData request, checked as CloudWatch checks it.

The one rule: what CloudWatch refuses is refused here, before a single point is computed; what it
answers with silence (an unknown name, a period off the grid) passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slactl.sandbox.catalogue import MetricKey
from slactl.sandbox.errors import validation_error
from slactl.sandbox.expressions import BadExpression, Expression, parse_expression
from slactl.sandbox.statistics import Stat, parse_stat

MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
MAX_POINTS_A_CALL = 396_000
MAX_RECENT_POINTS_A_CALL = 180_000

_ID = re.compile(r"[a-z][A-Za-z0-9_]{0,254}")
_FINE_PERIODS = (1, 5, 10, 20, 30)


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One series to read."""

    id: str
    label: str
    returned: bool
    key: MetricKey
    period: int
    stat: Stat
    stat_text: str
    unit: str | None
    account: str | None


@dataclass(frozen=True, slots=True)
class MathQuery:
    """One series to compute from others."""

    id: str
    label: str
    returned: bool
    expression: Expression


Query = MetricQuery | MathQuery


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A whole request; times in seconds since the epoch."""

    queries: tuple[Query, ...]
    start: float
    end: float
    ascending: bool
    limit: int
    token: str | None

    @property
    def points(self) -> int:
        """Datapoints as the quota counts them: range over period of every series, hidden ones too."""
        length = self.end - self.start
        return sum(-int(-length // query.period) for query in self.queries if isinstance(query, MetricQuery))


def read_request(params: Mapping[str, Any]) -> DataRequest:
    """The request of those parameters.

    Raises:
        AwsError: ValidationError, if CloudWatch would refuse them.
    """
    start, end = _time(params, "StartTime"), _time(params, "EndTime")
    if start >= end:
        raise validation_error("The parameter StartTime must be less than the parameter EndTime.")
    order = params.get("ScanBy") or "TimestampDescending"
    if order not in ("TimestampAscending", "TimestampDescending"):
        raise validation_error(f"The value {order!r} for parameter ScanBy is not supported.")
    limit = params.get("MaxDatapoints", MAX_DATAPOINTS)
    if not 1 <= limit <= MAX_DATAPOINTS:
        raise validation_error(f"The value {limit} for parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}.")
    queries = _queries(params.get("MetricDataQueries"))
    return DataRequest(queries, start, end, order == "TimestampAscending", limit, params.get("NextToken"))


def _time(params: Mapping[str, Any], name: str) -> float:
    value = params.get(name)
    if not isinstance(value, (int, float)):
        raise validation_error(f"The parameter {name} is required and must be a timestamp.")
    return value


def _queries(given: Any) -> tuple[Query, ...]:
    if not isinstance(given, list) or not given:
        raise validation_error("The parameter MetricDataQueries is required.")
    if len(given) > MAX_QUERIES:
        raise validation_error(
            f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}, found {len(given)}."
        )
    queries = tuple(read_query(item) for item in given)
    check_ids(queries)
    return queries


def check_ids(queries: Sequence[Query]) -> None:
    """Refuses ids that stand twice, and expressions that name an id which is not there.

    Raises:
        AwsError: ValidationError.
    """
    ids: set[str] = set()
    for query in queries:
        if query.id in ids:
            raise validation_error(f"The values for parameter id in MetricDataQueries are not unique: {query.id}.")
        ids.add(query.id)
    for query in queries:
        if isinstance(query, MathQuery) and (unknown := query.expression.names - ids):
            raise validation_error(f"Error in expression '{query.id}' [Undefined variable: {min(unknown)}]")


def read_query(item: Mapping[str, Any]) -> Query:
    """One entry of MetricDataQueries.

    Raises:
        AwsError: ValidationError, if CloudWatch would refuse it.
    """
    name = item.get("Id") or ""
    if not _ID.fullmatch(name):
        raise validation_error(f"The value {name!r} for parameter Id does not match ^[a-z][a-zA-Z0-9_]*$.")
    stat, text = item.get("MetricStat"), item.get("Expression")
    if bool(stat) == bool(text):
        raise validation_error(f"Exactly one of MetricStat and Expression must be given for {name!r}.")
    returned = item.get("ReturnData", True)
    if text:
        return MathQuery(name, item.get("Label") or name, returned, _expression(name, text))
    return _metric_query(name, returned, item, stat or {})


def _expression(name: str, text: str) -> Expression:
    if len(text) > 2048:
        raise validation_error(f"Expression '{name}' is longer than 2048 characters.")
    try:
        return parse_expression(text)
    except BadExpression as error:
        raise validation_error(f"Error in expression '{name}' [{error}]") from error


def _metric_query(name: str, returned: bool, item: Mapping[str, Any], given: Mapping[str, Any]) -> MetricQuery:
    text = given.get("Stat") or ""
    stat = parse_stat(text)
    if stat is None:
        raise validation_error(f"The value {text!r} for parameter Stat of {name} is not supported.")
    metric = given.get("Metric") or {}
    key = metric_key(metric)
    label = item.get("Label") or key.name
    unit, account = given.get("Unit"), item.get("AccountId")
    return MetricQuery(name, label, returned, key, period_of(given), stat, text, unit, account)


def metric_key(metric: Mapping[str, Any]) -> MetricKey:
    """The key of a metric given as Namespace, MetricName and Dimensions.

    Raises:
        AwsError: ValidationError, if a name is missing or there are too many dimensions.
    """
    pairs = [(part["Name"], part["Value"]) for part in metric.get("Dimensions") or ()]
    if not metric.get("Namespace") or not metric.get("MetricName"):
        raise validation_error("The parameters Namespace and MetricName are required.")
    if len(pairs) > 30:
        raise validation_error("The collection Dimensions must not have a size greater than 30.")
    return MetricKey(metric["Namespace"], metric["MetricName"], tuple(sorted(pairs)))


def period_of(given: Mapping[str, Any]) -> int:
    """The period in seconds.

    Raises:
        AwsError: ValidationError, if CloudWatch knows no such period.
    """
    period = given.get("Period")
    if not isinstance(period, int) or period < 1 or (period % 60 and period not in _FINE_PERIODS):
        raise validation_error(
            f"The value {period!r} for parameter Period is not 1, 5, 10, 20, 30 or a multiple of 60."
        )
    return period
