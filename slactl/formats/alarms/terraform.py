"""Alarms as Terraform reads them in JSON (``*.tf.json``).

The provider ``hashicorp/aws`` keeps them; what it has no words for (periods of the wall clock, long expressions), its
sister ``hashicorp/awscc`` does, whose resources are CloudFormation's own.

The one rule: every text is a template to Terraform, so what would begin an expression is escaped; an alarm that
neither provider can keep whole is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slactl.formats.alarms.json import dumped
from slactl.formats.alarms.stack import Inexpressible, Resource, resources, unique, words
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Shape

OWNER = "terraform"
METRIC, COMPOSITE, SISTERS = "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "awscc_cloudwatch_alarm"
NAMES = {
    "AlarmName": "alarm_name",
    "AlarmDescription": "alarm_description",
    "AlarmActions": "alarm_actions",
    "OKActions": "ok_actions",
    "InsufficientDataActions": "insufficient_data_actions",
    "MetricName": "metric_name",
    "Namespace": "namespace",
    "Statistic": "statistic",
    "ExtendedStatistic": "extended_statistic",
    "Period": "period",
    "EvaluationPeriods": "evaluation_periods",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "Threshold": "threshold",
    "ComparisonOperator": "comparison_operator",
    "TreatMissingData": "treat_missing_data",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentiles",
    "AlarmRule": "alarm_rule",
}
"""What the provider calls the fields of a put that are the same in both."""
QUERY = {
    "Id": "id",
    "Expression": "expression",
    "Label": "label",
    "Period": "period",
    "ReturnData": "return_data",
    "AccountId": "account_id",
}
LONGEST_EXPRESSION, SISTERS_LONGEST = 1024, 2048
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NOTE = "Written by slactl alarms export; change slactl's configuration and export again."


def render(alarms: Iterable[DesiredAlarm]) -> str:
    """The file.

    Raises:
        Inexpressible: if the provider has no word for something that an alarm says.
    """
    found = resources(alarms, OWNER)
    if reasons := [reason for one in found for reason in _obstacles(one)]:
        raise Inexpressible(reasons)
    types = {one.name: _type(one) for one in found}
    blocks = {
        kind: {local_name(one.name): _block(one, types) for one in found if types[one.name] == kind}
        for kind in (METRIC, SISTERS, COMPOSITE)
    }
    return dumped({"//": NOTE, "resource": {kind: block for kind, block in blocks.items() if block}})


def needs_sister(alarms: Iterable[DesiredAlarm]) -> int:
    """How many of the alarms need the provider ``hashicorp/awscc``."""
    return sum(_type(one) == SISTERS for one in resources(alarms, OWNER))


def local_name(name: str) -> str:
    """A name of letters, digits and underscores, the same for the same alarm."""
    return unique("_".join(("alarm", *(word.lower() for word in words(name)), "")), name)


def escaped(value: object) -> Any:
    """A value in which no text, no key either, begins an expression or a directive."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return {escaped(key): escaped(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(inner) for inner in value]
    return value


def _obstacles(one: Resource) -> Iterator[str]:
    if _longest(one) > SISTERS_LONGEST:
        yield f"{one.name}: no provider takes expressions of more than {SISTERS_LONGEST} characters"


def _type(one: Resource) -> str:
    if one.shape is Shape.COMPOSITE:
        return COMPOSITE
    return SISTERS if "EvaluationWindow" in one.fields or _longest(one) > LONGEST_EXPRESSION else METRIC


def _longest(one: Resource) -> int:
    return max((len(query.get("Expression", "")) for query in _queries(one)), default=0)


def _queries(one: Resource) -> list[Mapping[str, Any]]:
    queries = one.fields.get("Metrics")
    return queries if isinstance(queries, list) else []


def _block(one: Resource, types: Mapping[str, str]) -> dict[str, object]:
    block: dict[str, object] = escaped(_sisters(one) if types[one.name] == SISTERS else _own(one))
    if one.after:
        block["depends_on"] = sorted(f"{types[name]}.{local_name(name)}" for name in one.after)
    return block


def _own(one: Resource) -> dict[str, object]:
    block: dict[str, object] = {NAMES[key]: value for key, value in one.fields.items() if key in NAMES}
    if "Dimensions" in one.fields:
        block["dimensions"] = _pairs(one.fields["Dimensions"])
    if queries := [_query(query) for query in _queries(one)]:
        block["metric_query"] = queries
    return block | {"tags": dict(sorted(one.tags.items()))}


def _sisters(one: Resource) -> dict[str, object]:
    """CloudFormation's fields, each name in small letters with underscores."""
    tags = [{"key": key, "value": value} for key, value in sorted(one.tags.items())]
    return {**_small(one.fields), "tags": tags}


def _small(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_HUMP.sub("_", key).lower(): _small(inner) for key, inner in value.items()}
    return [_small(inner) for inner in value] if isinstance(value, list) else value


def _query(query: Mapping[str, Any]) -> dict[str, object]:
    block: dict[str, object] = {QUERY[key]: value for key, value in query.items() if key in QUERY}
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        block["metric"] = [
            {
                "metric_name": metric["MetricName"],
                "namespace": metric["Namespace"],
                **({"dimensions": _pairs(metric["Dimensions"])} if "Dimensions" in metric else {}),
                "period": stat["Period"],
                "stat": stat["Stat"],
            }
        ]
    return block


def _pairs(dimensions: Any) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in dimensions}
