"""The parts of the platform that packs make promises about, as the sandbox shows them.

The one rule: a pack of the sandbox knows nothing of the pack's file; it publishes what AWS would publish of such
a table, function or cluster, and a fault breaks the promise of one entry and of no other.

One file a pack, each with its ``PACK``; a pack is imported only when it is shown::

    from slactl.sandbox.packs import add_packs, variables
    add_packs(world, ("dynamodb", "lambda"), faults={"dynamodb-throttles": {"share": 0.01}}, seed=1, since=...)
                                 # {"share": 0.2, "from": ..., "to": ...}: within that time only (epoch seconds)
    variables("dynamodb")        # {"tables": [...]}: what ``packs: {dynamodb: ...}`` names of it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from slactl.sandbox.packs.base import Pack, Plan
from slactl.sandbox.world import World

PACKS: dict[str, str] = {
    "lambda": "functions",
    "dynamodb": "dynamodb",
    "memorydb": "memorydb",
    "idempotency": "idempotency",
    "rate-limits": "rate_limits",
    "cloudfront": "cloudfront",
    "r2": "r2",
    "route53": "route53",
    "api-gateway": "api_gateway",
    "synthetics": "synthetics",
    "monitoring": "monitoring",
}
"""The module of each pack, by the pack's name."""


class BadPack(ValueError):
    """A pack that the sandbox does not have, or a fault that none of those that are shown can have."""


def pack(name: str) -> Pack:
    """A pack of the sandbox.

    Raises:
        BadPack: if there is none of that name.
    """
    if name not in PACKS:
        raise BadPack(f"the sandbox has no pack {name!r}; it has {', '.join(PACKS)}")
    found: Pack = import_module(f"slactl.sandbox.packs.{PACKS[name]}").PACK
    return found


def variables(name: str) -> dict[str, object]:
    """The variables of a pack that fit what the sandbox shows; raises as ``pack``."""
    return dict(pack(name).variables)


def add_packs(
    world: World,
    names: Iterable[str],
    *,
    faults: Mapping[str, Mapping[str, object]] | None = None,
    seed: int = 1,
    since: float = 0,
) -> None:
    """Shows packs in a world.

    Args:
        world: gets the metrics and, once it is asked for configuration, the configuration.
        names: which packs.
        faults: which promises are broken, by entry id, and how (an empty mapping: the usual way).
        seed: chance.
        since: the first second with data.

    Raises:
        BadPack: a pack that the sandbox does not have, or a fault that none of the packs can have.
    """
    packs, told = [pack(name) for name in names], dict(faults or {})
    unknown = sorted(set(told) - {entry for one in packs for entry in one.breakable})
    if unknown:
        raise BadPack(f"no such promise can be broken here: {', '.join(unknown)}")
    for one in packs:
        one.add_to(world, Plan(seed, since, told))
