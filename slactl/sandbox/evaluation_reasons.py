"""Why an alarm went into a state, in CloudWatch's words.

The one rule: a reason tells the datapoints that were looked at, the newest first, with the minute each begins; its
data tell them the oldest first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NO_DATA = "No data was returned for this contributor"
_OPERATORS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_FILLED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}
_LONGEST, _MOST_NAMED = 1023, 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What an evaluation saw: (start in seconds, value) of each real datapoint, the newest first."""

    points: Sequence[tuple[int, float]]
    crossing: int


def metric_reason(definition: Mapping[str, Any], before: str, after: str, seen: Seen) -> str:
    """Why a metric alarm changed."""
    periods = int(definition["EvaluationPeriods"])
    missing = definition.get("TreatMissingData") or "missing"
    if after == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_many(periods, 'datapoint')} {_were(periods)} unknown."
    if not seen.points:
        filled = f"{_many(periods, 'missing datapoint')} {_were(periods)} treated as [{_FILLED.get(missing, missing)}]"
        return f"Threshold Crossed: no datapoints were received for {_many(periods, 'period')} and {filled}."
    return _crossed(definition, before, after, seen)[:_LONGEST]


def _crossed(definition: Mapping[str, Any], before: str, after: str, seen: Seen) -> str:
    periods = int(definition["EvaluationPeriods"])
    needed = int(definition.get("DatapointsToAlarm") or periods)
    chosen = seen.crossing if after == "ALARM" else len(seen.points) - seen.crossing
    values = ", ".join(f"{value} ({_stamp(start)})" for start, value in seen.points[:_MOST_NAMED])
    verb = _were(chosen) if after == "ALARM" else f"{_were(chosen)} not"
    wanted = needed if after == "ALARM" else periods - needed + 1
    return (
        f"Threshold Crossed: {chosen} out of the last {len(seen.points)} datapoints [{values}] {verb} "
        f"{_OPERATORS[definition['ComparisonOperator']]} the threshold ({float(definition['Threshold'])}) "
        f"(minimum {_many(wanted, 'datapoint')} for {before} -> {after} transition)."
    )


def metric_reason_data(definition: Mapping[str, Any], period: int, now: float, seen: Seen) -> str:
    """The same as JSON."""
    oldest_first = list(reversed(seen.points[:_MOST_NAMED]))
    statistic = definition.get("Statistic") or definition.get("ExtendedStatistic")
    told = {
        "version": "1.0",
        "queryDate": _long_stamp(now),
        **({"startDate": _long_stamp(oldest_first[0][0])} if oldest_first else {}),
        **({"statistic": statistic} if statistic else {}),
        "period": period,
        "recentDatapoints": [value for _, value in oldest_first],
        "threshold": float(definition["Threshold"]),
        "evaluatedDatapoints": [{"timestamp": _long_stamp(start), "value": value} for start, value in seen.points],
    }
    return _fitting(told)


def contributors_reason(ringing: int, series: int) -> str:
    """Why an alarm with contributors is in its state."""
    return f"{ringing} out of {series} time series evaluated to ALARM"


def composite_reason(arn: str, state: str, at: float, *, new: str = "") -> str:
    """Why a composite alarm changed: which child did, or (``new``: created) that it was made."""
    if new:
        return f"{arn} was {new} and its alarm rule evaluates to {state}"
    told = datetime.fromtimestamp(at, UTC)
    return f"{arn} transitioned to {state} at {told:%A %d %B, %Y %H:%M:%S} UTC"


def composite_reason_data(children: Sequence[tuple[str, str, float]]) -> str:
    """The (ARN, state, time of its last change) of the children that decided, as JSON."""
    told = [{"arn": arn, "state": {"value": state, "timestamp": _long_stamp(at)}} for arn, state, at in children]
    return _fitting({"triggeringAlarms": told})


def _fitting(told: dict[str, Any]) -> str:
    """JSON that fits in 4,000 characters; the last lists are cut shorter first."""
    text = json.dumps(told)
    while len(text) > 4000:
        name = next(name for name in reversed(told) if isinstance(told[name], list) and told[name])
        told[name] = told[name][: len(told[name]) // 2]
        text = json.dumps(told)
    return text


def _stamp(time: float) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%d/%m/%y %H:%M:%S}"


def _long_stamp(time: float) -> str:
    moment = datetime.fromtimestamp(time, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
