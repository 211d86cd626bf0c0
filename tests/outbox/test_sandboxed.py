"""Topics and secrets in the sandbox: every way of telling can be tried without an AWS account."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest

from slactl.model.checking import ChannelKind, Destination, Keeper
from slactl.ports.notices import NotDelivered
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.outbox.lines import NOTICE, REGION, channel
from tests.outbox.receivers import receiver


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(World(RequestLog.empty(), now=1_794_000_060)) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        yield running
        assert running.failures == []


def test_a_topic_of_the_sandbox(server: Server) -> None:
    sns, sqs = boto3.client("sns", REGION), boto3.client("sqs", REGION)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    channel(Destination("a", ChannelKind.SNS, topic), {}).send(NOTICE)
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])
    assert told["Message"].splitlines() == [NOTICE.title, *NOTICE.lines]
    assert told["MessageAttributes"]["status"]["Value"] == "BREACHED"
    with pytest.raises(NotDelivered, match="Publish answered NotFound"):
        channel(Destination("a", ChannelKind.SNS, f"{topic}-gone"), {}).send(NOTICE)


def test_a_secret_of_the_sandbox(server: Server) -> None:
    with receiver() as here:
        manager = boto3.client("secretsmanager", REGION)
        arn = manager.create_secret(Name="hooks", SecretString=json.dumps({"status": f"{here.url}/x"}))["ARN"]
        keeper = Keeper(secret=arn, field="status")
        channel(Destination("a", ChannelKind.WEBHOOK, keeper=keeper), {}).send(NOTICE)
        assert [one.path for one in here.taken] == ["/x"]
