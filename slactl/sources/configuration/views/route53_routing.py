"""``view:route53-routing``: every record on the way from a name to what answers, over alias chains within the zone.

The one rule: what ends the way counts as checked only where everything that chooses on the way to it sees its health:
by a live check, or by the evaluation of a target whose health is seen. An alias to a name without records ends its way.
What is said of a name holds for IPv4 and IPv6 alike, where it has both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.health import Checks
from slactl.sources.configuration.views.questions import Questions, Told

ALIAS_TTL = 60
"""So long answers of an alias to a load balancer, a gateway or a distribution are kept by resolvers."""
POLICIES = {
    "GeoLocation": "geolocation",
    "Region": "latency",
    "Failover": "failover",
    "Weight": "weighted",
    "MultiValueAnswer": "multivalue",
    "GeoProximityLocation": "geoproximity",
    "CidrRoutingConfig": "cidr",
}
SIMPLE, BY_PLACE = "simple", "geolocation"
ADDRESSES = ("A", "AAAA")
_REGION = re.compile(r"(?:^|[.-])((?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d)(?=[.-])")


@dataclass(frozen=True, slots=True)
class Zone:
    """A hosted zone: its records by name and type."""

    id: str
    records: Mapping[tuple[str, str], list[Document]]

    def of(self, name: str, kind: str) -> list[Document]:
        return self.records.get((name, kind), []) or self.records.get((name, "CNAME"), [])


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    zone = _zone(ask, str(parameters["HostedZoneId"]).rpartition("/")[2])
    name, checks = _plain(str(parameters["Name"])), Checks(ask)
    kinds = [str(told)] if (told := parameters.get("Type")) else [one for one in ADDRESSES if zone.of(name, one)]
    ways = [list(_walked(zone, name, kind, checks, _Way(), frozenset())) for kind in _asked(zone, name, kinds)]
    steps = [step for way in ways for step in way]
    leaves = [one for one in steps if one.pop("leaf")]
    checked = [one for one in leaves if one["checked"]]
    return Told({
        "zone": zone.id,
        "name": name,
        "policies": sorted(set.intersection(*({one["policy"] for one in way} for way in ways)) if ways else ()),
        "records": steps,
        "leaves": leaves,
        "regions": min((_regions(leaves, way) for way in ways), key=len, default=[]),
        "default_location": _everywhere(steps),
        "failover_seconds": _slowest(checked) if len(checked) == len(leaves) else None,
        "slowest_seconds": _slowest(checked),
    })  # fmt: skip


def _asked(zone: Zone, name: str, kinds: Sequence[str]) -> Sequence[str]:
    """The types to walk: once only where one record (a CNAME) answers both."""
    own = [one for one in kinds if (name, one) in zone.records]
    return own or kinds[:1]


def _regions(leaves: Sequence[Document], way: Sequence[Document]) -> list[str]:
    """Where one of the ways may end; what is idle ends none."""
    mine = {id(one) for one in way}
    return sorted({one["region"] for one in leaves if id(one) in mine and one["region"] and not one["idle"]})


def _everywhere(steps: Sequence[Document]) -> bool:
    """Whether records that choose by place leave nobody out: each set of them has a default one."""
    sets = {(one["name"], one["type"]) for one in steps if one["policy"] == BY_PLACE}
    return sets <= {(one["name"], one["type"]) for one in steps if one["location"] == "*"}


def _slowest(leaves: list[Document]) -> int | Refusal | None:
    """How long the slowest of these takes to fail over; None of none at all."""
    blind = next((one for one in leaves if one["failover_seconds"] is None), None)
    if blind is not None:
        return failed(f"nobody tells how soon a fault of {blind['target']} is seen")
    return max((one["failover_seconds"] for one in leaves), default=None)


@dataclass(frozen=True, slots=True)
class _Way:
    """What the records so far say: the region they stand for, and whether those that choose see the health below.

    ``chosen`` whether any of them chooses, ``waits`` whether one leaves it to what is below, ``blind`` whether one
    sees nothing; ``idle`` whether one of them never gets a turn.
    """

    region: str | None = None
    chosen: bool = False
    waits: bool = False
    blind: bool = False
    idle: bool = False

    def past(self, region: str | None, *, chooses: bool, live: bool, evaluates: bool, idle: bool) -> _Way:
        """The way with one more record on it."""
        asked = chooses or self.waits
        blind = self.blind or (asked and not live and not evaluates)
        return _Way(region, self.chosen or chooses, asked and not live, blind, self.idle or idle)

    def ends(self, *, live: bool, evaluates: bool) -> bool:
        """Whether what stands at its end is checked: this last record evaluates what AWS knows of the target."""
        return not self.blind and (live or evaluates or (self.chosen and not self.waits))


def _zone(ask: Questions, zone: str) -> Zone:
    records: dict[tuple[str, str], list[Document]] = {}
    for one in ask("route53:ListResourceRecordSets", HostedZoneId=zone).get("ResourceRecordSets", []):
        records.setdefault((_plain(str(one.get("Name"))), str(one.get("Type"))), []).append(one)
    return Zone(zone, records)


def _plain(name: str) -> str:
    return name.rstrip(".").lower().replace("\\052", "*")


def _walked(zone: Zone, name: str, kind: str, checks: Checks, above: _Way, seen: frozenset[str]) -> Iterator[Document]:
    records = zone.of(name, kind)
    never = _takes_no_turn(records, checks)
    for record in records:
        step = _step(record, name, checks, above)
        live, evaluates = step.pop("live"), step["evaluates_target_health"]
        chooses, idle = step["policy"] != SIMPLE, never and record.get("Weight") == 0
        way = above.past(step["region"], chooses=chooses, live=live, evaluates=evaluates, idle=idle)
        further = _further(zone, record, kind) if name not in seen else None
        lost = further is not None and not zone.of(further, kind)
        checked = way.ends(live=live, evaluates=evaluates) and not lost
        yield step | {"checked": checked, "leaf": further is None or lost, "idle": way.idle}
        if further is not None and not lost:
            yield from _walked(zone, further, kind, checks, way, seen | {name})


def _takes_no_turn(records: Sequence[Document], checks: Checks) -> bool:
    """Whether a weight of zero means never: others have weight, and one of them would never be seen to fail.

    Where all of those are seen to fail, Route 53 turns to records without weight: they stand by.
    """
    return any(
        not checks.of(one.get("HealthCheckId")).live and not (one.get("AliasTarget") or {}).get("EvaluateTargetHealth")
        for one in records
        if one.get("Weight")
    )


def _further(zone: Zone, record: Document, kind: str) -> str | None:
    """The name within the zone that a record leads to; None where it leads out of it."""
    alias = record.get("AliasTarget") or {}
    if alias.get("HostedZoneId") == zone.id:
        return _plain(str(alias.get("DNSName")))
    if record.get("Type") == "CNAME":
        (target, *_) = [*_values(record), ""]
        return target if zone.of(target, kind) else None
    return None


def _values(record: Document) -> list[str]:
    return [_plain(str(one.get("Value"))) for one in record.get("ResourceRecords") or ()]


def _step(record: Document, name: str, checks: Checks, above: _Way) -> Document:
    alias = record.get("AliasTarget") or {}
    target = _plain(str(alias["DNSName"])) if alias else ", ".join(_values(record))
    check = checks.of(record.get("HealthCheckId"))
    ttl = record.get("TTL", ALIAS_TTL if alias else None)
    return {
        "name": name,
        "type": record.get("Type"),
        "set": record.get("SetIdentifier"),
        "policy": next((policy for key, policy in POLICIES.items() if record.get(key) is not None), SIMPLE),
        "role": record.get("Failover"),
        "location": _location(record.get("GeoLocation") or {}),
        "target": target,
        "region": _region(target) or record.get("Region") or above.region,
        "ttl": ttl,
        "evaluates_target_health": bool(alias.get("EvaluateTargetHealth")),
        "live": check.live,
        **check.told,
        "failover_seconds": check.detected + ttl if check.live and check.detected and ttl is not None else None,
    }


def _location(geo: Mapping[str, Any]) -> str | None:
    """A continent, a country, or ``*`` for everybody else."""
    return geo.get("CountryCode") or geo.get("ContinentCode")


def _region(target: str) -> str | None:
    found = _REGION.search(target)
    return found[1] if found else None
