"""What every channel promises: a notice is sent once, what fails is said with a reason, no secret is ever said."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import boto3
import pytest
import responses
from jsonschema import Draft202012Validator
from moto import mock_aws

from slactl.model.check import Window
from slactl.model.checking import ChannelKind, Destination, Happening, Keeper
from slactl.model.notice import Subject
from slactl.model.status import Status
from slactl.outbox import webhook
from slactl.outbox.notification import notification
from slactl.outbox.secrets import Secrets
from slactl.outbox.sns import subject_line
from slactl.ports.notices import NotDelivered
from tests.outbox.lines import FAILURES, LINES, NOTICE, REGION, SECRETS, SLACK, TEAMS, aws, channel, sns_line
from tests.outbox.receivers import receiver

ARN = "arn:aws:sns:eu-west-1:123456789012:alerts"
REASONS = {
    ("slack", "refused"): "Slack answered 500",
    ("slack", "redirected"): "Slack answered 302",
    ("slack", "reset"): "Slack could not be reached",
    ("slack", "surprised"): "Slack was not told: RuntimeError",
    ("teams", "throttled"): "Teams answered 429",
    ("teams", "tls"): "Teams could not be reached",
    ("webhook", "refused"): "the webhook answered 500",
    ("webhook", "redirected"): "the webhook answered 307, and no redirect is followed",
    ("webhook", "reset"): "the webhook was not told: the connection was lost",
    ("webhook", "late"): "the webhook was not told: it did not answer in time",
    ("webhook", "tls"): "the webhook was not told: its certificate could not be verified",
    ("webhook", "gone"): "the webhook was not told: it could not be reached",
    ("webhook", "not safe"): "the address that the variable URL holds does not begin with https://",
    ("webhook", "no address"): "what the variable URL holds is no address",
    ("webhook", "no port"): "what the variable URL holds is no address",
    ("webhook", "unset"): "the variable URL is not set, or is empty",
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.mark.parametrize("kind", LINES)
def test_a_notice_arrives_once_with_its_title_and_its_lines(kind: str, tmp_path: Path) -> None:
    with LINES[kind](tmp_path) as line:
        line.channel.send(NOTICE)
        [text] = line.arrived()
        for part in (NOTICE.title, *NOTICE.lines):
            assert part in text or json.dumps(part)[1:-1] in text


@pytest.mark.parametrize(("kind", "how"), FAILURES)
def test_a_failure_has_a_reason_and_says_no_secret(
    kind: str, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.3)
    caplog.set_level(logging.DEBUG)
    with LINES[kind](tmp_path) as line:
        line.failures[how]()
        with pytest.raises(NotDelivered) as failed:
            line.channel.send(NOTICE)
        told = "".join(traceback.format_exception(failed.value)) + failed.value.reason + repr(line.channel)
    assert failed.value.reason == REASONS.get((kind, how), failed.value.reason)
    heard = caplog.text if kind != "sns" else ""
    assert not [secret for secret in SECRETS if secret in told + heard]
    assert len(failed.value.reason) < 200


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
def test_a_success_says_no_secret_either(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with LINES[kind](tmp_path) as line:
        line.channel.send(NOTICE)
    assert not [secret for secret in SECRETS if secret in caplog.text]
    assert logging.getLogger("urllib3").propagate


FORM = json.loads((files("slactl.outbox") / "notification.schema.json").read_text(encoding="utf-8"))


def test_the_published_schema_is_that_of_every_notification() -> None:
    Draft202012Validator.check_schema(FORM)
    form = Draft202012Validator(FORM)
    itself = replace(NOTICE, subject=Subject("7d"), new=Status.INSUFFICIENT_DATA, lines=())
    for notice in (NOTICE, itself, replace(NOTICE, old=Status.WARNING, new=Status.OK)):
        form.validate(json.loads(notification(notice)))
    told = json.loads(notification(NOTICE))
    assert set(FORM["properties"]) == set(FORM["required"]) == set(told)
    assert FORM["properties"]["event"]["enum"] == [one.value for one in Happening]
    assert FORM["properties"]["window"]["enum"] == [one.value for one in Window]
    assert not form.is_valid(told | {"to": "NOT_RATED"})


def test_a_webhook_gets_the_notification_and_its_key(tmp_path: Path) -> None:
    with receiver() as here:
        environ = {"MORE": '{"Authorization": "Bearer x", "X-Team": "sre"}', "https_proxy": "http://127.0.0.1:9"}
        keeper = Keeper(address=f"{here.url}/hook?a=b")
        channel(Destination("a", ChannelKind.WEBHOOK, keeper=keeper, headers="MORE"), environ).send(NOTICE)
        [taken] = here.taken
    assert taken.path == "/hook?a=b"
    assert taken.headers["Idempotency-Key"] == NOTICE.id
    assert taken.headers["Authorization"] == "Bearer x"
    assert taken.headers["Content-Type"] == "application/json"
    assert taken.headers["User-Agent"] == "slactl/1.2.3"
    assert json.loads(taken.body) == {
        "schema": "slactl.notification/1",
        "id": NOTICE.id,
        "event": "breached",
        "window": "month-to-date",
        "service": "missions-api",
        "objective": "uptime",
        "class": None,
        "operation": None,
        "from": "OK",
        "to": "BREACHED",
        "at": "2026-11-06T21:20:00Z",
        "title": NOTICE.title,
        "lines": list(NOTICE.lines),
    }


@pytest.mark.parametrize(
    ("no_proxy", "asked"), [("", True), ("other.example", True), ("example.com", False), ("*", False)]
)
def test_a_proxy_is_used_unless_the_host_is_excepted(no_proxy: str, asked: bool) -> None:
    """The proxy here takes no CONNECT, so that being asked shows in the reason."""
    with receiver() as proxy:
        environ = {"HTTPS_PROXY": proxy.url, "no_proxy": no_proxy, "URL": "https://hooks.example.com.invalid/x"}
        environ["URL"] = "https://status.example.com/x" if asked else "https://localhost.example.com:1/x"
        found = webhook.WebhookChannel(
            Destination("a", ChannelKind.WEBHOOK, keeper=Keeper(variable="URL")), Secrets(aws(), environ), environ, "1"
        )
        address = Secrets(aws(), environ).of(Keeper(variable="URL"))
        assert found._proxy(address) == (proxy.url if asked else None)


def test_a_fifo_topic_tells_duplicates_by_the_id_and_keeps_the_order_of_a_target() -> None:
    with sns_line(Path(), fifo=True) as line:
        line.channel.send(NOTICE)
        line.channel.send(NOTICE)
        assert len(line.arrived()) == 1


def test_a_topic_is_spoken_to_in_its_own_region_and_can_be_filtered() -> None:
    with mock_aws():
        topic = boto3.client("sns", "eu-central-1").create_topic(Name="alerts")["TopicArn"]
        found = channel(Destination("a", ChannelKind.SNS, topic), {})
        found.send(NOTICE)
        message = found._message(NOTICE)  # type: ignore[attr-defined]
    assert message["Subject"] == "missions-api, Disponibilit?: BREACHED (was OK), month-to-date"
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes == {
        "id": NOTICE.id,
        "status": "BREACHED",
        "from": "OK",
        "event": "breached",
        "window": "month-to-date",
        "service": "missions-api",
        "objective": "uptime",
    }
    assert "MessageGroupId" not in message


@pytest.mark.parametrize(
    ("title", "line"),
    [("a\nb", "a?b"), (" è ", "?"), ("x" * 150, "x" * 100), ("", "slactl"), ("a" * 99 + " b", "a" * 99)],
)
def test_a_subject_is_what_sns_takes(title: str, line: str) -> None:
    assert subject_line(title) == line


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ChannelKind.SLACK, TEAMS),
        (ChannelKind.TEAMS, SLACK),
        (ChannelKind.SLACK, SLACK.replace("https", "http")),
        (ChannelKind.SLACK, "https://evil.example/services/T0ZZ/B0ZZ/zzTOKENzz"),
        (ChannelKind.SLACK, "slack://T0ZZ/B0ZZ/zzTOKENzz"),
        (ChannelKind.SLACK, "zzTOKENzz"),
        (ChannelKind.TEAMS, "https://evil.example/zzPATHzz"),
    ],
)
def test_another_address_is_not_the_chats(kind: ChannelKind, address: str) -> None:
    with responses.RequestsMock() as played, pytest.raises(NotDelivered) as failed:
        channel(Destination("a", kind, keeper=Keeper(variable="URL")), {"URL": address}).send(NOTICE)
    assert failed.value.reason == f"what the variable URL holds is no webhook of {kind.value.capitalize()}"
    assert not played.calls


def test_what_an_address_says_of_certificates_and_redirects_is_not_heeded() -> None:
    with responses.RequestsMock() as played:
        played.add(responses.POST, SLACK, body="ok")
        environ = {"URL": f"{SLACK}?verify=no&redirect=yes&to=%23general&footer=yes"}
        channel(Destination("a", ChannelKind.SLACK, keeper=Keeper(variable="URL")), environ).send(NOTICE)
        [call] = played.calls
    assert call.request.req_kwargs["verify"]  # type: ignore[attr-defined]
    assert "general" not in str(call.request.body)
    assert "pprise" not in str(call.request.body)
    with responses.RequestsMock() as played:
        played.add(responses.POST, SLACK, status=302, headers={"Location": "https://elsewhere.example/"})
        with pytest.raises(NotDelivered, match="Slack answered 302"):
            channel(Destination("a", ChannelKind.SLACK, keeper=Keeper(variable="URL")), environ).send(NOTICE)


def test_without_apprise_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "apprise"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(NotDelivered, match=r"pip install 'slactl\[notify\]'"):
        channel(Destination("a", ChannelKind.SLACK, keeper=Keeper(variable="URL")), {"URL": SLACK}).send(NOTICE)


def test_secrets_of_aws() -> None:
    with mock_aws():
        manager = boto3.client("secretsmanager", REGION)
        arn = manager.create_secret(Name="chat", SecretString=json.dumps({"slack": f" {SLACK}\n", "port": 1}))["ARN"]
        manager.create_secret(Name="plain", SecretString=TEAMS)
        manager.create_secret(Name="bytes", SecretBinary=b"zzTOKENzz")
        found = Secrets(aws(), {})
        assert found.of(Keeper(secret=arn, field="slack")).reveal() == SLACK
        assert found.of(Keeper(secret="plain")).reveal() == TEAMS
        assert "zz" not in repr(found.of(Keeper(secret="plain"))) + repr(found)
        for keeper, reason in (
            (Keeper(secret="none"), "the secret none could not be read: ResourceNotFoundException"),
            (Keeper(secret="chat", field="teams"), "the secret chat is no JSON object with a key teams"),
            (Keeper(secret="chat", field="port"), "port of the secret chat is no text"),
            (Keeper(secret="plain", field="a"), "the secret plain is no JSON object with a key a"),
            (Keeper(secret="bytes"), "the secret bytes is no text"),
            (Keeper(variable="UNSET"), "the variable UNSET is not set, or is empty"),
        ):
            with pytest.raises(NotDelivered) as failed:
                found.of(keeper)
            assert failed.value.reason == reason


def test_without_credentials_a_topic_is_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NotDelivered, match="no AWS credentials were found"):
        channel(Destination("a", ChannelKind.SNS, ARN), {}).send(NOTICE)
