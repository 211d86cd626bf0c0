"""Which buckets of R2 there are, and how they are open to the world: by connected domains, by the r2.dev address.

The one rule: four calls are known, all only look; anything else is refused before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.sources.cloudflare.client import CloudflareClient, failed

CALLS = {"ListCustomDomains": "custom", "GetManagedDomain": "managed"}
"""The allowed operations of ``cloudflare:``, and where each is asked."""
PARAMETERS = frozenset({"AccountId", "BucketName"})
JURISDICTIONS = ("eu", "fedramp")
LISTS = {"ListAccounts": frozenset[str](), "ListBuckets": frozenset({"AccountId", "Jurisdiction"})}
"""The operations that list, and their parameters; a ``Jurisdiction`` that is empty is none."""


def look(client: CloudflareClient, operation: str, parameters: Mapping[str, object]) -> object:
    """What Cloudflare answers to ``cloudflare:<operation>``, as JSON.

    Args:
        client: who asks.
        operation: one of ``CALLS`` or ``LISTS``.
        parameters: of ``CALLS`` ``AccountId`` and ``BucketName``; the name of a bucket with a jurisdiction begins
            with it (``eu_media``), as in its metrics.

    Raises:
        CloudflareFailure: if it is refused, or the call is not on the list.
    """
    if operation in LISTS:
        return _listed(client, operation, parameters)
    if operation not in CALLS:
        raise failed(f"cloudflare:{operation} is not on the list")
    account, bucket = str(parameters.get("AccountId") or ""), str(parameters.get("BucketName") or "")
    if set(parameters) != PARAMETERS or not account or not bucket:
        raise failed(f"cloudflare:{operation} takes AccountId and BucketName")
    where, _, name = bucket.partition("_")
    placed = where in JURISDICTIONS and bool(name)
    headers = {"cf-r2-jurisdiction": where} if placed else {}
    path = ("accounts", account, "r2", "buckets", name if placed else bucket, "domains", CALLS[operation])
    return client.get(path, headers)


def _listed(client: CloudflareClient, operation: str, parameters: Mapping[str, object]) -> object:
    """``{"Accounts": [...]}`` or ``{"Buckets": [...]}``."""
    if set(parameters) != LISTS[operation]:
        raise failed(f"cloudflare:{operation} takes {', '.join(sorted(LISTS[operation])) or 'nothing'}")
    if operation == "ListAccounts":
        return {"Accounts": [one for page in client.listed(("accounts",)) for one in _dicts(page)]}
    account, placed = (str(parameters[name]) for name in ("AccountId", "Jurisdiction"))
    pages = client.listed(("accounts", account, "r2", "buckets"), {"cf-r2-jurisdiction": placed} if placed else {})
    return {"Buckets": [one for page in pages for told in _dicts([page]) for one in _dicts(told.get("buckets"))]}


def _dicts(found: object) -> list[dict[str, Any]]:
    """The objects of a list; a list that is none is an answer that nobody understands.

    Raises:
        CloudflareFailure: if it is none.
    """
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise failed("Cloudflare's list is none")
    return found
