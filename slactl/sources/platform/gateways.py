"""Stages of API Gateway, what is made of their access logs, and their usage plans.

The one rule: a metric of an access log is known by what it counts (a filter's pattern) or by the name that the pack
expects; one with dimensions is none that the pack can read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from slactl.aws.session import AwsWorld
from slactl.ports.platform import Gateways, LogMetric, Seen
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.gateways import listed_stages
from slactl.sources.platform.hearing import LIST_METRICS, LISTING, Hearing, items, pairs

COUNTED = ("504", "413")
AWS = "AWS/"


def gateways(asker: Asker, world: AwsWorld) -> Gateways:
    """What the pack api-gateway is for."""
    stages, plans = listed_stages(world), Hearing(asker)
    found = plans.ask("listing usage plans", "apigateway:GetUsagePlans")
    counted = Counter(
        f"{stage.get('apiId')}/{stage.get('stage')}"
        for one in items(found, "items")
        for stage in items(one, "apiStages")
    )
    return Gateways(Seen(stages.found, stages.refusals), _log_metrics(asker), plans.seen(sorted(counted.items())))


def _log_metrics(asker: Asker) -> Seen[LogMetric]:
    hearing = Hearing(asker)
    filters = hearing.ask("listing metric filters", "logs:DescribeMetricFilters")
    found = {metric for one in items(filters, "metricFilters") for metric in _filtered(one)}
    for status in COUNTED:
        listed = hearing.ask(LISTING, LIST_METRICS, MetricName=f"Status{status}")
        metrics = (one for one in items(listed, "Metrics") if not pairs(one))
        found |= {LogMetric(str(one.get("Namespace")), status, f"Status{status}") for one in metrics}
    return hearing.seen(sorted(one for one in found if not one.namespace.startswith(AWS)))


def _filtered(told: Document) -> Iterator[LogMetric]:
    pattern = str(told.get("filterPattern") or "")
    for status in COUNTED:
        if re.search(rf"(?<!\d){status}(?!\d)", pattern):
            for one in items(told, "metricTransformations"):
                if not one.get("dimensions"):
                    yield LogMetric(str(one.get("metricNamespace")), status, str(one.get("metricName")))
