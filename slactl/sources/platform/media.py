"""Buckets of Cloudflare R2 and the domains that lead to them.

The one rule: a bucket is named as its metrics name it, with its jurisdiction before it (``eu_media``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slactl.ports import Refusal
from slactl.ports.platform import MediaBucket, Seen
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.platform.hearing import Hearing, items

PLACES = ("", "eu")
LISTING, LIST_ACCOUNTS = "listing Cloudflare's accounts", "cloudflare:ListAccounts"
HINT = "name the account: CLOUDFLARE_ACCOUNT_ID"


@dataclass(frozen=True, slots=True)
class Cloudflare:
    """Which account is meant; empty: those that the token opens."""

    account: str = ""


def buckets(asker: Asker, cloudflare: Cloudflare) -> Seen[MediaBucket]:
    """Every bucket, with the domain that is connected to it."""
    hearing = Hearing(asker)
    found = [one for account in _accounts(hearing, cloudflare) for one in _of(hearing, account)]
    return hearing.seen(sorted(found))


def _accounts(hearing: Hearing, cloudflare: Cloudflare) -> list[str]:
    if cloudflare.account:
        return [cloudflare.account]
    found = hearing.ask(LISTING, LIST_ACCOUNTS)
    if found is not None and not items(found, "Accounts"):
        # A token that may not see its account gets an empty list, which says nothing of buckets.
        hearing.refusals.append(
            Refusal(LISTING, LIST_ACCOUNTS, f"{LISTING}: the token is shown none", HINT, denied=True)
        )
    return sorted(str(one.get("id")) for one in items(found, "Accounts"))


def _of(hearing: Hearing, account: str) -> Iterator[MediaBucket]:
    for place in PLACES:
        asked = {"AccountId": account, "Jurisdiction": place}
        found = hearing.ask("listing buckets of R2", "cloudflare:ListBuckets", **asked)
        for one in items(found, "Buckets"):
            name = f"{place}_{one.get('name')}" if place else str(one.get("name"))
            yield _bucket(hearing, account, name)


def _bucket(hearing: Hearing, account: str, name: str) -> MediaBucket:
    asked = {"AccountId": account, "BucketName": name}
    found = hearing.ask("asking for the domains of buckets", "cloudflare:ListCustomDomains", **asked)
    domains = [one for one in items(found, "domains") if one.get("enabled")]
    told: Document = min(domains, key=lambda one: str(one.get("domain")), default={})
    return MediaBucket(account, name, str(told.get("zoneId") or ""), str(told.get("domain") or ""))
