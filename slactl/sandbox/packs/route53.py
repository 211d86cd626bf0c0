"""Amazon Route 53: health checks of two regions, with metrics in us-east-1 only, and the records of one name.

The one rule: the name leads by place, then by latency, then by failover, each a record set of its own, for no record
set has two policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from slactl.sandbox.packs.base import Make, Pack, Plan, Samples, Series, beats
from slactl.sandbox.requests import Floats
from slactl.sandbox.world import World

NAMESPACE, REGION = "AWS/Route53", "us-east-1"
REGIONS = ("eu-west-1", "eu-central-1")
CHECKS = ("11111111-aaaa-4bbb-8ccc-000000000001", "11111111-aaaa-4bbb-8ccc-000000000002")
ZONE, DOMAIN, NAME = "Z0SANDBOX0000001", "example.com", "api.example.com"
GATEWAYS = "Z0APIGATEWAY0001"
"""The zone of the addresses that API Gateway gives."""


def _series(plan: Plan) -> Iterator[Series]:
    for number, check in enumerate(CHECKS):
        down = plan.told("route53-availability", "share", 0.02) if plan.broken("route53-availability") else 0.0003
        seen = plan.told("route53-checkers", "percent", 90.0) if plan.broken("route53-checkers") else 100.0
        first = number == 0
        names = {"HealthCheckId": check}
        status, healthy = _status(down if first else 0.0003), _healthy(seen if first else 100.0)
        yield Series(NAMESPACE, "HealthCheckStatus", names, "None", status, REGION)
        yield Series(NAMESPACE, "HealthCheckPercentageHealthy", names, "Percent", healthy, REGION)


def _status(down: float) -> Make:
    """1 in a healthy minute, 0 in any other."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = beats(day)
        return times, (rng.random(len(times)) >= down).astype(np.float64)

    return make


def _healthy(about: float) -> Make:
    """How many of the checkers see it healthy, in percent."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = beats(day)
        fewer = rng.exponential(0.3, len(times))
        found: Floats = np.round(np.clip(about - fewer, 0.0, 100.0), 4).astype(np.float64)
        return times, found

    return make


def _furnish(world: World, plan: Plan) -> None:
    from moto.backends import get_backend

    backend: Any = get_backend("route53")[world.account]["aws"]
    for number, check in enumerate(CHECKS):
        _add_check(backend, check, plan, first=number == 0)
    zone = backend.create_hosted_zone(DOMAIN, False)
    backend.zones = {(ZONE if one is zone else key): one for key, one in backend.zones.items()}
    zone.resource_id = ZONE
    changes = [{"Action": "CREATE", "ResourceRecordSet": one} for one in _records(plan)]
    backend.change_resource_record_sets(ZONE, changes)


def _add_check(backend: Any, name: str, plan: Plan, *, first: bool) -> None:
    slow = plan.broken("route53-failover-time")
    wanted = {
        "type": "HTTPS",
        "fqdn": f"{name[-1]}.{NAME}",
        "resource_path": "/health",
        "request_interval": 30,
        "failure_threshold": 10 if slow and first else 3,
        "disabled": plan.broken("route53-health-checked") and first,
    }
    check = backend.create_health_check(name, wanted)
    del backend.health_checks[check.id]
    check.id = name
    backend.health_checks[name] = check


def _records(plan: Plan) -> Iterator[dict[str, Any]]:
    """The name by place, then by latency, then each region before the other."""
    nearest = f"nearest.{NAME}"
    if plan.broken("route53-geolocation"):
        yield _alias(NAME, nearest)
    else:
        yield _alias(NAME, nearest, SetIdentifier="europe", GeoLocation={"ContinentCode": "EU"})
        yield _alias(NAME, nearest, SetIdentifier="elsewhere", GeoLocation={"CountryCode": "*"})
    for region in REGIONS:
        policy = {"Weight": 50} if plan.broken("route53-latency") else {"Region": region}
        yield _alias(nearest, f"{region}.{NAME}", SetIdentifier=region, **policy)
    for number, region in enumerate(REGIONS):
        roles = (("PRIMARY", number), ("SECONDARY", 1 - number))
        for role, other in roles:
            place = REGIONS[0] if plan.broken("route53-failover") else REGIONS[other]
            gateway = f"d-{other}abc123.execute-api.{place}.amazonaws.com"
            named = {"SetIdentifier": f"{region} {role.lower()}", "Failover": role, "HealthCheckId": CHECKS[other]}
            yield _alias(f"{region}.{NAME}", gateway, GATEWAYS, evaluate=False, **named)


def _alias(name: str, target: str, zone: str = ZONE, *, evaluate: bool = True, **more: Any) -> dict[str, Any]:
    to = {"HostedZoneId": zone, "DNSName": f"{target}.", "EvaluateTargetHealth": str(evaluate).lower()}
    return {"Name": f"{name}.", "Type": "A", "AliasTarget": to, **more}


PACK = Pack(
    "route53",
    {"health_checks": list(CHECKS), "zone": ZONE, "name": NAME},
    (
        "route53-availability",
        "route53-checkers",
        "route53-geolocation",
        "route53-latency",
        "route53-health-checked",
        "route53-failover",
        "route53-failover-time",
    ),
    _series,
    _furnish,
)
