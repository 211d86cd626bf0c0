"""What AWS and Cloudflare publish, written down once more: terms of packs and series of the sandbox both fit it.

A metric that is misspelt, that lacks a dimension, is looked for in another region or read in another unit gives no
error, only an empty or a wrong figure; so names are held against a list that neither packs nor sandbox are made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pytest

from slactl.configuration.packfile import shipped_packs
from slactl.model.general import Control, MetricTerm, Ratio, Statistic, Statistical, WeightedAverage, terms_of
from slactl.model.objective import Objective
from slactl.sandbox.packs import pack, variables
from slactl.sandbox.packs.base import Plan
from tests.packs.february import configured

GLOBAL = "us-east-1"
COUNT, PERCENT, MS, US, SWITCH = "Count", "Percent", "Milliseconds", "Microseconds", "None"


@dataclass(frozen=True)
class Published:
    """A metric: its unit, the sets of dimensions that it is published with, and its only region ('' for any)."""

    unit: str
    dimensions: tuple[frozenset[str], ...]
    region: str = ""


def _with(unit: str, *dimensions: str, region: str = "") -> Published:
    return Published(unit, tuple(frozenset(one.split()) for one in dimensions), region)


EDGE, INDEXED = "DistributionId Region", ("TableName", "TableName GlobalSecondaryIndexName")
CAUSES = ("KeyRangeThroughput", "MaxOnDemandThroughput", "AccountLimit", "ProvisionedThroughput")
PUBLISHED = {
    **{
        ("AWS/Lambda", name): _with(unit, "FunctionName", "FunctionName Resource")
        for name, unit in (("Invocations", COUNT), ("Errors", COUNT), ("Throttles", COUNT), ("Duration", MS))
    },
    ("AWS/Lambda", "ClaimedAccountConcurrency"): _with(COUNT, ""),
    ("LambdaInsights", "init_duration"): _with(MS, "function_name", "function_name version"),
    ("AWS/DynamoDB", "SuccessfulRequestLatency"): _with(MS, "TableName Operation"),
    ("AWS/DynamoDB", "ThrottledRequests"): _with(COUNT, "TableName Operation"),
    ("AWS/DynamoDB", "SystemErrors"): _with(COUNT, "TableName Operation"),
    ("AWS/DynamoDB", "TimeToLiveDeletedItemCount"): _with(COUNT, "TableName"),
    ("AWS/DynamoDB", "ConditionalCheckFailedRequests"): _with(COUNT, "TableName"),
    **{
        ("AWS/DynamoDB", f"{way}{cause}ThrottleEvents"): _with(COUNT, *INDEXED)
        for way in ("Read", "Write")
        for cause in CAUSES
    },
    ("AWS/MemoryDB", "SuccessfulReadRequestLatency"): _with(US, "ClusterName NodeName"),
    ("AWS/MemoryDB", "SuccessfulWriteRequestLatency"): _with(US, "ClusterName NodeName"),
    ("AWS/CloudFront", "Requests"): _with(SWITCH, EDGE, region=GLOBAL),
    ("AWS/CloudFront", "5xxErrorRate"): _with(PERCENT, EDGE, region=GLOBAL),
    ("AWS/CloudFront", "CacheHitRate"): _with(PERCENT, EDGE, region=GLOBAL),
    ("AWS/CloudFront", "OriginLatency"): _with(MS, EDGE, region=GLOBAL),
    ("AWS/Route53", "HealthCheckStatus"): _with(SWITCH, "HealthCheckId", region=GLOBAL),
    ("AWS/Route53", "HealthCheckPercentageHealthy"): _with(PERCENT, "HealthCheckId", region=GLOBAL),
    ("AWS/ApiGateway", "Count"): _with(COUNT, "ApiName", "ApiName Stage", "ApiId", "ApiId Stage"),
    ("CloudWatchSynthetics", "SuccessPercent"): _with(PERCENT, "CanaryName", "CanaryName StepName"),
    ("Cloudflare/R2", "Requests"): _with(COUNT, "AccountId BucketName", "AccountId BucketName ActionStatus"),
    ("Cloudflare/Zone", "Requests"): _with(COUNT, "ZoneId Host", "ZoneId Host CacheStatus"),
    # What a user publishes himself: the sandbox's names of it.
    ("Platform/Tenants", "Requests"): _with(COUNT, "Tenant"),
    ("Platform/Tenants", "ThrottledRequests"): _with(COUNT, "Tenant"),
    ("Platform/AccessLogs", "Status504"): _with(SWITCH, ""),
    ("Platform/AccessLogs", "Status413"): _with(SWITCH, ""),
}
OURS = tuple(name for name in shipped_packs() if name != "monitoring")
"""The packs of metrics and calls; the other one is made of the history of alarms, and broken in tests of its own."""
EDGES = ("cloudfront", "r2", "route53")
"""Those that are everywhere, and tell of it in one place."""
IN_MS = {MS: Fraction(1), US: Fraction(1, 1000), "Seconds": Fraction(1000)}


@cache
def entries() -> dict[str, Objective]:
    """Every entry of every pack that the sandbox shows, with the sandbox's names."""
    return {one.id: one for one in configured({name: variables(name) for name in OURS}).general}


def measured(*kinds: type) -> list[str]:
    return [
        name
        for name, one in entries().items()
        if isinstance(one.indicator, kinds or (Ratio, Statistic, WeightedAverage))
    ]


def terms(entry: str) -> Iterator[tuple[MetricTerm, Published]]:
    indicator = entries()[entry].indicator
    assert isinstance(indicator, Ratio | Statistic | WeightedAverage)
    for term in terms_of(indicator):
        yield term, PUBLISHED[term.namespace, term.name]


@pytest.mark.parametrize("entry", measured())
def test_a_term_names_what_is_published_and_where(entry: str) -> None:
    for term, published in terms(entry):
        assert frozenset(name for name, _ in term.dimensions) in published.dimensions, term.name
        assert (term.region or "") == published.region, term.name
        assert all(all(patterns) for _, patterns in term.dimensions), term.name


@pytest.mark.parametrize("entry", measured(Statistic))
def test_a_statistic_is_in_the_unit_in_which_it_is_published(entry: str) -> None:
    indicator = entries()[entry].indicator
    assert isinstance(indicator, Statistic)
    (published,) = (one for term, one in terms(entry) if term != indicator.beside)
    if published.unit in IN_MS:
        assert (indicator.unit, indicator.scale) == ("ms", IN_MS[published.unit])
        assert indicator.of is Statistical.PERCENTILE
    else:
        assert indicator.unit in ("count", "ratio")
        assert indicator.scale == (Fraction(1, 1000) if indicator.unit == "ratio" else 1)


@pytest.mark.parametrize("entry", measured(WeightedAverage))
def test_a_percentage_is_made_a_share_before_it_is_weighted(entry: str) -> None:
    indicator = entries()[entry].indicator
    assert isinstance(indicator, WeightedAverage)
    value = PUBLISHED[indicator.value.namespace, indicator.value.name]
    assert (value.unit, indicator.value.stat, indicator.value.scale) == (PERCENT, "Average", Fraction(1, 100))
    assert indicator.weight.stat in ("Sum", "SampleCount")
    assert indicator.weight.scale == 1
    assert indicator.weight.dimensions == indicator.value.dimensions


@pytest.mark.parametrize("entry", measured(Ratio))
def test_a_ratio_counts_and_averages_nothing(entry: str) -> None:
    """A sum of latencies is no count, samples of a counter are its publishes, a sum of percentages is scaled."""
    for term, published in terms(entry):
        switch = term.name in ("HealthCheckStatus", "SuccessPercent")
        assert (term.stat == "SampleCount") == (published.unit in IN_MS or (switch and term in _total(entry)))
        assert term.scale == (Fraction(1, 100) if published.unit == PERCENT and term.stat == "Sum" else 1)


def _total(entry: str) -> tuple[MetricTerm, ...]:
    indicator = entries()[entry].indicator
    return indicator.total if isinstance(indicator, Ratio) else ()


@pytest.mark.parametrize("name", OURS)
def test_the_sandbox_publishes_as_aws_does(name: str) -> None:
    for series in pack(name).series(Plan()):
        published = PUBLISHED[series.namespace, series.name]
        assert (series.unit, series.region) == (published.unit, published.region), series.name
        assert frozenset(series.names) in published.dimensions, series.name


def test_every_entry_can_be_broken_or_is_a_mere_figure() -> None:
    """So "each promise broken in turn" leaves none out: a new entry needs its fault in the sandbox."""
    breakable = {entry for name in OURS for entry in pack(name).breakable}
    assert set(entries()) - breakable == {"idempotency-duplicates"}
    assert breakable <= set(entries())
    assert {name for name, one in entries().items() if isinstance(one.indicator, Control)} | set(measured()) == set(
        entries()
    )


@pytest.mark.parametrize("name", [name for name in OURS if name not in EDGES])
def test_a_pack_can_be_switched_on_once_more_for_another_region(name: str) -> None:
    """So that a platform in two regions, as failover needs, has both of them in its report."""
    told = {**deepcopy(variables(name)), "region": "eu-central-1", "pack": name}
    found = configured({name: variables(name), f"{name}-there": told}).general
    here, there = ([one for one in found if one.id.startswith(f"{name}-there") is there] for there in (False, True))
    assert len(here) == len(there) > 0
    assert {_region(one) for one in here} == {frozenset({None})}
    assert {_region(one) for one in there} == {frozenset({"eu-central-1"})}


def _region(objective: Objective) -> frozenset[str | None]:
    indicator = objective.indicator
    if isinstance(indicator, Control):
        return frozenset({indicator.region})
    assert isinstance(indicator, Ratio | Statistic | WeightedAverage)
    return frozenset(term.region for term in terms_of(indicator))
