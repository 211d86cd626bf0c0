"""What of a proposal the configuration has already.

The one rule: what stands is never changed; names that a pack which is on does not have yet are told, and nobody adds
them but the user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slactl.workflows.onboarding.packs.nouns import Standing, Use, some

LISTS: Mapping[str, str] = {
    "lambda": "functions",
    "dynamodb": "tables",
    "memorydb": "clusters",
    "cloudfront": "distributions",
    "synthetics": "canaries",
}
"""The list of each pack of which one use is enough."""
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "idempotency": ("table",),
    "route53": ("zone", "name"),
    "api-gateway": ("api_id", "stage"),
    "rate-limits": ("namespace", "dimension"),
    "r2": ("account", "host"),
}
"""The variables that tell one use of a pack from another."""
DEFAULTS: Mapping[str, str] = {"dimension": "Tenant"}


def left_over(pack: str, uses: Sequence[Use], standing: Standing) -> tuple[list[Use], str]:
    """The uses that the configuration does not have, and, where none is left of some, what it has."""
    on = {key: variables for key, (name, variables) in standing.uses.items() if name == pack}
    keys = some(sorted(on))
    if on and pack not in (*LISTS, *IDENTITY):
        return [], f"on already ({keys})"
    if not on or not uses:
        return list(uses), ""
    if pack in LISTS:
        return [], f"on already ({keys})" + _beside(uses, LISTS[pack], on)
    known = {_identity(pack, variables) for variables in on.values()}
    fresh = [use for use in uses if _identity(pack, {one.name: one.value for one in use.given}) not in known]
    return fresh, "" if fresh else f"on already ({keys})"


def _beside(uses: Sequence[Use], name: str, on: Mapping[str, Mapping[str, object]]) -> str:
    """What was found and is in none of the lists."""
    listed = {str(one) for variables in on.values() for one in _many(variables.get(name))}
    beside = [one for use in uses for one in _many(use.value(name)) if one not in listed]
    return f"; not among its {name}: {some(beside, 20)}" if beside else ""


def _many(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _identity(pack: str, values: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(values.get(name) or DEFAULTS.get(name, "")) for name in IDENTITY[pack])
