"""The table of idempotency keys: keys written, read, expired, and duplicates that a condition caught.

The one rule: a duplicate fails its conditional write and is not among the requests that succeeded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from slactl.sandbox.packs.base import Pack, Plan, Samples, Series, beats, counted, durations
from slactl.sandbox.packs.dynamodb import NAMESPACE, create_table, table_hook
from slactl.sandbox.world import Hook, World

TABLE = "idempotency"
HTTP_API = "h1t2t3p4a5"
REST_API = "r1e2s3t4a5"
ALLOWS = "method.response.header.Access-Control-Allow-Headers"
HEADER = "X-Idempotency-Key"
_KEYS = 420.0


def _series(plan: Plan) -> Iterator[Series]:
    for name, operation, often, median in (("put", "PutItem", _KEYS, 4.2), ("get", "GetItem", 60.0, 2.1)):
        slow = 6.0 if plan.broken(f"idempotency-{name}-latency") else 1.0
        names = {"TableName": TABLE, "Operation": operation}
        make = durations(often, median * slow, 0.3)
        yield Series(NAMESPACE, "SuccessfulRequestLatency", names, "Milliseconds", make, distribution=True)
    own = {"TableName": TABLE}
    yield Series(NAMESPACE, "ConditionalCheckFailedRequests", own, "Count", counted(_KEYS, 0.01))
    if not plan.broken("idempotency-expired"):
        yield Series(NAMESPACE, "TimeToLiveDeletedItemCount", own, "Count", _expired)


def _expired(rng: np.random.Generator, day: int) -> Samples:
    """Expired keys go in batches, some times an hour."""
    times = beats(day, 1200)
    return times, rng.poisson(_KEYS / len(times), len(times)).astype(np.float64)


def _hook(plan: Plan) -> Hook:
    if not plan.broken("idempotency-table"):
        return lambda _world, _request: None
    return table_hook(TABLE, {"TableStatus": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"})


def _furnish(world: World, plan: Plan) -> None:
    table: Any = create_table(world, TABLE, "PROVISIONED" if plan.broken("idempotency-mode") else "PAY_PER_REQUEST")
    if not plan.broken("idempotency-ttl"):
        table.ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiration"}
    _add_api(world, () if plan.broken("idempotency-header") else (HEADER,))
    _add_rest_api(world, () if plan.broken("idempotency-header-rest") else (HEADER,))


def _add_rest_api(world: World, headers: tuple[str, ...]) -> None:
    """The REST API that browsers write through: its OPTIONS method is a mock that says what they may send."""
    from moto.backends import get_backend

    backend: Any = get_backend("apigateway")[world.account][world.region]
    api = backend.create_rest_api("missions-rest", "", tags={"_custom_id_": REST_API})
    api.tags.clear()
    root = next(iter(api.resources.values()))
    root.add_method("OPTIONS", "NONE", False)
    root.add_integration("OPTIONS", "MOCK", "")
    backend.put_integration_response(
        REST_API, root.id, "OPTIONS", "200", "", {},
        {ALLOWS: f"'{','.join(('content-type', *headers))}'"},
    )  # fmt: skip


def _add_api(world: World, headers: tuple[str, ...]) -> None:
    """The HTTP API that browsers write through, with the headers that they may send."""
    from moto.backends import get_backend

    backend: Any = get_backend("apigatewayv2")[world.account][world.region]
    cors = {"allowHeaders": ["content-type", *headers], "allowOrigins": ["*"]}
    api = backend.create_api("", cors, "", "", "", "missions-http", "HTTP", "", {}, "")
    backend.apis = {HTTP_API: api}
    api.api_id = HTTP_API


PACK = Pack(
    "idempotency",
    {"table": TABLE, "http_api": HTTP_API, "rest_api": REST_API},
    (
        "idempotency-table",
        "idempotency-mode",
        "idempotency-ttl",
        "idempotency-expired",
        "idempotency-put-latency",
        "idempotency-get-latency",
        "idempotency-header",
        "idempotency-header-rest",
    ),
    _series,
    _furnish,
    _hook,
)
