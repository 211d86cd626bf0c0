"""Which values a statistic can have at all.

The one rule: only what holds for every metric of its kind is taken for a bound; elsewhere there is none.
"""

from __future__ import annotations

from math import inf

from slactl.alarming.linting.reading import Look

FLAGS = {
    "ApplicationSignals": ("Fault", "Error"),
    "AWS/ApiGateway": ("5XXError", "4XXError", "5xx", "4xx", "CacheHitCount", "CacheMissCount"),
}
"""Metrics of which each sample is 0 or 1: their Average is a share."""
NEVER_NEGATIVE = ("ApplicationSignals", "AWS/ApiGateway", "AWS/Lambda", "AWS/SNS", "AWS/SQS", "AWS/DynamoDB")
PER_CENT = ("SuccessPercent",)


def bounds(look: Look) -> tuple[float, float]:
    """The least and the greatest value of a statistic of a metric."""
    if look.stat.startswith("PR("):
        return 0.0, 100.0
    if look.stat == "SampleCount" or look.stat.startswith("TC("):
        return 0.0, inf
    least = 0.0 if look.metric.namespace in NEVER_NEGATIVE else -inf
    one = look.stat in ("Average", "Minimum", "Maximum") or look.stat.startswith("p")
    if one and look.metric.name in FLAGS.get(look.metric.namespace, ()):
        return 0.0, 1.0
    if one and look.metric.name in PER_CENT:
        return 0.0, 100.0
    return least, inf


def reachable(operator: str, threshold: float, least: float, most: float) -> bool:
    """Whether a value between the bounds may cross a threshold."""
    match operator:
        case "GreaterThanThreshold":
            return most > threshold
        case "GreaterThanOrEqualToThreshold":
            return most >= threshold
        case "LessThanThreshold":
            return least < threshold
        case "LessThanOrEqualToThreshold":
            return least <= threshold
    return True


def always(operator: str, threshold: float, least: float, most: float) -> bool:
    """Whether every value between the bounds crosses it."""
    opposite = {
        "GreaterThanThreshold": "LessThanOrEqualToThreshold",
        "GreaterThanOrEqualToThreshold": "LessThanThreshold",
        "LessThanThreshold": "GreaterThanOrEqualToThreshold",
        "LessThanOrEqualToThreshold": "GreaterThanThreshold",
    }
    return operator in opposite and not reachable(opposite[operator], threshold, least, most)
