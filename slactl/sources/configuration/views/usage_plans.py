"""``view:usage-plans``: plans, their keys, and tenants that no plan limits.

The one rule: a tenant has a policy where a plan with a limit says so, by its own name or by one of its keys'.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.plans import different, plan_of
from slactl.sources.configuration.views.questions import Questions, texts


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = parameters.get("restApiId"), parameters.get("stageName")
    plans = [plan_of(one) for one in ask("apigateway:GetUsagePlans").get("items", [])]
    mine = {one["id"]: one | {"keys": []} for one in plans if _concerns(one, api, stage)}
    keys = ask("apigateway:GetApiKeys", includeValues=False).get("items", [])
    plans_of = {key["id"]: _plans_of(ask, key["id"], mine) for key in keys}
    for key in keys:
        for plan in plans_of[key["id"]]:
            mine[plan]["keys"].append(key.get("name") or key["id"])
    limited = {key for key, plan in mine.items() if plan["rate"] is not None}
    known = {str(mine[plan]["name"]) for plan in limited}
    known |= {name for key in keys if limited & set(plans_of[key["id"]]) for name in _names(key)}
    return {
        "plans": list(mine.values()),
        "distinct_throttles": different(mine.values()),
        "unthrottled": sorted(str(plan["name"]) for key, plan in mine.items() if key not in limited),
        "keys_without_plan": sorted(str(key.get("name") or key["id"]) for key in keys if not plans_of[key["id"]]),
        "tenants_without_plan": sorted(set(texts(parameters.get("tenants"))) - known),
    }


def _concerns(plan: Document, api: object, stage: object) -> bool:
    stages = (one.split("/", 1) for one in plan["stages"])
    return api is None or any(one == api and stage in (None, of) for one, of in stages)


def _plans_of(ask: Questions, key: str, mine: Mapping[str, Document]) -> list[str]:
    """The ids of the plans that a key is in."""
    found = ask("apigateway:GetUsagePlans", keyId=key).get("items", [])
    return [one["id"] for one in found if one["id"] in mine]


def _names(key: Document) -> set[str]:
    """All that tells whose a key is; one that is disabled lets nobody in."""
    if key.get("enabled") is False:
        return set()
    tags = key.get("tags") or {}
    return {str(one) for one in (key.get("name"), key.get("customerId"), tags.get("tenant")) if one}
