"""``view:memorydb-shards``: where the nodes of each shard stand, and how old the newest whole snapshot is.

The one rule: a snapshot is as old as the oldest of its shards, and counts only once it is available.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.model.status import Code, Reason
from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.questions import Questions

WHOLE = "available"


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    name = str(parameters["ClusterName"])
    clusters = ask("memorydb:DescribeClusters", ClusterName=name, ShowShardDetails=True).get("Clusters") or []
    if not clusters:
        raise Refusal(Reason.of(Code.NOT_THERE, error=f"there is no cluster {name}"))
    (cluster, *_) = clusters
    told_of = cluster.get("Shards") or []
    if not told_of or len(told_of) < int(cluster.get("NumberOfShards") or 0):
        raise failed(f"cluster {name} tells of {len(told_of)} of {cluster.get('NumberOfShards') or 'its'} shards")
    shards = [_shard(one) for one in told_of]
    told = ask("memorydb:DescribeSnapshots", ClusterName=name, ShowDetail=True).get("Snapshots") or []
    taken = [at for one in told if one.get("Status") == WHOLE and (at := _taken(one))]
    return {
        "cluster": name,
        "status": cluster.get("Status"),
        "engine": cluster.get("Engine"),
        "engine_version": cluster.get("EngineVersion"),
        "availability_mode": cluster.get("AvailabilityMode"),
        "retention_days": cluster.get("SnapshotRetentionLimit"),
        "shards": shards,
        "alone": [one["name"] for one in shards if not one["replica_elsewhere"]],
        "snapshots": len(taken),
        "newest_snapshot": max(taken, default=None),
    }


def _shard(told: Document) -> Document:
    nodes = [{"name": one.get("Name"), "zone": one.get("AvailabilityZone")} for one in told.get("Nodes") or ()]
    zones = {one["zone"] for one in nodes}
    if not zones or None in zones:
        raise failed(f"shard {told.get('Name')} does not tell in which zones its nodes are")
    return {
        "name": told.get("Name"),
        "nodes": nodes,
        "zones": len(zones),
        "replicas": max(0, len(nodes) - 1),
        "replica_elsewhere": len(zones) > 1,
    }


def _taken(snapshot: Document) -> str | None:
    """When a snapshot was taken; RFC 3339 in UTC compares as text."""
    shards = (snapshot.get("ClusterConfiguration") or {}).get("Shards") or ()
    times = [str(one.get("SnapshotCreationTime") or "") for one in shards]
    return min(times, default="") or None
