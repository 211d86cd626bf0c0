"""Distributions of CloudFront, and the names and health checks of Route 53: of the account, whatever the region.

The one rule: their metrics are looked for in us-east-1 only, where they are published.
"""

from __future__ import annotations

from collections.abc import Iterator

from slactl.ports.platform import HealthCheck, Named, Names, Record, Seen, Zone
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.platform.hearing import Hearing, items, named

REGION = "us-east-1"
ADDRESSES = ("A", "AAAA", "CNAME")
POLICIES = (
    "GeoLocation",
    "Region",
    "Failover",
    "Weight",
    "MultiValueAnswer",
    "GeoProximityLocation",
    "CidrRoutingConfig",
)


def distributions(asker: Asker) -> Seen[Named]:
    """CloudFront's distributions, by their ids."""
    hearing = Hearing(asker)
    found = hearing.ask("listing distributions", "cloudfront:ListDistributions")
    listed = items(found, "DistributionList", "Items")
    defined = None if found is None else [(str(one.get("Id")), _state(one)) for one in listed]
    published = hearing.published("AWS/CloudFront", "Requests", ("DistributionId", "Region"), REGION)
    return hearing.seen(named(defined, published))


def _state(told: Document) -> str:
    return "disabled" if told.get("Enabled") is False else ""


def names(asker: Asker) -> Names:
    """Public zones with their records, and health checks."""
    zones, checks = Hearing(asker), Hearing(asker)
    told = checks.ask("listing health checks", "route53:ListHealthChecks")
    known = [_check(one) for one in items(told, "HealthChecks")]
    listed = zones.ask("listing hosted zones", "route53:ListHostedZones")
    public = [one for one in items(listed, "HostedZones") if not (one.get("Config") or {}).get("PrivateZone")]
    # Without a health check no record leads by one, and zones are many where records are.
    found = [_zone(zones, one, read=bool(known)) for one in public]
    return Names(
        zones.seen(sorted(found, key=lambda one: (one.name, one.id))),
        checks.seen(sorted(known, key=lambda one: one.id)),
    )


def _check(told: Document) -> HealthCheck:
    config = told.get("HealthCheckConfig") or {}
    return HealthCheck(str(told.get("Id")), str(config.get("FullyQualifiedDomainName") or ""))


def _zone(hearing: Hearing, told: Document, *, read: bool) -> Zone:
    zone = str(told.get("Id")).rpartition("/")[2]
    asked = {"HostedZoneId": zone}
    found = hearing.ask("listing records", "route53:ListResourceRecordSets", **asked) if read else None
    return Zone(zone, _plain(told.get("Name")), tuple(_records(zone, items(found, "ResourceRecordSets"))))


def _records(zone: str, records: list[Document]) -> Iterator[Record]:
    here = {_plain(one.get("Name")) for one in records}
    for one in records:
        if one.get("Type") in ADDRESSES:
            target = _target(zone, one)
            choosing = any(one.get(policy) is not None for policy in POLICIES)
            inside = target if target in here else ""
            yield Record(_plain(one.get("Name")), choosing, inside, str(one.get("HealthCheckId") or ""))


def _target(zone: str, record: Document) -> str:
    alias = record.get("AliasTarget") or {}
    if alias:
        return _plain(alias.get("DNSName")) if alias.get("HostedZoneId") == zone else ""
    values = items(record, "ResourceRecords") if record.get("Type") == "CNAME" else []
    return _plain(values[0].get("Value")) if values else ""


def _plain(name: object) -> str:
    return str(name or "").rstrip(".").lower().replace("\\052", "*")
