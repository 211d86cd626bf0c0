"""Usage plans of REST APIs.

The one rule: the keys' values are never asked for; whose plan a key is in is asked the other way round, by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slactl.sources.configuration.asking import Document

PAGE = 500
"""As many as one answer holds at most."""


def plan_of(told: Mapping[str, Any]) -> Document:
    """A plan: its stages as ``API/STAGE``, its limits (None where it has none), and whether it limits anything."""
    throttle, quota = told.get("throttle") or {}, told.get("quota") or {}
    stages = sorted(f"{one.get('apiId')}/{one.get('stage')}" for one in told.get("apiStages") or ())
    limits = (throttle.get("rateLimit"), throttle.get("burstLimit"), quota.get("limit"))
    return {
        "id": told.get("id"),
        "name": told.get("name"),
        "stages": stages,
        "limits": bool(stages) and any(one is not None and one > 0 for one in limits),
        "rate": throttle.get("rateLimit"),
        "burst": throttle.get("burstLimit"),
        "quota": {"limit": quota.get("limit"), "period": quota.get("period")} if quota else None,
    }


def different(plans: Iterable[Document]) -> int:
    """How many different limits plans have."""
    told = [one for one in plans if one["limits"]]
    return len({(one["rate"], one["burst"], *(one["quota"] or {}).values()) for one in told})
