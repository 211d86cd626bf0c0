"""Functions, tables, clusters and canaries of a region.

The one rule: what is defined is there; metrics only tell whether it was used, and stand in where definitions are
refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from slactl.ports.platform import BrowserApi, Clusters, Functions, KeyTable, Named, Seen, Tables
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.platform.hearing import LIST_METRICS, LISTING, Hearing, items, named, pairs

INSIGHTS = "LambdaInsights"
MOST_ASKED = 50
"""So many tables are all asked how they expire; of more those that published expired rows, or are named so."""
KEYS = re.compile(r"idempot", re.IGNORECASE)
HEADER = "x-idempotency-key"


def functions(asker: Asker) -> Functions:
    """Lambda's functions."""
    hearing, insights = Hearing(asker), Hearing(asker)
    found = hearing.ask("listing functions", "lambda:ListFunctions")
    defined = _names(found, "Functions", "FunctionName")
    published = hearing.published("AWS/Lambda", "Invocations", ("FunctionName",))
    settings = hearing.aside("asking for Lambda's limits", "lambda:GetAccountSettings") or {}
    limit = (settings.get("AccountLimit") or {}).get("ConcurrentExecutions")
    with_insights = insights.published(INSIGHTS, "init_duration", ("function_name",)) or ()
    return Functions(hearing.seen(named(defined, published)), insights.seen(sorted(with_insights)), limit)


def _names(found: Document | None, listed: str, name: str) -> list[tuple[str, str]] | None:
    """Names without remarks; None where nothing was answered."""
    return None if found is None else [(str(one.get(name)), "") for one in items(found, listed)]


def tables(asker: Asker) -> Tables:
    """DynamoDB's tables, with what tells of idempotency."""
    hearing, keys = Hearing(asker), Hearing(asker)
    found = hearing.ask("listing tables", "dynamodb:ListTables")
    defined = None if found is None else [(str(name), "") for name in found.get("TableNames") or ()]
    published = hearing.published("AWS/DynamoDB", "SuccessfulRequestLatency", ("TableName", "Operation"))
    there = list(named(defined, published))
    few = len(there) <= MOST_ASKED
    asked = [one.name for one in there] if few else _candidates(keys, there)
    return Tables(hearing.seen(there), keys.seen(_keys(keys, asked)), browsers(asker), few)


def _candidates(hearing: Hearing, there: list[Named]) -> list[str]:
    expiring = hearing.published("AWS/DynamoDB", "TimeToLiveDeletedItemCount", ("TableName",)) or ()
    return [one.name for one in there if one.name in expiring or KEYS.search(one.name)]


def _keys(hearing: Hearing, names: list[str]) -> Iterator[KeyTable]:
    """Tables whose name says so, or whose rows expire."""
    for name in names:
        found = hearing.ask("asking how tables expire", "dynamodb:DescribeTimeToLive", TableName=name) or {}
        told = found.get("TimeToLiveDescription") or {}
        expires = told.get("AttributeName") if told.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") else None
        if expires or KEYS.search(name):
            yield KeyTable(name, bool(KEYS.search(name)), expires)


def browsers(asker: Asker) -> Seen[BrowserApi]:
    """HTTP APIs that browsers may call."""
    hearing = Hearing(asker)
    found = hearing.ask("listing HTTP APIs", "apigatewayv2:GetApis")
    return hearing.seen(sorted(_browsers(items(found, "Items")), key=lambda one: (one.name, one.id)))


def _browsers(apis: list[Document]) -> Iterator[BrowserApi]:
    for one in apis:
        if one.get("ProtocolType") == "HTTP" and one.get("CorsConfiguration"):
            headers = {str(name).lower() for name in one["CorsConfiguration"].get("AllowHeaders") or ()}
            yield BrowserApi(str(one.get("ApiId")), str(one.get("Name")), HEADER in headers)


def clusters(asker: Asker) -> Clusters:
    """MemoryDB's clusters."""
    hearing, namespace, metric = Hearing(asker), "AWS/MemoryDB", "SuccessfulReadRequestLatency"
    defined = _names(hearing.ask("listing clusters", "memorydb:DescribeClusters"), "Clusters", "Name")
    asked = {"Namespace": namespace, "MetricName": metric, "Dimensions": [{"Name": "ClusterName"}]}
    listed = hearing.aside(LISTING, LIST_METRICS, **asked)
    told = [pairs(one) for one in items(listed, "Metrics")]
    published = None if listed is None else frozenset(one["ClusterName"] for one in told)
    nodes = {name for one in told if len(one) == 2 for name in one if name != "ClusterName"}
    return Clusters(hearing.seen(named(defined, published)), tuple(sorted(nodes)))


def canaries(asker: Asker) -> Seen[Named]:
    """The canaries of CloudWatch Synthetics."""
    hearing = Hearing(asker)
    found = hearing.ask("listing canaries", "synthetics:DescribeCanaries")
    defined = None if found is None else [_canary(one) for one in items(found, "Canaries")]
    published = hearing.published("CloudWatchSynthetics", "SuccessPercent", ("CanaryName",))
    return hearing.seen(named(defined, published))


def _canary(told: Document) -> tuple[str, str]:
    state = str((told.get("Status") or {}).get("State") or "")
    return str(told.get("Name")), "" if state in ("", "RUNNING") else state.lower()
