"""Every call that commands make, held against the policy for them: nothing is missing, and nothing is too much."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from slactl.aws.session import AwsWorld
from tests.cli.alarms.shop import ALARMS, TOPIC, Shop
from tests.failures.small import NOW
from tests.failures.stage import Stage
from tests.permissions.access import ACCOUNT, REGION, Ask, Call, allowed, asks

SECTIONS = f"""check:
  notify:
    - {{sns: "{TOPIC}"}}
    - {{webhook: {{secret: "prod/hook"}}, name: hook}}
  publish: {{namespace: Shop/Levels}}
evidence: {{store: s3://kept/shop, lock: governance, lock_for: 30d}}
"""
LATER = "2026-11-12T06:00:00Z"
MAINTENANCE = """notice: 24h
windows:
  - {id: CHG-1, start: 2026-10-30T02:00, end: 2026-10-30T02:32, announced: 2026-10-20T10:00, reason: Upgrade}
  - {id: CHG-2, start: 2026-11-20T02:00, end: 2026-11-20T02:30, announced: 2026-11-01T10:00, reason: Upgrade}
"""
CALLED_OFF = MAINTENANCE.replace("2026-11-01T10:00, ", "2026-11-01T10:00, cancelled: true, ")


class Watch:
    """Listens to every call of every client that slactl makes."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop = shop
        self.calls: list[Call] = []
        make, heard = AwsWorld.client, self._heard

        def client(world: AwsWorld, name: str, region: str | None = None) -> Any:
            made = make(world, name, region)
            made.meta.events.register("provide-client-params", heard, unique_id="heard")
            return made

        monkeypatch.setattr(AwsWorld, "client", client)

    def _heard(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        tags = {name: dict(one.tags) for name, one in self.shop.alarms.items()}
        self.calls.append(Call(model.service_model.service_name, model.name, dict(params), tags))

    def run(self, *arguments: str, codes: Sequence[int] = (0,)) -> str:
        done = self.shop.stage.run("--quiet", *arguments)
        assert done.code in codes, (arguments, done.code, done.err)
        return done.out

    def policy(self, purpose: str) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self.run("iam", "policy", "--for", purpose, "--account", ACCOUNT))
        return made

    def hold(self, purpose: str) -> None:
        """Holds what was called against a policy, both ways."""
        policy = self.policy(purpose)
        asked = [ask for call in self.calls for ask in asks(call)]
        assert {(one.action, one.resource) for one in asked if not allowed(policy, one)} == set()
        granted = {action for one in policy["Statement"] for action in one["Action"]}
        called = {one.action for one in asked}
        assert granted - called == set()


@pytest.fixture
def watch(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    shop = Shop(stage, edge=True)
    shop.files["slactl.yaml"] += SECTIONS
    shop.say(ALARMS, maintenance=MAINTENANCE)
    boto3.client("sns", REGION).create_topic(Name="on-call")
    boto3.client("secretsmanager", REGION).create_secret(Name="prod/hook", SecretString="https://127.0.0.1:9/hook")
    boto3.client("s3", REGION).create_bucket(
        Bucket="kept",
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,
    )
    yield Watch(shop, monkeypatch)
    stage.close()


def test_collect(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.run("alarms", "apply", "--yes")
    watch.run("maintenance", "sync")
    watch.calls.clear()
    watch.run("collect")
    monkeypatch.setenv("SLACTL_NOW", LATER)
    watch.shop.server.world.now += 6 * 86_400
    watch.run("collect")
    watch.hold("collect")


def test_report(watch: Watch) -> None:
    watch.run("collect")
    watch.run("slo", "apply", "--yes")
    watch.calls.clear()
    watch.run("report", "--month", "2026-10", "--format", "json", "-o", "-", "--aws-budget")
    watch.run("report", "--month", "2026-10", "--format", "json", "-o", "-", "--from", "cloudwatch")
    watch.run("report", "--year", "2026", "--format", "json", "-o", "-")
    watch.run("incidents", "draft", "--month", "2026-10")
    watch.run("explain", "shop", "uptime", "--month", "2026-10")
    watch.run("status")
    watch.hold("report")


def test_check(watch: Watch) -> None:
    watch.run("collect")
    watch.calls.clear()
    watch.run("check", "--window", "1h", "--notify", "--publish", codes=(1, 2, 3))
    watch.run("check", "--from", "cloudwatch", codes=(0, 1, 2, 3))
    watch.hold("check")


def test_enforce(watch: Watch) -> None:
    watch.run("collect")
    watch.calls.clear()
    promises = watch.shop.files["objectives.yaml"]
    clause = "reference: {document: ISMS SLA, section: Uptime}, exclude"
    watch.shop.say(ALARMS, objectives=promises.replace("exclude", clause, 1))
    watch.run("alarms", "plan")
    watch.run("alarms", "apply", "--yes")
    watch.run("alarms", "status")
    watch.run("alarms", "export", "--to", "terraform")
    watch.run("alarms", "lint", codes=(0, 2))
    watch.run("alarms", "replay", "--month", "2026-10")
    watch.run("slo", "apply", "--yes")
    watch.run("maintenance", "sync")
    watch.shop.say(ALARMS, maintenance=CALLED_OFF)
    watch.run("maintenance", "sync")
    watch.shop.say(ALARMS, objectives=promises.replace(">= 99.9%", ">= 99.5%"))
    watch.run("alarms", "apply", "--yes", "--force")
    watch.run("slo", "apply", "--yes")
    kept = "\n".join(line for line in promises.splitlines() if "api-latency" not in line)
    watch.shop.say(ALARMS, objectives=kept)
    watch.run("slo", "apply", "--yes")
    watch.run("slo", "destroy", "--yes")
    watch.run("alarms", "destroy", "--yes")
    watch.hold("enforce")


def test_discover(watch: Watch) -> None:
    watch.shop.files["slactl.yaml"] = watch.shop.files["slactl.yaml"].replace(
        "lock_for: 30d", "lock_for: 30d, alarms: false"
    )
    watch.shop.say(ALARMS)
    watch.run("discover")
    boto3.client("dynamodb", REGION).create_table(
        TableName="keys",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    names, probe = boto3.client("route53"), {"Type": "TCP", "IPAddress": "192.0.2.1", "Port": 443}
    names.create_hosted_zone(Name="example.com", CallerReference="1")
    names.create_health_check(CallerReference="1", HealthCheckConfig=probe)
    watch.run("discover", "--packs")
    watch.run("doctor", codes=(0, 2))
    watch.run("init", "--output", "made", codes=(0, 1, 2))
    watch.hold("discover")


NAMESPACE = {"StringEquals": {"cloudwatch:namespace": "A"}}
FEW = {"ForAllValues:StringEquals": {"k": ["a", "b"]}}
DOCUMENT = {
    "Statement": [
        {"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::kept/a?/*"},
        {"Action": ["cloudwatch:PutMetricData"], "Resource": "*", "Condition": NAMESPACE},
        {"Action": ["cloudwatch:PutMetricAlarm"], "Resource": "*", "Condition": FEW},
        {"Action": ["cloudwatch:TagResource"], "Resource": "*", "Condition": {"Null": {"k": "true"}}},
    ]
}


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (Ask("s3:GetObject", "arn:aws:s3:::kept/ab/c/d"), True),
        (Ask("s3:GetObject", "arn:aws:s3:::kept/b/c"), False),
        (Ask("s3:GetObject", "*"), False),
        (Ask("s3:PutObject", "arn:aws:s3:::kept/ab/c/d"), False),
        (Ask("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": ("A",)}), True),
        (Ask("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": ("B",)}), False),
        (Ask("cloudwatch:PutMetricData", "*"), False),
        (Ask("cloudwatch:PutMetricAlarm", "x", {"k": ("a",)}), True),
        (Ask("cloudwatch:PutMetricAlarm", "x", {"k": ("a", "c")}), False),
        (Ask("cloudwatch:PutMetricAlarm", "x"), True),
        (Ask("cloudwatch:TagResource", "x"), True),
        (Ask("cloudwatch:TagResource", "x", {"k": ("a",)}), False),
    ],
)
def test_policies_are_read_as_iam_reads_them(ask: Ask, answer: bool) -> None:
    """Guards against an evaluator that allows everything."""
    assert allowed(DOCUMENT, ask) is answer


def test_now_is_the_time_of_these_tests() -> None:
    assert NOW < LATER
