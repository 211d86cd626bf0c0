"""ListMetrics: what published lately.

The one rule: a metric that was silent for two weeks is not listed, though it can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.sandbox.buckets import DAY, HOUR
from slactl.sandbox.catalogue import Metric, MetricKey
from slactl.sandbox.errors import AwsError
from slactl.sandbox.paging import page
from slactl.sandbox.world import World

PAGE = 500
VISIBLE = 14 * DAY
RECENTLY = 3 * HOUR


def list_metrics(world: World, params: Mapping[str, Any], region: str = "") -> dict[str, Any]:
    """The answer of ListMetrics in a region (empty: the world's).

    Raises:
        AwsError: InvalidParameterValue, InvalidNextToken.
    """
    since = world.now - (RECENTLY if _recently(params) else VISIBLE)
    first = int(max(since, world.seen_from) * 1000)
    found = [
        _described(key)
        for key, metric in world.metrics_in(region)
        if _wanted(key, params) and _visible(metric, first, int(world.now * 1000) + 1)
    ]
    shown, following = page(found, params, PAGE)
    owners = {"OwningAccounts": [world.account] * len(shown)} if params.get("IncludeLinkedAccounts") else {}
    return {"Metrics": shown, **owners, **following}


def _recently(params: Mapping[str, Any]) -> bool:
    value = params.get("RecentlyActive")
    if value not in (None, "PT3H"):
        raise AwsError("InvalidParameterValue", f"RecentlyActive must be PT3H, found {value!r}.")
    if len(params.get("Dimensions") or ()) > 10:
        raise AwsError("InvalidParameterValue", "At most 10 dimension filters are allowed.")
    return value is not None


def _wanted(key: MetricKey, params: Mapping[str, Any]) -> bool:
    for part, wanted in ((key.namespace, params.get("Namespace")), (key.name, params.get("MetricName"))):
        if wanted not in (None, part):
            return False
    names = dict(key.dimensions)
    filters = params.get("Dimensions") or ()
    return all(item["Name"] in names and item.get("Value") in (None, names[item["Name"]]) for item in filters)


def _visible(metric: Metric, first: int, last: int) -> bool:
    return metric.stream.active(first, last)


def _described(key: MetricKey) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in key.dimensions]
    return {"Namespace": key.namespace, "MetricName": key.name, "Dimensions": named}
