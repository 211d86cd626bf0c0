"""How buckets of R2 are open to the world: the domains that were connected to them, and the public r2.dev address.

The one rule: two calls are known, both only look; anything else is refused before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.sources.cloudflare.client import CloudflareClient, failed

CALLS = {"ListCustomDomains": "custom", "GetManagedDomain": "managed"}
"""The allowed operations of ``cloudflare:``, and where each is asked."""
PARAMETERS = frozenset({"AccountId", "BucketName"})
JURISDICTIONS = ("eu", "fedramp")


def look(client: CloudflareClient, operation: str, parameters: Mapping[str, object]) -> object:
    """What Cloudflare answers to ``cloudflare:<operation>``, as JSON.

    Args:
        client: who asks.
        operation: one of ``CALLS``.
        parameters: ``AccountId`` and ``BucketName``; the name of a bucket with a jurisdiction begins with it
            (``eu_media``), as in its metrics.

    Raises:
        CloudflareFailure: if it is refused, or the call is not on the list.
    """
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
