"""The pack route53: names that choose where they lead, and the health checks on the way.

The one rule: a name is proposed where its own record chooses (by place, latency, failover, ...) and no other name of
the zone leads to it; health checks are those that stand on its way.
"""

from __future__ import annotations

from collections.abc import Iterator

from slactl.ports.platform import HealthCheck, Names, Platform, Record, Zone
from slactl.workflows.onboarding.packs.nouns import Sketch, Use, given, refused, some, told

DEEPEST = 16


def route53(platform: Platform) -> Sketch:
    """A use for each name with a health check on its way; else what there is, with what misses."""
    names = platform.names
    uses = tuple(use for zone in names.zones.found for use in _uses(zone, names))
    if not uses and names.checks.found:
        uses = (_alone(names),)
    zones = told(len(names.zones.found), "public hosted zone")
    return Sketch(uses, f"no health check ({zones} seen)", refused(names.zones, names.checks))


def _uses(zone: Zone, names: Names) -> Iterator[Use]:
    led_to = {one.target for one in zone.records if one.target and one.target != one.name}
    for name in sorted({one.name for one in zone.records if one.choosing and one.name not in led_to}):
        checks = _checks(zone, name, names.checks.found)
        if checks:
            yield _use(zone, name, checks)


def _use(zone: Zone, name: str, checks: tuple[str, ...]) -> Use:
    why = (
        f"{name} chooses where it leads, with {told(len(checks), 'health check')} on the way; metrics are in us-east-1"
    )
    return Use("route53", why, given(health_checks=checks, zone=zone.id, name=name), len(checks), name)


def _checks(zone: Zone, name: str, known: tuple[HealthCheck, ...]) -> tuple[str, ...]:
    """The health checks on the way from a name, as far as they exist; else those that call the name or one below it."""
    there = {one.id for one in known}
    found = {one.check for one in _way(zone, name)} & there
    below = {
        one.id for one in known if one.host and (one.host.lower() == name or one.host.lower().endswith(f".{name}"))
    }
    return tuple(sorted(found or below))


def _way(zone: Zone, name: str) -> list[Record]:
    """Every record that a name can lead through."""
    seen, following = {name}, [name]
    found: list[Record] = []
    for _ in range(DEEPEST):
        records = [one for one in zone.records if one.name in following]
        found += records
        following = sorted({one.target for one in records if one.target} - seen)
        seen |= set(following)
    return found


def _alone(names: Names) -> Use:
    """Health checks that no record leads by."""
    checks = tuple(one.id for one in names.checks.found)
    hosts = some(sorted({one.host for one in names.checks.found if one.host}))
    why = f"{told(len(checks), 'health check')} seen" + (f", of {hosts}" if hosts else "")
    return Use(
        "route53", f"{why}; no public record that chooses leads by them", given(health_checks=checks), len(checks)
    )
