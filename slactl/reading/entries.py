"""The entries of a GetMetricData call: how a query is written for CloudWatch.

The one rule: a query of one metric is one entry, a sum is hidden inputs under one expression; the
answer to the query at ``position`` comes under the id ``q<position>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slactl.model.metric import Metric, Query


def entries(position: int, query: Query) -> Iterator[dict[str, Any]]:
    """The MetricDataQuery entries of a query."""
    if len(query.metrics) == 1:
        yield _stat(f"q{position}", query.metrics[0], query, hidden=False)
        return
    for number, metric in enumerate(query.metrics):
        yield _stat(f"i{position}_{number}_", metric, query, hidden=True)
    yield {"Id": f"q{position}", "Expression": f'SUM(METRICS("i{position}_"))', "ReturnData": True}


def _stat(name: str, metric: Metric, query: Query, *, hidden: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": query.period,
            "Stat": query.stat,
        },
    }
    if hidden:
        entry["ReturnData"] = False
    if metric.account_id:
        entry["AccountId"] = metric.account_id
    return entry
