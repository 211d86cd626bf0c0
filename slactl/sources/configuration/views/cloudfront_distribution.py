"""``view:cloudfront-distribution``: origin groups and what stands before them, price class, additional metrics.

The one rule: a path fails over only where its target is a group of two origins with status codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.questions import Questions

DEFAULT_PATH = "*"


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    name = str(parameters["DistributionId"])
    config = ask("cloudfront:GetDistributionConfig", Id=name).get("DistributionConfig") or {}
    # Where additional metrics were never switched on, there is no subscription.
    told = ask.maybe("cloudfront:GetMonitoringSubscription", DistributionId=name) or {}
    subscribed = told.get("MonitoringSubscription") or {}
    groups = [_group(one) for one in _items(config.get("OriginGroups"))]
    sound = {one["id"] for one in groups if len(one["members"]) > 1 and one["status_codes"]}
    behaviors = [_behavior(one, sound) for one in _items(config.get("CacheBehaviors"))]
    behaviors.append(_behavior((config.get("DefaultCacheBehavior") or {}) | {"PathPattern": DEFAULT_PATH}, sound))
    metrics = (subscribed.get("RealtimeMetricsSubscriptionConfig") or {}).get("RealtimeMetricsSubscriptionStatus")
    return {
        "id": name,
        "enabled": config.get("Enabled"),
        "price_class": config.get("PriceClass"),
        "additional_metrics": metrics == "Enabled",
        "origins": [{"id": one.get("Id"), "domain": one.get("DomainName")} for one in _items(config.get("Origins"))],
        "origin_groups": groups,
        "behaviors": behaviors,
        "failover_everywhere": all(one["failover"] for one in behaviors),
    }


def _items(told: Mapping[str, Any] | None) -> list[Any]:
    return list((told or {}).get("Items") or ())


def _group(told: Mapping[str, Any]) -> Document:
    codes = ((told.get("FailoverCriteria") or {}).get("StatusCodes")) or {}
    members = [one.get("OriginId") for one in _items(told.get("Members"))]
    return {"id": told.get("Id"), "status_codes": sorted(_items(codes)), "members": members}


def _behavior(told: Mapping[str, Any], sound: set[str]) -> Document:
    target = told.get("TargetOriginId")
    return {"path": told.get("PathPattern"), "target": target, "failover": target in sound}
