"""``view:usage-plans``: plans, their keys, tenants that no plan limits, and tenants that nobody named.

The one rule: a tenant has a policy where every plan that lets it in limits it; a plan that is of no stage, or whose
rate, burst and quota are all nothing, limits nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.plans import PAGE, different, plan_of
from slactl.sources.configuration.views.questions import Questions, texts


@dataclass(frozen=True, slots=True)
class Key:
    """A key that lets somebody in: all that tells whose it is, what it is called by, and the plans it is in."""

    names: frozenset[str]
    owner: str
    shown: str
    plans: tuple[str, ...]


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = parameters.get("restApiId"), parameters.get("stageName")
    tenants = frozenset(texts(parameters.get("tenants")))
    plans = [plan_of(one) for one in ask("apigateway:GetUsagePlans", limit=PAGE).get("items", [])]
    mine = {one["id"]: one for one in plans if _concerns(one, api, stage)}
    keys = _keys(ask, mine)
    return {
        "plans": [one | {"keys": [key.shown for key in keys if name in key.plans]} for name, one in mine.items()],
        "distinct_throttles": different(mine.values()),
        "unthrottled": sorted(str(plan["name"]) for plan in mine.values() if not plan["limits"]),
        "keys_without_plan": sorted(key.shown for key in keys if not key.plans),
        "tenants_without_plan": sorted(one for one in tenants if not _limited(one, keys, mine)),
        "tenants_not_named": sorted({key.owner for key in keys if not tenants & _known_by(key, mine)}),
    }


def _concerns(plan: Document, api: object, stage: object) -> bool:
    stages = (one.split("/", 1) for one in plan["stages"])
    return api is None or any(one == api and stage in (None, of) for one, of in stages)


def _keys(ask: Questions, mine: Mapping[str, Document]) -> list[Key]:
    """The enabled keys; whose plan a key is in is asked by its id, for the other way round tells the keys' values."""
    told = ask("apigateway:GetApiKeys", includeValues=False, limit=PAGE).get("items", [])
    return [_key(ask, one, mine) for one in told if one.get("enabled") is not False]


def _key(ask: Questions, told: Document, mine: Mapping[str, Document]) -> Key:
    found = ask("apigateway:GetUsagePlans", keyId=told["id"], limit=PAGE).get("items", [])
    given = ((told.get("tags") or {}).get("tenant"), told.get("customerId"), told.get("name"), told["id"])
    names = [str(one) for one in given if one]
    return Key(frozenset(names), names[0], str(told.get("name") or told["id"]), tuple(
        one["id"] for one in found if one["id"] in mine
    ))  # fmt: skip


def _known_by(key: Key, mine: Mapping[str, Document]) -> frozenset[str]:
    """All that tells whose a key is: its own names, and those of the plans that it is in."""
    return key.names | {str(mine[one]["name"]) for one in key.plans}


def _limited(tenant: str, keys: list[Key], mine: Mapping[str, Document]) -> bool:
    """Whether a plan lets a tenant in, and each that does limits it."""
    own = [mine[plan] for key in keys if tenant in _known_by(key, mine) for plan in key.plans]
    return bool(own) and all(plan["limits"] for plan in own)
