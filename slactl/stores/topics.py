"""Whether CloudWatch may publish to the topics that alarms name.

The one rule: only what the topic itself says for sure is told: a condition that is not known here may hold, and a
topic that nobody may look at is unknown, not wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import code_of, hopeless, translate
from slactl.aws.session import AwsWorld
from slactl.ports.enforcing import Topic, TopicState

ASKED_A_SECOND = 20
ABSENT = frozenset({"NotFound", "NotFoundException"})
PUBLISHER = "cloudwatch.amazonaws.com"
OWN_KEY = re.compile(r"(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias/aws/sns")
ADVICE = f"allow {PUBLISHER} to sns:Publish in its policy"


def topics_of(world: AwsWorld, arns: Collection[str]) -> tuple[Topic, ...]:
    """What CloudWatch can do with each topic; ARNs of anything but topics are left out.

    Raises:
        AwsFailure: if no other call can succeed either.
    """
    pace = world.timing.pacer(ASKED_A_SECOND, 1)
    found: list[Topic] = []
    for arn in sorted(arn for arn in set(arns) if arn.split(":")[2:3] == ["sns"]):
        region = arn.split(":")[3]
        if region != world.region:
            text = f"the topic is in {region}: alarms of {world.region} take none from elsewhere"
            found.append(Topic(arn, TopicState.ELSEWHERE, text))
            continue
        pace.wait()
        found.append(_looked_at(world, arn))
    return tuple(found)


def _looked_at(world: AwsWorld, arn: str) -> Topic:
    try:
        attributes = world.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    except (BotoCoreError, ClientError) as error:
        if code_of(error) in ABSENT:
            return Topic(arn, TopicState.MISSING, "the topic does not exist")
        if isinstance(error, ClientError) and hopeless(error):
            raise translate(error, "reading topics") from error
        return Topic(arn, TopicState.UNKNOWN, translate(error, "looking at the topic").message)
    if OWN_KEY.fullmatch(attributes.get("KmsMasterKeyId", "")):
        text = "the topic is encrypted with the key alias/aws/sns, which CloudWatch may not use: take one of your own"
        return Topic(arn, TopicState.ENCRYPTED, text)
    alarms = f"arn:{arn.split(':')[1]}:cloudwatch:{world.region}:{world.caller.account}:alarm:slactl"
    if not may_publish(attributes.get("Policy", ""), arn, alarms):
        return Topic(arn, TopicState.FORBIDDEN, f"CloudWatch may not publish to the topic: {ADVICE}")
    return Topic(arn, TopicState.FINE)


def may_publish(policy: str, topic: str, alarm: str) -> bool:
    """Whether a topic's policy lets CloudWatch publish for an alarm (its ARN); a policy nobody can read may."""
    try:
        statements = _many(json.loads(policy)["Statement"])
    except (ValueError, KeyError, TypeError):
        return bool(policy)
    concerned = [one for one in statements if isinstance(one, Mapping) and _concerns(one, topic)]
    denied = any(one.get("Effect") == "Deny" and _holds(one, alarm, unknown=False) for one in concerned)
    return not denied and any(one.get("Effect") == "Allow" and _holds(one, alarm, unknown=True) for one in concerned)


def _concerns(statement: Mapping[str, Any], topic: str) -> bool:
    """Whether a statement is of CloudWatch, of publishing and of the topic."""
    action = _any_like(statement.get("Action", "*"), "sns:publish", lower=True)
    if "NotAction" in statement:
        action = not _any_like(statement["NotAction"], "sns:publish", lower=True)
    return action and _any_like(statement.get("Resource", "*"), topic) and _principal(statement)


def _principal(statement: Mapping[str, Any]) -> bool:
    """Everybody, or CloudWatch itself; an account by its number is not CloudWatch."""
    told = statement.get("Principal", {})
    if not isinstance(told, Mapping):
        return bool(told == "*")
    return "*" in _many(told.get("AWS", ())) or bool({"*", PUBLISHER} & {*_many(told.get("Service", ()))})


def _holds(statement: Mapping[str, Any], alarm: str, *, unknown: bool) -> bool:
    """Whether the conditions hold for an alarm; what is not known here holds if ``unknown``."""
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, Mapping):
        return unknown
    return all(
        _condition(operator, key, values, alarm, unknown=unknown)
        for operator, told in conditions.items()
        for key, values in (told.items() if isinstance(told, Mapping) else ())
    )


def _condition(operator: str, key: str, values: object, alarm: str, *, unknown: bool) -> bool:
    here = {"aws:sourcearn": alarm, "aws:sourceaccount": alarm.split(":")[4], "aws:sourceowner": alarm.split(":")[4]}
    value = here.get(key.lower())
    plain = operator.removesuffix("IfExists")
    if value is None or plain not in ("StringEquals", "StringLike", "ArnEquals", "ArnLike"):
        return unknown
    if key.lower() == "aws:sourcearn":
        # A policy that names alarms names those of today: ours differ by what follows the prefix.
        return any(fnmatchcase(value, text) or text.startswith(f"{value} ") for text in _texts(values))
    return any(fnmatchcase(value, text) for text in _texts(values))


def _any_like(patterns: object, text: str, *, lower: bool = False) -> bool:
    return any(fnmatchcase(text, one.lower() if lower else one) for one in _texts(patterns))


def _texts(values: object) -> Iterable[str]:
    return (str(one) for one in _many(values))


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
