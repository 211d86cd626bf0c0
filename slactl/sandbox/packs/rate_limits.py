"""Tenants: their requests as the platform itself counts them, and the usage plans that limit them.

The one rule: requests that were turned away are counted among the requests too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slactl.sandbox.packs.base import Pack, Plan, Series, counted, marked
from slactl.sandbox.world import World

NAMESPACE, DIMENSION = "Platform/Tenants", "Tenant"
TENANTS: Mapping[str, float] = {"acme": 480.0, "globex": 450.0, "initech": 420.0}
"""Requests of each on a working day."""
_FIRST, _, _LAST = TENANTS
_STRANGER = "hooli"
_METHODS = ("GET", "POST")
_STAGE = {"apiId": "a1b2c3d4e5", "stage": "prod"}


def _series(plan: Plan) -> Iterator[Series]:
    for tenant, usual in TENANTS.items():
        often = usual * (8 if plan.broken("rate-limits-largest-tenant") and tenant == _FIRST else 1)
        refused = plan.told("rate-limits-throttled", "share", 0.2) if plan.broken("rate-limits-throttled") else 0.003
        names = {DIMENSION: tenant}
        yield Series(NAMESPACE, "Requests", names, "Count", marked(often, 1.0), chance=f"tenants/{tenant}")
        yield Series(
            NAMESPACE, "ThrottledRequests", names, "Count", counted(often, refused), chance=f"tenants/{tenant}"
        )


def _furnish(world: World, plan: Plan) -> None:
    from moto.backends import get_backend

    backend: Any = get_backend("apigateway")[world.account][world.region]
    root = next(iter(backend.create_rest_api("tenants", "", tags={"_custom_id_": _STAGE["apiId"]}).resources.values()))
    for method in _METHODS:
        root.add_method(method, "NONE", not (plan.broken("rate-limits-keys") and method == _METHODS[0]))
    unnamed = (_STRANGER,) if plan.broken("rate-limits-tenants-named") else ()
    for tenant in (*TENANTS, *unnamed):
        if plan.broken("rate-limits-plans") and tenant == _LAST:
            continue
        made = backend.create_usage_plan(
            {"name": tenant, "throttle": {"rateLimit": 50.0, "burstLimit": 100}, "apiStages": [_STAGE]}
        )
        key = backend.create_api_key({"name": tenant, "enabled": True, "tags": {"tenant": tenant}})
        backend.create_usage_plan_key(made.id, {"keyId": key.id, "keyType": "API_KEY"})


PACK = Pack(
    "rate-limits",
    {
        "namespace": NAMESPACE,
        "dimension": DIMENSION,
        "tenants": list(TENANTS),
        "api_id": _STAGE["apiId"],
        "stage": _STAGE["stage"],
    },
    (
        "rate-limits-throttled",
        "rate-limits-largest-tenant",
        "rate-limits-plans",
        "rate-limits-tenants-named",
        "rate-limits-keys",
    ),
    _series,
    _furnish,
)
