"""What Application Signals refuses of an SLO.

The one rule: only what AWS documents is refused; each refusal names the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.queries import check_ids, read_query

NAME = re.compile(r"[0-9A-Za-z][-._0-9A-Za-z ]{0,126}[0-9A-Za-z]")
MOST_QUERIES, MOST_BURN_RATES, MOST_TAGS, LONGEST_DESCRIPTION = 20, 10, 50, 1024
LONGEST_LOOKBACK = 10_080
MINUTES = {"MINUTE": 1, "HOUR": 60, "DAY": 1440, "MONTH": 40_320}
"""The least minutes of a unit."""


def check_name(name: str) -> None:
    """Raises ``AwsError``: ValidationException."""
    if not NAME.fullmatch(name):
        raise validation_error(f"Name must match {NAME.pattern}, found {name!r}.")


def check_fields(fields: Mapping[str, Any]) -> None:
    """What a creation says, or what an update comes to.

    Raises:
        AwsError: ValidationException.
    """
    if not 1 <= len(fields.get("Description", "-")) <= LONGEST_DESCRIPTION:
        raise validation_error(f"Description must have 1 to {LONGEST_DESCRIPTION} characters.")
    period = _sli_period(fields)
    interval = _goal(fields.get("Goal") or {})
    rates = fields.get("BurnRateConfigurations") or ()
    if len(rates) > MOST_BURN_RATES:
        raise validation_error(f"At most {MOST_BURN_RATES} BurnRateConfigurations can be given.")
    for one in rates:
        _lookback(one["LookBackWindowMinutes"], period, interval)


def check_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The tags as pairs.

    Raises:
        AwsError: ValidationException.
    """
    pairs = {one["Key"]: one.get("Value", "") for one in tags}
    if len(pairs) > MOST_TAGS:
        raise AwsError("ServiceQuotaExceededException", f"A resource has at most {MOST_TAGS} tags.", 402)
    for key, value in pairs.items():
        if not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:"):
            raise validation_error(f"The tag {key!r} is not valid.")
    return pairs


def _sli_period(fields: Mapping[str, Any]) -> int:
    """The period of the indicator in minutes; 1 of one of requests."""
    kinds = [key for key in ("SliConfig", "RequestBasedSliConfig") if key in fields]
    if len(kinds) != 1:
        raise validation_error("Exactly one of SliConfig and RequestBasedSliConfig must be given.")
    if kinds == ["RequestBasedSliConfig"]:
        _request_based(fields["RequestBasedSliConfig"]["RequestBasedSliMetricConfig"])
        return 1
    seconds = fields["SliConfig"]["SliMetricConfig"].get("PeriodSeconds", 60)
    if not 60 <= seconds <= 900:
        raise validation_error("PeriodSeconds must be between 60 and 900.")
    return int(seconds) // 60


def _request_based(metric: Mapping[str, Any]) -> None:
    if "KeyAttributes" in metric and "TotalRequestCountMetric" not in metric:
        return
    total, monitored = metric.get("TotalRequestCountMetric"), metric.get("MonitoredRequestCountMetric") or {}
    if not total or len(monitored) != 1:
        raise validation_error("TotalRequestCountMetric and one of GoodCountMetric and BadCountMetric are required.")
    for queries in (total, *monitored.values()):
        _queries(queries)


def _queries(queries: Sequence[Mapping[str, Any]]) -> None:
    if not 1 <= len(queries) <= MOST_QUERIES:
        raise validation_error(f"A metric has 1 to {MOST_QUERIES} MetricDataQueries.")
    check_ids([read_query(one) for one in queries])
    if sum(1 for one in queries if one.get("ReturnData", True)) != 1:
        raise validation_error("Exactly one query must return data.")


def _goal(goal: Mapping[str, Any]) -> int:
    """The least minutes of its interval."""
    for name in ("AttainmentGoal", "WarningThreshold"):
        if not 0 < goal.get(name, 50) < 100:
            raise validation_error(f"{name} must be above 0 and below 100.")
    interval = goal.get("Interval") or {"RollingInterval": {"DurationUnit": "DAY", "Duration": 7}}
    if len(interval) != 1:
        raise validation_error("Interval is either rolling or of the calendar.")
    told = next(iter(interval.values()))
    if told["Duration"] < 1:
        raise validation_error("Duration must be at least 1.")
    return int(MINUTES[told["DurationUnit"]] * told["Duration"])


def _lookback(minutes: int, period: int, interval: int) -> None:
    if not 1 <= minutes <= LONGEST_LOOKBACK:
        raise validation_error(f"LookBackWindowMinutes must be between 1 and {LONGEST_LOOKBACK}.")
    if minutes % period or minutes >= interval:
        raise validation_error("LookBackWindowMinutes must be a multiple of the period and shorter than the interval.")
