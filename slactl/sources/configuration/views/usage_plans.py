"""``view:usage-plans``: plans, their keys, tenants that no plan limits, tenants that nobody named, and open methods.

The one rule: a tenant has a policy where every plan that lets it in limits it, on the stage that is asked about; a plan
that is of no stage, or whose rate, burst and quota are all nothing, limits nobody. Where no stage is named and it
depends on which it is, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.plans import PAGE, different, plan_of
from slactl.sources.configuration.views.questions import Questions, Told, texts

ANY = "*"
PREFLIGHT = "OPTIONS"
"""Browsers ask it without a key, and it answers nothing of worth."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that lets somebody in: all that tells whose it is, what it is called by, and the plans it is in."""

    names: frozenset[str]
    owner: str
    shown: str
    plans: tuple[str, ...]


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = (None if told == ANY else told for told in map(parameters.get, ("restApiId", "stageName")))
    tenants = frozenset(texts(parameters.get("tenants")))
    plans = [plan_of(one) for one in ask("apigateway:GetUsagePlans", limit=PAGE).get("items", [])]
    mine = {one["id"]: one for one in plans if _concerns(one, api, stage)}
    keys = _keys(ask, mine)
    stages = {f"{api}/{stage}"} if api and stage else {one for plan in mine.values() for one in plan["stages"]}
    asked = sorted(one for one in stages if api in (None, one.partition("/")[0]))
    return Told({
        "plans": [one | {"keys": [key.shown for key in keys if name in key.plans]} for name, one in mine.items()],
        "distinct_throttles": different(mine.values()),
        "unthrottled": sorted(str(plan["name"]) for plan in mine.values() if not plan["limits"]),
        "keys_without_plan": sorted(key.shown for key in keys if not key.plans),
        "tenants_without_plan": _without_plan(tenants, keys, mine, asked),
        "tenants_not_named": sorted({key.owner for key in keys if not tenants & _known_by(key, mine)}),
        "open_methods": _open(ask, [str(api)] if api else sorted({one.partition("/")[0] for one in asked})),
    })  # fmt: skip


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
    return key.names | {str(mine[one]["name"]) for one in key.plans if one in mine}


def _without_plan(
    tenants: frozenset[str], keys: list[Key], mine: Mapping[str, Document], stages: list[str]
) -> list[str] | Refusal:
    """The tenants that no plan limits; not known where it depends on which of these stages they call."""
    surely = sorted(one for one in tenants if not _limited(one, keys, mine))
    for stage in stages:
        of_it = {name: plan for name, plan in mine.items() if stage in plan["stages"]}
        lost = sorted(one for one in tenants - set(surely) if not _limited(one, keys, of_it))
        if lost:
            return failed(f"no plan of {stage} limits {lost[0]}: say which API and stage tenants call")
    return surely


def _open(ask: Questions, apis: list[str]) -> list[str] | Refusal:
    """The methods that ask for no key, where no plan is enforced: ``API METHOD /path``."""
    try:
        return [one for api in apis for one in _open_of(ask, api)] if apis else failed("no plan is of any API")
    except Refusal as refusal:
        return refusal


def _open_of(ask: Questions, api: str) -> Iterator[str]:
    resources = ask("apigateway:GetResources", restApiId=api, embed=["methods"]).get("items", [])
    for resource in sorted(resources, key=lambda one: str(one.get("path"))):
        for method, told in sorted((resource.get("resourceMethods") or {}).items()):
            if method != PREFLIGHT and not (told or {}).get("apiKeyRequired"):
                yield f"{api} {method} {resource.get('path')}"


def _limited(tenant: str, keys: list[Key], mine: Mapping[str, Document]) -> bool:
    """Whether a plan lets a tenant in, and each that does limits it."""
    own = [mine[plan] for key in keys if tenant in _known_by(key, mine) for plan in key.plans if plan in mine]
    return bool(own) and all(plan["limits"] for plan in own)
