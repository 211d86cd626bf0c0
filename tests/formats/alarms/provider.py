"""What the Terraform provider hashicorp/aws takes of two resources, and what its JSON syntax means.

The one rule: facts of the provider's schema (names, types, required, limits, what excludes what), written as JSON
Schema, and the way from a block to the put that the provider makes of it; nothing of slactl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STAT = (
    r"^((p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)|IQM|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\)"
    r"|SampleCount|Average|Sum|Minimum|Maximum)$"
)
ARN = r"^arn:[\w-]+:[a-zA-Z0-9-]+:([a-z0-9-]*):(\d{12})?:.+$"
PERIOD = {"type": "integer", "anyOf": [{"enum": [10, 20, 30]}, {"multipleOf": 60, "minimum": 60}]}
PAIRS = {"type": "object", "additionalProperties": {"type": "string"}}
ACTIONS = {"type": "array", "maxItems": 5, "uniqueItems": True, "items": {"type": "string", "pattern": ARN}}
NAME = {"type": "string", "minLength": 1, "maxLength": 255}
DESCRIPTION = {"type": "string", "maxLength": 1024}
REFERENCES = {
    "type": "array",
    "items": {
        "type": "string",
        "pattern": r"^(aws_cloudwatch_(metric|composite)|awscc_cloudwatch)_alarm\.[A-Za-z_][A-Za-z0-9_-]*$",
    },
}
QUERY: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id"],
    "not": {"required": ["expression", "metric"]},
    "properties": {
        "id": NAME,
        "account_id": NAME,
        "expression": {"type": "string", "minLength": 1, "maxLength": 1024},
        "label": {"type": "string"},
        "period": PERIOD,
        "return_data": {"type": "boolean"},
        "metric": {
            "type": "array",
            "maxItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["metric_name", "period", "stat"],
                "properties": {
                    "metric_name": NAME,
                    "namespace": NAME,
                    "dimensions": PAIRS,
                    "period": PERIOD,
                    "stat": {"type": "string", "pattern": STAT},
                },
            },
        },
    },
}
METRIC_ALARM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["alarm_name", "comparison_operator", "evaluation_periods"],
    "dependentSchemas": {
        "metric_query": {
            "not": {
                "anyOf": [
                    {"required": [name]}
                    for name in ("metric_name", "namespace", "period", "dimensions", "statistic", "extended_statistic")
                ]
            }
        },
        "metric_name": {"oneOf": [{"required": ["statistic"]}, {"required": ["extended_statistic"]}]},
    },
    "properties": {
        "alarm_name": NAME,
        "alarm_description": DESCRIPTION,
        "alarm_actions": ACTIONS,
        "ok_actions": ACTIONS,
        "insufficient_data_actions": ACTIONS,
        "comparison_operator": {
            "enum": [
                "GreaterThanOrEqualToThreshold",
                "GreaterThanThreshold",
                "LessThanThreshold",
                "LessThanOrEqualToThreshold",
            ]
        },
        "evaluation_periods": {"type": "integer", "minimum": 1},
        "datapoints_to_alarm": {"type": "integer", "minimum": 1},
        "threshold": {"type": "number"},
        "treat_missing_data": {"enum": ["missing", "ignore", "breaching", "notBreaching"]},
        "evaluate_low_sample_count_percentiles": {"enum": ["ignore", "evaluate"]},
        "metric_name": NAME,
        "namespace": NAME,
        "dimensions": PAIRS,
        "period": PERIOD,
        "statistic": {"enum": ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]},
        "extended_statistic": {"type": "string", "pattern": STAT},
        "metric_query": {"type": "array", "items": QUERY},
        "tags": PAIRS,
        "depends_on": REFERENCES,
    },
}
COMPOSITE_ALARM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["alarm_name", "alarm_rule"],
    "properties": {
        "alarm_name": NAME,
        "alarm_rule": {"type": "string", "minLength": 1, "maxLength": 10240},
        "alarm_description": DESCRIPTION,
        "alarm_actions": ACTIONS,
        "ok_actions": ACTIONS,
        "insufficient_data_actions": ACTIONS,
        "tags": PAIRS,
        "depends_on": REFERENCES,
    },
}
SISTERS_ALARM: dict[str, Any] = {"type": "object", "required": ["alarm_name", "tags"]}
"""Of ``hashicorp/awscc``; its fields are CloudFormation's, and held against CloudFormation's schema."""
FILE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["resource"],
    "properties": {
        "//": {"type": "string"},
        "resource": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                kind: {
                    "type": "object",
                    "propertyNames": {"pattern": r"^[A-Za-z_][A-Za-z0-9_-]*$"},
                    "additionalProperties": schema,
                }
                for kind, schema in (
                    ("aws_cloudwatch_metric_alarm", METRIC_ALARM),
                    ("aws_cloudwatch_composite_alarm", COMPOSITE_ALARM),
                    ("awscc_cloudwatch_alarm", SISTERS_ALARM),
                )
            },
        },
    },
}

FIELDS = {
    "alarm_name": "AlarmName",
    "alarm_description": "AlarmDescription",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
    "comparison_operator": "ComparisonOperator",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "treat_missing_data": "TreatMissingData",
    "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
    "metric_name": "MetricName",
    "namespace": "Namespace",
    "period": "Period",
    "statistic": "Statistic",
    "extended_statistic": "ExtendedStatistic",
    "alarm_rule": "AlarmRule",
    "id": "Id",
    "expression": "Expression",
    "label": "Label",
    "return_data": "ReturnData",
    "account_id": "AccountId",
}
_INTRODUCED = re.compile(r"(\$+|%+)\{")


class Evaluated(Exception):
    """A text is an expression to Terraform, and not the text that was meant."""


def read(text: str) -> str:
    """What Terraform makes of a text: ``$${`` is ``${``, ``%%{`` is ``%{``, one sign alone begins an expression.

    Raises:
        Evaluated: if it would evaluate something.
    """

    def plain(found: re.Match[str]) -> str:
        if len(found[1]) == 1:
            raise Evaluated(text)
        return f"{found[1][1:]}{{"

    return _INTRODUCED.sub(plain, text)


def puts_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The puts of a whole file."""
    found = []
    for kind, blocks in document["resource"].items():
        make = sisters_put_of if kind.startswith("awscc_") else put_of
        found += [make(block) for block in blocks.values()]
    return found


def sisters_put_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """The put of a block of ``hashicorp/awscc``: CloudFormation's properties."""
    put: dict[str, Any] = _large(_read({key: value for key, value in block.items() if key != "depends_on"}))
    return put


def _large(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_camel(key): _large(inner) for key, inner in value.items()}
    return [_large(inner) for inner in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return "".join(part.upper() if part == "ok" else part.title() for part in name.split("_"))


def put_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """The put that the provider makes of a block, tags included."""
    block = _read(block)
    put = {FIELDS[key]: value for key, value in block.items() if key in FIELDS}
    put |= {"Dimensions": _dimensions(block["dimensions"])} if "dimensions" in block else {}
    put |= {"Metrics": [_query(one) for one in block["metric_query"]]} if "metric_query" in block else {}
    return put | {"Tags": [{"Key": key, "Value": value} for key, value in block["tags"].items()]}


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    told = {FIELDS[key]: value for key, value in query.items() if key in FIELDS}
    told |= {"Period": query["period"]} if "period" in query else {}
    told.setdefault("ReturnData", False)
    for metric in query.get("metric", ()):
        named = {"MetricName": metric["metric_name"], "Namespace": metric["namespace"]}
        named |= {"Dimensions": _dimensions(metric["dimensions"])} if "dimensions" in metric else {}
        told["MetricStat"] = {"Metric": named, "Period": metric["period"], "Stat": metric["stat"]}
    return told


def _dimensions(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in pairs.items()]


def _read(value: Any) -> Any:
    if isinstance(value, str):
        return read(value)
    if isinstance(value, Mapping):
        return {read(key): _read(inner) for key, inner in value.items()}
    return [_read(inner) for inner in value] if isinstance(value, list) else value
