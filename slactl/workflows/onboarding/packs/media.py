"""The pack r2: buckets by the domain that leads to them.

The one rule: a bucket without a domain is in no use, for it may hold no media; it is named beside them.
"""

from __future__ import annotations

from slactl.ports.platform import MediaBucket, Platform
from slactl.workflows.onboarding.packs.nouns import Sketch, Use, Why, given, refused, some, told

TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the variable's name


def r2(platform: Platform) -> Sketch:
    """A use for each domain; else for the buckets of each account, with the domain missing."""
    if platform.media is None:
        return Sketch(nothing=f"{TOKEN} is not set, so Cloudflare was not asked", code=Why.NOT_ASKED)
    found = platform.media.found
    led = [one for one in found if one.zone and one.host]
    bare = [one for one in found if not (one.zone and one.host)]
    places = sorted({(one.account, one.zone, one.host) for one in led})
    uses = tuple(
        _use(place, [one for one in led if (one.account, one.zone, one.host) == place], bare) for place in places
    )
    uses = uses or tuple(_bare(account, bare) for account in sorted({one.account for one in bare}))
    return Sketch(uses, "no bucket of R2", refused(platform.media))


def _use(place: tuple[str, str, str], buckets: list[MediaBucket], bare: list[MediaBucket]) -> Use:
    account, zone, host = place
    names = tuple(one.name for one in buckets)
    others = [one.name for one in bare if one.account == account]
    note = f"no domain leads to {some(others)}: add to buckets what holds media"
    values = given(account=account, zone=zone, host=host, buckets=names)
    why = f"{host} leads to {told(len(names), 'bucket')}"
    return Use("r2", why, values, len(names), host, notes=(note,) if others else ())


def _bare(account: str, buckets: list[MediaBucket]) -> Use:
    names = tuple(one.name for one in buckets if one.account == account)
    why = f"{told(len(names), 'bucket')} seen; no domain leads to one"
    return Use("r2", why, given(account=account, buckets=names), len(names), account)
