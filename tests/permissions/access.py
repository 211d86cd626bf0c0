"""What calls need of IAM, and whether a policy allows it: written from AWS's own tables, nothing of slactl's.

The one rule: a call needs every one of its asks; an ask is allowed by a statement that names its action and its
resource and whose conditions hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"
WIDE = "*"
"""The resource of an action that is allowed on everything or not at all."""
FREE = {"sts:GetCallerIdentity": "AWS answers it to everybody, whatever a policy says"}
SERVICES = {
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
    "apigatewayv2": "apigateway",
    "logs": "logs",
}
S3_ACTIONS = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject"}
ALL_OF_IT = {
    "cloudwatch": {
        "GetMetricData", "ListMetrics", "DescribeAlarms", "DescribeAlarmHistory", "PutCompositeAlarm",
        "ListAlarmMuteRules", "PutMetricData",
    },
    "application-signals": {
        "ListServices", "ListServiceOperations", "ListServiceLevelObjectives", "CreateServiceLevelObjective",
    },
    "tag": {"GetResources"},
    "servicequotas": {"GetServiceQuota"},
    "cloudfront": {"ListDistributions"},
    "dynamodb": {"ListTables"},
    "lambda": {"ListFunctions", "GetAccountSettings"},
    "logs": {"DescribeMetricFilters"},
    "route53": {"ListHealthChecks", "ListHostedZones"},
    "synthetics": {"DescribeCanaries"},
}  # fmt: skip


ON = {
    "dynamodb:DescribeTimeToLive": ("table", "TableName"),
    "memorydb:DescribeClusters": ("cluster", "ClusterName"),
    "route53:ListResourceRecordSets": ("hostedzone", "HostedZoneId"),
}
"""The kind of resource, and the parameter with its name."""
LISTED = {"GetUsagePlans": "/usageplans", "GetApiKeys": "/apikeys"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of boto3; ``tags`` are those of the alarms that it names, at its time."""

    service: str
    operation: str
    params: Mapping[str, Any]
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """An action on a resource; ``context`` holds what conditions look at, by key."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def asks(call: Call) -> list[Ask]:
    """Everything that a call needs."""
    service = SERVICES.get(call.service, call.service)
    if service == "s3":
        return list(_s3(call))
    if service == "apigateway":
        return [Ask("apigateway:GET", f"arn:aws:apigateway:{REGION}::{_path(call)}")]
    action = f"{service}:{call.operation}"
    if service in ("sns", "secretsmanager") or action in ON:
        return [Ask(action, _named(call, action))]
    if service == "cloudwatch":
        return list(_cloudwatch(call, action))
    if call.operation in ALL_OF_IT.get(service, ()) or action in FREE:
        marked = [Ask(f"{service}:TagResource", _slo(call.params["Name"]))] if call.params.get("Tags") else []
        return [Ask(action, WIDE), *marked]
    return list(_signals(call, action))


def _s3(call: Call) -> Iterator[Ask]:
    bucket, action = f"arn:aws:s3:::{call.params['Bucket']}", S3_ACTIONS.get(call.operation, call.operation)
    if action == "ListBucket":
        yield Ask("s3:ListBucket", bucket, {"s3:prefix": (call.params.get("Prefix", ""),)})
        return
    yield Ask(f"s3:{action}", f"{bucket}/{call.params['Key']}")
    if "ObjectLockMode" in call.params:
        yield Ask("s3:PutObjectRetention", f"{bucket}/{call.params['Key']}")


def _path(call: Call) -> str:
    if call.operation in LISTED:
        return LISTED[call.operation]
    kind = "/restapis" if call.service == "apigateway" else "/apis"
    one = call.params.get("restApiId") or call.params.get("ApiId")
    return f"{kind}/{one}/{call.operation}" if one else kind


def _named(call: Call, action: str) -> str:
    if action in ON:
        kind, name = ON[action]
        place = ":" if call.service == "route53" else f"{REGION}:{ACCOUNT}"
        return f"arn:aws:{call.service}:{place}:{kind}/{call.params.get(name, 'any')}"
    if call.service == "sns":
        return str(call.params["TopicArn"])
    name = str(call.params["SecretId"])
    return name if name.startswith("arn:") else f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf"


def _alarm(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def _rule(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm-mute-rule:{name}"


def _cloudwatch(call: Call, action: str) -> Iterator[Ask]:
    params = call.params
    told = tuple(arn for key in ("AlarmActions", "OKActions", "InsufficientDataActions") for arn in params.get(key, ()))
    actions = {"cloudwatch:AlarmActions": told} if told else {}
    keys = tuple(tag["Key"] for tag in params.get("Tags", ())) + tuple(params.get("TagKeys", ()))
    marks = {"aws:TagKeys": keys} if keys else {}
    match call.operation:
        case "PutMetricAlarm" | "PutCompositeAlarm":
            one = _alarm(params["AlarmName"])
            yield Ask(action, WIDE if call.operation == "PutCompositeAlarm" else one, actions)
            yield from [Ask("cloudwatch:TagResource", one, marks)] if marks else ()
        case "PutMetricData":
            yield Ask(action, WIDE, {"cloudwatch:namespace": (params["Namespace"],)})
        case "DeleteAlarms":
            for name in params["AlarmNames"]:
                yield Ask(action, _alarm(name), _standing(call.tags.get(name, {})))
        case "PutAlarmMuteRule":
            yield Ask(action, _rule(params["Name"]))
            yield from (Ask(action, _alarm(name)) for name in params["MuteTargets"]["AlarmNames"])
            yield from [Ask("cloudwatch:TagResource", _rule(params["Name"]), marks)] if marks else ()
        case "GetAlarmMuteRule" | "DeleteAlarmMuteRule":
            yield Ask(action, _rule(params["AlarmMuteRuleName"]))
        case "ListTagsForResource" | "TagResource" | "UntagResource":
            yield Ask(action, params["ResourceARN"], marks)
        case name:
            assert name in ALL_OF_IT["cloudwatch"], f"nobody said what {name} needs"
            yield Ask(action, WIDE)


def _standing(tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"aws:ResourceTag/{key}": (value,) for key, value in tags.items()}


def _signals(call: Call, action: str) -> Iterator[Ask]:
    params = call.params
    named = params.get("SloIds") or [params.get("Id") or params.get("ResourceArn")]
    for one in named:
        assert one, f"nobody said what {action} needs"
        yield Ask(action, one if one.startswith("arn:") else _slo(one))


def _slo(name: str) -> str:
    return f"arn:aws:application-signals:{REGION}:{ACCOUNT}:slo/{name}"


def allowed(policy: Mapping[str, Any], ask: Ask) -> bool:
    """Whether some statement of a policy document allows it."""
    if ask.action in FREE:
        return True
    return any(_allows(one, ask) for one in policy["Statement"])


def _allows(statement: Mapping[str, Any], ask: Ask) -> bool:
    resources = _many(statement["Resource"])
    fits = WIDE in resources or (ask.resource != WIDE and any(_like(one, ask.resource) for one in resources))
    conditions = statement.get("Condition", {})
    return (
        ask.action in _many(statement["Action"])
        and fits
        and all(
            _holds(operator, _many(wanted), ask.context.get(key))
            for operator, keys in conditions.items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, wanted: list[str], found: tuple[str, ...] | None) -> bool:
    """Whether a condition holds; a key that is missing fails all but ``ForAllValues`` and ``Null``."""
    if operator == "Null":
        return wanted == [str(found is None).lower()]
    compare: Callable[[str, str], bool] = _like if operator.endswith("StringLike") else str.__eq__
    if operator.startswith("ForAllValues:"):
        return all(any(compare(one, value) for one in wanted) for value in found or ())
    assert operator in ("StringEquals", "StringLike"), operator
    return bool(found) and any(compare(one, value) for one in wanted for value in found or ())


def _like(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _many(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
