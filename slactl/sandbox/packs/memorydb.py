"""A cluster of MemoryDB: latencies by node in microseconds, zones of nodes, and snapshots as they are taken nightly.

The one rule: snapshots follow the world's clock, one at three in the morning of every day that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from slactl.sandbox.packs.answering import asked, json_answer, parameters
from slactl.sandbox.packs.base import Pack, Plan, Series, durations
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

NAMESPACE = "AWS/MemoryDB"
CLUSTER = "leaderboard"
SHARDS = 2
NODES = tuple(f"{CLUSTER}-{shard:04}-{node:03}" for shard in range(1, SHARDS + 1) for node in (1, 2))
RETENTION = 7
_AT = timedelta(hours=3)


def _series(plan: Plan) -> Iterator[Series]:
    slow_reads, slow_writes = (_slow(plan, f"memorydb-{what}-latency") for what in ("read", "write"))
    for node in NODES:
        names = {"ClusterName": CLUSTER, "NodeName": node}
        reads = durations(900, 280.0, 0.3, slow_reads, 1600.0)
        yield Series(NAMESPACE, "SuccessfulReadRequestLatency", names, "Microseconds", reads, distribution=True)
        if node.endswith("-001"):  # only primaries take writes
            writes = durations(300, 3100.0, 0.25, slow_writes, 14000.0)
            yield Series(NAMESPACE, "SuccessfulWriteRequestLatency", names, "Microseconds", writes, distribution=True)


def _slow(plan: Plan, entry: str) -> float:
    return plan.told(entry, "share", 0.03) if plan.broken(entry) else 0.0


def _hook(plan: Plan) -> Hook:
    """Nodes have zones by chance in moto, and snapshots the machine's time, so the cluster is told here."""

    def answer(world: World, request: Request) -> Answer | None:
        service, operation = asked(request)
        wanted = parameters(request).get("ClusterName", CLUSTER) if service == "memorydb" else ""
        if wanted != CLUSTER or request.scope[0] != world.region:
            return None
        if operation == "DescribeClusters":
            return json_answer({"Clusters": [_cluster(world, plan)]})
        if operation == "DescribeSnapshots":
            return json_answer({"Snapshots": _snapshots(world, plan)})
        return None

    return answer


def _cluster(world: World, plan: Plan) -> dict[str, Any]:
    return {
        "Name": CLUSTER,
        "Status": "available",
        "NumberOfShards": SHARDS,
        "Shards": [_shard(world, number, plan.broken("memorydb-replicas")) for number in range(1, SHARDS + 1)],
        "AvailabilityMode": "SingleAZ" if plan.broken("memorydb-multi-az") else "MultiAZ",
        "NodeType": "db.r7g.large",
        "Engine": "valkey",
        "EngineVersion": "7.2",
        "ARN": f"arn:aws:memorydb:{world.region}:{world.account}:cluster/{CLUSTER}",
        "SnapshotRetentionLimit": 0 if plan.broken("memorydb-snapshots-kept") else RETENTION,
        "SnapshotWindow": "03:00-04:00",
        "TLSEnabled": True,
    }


def _shard(world: World, number: int, together: bool) -> dict[str, Any]:
    """A shard of two nodes; with ``together`` those of the second are in one zone."""
    zones = "aa" if together and number == SHARDS else "ab"
    names = [node for node in NODES if f"-{number:04}-" in node]
    nodes = [
        {"Name": name, "Status": "available", "AvailabilityZone": f"{world.region}{zone}"}
        for name, zone in zip(names, zones, strict=True)
    ]
    return {"Name": f"{number:04}", "Status": "available", "Nodes": nodes, "NumberOfNodes": len(nodes)}


def _snapshots(world: World, plan: Plan) -> list[dict[str, Any]]:
    """Those of the last days, the newest of them three days old where that promise is broken."""
    now = datetime.fromtimestamp(world.now, UTC)
    newest = now - _AT - timedelta(days=3 if plan.broken("memorydb-snapshot-recent") else 0)
    nights = (
        newest.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back) for back in range(RETENTION)
    )
    return [_snapshot(world, night + _AT) for night in nights]


def _snapshot(world: World, taken: datetime) -> dict[str, Any]:
    name = f"automatic.{CLUSTER}-{taken:%Y-%m-%d-%H-%M}"
    shards = [
        {"Name": f"{number:04}", "Size": "11 MB", "SnapshotCreationTime": taken.timestamp()}
        for number in range(1, SHARDS + 1)
    ]
    return {
        "Name": name,
        "Status": "available",
        "Source": "system",
        "ARN": f"arn:aws:memorydb:{world.region}:{world.account}:snapshot/{name}",
        "ClusterConfiguration": {"Name": CLUSTER, "NumShards": SHARDS, "Shards": shards},
    }


PACK = Pack(
    "memorydb",
    {"clusters": [CLUSTER]},
    (
        "memorydb-read-latency",
        "memorydb-write-latency",
        "memorydb-multi-az",
        "memorydb-replicas",
        "memorydb-snapshots-kept",
        "memorydb-snapshot-recent",
    ),
    _series,
    hook=_hook,
)
