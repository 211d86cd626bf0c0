"""Tables of DynamoDB: requests by operation, what was turned away and why, and the tables' mode and caps.

The one rule: events of an index are published with the index's name and are not in the table's; events with a reason
are those of single parts of batches, and a batch of which one part went through is not in ``ThrottledRequests``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slactl.sandbox.packs.answering import asked, json_answer, parameters
from slactl.sandbox.packs.base import Make, Pack, Plan, Series, counted, durations
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

NAMESPACE = "AWS/DynamoDB"
INDEX = "by-owner"
CAP = 4000


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on a table: how often a day, its median latency in ms, and whether it reads."""

    name: str
    per_day: float
    median: float
    reads: bool


TABLES: Mapping[str, tuple[Operation, ...]] = {
    "missions": (
        Operation("GetItem", 900, 2.4, True),
        Operation("Query", 500, 4.1, True),
        Operation("PutItem", 260, 4.6, False),
    ),
    "rewards": (Operation("GetItem", 500, 2.2, True), Operation("UpdateItem", 220, 5.0, False)),
}
REASONS = {
    "dynamodb-throttles-key-range": "KeyRangeThroughput",
    "dynamodb-throttles-cap": "MaxOnDemandThroughput",
    "dynamodb-throttles-account": "AccountLimit",
    "dynamodb-throttles-provisioned": "ProvisionedThroughput",
}
_BROKEN, _USUAL = 0.004, 0.00002
_OTHERWISE = {
    "dynamodb-throttles-key-range": 3 * _USUAL,
    "dynamodb-throttles-cap": 0.0,
    "dynamodb-throttles-provisioned": 0.0,
}
"""A table on demand and without a cap is turned away for neither; a busy partition has its events instead."""
_FIRST = next(iter(TABLES))


def _series(plan: Plan) -> Iterator[Series]:
    for table, operations in TABLES.items():
        for operation in operations:
            yield from _of_operation(plan, table, operation)
        yield from _of_reasons(plan, table, sum(one.per_day for one in operations))


def _of_operation(plan: Plan, table: str, operation: Operation) -> Iterator[Series]:
    names = {"TableName": table, "Operation": operation.name}
    yield Series(
        NAMESPACE, "SuccessfulRequestLatency", names, "Milliseconds", _latency(plan, operation), distribution=True
    )
    throttled = _share(plan, "dynamodb-throttles", table)
    yield Series(NAMESPACE, "ThrottledRequests", names, "Count", counted(operation.per_day, throttled))
    failed = _share(plan, "dynamodb-system-errors", table)
    yield Series(NAMESPACE, "SystemErrors", names, "Count", counted(operation.per_day, failed))


def _latency(plan: Plan, operation: Operation) -> Make:
    median = operation.median * (6.0 if plan.broken("dynamodb-latency-p50") else 1.0)
    slow = 0.03 if plan.broken("dynamodb-latency-p99") else 0.0
    return durations(operation.per_day, median, slow=slow, slow_at=160.0)


def _of_reasons(plan: Plan, table: str, per_day: float) -> Iterator[Series]:
    """Reads of the table and writes of its index are turned away; nothing is published where nothing was."""
    for entry, reason in REASONS.items():
        make = counted(per_day / 2, _share(plan, entry, table))
        yield Series(NAMESPACE, f"Read{reason}ThrottleEvents", {"TableName": table}, "Count", make)
        indexed = {"TableName": table, "GlobalSecondaryIndexName": INDEX}
        yield Series(NAMESPACE, f"Write{reason}ThrottleEvents", indexed, "Count", make)


def _share(plan: Plan, entry: str, table: str) -> float:
    """How much of a table's requests meets with something; only one table's promise is broken."""
    if plan.broken(entry) and table == _FIRST:
        return plan.told(entry, "share", _BROKEN)
    return _OTHERWISE.get(entry, _USUAL)


def _furnish(world: World, plan: Plan) -> None:
    for table in TABLES:
        by_hand = plan.broken("dynamodb-on-demand") and table == _FIRST
        create_table(world, table, "PROVISIONED" if by_hand else "PAY_PER_REQUEST", INDEX)


def create_table(world: World, name: str, mode: str, index: str | None = None) -> Any:
    """Puts a table into moto."""
    from moto.backends import get_backend

    backend: Any = get_backend("dynamodb")[world.account][world.region]
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    found = {"IndexName": index, "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
    return backend.create_table(
        name,
        schema=key,
        throughput=capacity if mode == "PROVISIONED" else None,
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
        global_indexes=[found] if index else [],
        indexes=[],
        streams=None,
        billing_mode=mode,
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=True,
        warm_throughput=None,
    )


def table_hook(name: str, told: Mapping[str, Any]) -> Hook:
    """Tells of a table what moto can't; everything else of it is as it should be."""

    def answer(world: World, request: Request) -> Answer | None:
        if asked(request) != ("dynamodb", "DescribeTable") or parameters(request).get("TableName") != name:
            return None
        return json_answer({"Table": {**_described(world, name), **told}})

    return answer


def _described(world: World, name: str) -> dict[str, Any]:
    return {
        "TableName": name,
        "TableStatus": "ACTIVE",
        "TableArn": f"arn:aws:dynamodb:{world.region}:{world.account}:table/{name}",
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }


def _hook(plan: Plan) -> Hook:
    if not plan.broken("dynamodb-no-cap"):
        return lambda _world, _request: None
    return table_hook(_FIRST, {"OnDemandThroughput": {"MaxReadRequestUnits": CAP, "MaxWriteRequestUnits": -1}})


PACK = Pack(
    "dynamodb",
    {"tables": list(TABLES)},
    (
        "dynamodb-on-demand",
        "dynamodb-no-cap",
        "dynamodb-throttles",
        *REASONS,
        "dynamodb-system-errors",
        "dynamodb-latency-p50",
        "dynamodb-latency-p99",
    ),
    _series,
    _furnish,
    _hook,
)
