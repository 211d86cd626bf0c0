"""Packs that take a list of names: functions, tables, clusters, distributions, canaries.

The one rule: everything that is there is in the list, used or not, for a promise about its configuration holds
either way; what published nothing is named beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slactl.ports.platform import Clusters, Functions, Named, Platform, Seen
from slactl.workflows.onboarding.packs.nouns import Given, Sketch, Use, given, refused, some, told

DEFAULT_LIMIT = 1000
"""What the pack lambda compares concurrency with where nothing is said."""
NODE = "NodeName"


def functions(platform: Platform) -> Sketch:
    """The pack lambda."""
    found = platform.functions
    names = _names(found.named.found)
    insights = tuple(name for name in names if name in found.insights.found)
    notes = [*_quiet(found.named.found, "was not called in two weeks", "were not called in two weeks")]
    notes += [] if insights else [_without_insights(found)]
    low = found.limit is not None and found.limit < DEFAULT_LIMIT
    if low:
        notes.append(f"the account's limit is {found.limit}, and concurrency is compared with {DEFAULT_LIMIT}")
    limit = () if low or found.limit is None else (Given("concurrency_limit", found.limit, "the account's limit"),)
    values = (*given(functions=names, insights=insights), *limit)
    use = Use("lambda", f"{told(len(names), 'Lambda function')} seen", values, len(names), notes=tuple(notes))
    return _sketch(use, "no Lambda function", found.named)


def _without_insights(found: Functions) -> str:
    if found.insights.asides:
        return "whether there are metrics of Lambda Insights could not be asked"
    return "no metric of Lambda Insights was seen: start-up time will not be measured"


def tables(platform: Platform) -> Sketch:
    """The pack dynamodb."""
    found = platform.tables
    names = _names(found.named.found)
    notes = _quiet(found.named.found, "answered no request in two weeks", "answered no request in two weeks")
    use = Use("dynamodb", f"{told(len(names), 'table')} seen", given(tables=names), len(names), notes=tuple(notes))
    return _sketch(use, "no table of DynamoDB", found.named)


def clusters(platform: Platform) -> Sketch:
    """The pack memorydb."""
    found = platform.clusters
    names = _names(found.named.found)
    silent = "published no read latency in two weeks (engines before Valkey 7.2 publish none)"
    values = (*given(clusters=names), *_node(found))
    notes = tuple(_quiet(found.named.found, silent, silent))
    use = Use("memorydb", f"{told(len(names), 'cluster')} seen", values, len(names), notes=notes)
    return _sketch(use, "no cluster of MemoryDB", found.named)


def _node(found: Clusters) -> tuple[Given, ...]:
    """Another dimension than the pack's own names the node."""
    if NODE in found.nodes or len(found.nodes) != 1:
        return ()
    return (Given("node_dimension", found.nodes[0], "what metrics name nodes by"),)


def distributions(platform: Platform) -> Sketch:
    """The pack cloudfront: distributions that are enabled."""
    on = [one for one in platform.distributions.found if not one.remark]
    off = _names([one for one in platform.distributions.found if one.remark])
    names = _names(on)
    notes = [*_quiet(on, "published no requests in two weeks", "published no requests in two weeks")]
    notes += [f"left out, because disabled: {some(off)}"] if off else []
    why = f"{told(len(names), 'distribution')} seen; metrics are in us-east-1"
    use = Use("cloudfront", why, given(distributions=names), len(names), notes=tuple(notes))
    nothing = f"no distribution of CloudFront that is enabled ({len(off)} disabled)" if off else ""
    return _sketch(use, nothing or "no distribution of CloudFront", platform.distributions)


def canaries(platform: Platform) -> Sketch:
    """The pack synthetics."""
    found = platform.canaries.found
    names = _names(found)
    notes = [*_quiet(found, "did not run in two weeks", "did not run in two weeks")]
    notes += [f"{one.name} is {one.remark}" for one in found if one.remark]
    why = f"{told(len(names), 'canary', 'canaries')} seen"
    use = Use("synthetics", why, given(canaries=names), len(names), notes=tuple(notes))
    return _sketch(use, "no canary of CloudWatch Synthetics", platform.canaries)


def _sketch(use: Use, nothing: str, seen: Seen[Named]) -> Sketch:
    return Sketch((use,) if use.seen else (), nothing, refused(seen))


def _names(found: Sequence[Named]) -> tuple[str, ...]:
    return tuple(one.name for one in found)


def _quiet(found: Sequence[Named], one: str, many: str) -> Iterator[str]:
    quiet = [each.name for each in found if each.published is False]
    if quiet:
        yield f"{some(quiet)} {one if len(quiet) == 1 else many}"
