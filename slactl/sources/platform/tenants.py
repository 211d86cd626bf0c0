"""Metrics by tenant, and the tenants that API keys are of.

The one rule: AWS publishes nothing by tenant, so only custom namespaces are looked at, by the customary names of such
a dimension; a metric with a further dimension is none that the pack can read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from slactl.ports.platform import TenantMetrics, Tenants
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.platform.hearing import LIST_METRICS, LISTING, Hearing, items, pairs

DIMENSIONS = ("Tenant", "TenantId", "TenantID", "TenantName", "tenant", "tenantId", "tenant_id", "tenant_name")
AWS = "AWS/"


def tenants(asker: Asker) -> Tenants:
    """What the pack rate-limits is for."""
    metrics, keys = Hearing(asker), Hearing(asker)
    found = [one for dimension in DIMENSIONS for one in _by(metrics, dimension)]
    told = keys.ask("listing API keys", "apigateway:GetApiKeys", includeValues=False)
    owners = {owner for one in items(told, "items") for owner in _owners(one)}
    return Tenants(metrics.seen(sorted(found)), keys.seen(sorted(owners)))


def _by(hearing: Hearing, dimension: str) -> Iterator[TenantMetrics]:
    """What is published by a dimension alone, namespace by namespace."""
    listed = hearing.ask(LISTING, LIST_METRICS, Dimensions=[{"Name": dimension}])
    by_namespace: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for one in items(listed, "Metrics"):
        names, namespace = pairs(one), str(one.get("Namespace"))
        if set(names) == {dimension} and not namespace.startswith(AWS):
            metrics, values = by_namespace[namespace]
            metrics.add(str(one.get("MetricName")))
            values.add(names[dimension])
    for namespace, (metrics, values) in by_namespace.items():
        yield TenantMetrics(namespace, dimension, tuple(sorted(metrics)), tuple(sorted(values)))


def _owners(key: Document) -> Iterator[str]:
    """Whose a key is, where it says so."""
    told = (key.get("customerId"), (key.get("tags") or {}).get("tenant"))
    yield from (str(one) for one in told if one and key.get("enabled") is not False)
