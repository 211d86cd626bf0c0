"""Topics: whether CloudWatch may publish to them, by their policies and keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from slactl.aws.failures import AwsFailure
from slactl.ports.enforcing import TopicState
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.topics import may_publish, topics_of
from tests.sources.sandboxed import over

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:slactl"
SERVICE = {"Service": "cloudwatch.amazonaws.com"}
OWNER = {"StringEquals": {"AWS:SourceOwner": "123456789012"}}


def statement(**told: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": SERVICE, "Action": "sns:Publish", "Resource": TOPIC, **told}


def like(arn: str) -> dict[str, Any]:
    return {"ArnLike": {"aws:SourceArn": arn}}


@pytest.mark.parametrize(
    ("statements", "may"),
    [
        ([statement()], True),
        ([statement(Principal={"AWS": "*"}, Condition=OWNER, Action=["SNS:GetTopicAttributes", "SNS:Publish"])], True),
        ([statement(Principal={"AWS": "*"}, Condition={"StringEquals": {"AWS:SourceOwner": "999999999999"}})], False),
        ([statement(Principal={"AWS": "arn:aws:iam::123456789012:root"})], False),
        ([statement(Principal={"Service": "events.amazonaws.com"})], False),
        ([statement(Principal="*")], True),
        ([statement(Action="sns:Subscribe")], False),
        ([statement(Action="sns:Pub*")], True),
        ([statement(NotAction="sns:Publish", Action=[])], False),
        ([statement(Resource=f"{TOPIC}-other")], False),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})], True),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": ["1", "2"]}})], False),
        ([statement(Condition=like("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"))], True),
        ([statement(Condition=like(f"{ALARM} missions-api page"))], True),
        ([statement(Condition=like("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:other"))], False),
        ([statement(Condition={"StringEquals": {"aws:SomethingNew": "x"}})], True),
        ([statement(), statement(Effect="Deny", Principal="*")], False),
        ([statement(), statement(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], True),
        ([], False),
    ],
)  # fmt: skip
def test_a_policy_says_whether_cloudwatch_may_publish(statements: list[dict[str, Any]], may: bool) -> None:
    policy = json.dumps({"Version": "2008-10-17", "Statement": statements})
    assert may_publish(policy, TOPIC, ALARM) is may


@pytest.mark.parametrize(("policy", "may"), [("", False), ("{", True), ("[]", True)])
def test_a_policy_that_nobody_can_read_is_not_held_against_the_topic(policy: str, may: bool) -> None:
    assert may_publish(policy, TOPIC, ALARM) is may


def test_topics_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    aws, app = over(World(RequestLog.empty(), now=1_794_000_000), monkeypatch)
    sns = aws.client("sns")
    good = sns.create_topic(Name="good")["TopicArn"]
    closed = sns.create_topic(Name="closed")["TopicArn"]
    policy = json.dumps({"Statement": [statement(Principal={"AWS": "arn:aws:iam::123456789012:root"}, Resource="*")]})
    sns.set_topic_attributes(TopicArn=closed, AttributeName="Policy", AttributeValue=policy)
    locked = sns.create_topic(Name="locked", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    far = "arn:aws:sns:us-east-1:123456789012:good"
    before = len(app.calls)
    found = {
        one.arn: one for one in topics_of(aws, [good, good, closed, locked, far, f"{good}-gone", "arn:aws:lambda:a"])
    }
    assert {arn: one.state for arn, one in found.items()} == {
        good: TopicState.FINE,
        closed: TopicState.FORBIDDEN,
        locked: TopicState.ENCRYPTED,
        far: TopicState.ELSEWHERE,
        f"{good}-gone": TopicState.MISSING,
    }
    assert all(bool(one.text) is (one.state is not TopicState.FINE) for one in found.values())
    assert "us-east-1" in found[far].text
    assert len(app.calls) - before <= 5


class Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]


@pytest.mark.parametrize(("code", "hopeless"), [("AuthorizationError", False), ("ExpiredToken", True)])
def test_who_may_not_look_knows_nothing(monkeypatch: pytest.MonkeyPatch, code: str, hopeless: bool) -> None:
    aws, _ = over(World(RequestLog.empty(), now=1_794_000_000), monkeypatch)
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()

    def refuse(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 403, HTTPHeaders(), Raw(body))

    aws.client("sns").meta.events.register_first("before-send", refuse)
    if hopeless:
        with pytest.raises(AwsFailure, match=code):
            topics_of(aws, [TOPIC])
        return
    (topic,) = topics_of(aws, [TOPIC])
    assert (topic.state, code in topic.text) == (TopicState.UNKNOWN, True)
