"""Every kind of channel with its receiver, for tests of what all of them promise.

The one rule: what a channel is sent over is real (HTTP, boto3, requests); only what answers is ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import requests
import responses
from moto import mock_aws

from slactl.aws.session import AwsWorld, Timing
from slactl.model.catalogue import AwsSettings
from slactl.model.checking import ChannelKind, Destination, Keeper
from slactl.model.notice import Notice, Subject
from slactl.model.status import Status
from slactl.outbox.channels import channels_of
from slactl.ports.notices import Channel
from tests.outbox.receivers import closed_port, receiver

REGION = "eu-west-1"
SECRETS = ("zzPATHzz", "zzTOKENzz", "zzSIGzz", "zzHEADERzz", "zzANSWERzz", "T0ZZ", "B0ZZ")
SLACK = "https://hooks.slack.com/services/T0ZZ/B0ZZ/zzTOKENzz"
TEAMS = (
    "https://prod-1.westeurope.logic.azure.com:443/workflows/zzPATHzz/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=zzSIGzz"
)
SUBJECT = Subject("month-to-date", "missions-api", "uptime", None, None)
NOTICE = Notice(
    SUBJECT,
    Status.OK,
    Status.BREACHED,
    1_794_000_000,
    3,
    "missions-api, Disponibilità: BREACHED (was OK), month-to-date",
    ("BREACHED missions-api: 99.71% (≥ 99.9%)", "Settled until 2026-11-20T11:50:00Z."),
)


@dataclass
class Line:
    """A channel, what arrived (the text of each message), and what makes it fail in each way that it can."""

    channel: Channel
    arrived: Callable[[], list[str]]
    failures: Mapping[str, Callable[[], None]]


def aws() -> AwsWorld:
    return AwsWorld(AwsSettings(region=REGION), "test", Timing(lambda: 0.0, lambda seconds: None))


def channel(destination: Destination, environ: Mapping[str, str]) -> Channel:
    return channels_of([destination], aws(), environ, "1.2.3")[destination.name]


@contextmanager
def sns_line(_folder: Path, *, fifo: bool = False) -> Iterator[Line]:
    """A topic with a queue behind it, both of moto."""
    with mock_aws():
        sns, sqs = boto3.client("sns", REGION), boto3.client("sqs", REGION)
        ending, how = (".fifo", {"FifoTopic": "true", "FifoQueue": "true"}) if fifo else ("", {})
        topic = sns.create_topic(Name=f"alerts{ending}", Attributes={k: v for k, v in how.items() if "Topic" in k})
        queue = sqs.create_queue(QueueName=f"alerts{ending}", Attributes={k: v for k, v in how.items() if "Queue" in k})
        told = sqs.get_queue_attributes(QueueUrl=queue["QueueUrl"], AttributeNames=["QueueArn"])
        arn = told["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)
        seen: list[str] = []

        def arrived() -> list[str]:
            while found := sqs.receive_message(QueueUrl=queue["QueueUrl"], MaxNumberOfMessages=10).get("Messages"):
                seen.extend(json.loads(one["Body"])["Message"] for one in found)
            return seen

        failures = {"refused": lambda: sns.delete_topic(TopicArn=topic["TopicArn"]) and None}
        yield Line(channel(Destination("a", ChannelKind.SNS, topic["TopicArn"]), {}), arrived, failures)


@contextmanager
def chat_line(kind: ChannelKind, address: str) -> Iterator[Line]:
    """A chat whose server is played by ``responses``."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as played:
        place = address.partition("?")[0]
        good = played.add(responses.POST, place, body="ok")

        def failing(error: Exception | int) -> Callable[[], None]:
            def fail() -> None:
                played.remove(good)
                how = {"status": error} if isinstance(error, int) else {}
                body = error if isinstance(error, Exception) else "zzANSWERzz"
                elsewhere = {"Location": "https://elsewhere.example/"}
                played.add(responses.POST, place, body=body, headers=elsewhere, **how)  # type: ignore[arg-type]

            return fail

        failures = {
            "refused": failing(500),
            "throttled": failing(429),
            "redirected": failing(302),
            "reset": failing(requests.ConnectionError(f"reset while speaking to {address}")),
            "late": failing(requests.ReadTimeout(f"late: {address}")),
            "tls": failing(requests.exceptions.SSLError(f"bad certificate: {address}")),
            "surprised": failing(RuntimeError(f"unforeseen: {address}")),
        }
        told = channel(Destination("a", kind, keeper=Keeper(variable="URL")), {"URL": address})
        yield Line(told, lambda: [_text(call.request.body) for call in played.calls], failures)


@contextmanager
def webhook_line(folder: Path) -> Iterator[Line]:
    """A webhook on this machine, and another one that nobody may be sent to."""
    with receiver() as here, receiver() as elsewhere, receiver(folder) as untrusted:
        environ = {"URL": f"{here.url}/zzPATHzz?token=zzTOKENzz", "MORE": '{"Authorization": "Bearer zzHEADERzz"}'}
        told = Destination("a", ChannelKind.WEBHOOK, keeper=Keeper(variable="URL"), headers="MORE")

        def answer(status: int) -> Callable[[], None]:
            return lambda: setattr(here, "status", status)

        def lead_away() -> None:
            here.status, here.location = 307, f"{elsewhere.url}/zzPATHzz"

        def move(url: str) -> Callable[[], None]:
            return lambda: environ.update(URL=f"{url}/zzPATHzz")

        failures = {
            "refused": answer(500),
            "throttled": answer(429),
            "redirected": lead_away,
            "reset": answer(0),
            "late": answer(-1),
            "tls": move(untrusted.url),
            "gone": move(f"http://127.0.0.1:{closed_port()}"),
            "unknown host": move("https://nowhere.invalid"),
            "not safe": move("http://status.example.com"),
            "no address": move("not an address"),
            "no port": move("https://127.0.0.1:99999"),
            "broken headers": lambda: environ.update(MORE="zzHEADERzz"),
            "split headers": lambda: environ.update(MORE='{"X": "zzHEADERzz\\r\\nY: z"}'),
            "unset": lambda: environ.update(URL=" "),
        }
        yield Line(channel(told, environ), lambda: [one.body.decode() for one in here.taken], failures)
        assert elsewhere.taken == untrusted.taken == []


def _text(body: object) -> str:
    return body.decode() if isinstance(body, bytes) else str(body)


LINES = {
    "sns": sns_line,
    "slack": lambda _folder: chat_line(ChannelKind.SLACK, SLACK),
    "teams": lambda _folder: chat_line(ChannelKind.TEAMS, TEAMS),
    "webhook": webhook_line,
}
FAILURES = [
    *(("sns", "refused"),),
    *((kind, how) for kind in ("slack", "teams") for how in ("refused", "throttled", "redirected", "reset", "late")),
    *((kind, how) for kind in ("slack", "teams") for how in ("tls", "surprised")),
    *(("webhook", how) for how in ("refused", "throttled", "redirected", "reset", "late", "tls", "gone")),
    *(("webhook", how) for how in ("unknown host", "not safe", "no address", "no port", "unset")),
    *(("webhook", how) for how in ("broken headers", "split headers")),
]
