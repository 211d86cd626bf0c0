"""The budget report of an SLO, computed from the world's data.

The one rule: only an SLO of requests over calendar months is computed, from its creation on; of anything else it says
that data are insufficient, as AWS does of what it did not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.metricdata import Reading
from slactl.sandbox.queries import read_request
from slactl.sandbox.slobook import Slo
from slactl.sandbox.troubles import Troubles

if TYPE_CHECKING:
    from slactl.sandbox.world import World

HOUR = 3600
UNKNOWN = {"BudgetStatus": "INSUFFICIENT_DATA"}


def budget(world: World, slo: Slo, at: float) -> dict[str, Any]:
    """Status, attainment and requests of budget of the calendar month that holds an instant."""
    month = datetime.fromtimestamp(at, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start, end = max(month.timestamp(), slo.since // HOUR * HOUR), min(at // HOUR * HOUR + HOUR, world.now)
    if not slo.request_based or "CalendarInterval" not in slo.fields["Goal"].get("Interval", {}) or start >= end:
        return dict(UNKNOWN)
    metric = slo.fields["RequestBasedSliConfig"]["RequestBasedSliMetricConfig"]
    [(kind, queries)] = metric["MonitoredRequestCountMetric"].items()
    total = _sum(world, metric["TotalRequestCountMetric"], start, end)
    counted = _sum(world, queries, start, end)
    if not total:
        return dict(UNKNOWN)
    bad = total - counted if kind == "GoodCountMetric" else counted
    return _told(slo.fields["Goal"], total, bad)


def _told(goal: Mapping[str, Any], total: float, bad: float) -> dict[str, Any]:
    allowed = total * (100 - goal.get("AttainmentGoal", 99)) / 100
    left = allowed - bad
    warned = left < allowed * goal.get("WarningThreshold", 50) / 100
    return {
        "BudgetStatus": "BREACHED" if left < 0 else "WARNING" if warned else "OK",
        "Attainment": 100 * (1 - bad / total),
        "TotalBudgetRequests": int(allowed),
        "BudgetRequestsRemaining": int(left),
    }


def _sum(world: World, queries: Sequence[Mapping[str, Any]], start: float, end: float) -> float:
    """The sum by the hour: minutes are forgotten after a fortnight, and counts add up."""
    hourly = [
        {**one, "MetricStat": {**one["MetricStat"], "Period": HOUR}} if "MetricStat" in one else one for one in queries
    ]
    request = read_request({"MetricDataQueries": hourly, "StartTime": start, "EndTime": end})
    reading = Reading(world, Troubles(Behaviour(), lambda: 0.0), request)
    return float(sum(reading.result(one).line.values.sum() for one in request.queries if one.returned))
