"""Cloudflare R2 and the zone before it: media that are mostly served from the cache.

The one rule: a fault of one promise leaves the counts that others are made of as they are.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from slactl.sandbox.cloudflare import Bucket, Cloudflare, Counts, Table
from slactl.sandbox.packs.base import Pack, Plan
from slactl.sandbox.traffic import SLOTS, rates
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

ACCOUNT, ZONE, HOST = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "media.example.com"
BUCKETS = ("media", "eu_documents")
PER_DAY = 40_000.0
_ORDINARY = 10_000.0
CACHED = {"hit": 0.88, "revalidated": 0.03, "stale": 0.01, "miss": 0.05, "expired": 0.02, "dynamic": 0.01}
UNCACHED = {"hit": 0.40, "miss": 0.55, "dynamic": 0.05}
OPERATIONS = {("GetObject", "success"): 0.9, ("PutObject", "success"): 0.08, ("GetObject", "userError"): 0.02}


def _counts(plan: Plan, name: str, day: int, per_day: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How often something of that name happened in each five minutes of a day."""
    rng = np.random.default_rng([plan.seed, zlib.crc32(name.encode()), day])
    found = rng.poisson(rates(day) * (per_day / _ORDINARY)).astype(np.int64)
    begun = max(0, min(SLOTS, int(-(-(plan.since - day * 86_400) // 300))))
    found[:begun] = 0
    return found


def _zone(plan: Plan) -> Table:
    shares = UNCACHED if plan.broken("r2-cache-hits") else CACHED

    @lru_cache(maxsize=64)
    def counts(day: int) -> Counts:
        return {
            (HOST, status, "200"): _counts(plan, f"zone {status}", day, PER_DAY * share)
            for status, share in shares.items()
        }

    return Table(("clientRequestHTTPHost", "cacheStatus", "edgeResponseStatus"), ("count",), counts)


def _operations(plan: Plan) -> Table:
    failing = plan.told("r2-errors", "share", 0.02) if plan.broken("r2-errors") else 0.0001
    shares = {**OPERATIONS, ("GetObject", "internalError"): failing}

    @lru_cache(maxsize=64)
    def counts(day: int) -> Counts:
        return {
            (bucket, action, status): _counts(plan, f"{bucket} {action} {status}", day, PER_DAY / 8 * share)
            for bucket in BUCKETS
            for (action, status), share in shares.items()
        }

    return Table(("bucketName", "actionType", "actionStatus"), ("sum", "requests"), counts)


def cloudflare(plan: Plan) -> Cloudflare:
    """The account of a plan."""
    active = not plan.broken("r2-custom-domain")
    status = {"ownership": "active", "ssl": "active"}
    domain = {"domain": HOST, "enabled": active, "status": status, "minTLS": "1.2", "zoneId": ZONE, "zoneName": "x"}
    bucket = Bucket((domain,), plan.broken("r2-public-address-off"))
    tables = {
        "zones": {"httpRequestsAdaptiveGroups": _zone(plan)},
        "accounts": {"r2OperationsAdaptiveGroups": _operations(plan)},
    }
    return Cloudflare(ACCOUNT, ZONE, tables, dict.fromkeys(BUCKETS, bucket))


def _hook(plan: Plan) -> Hook:
    shown = cloudflare(plan)

    def answer(world: World, request: Request) -> Answer | None:
        return shown.answer(request, world.now)

    return answer


PACK = Pack(
    name="r2",
    variables={"account": ACCOUNT, "zone": ZONE, "host": HOST, "buckets": list(BUCKETS)},
    breakable=("r2-cache-hits", "r2-errors", "r2-custom-domain", "r2-public-address-off"),
    series=lambda _plan: (),
    hook=_hook,
)
