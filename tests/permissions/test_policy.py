"""``slactl iam policy``: what it prints, of what it knows, and that it agrees with what ``doctor`` tries."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slactl.aws.session import AwsWorld
from slactl.configuration import load_catalogue
from slactl.model.enforcement import Enforcement, Told
from slactl.model.permission import Place, Policy, Purpose
from slactl.workflows.onboarding.account import WHAT_COLLECT_IS_FOR, WHAT_FOR
from slactl.workflows.permitting import GRANTS, policy
from tests.cli.alarms.shop import ALARMS, TOPIC
from tests.failures.small import configuration
from tests.failures.stage import Outcome, Stage

PLACE = Place("aws", "eu-west-1", "123456789012")
CHECK = "check: {{notify: [{{webhook: {{secret: {secret!r}}}, name: hook}}]}}\n"


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Stage:
    def nothing(*_: Any) -> Any:
        raise AssertionError("AWS was asked")

    monkeypatch.setattr(AwsWorld, "client", nothing)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    return Stage(tmp_path, capsys, monkeypatch)


def configure(stage: Stage, more: str = "", alarms: str = "", edge: bool = False, region: str = "eu-west-1") -> None:
    files = configuration(edge=edge)
    main = files["slactl.yaml"].replace("aws: {region: eu-west-1}", f"aws: {{region: {region}}}" if region else "")
    files["slactl.yaml"] = main + more + ("alarms: alarms.yaml\n" if alarms else "")
    stage.configure(files | {"alarms.yaml": alarms})


def run(stage: Stage, purpose: str, *more: str) -> Outcome:
    return stage.run("iam", "policy", "--for", purpose, *more)


def document(stage: Stage, purpose: str, *more: str) -> dict[str, Any]:
    done = run(stage, purpose, "--account", "123456789012", *more)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def statement(stage: Stage, purpose: str, action: str, *more: str) -> dict[str, Any]:
    [found] = [one for one in document(stage, purpose, *more)["Statement"] if action in one["Action"]]
    return dict(found)


def tried(found: Policy) -> set[str]:
    """What doctor tries of a policy: ``discover --packs`` says itself what it is denied, and goes on without."""
    return {action for one in found.statements for action, why in one.why.items() if "discover --packs" not in why}


def test_doctor_tries_what_policies_allow_to_be_read(stage: Stage) -> None:
    configure(stage, more="evidence: {store: kept}\n", edge=True)
    catalogue = load_catalogue(stage.directory / "slactl.yaml")
    allowed = {purpose: tried(policy(purpose, catalogue, PLACE)) for purpose in Purpose}
    assert set(WHAT_FOR) == allowed[Purpose.REPORT] | allowed[Purpose.DISCOVER]
    assert set(WHAT_FOR) | set(WHAT_COLLECT_IS_FOR) == allowed[Purpose.COLLECT] | allowed[Purpose.DISCOVER]


def test_only_what_the_configuration_makes_a_command_call_is_allowed(stage: Stage) -> None:
    configure(stage)
    assert {action for one in document(stage, "report")["Statement"] for action in one["Action"]} == {
        "cloudwatch:GetMetricData",
        "application-signals:ListServiceOperations",
    }
    configure(stage, edge=True)
    assert "cloudwatch:ListMetrics" in statement(stage, "report", "cloudwatch:GetMetricData")["Action"]


def test_a_store_in_s3_is_its_bucket_and_prefix_only(stage: Stage) -> None:
    configure(stage, more="evidence: {store: s3://kept/a/b}\n")
    assert statement(stage, "collect", "s3:PutObject")["Resource"] == "arn:aws:s3:::kept/a/b/*"
    listed = statement(stage, "check", "s3:ListBucket")
    assert (listed["Resource"], listed["Condition"]) == ("arn:aws:s3:::kept", {"StringLike": {"s3:prefix": "a/b/*"}})
    assert statement(stage, "check", "s3:GetObject")["Action"] == ["s3:GetObject"]
    configure(stage, more="evidence: {store: s3://kept}\n")
    assert statement(stage, "collect", "s3:PutObject")["Resource"] == "arn:aws:s3:::kept/*"
    assert "Condition" not in statement(stage, "collect", "s3:ListBucket")


@pytest.mark.parametrize(
    ("secret", "resource"),
    [
        ("prod/hook", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/hook-??????"),
        (
            "arn:aws:secretsmanager:eu-south-1:999999999999:secret:prod/hook-AbCdEf",
            "arn:aws:secretsmanager:eu-south-1:999999999999:secret:prod/hook-AbCdEf",
        ),
    ],
)
def test_a_secret_is_named_as_its_arn_will_be(stage: Stage, secret: str, resource: str) -> None:
    configure(stage, more=CHECK.format(secret=secret))
    assert statement(stage, "check", "secretsmanager:GetSecretValue")["Resource"] == resource


def test_alarms_may_tell_nobody_but_those_that_are_named(stage: Stage) -> None:
    configure(stage, alarms=ALARMS)
    put = statement(stage, "enforce", "cloudwatch:PutMetricAlarm")
    assert put["Resource"] == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:slactl *"
    assert put["Condition"] == {"ForAllValues:StringEquals": {"cloudwatch:AlarmActions": TOPIC}}
    assert statement(stage, "enforce", "cloudwatch:PutCompositeAlarm")["Resource"] == "*"
    deleted = statement(stage, "enforce", "cloudwatch:DeleteAlarms")
    assert deleted["Condition"] == {"StringEquals": {"aws:ResourceTag/slactl:managed": "true"}}


def test_alarms_that_tell_nobody_may_tell_nobody(stage: Stage) -> None:
    configure(stage)
    catalogue = replace(load_catalogue(stage.directory / "slactl.yaml"), enforcement=Enforcement(Told(), {}))
    [put] = [
        one
        for one in policy(Purpose.ENFORCE, catalogue, PLACE).statements
        if "cloudwatch:PutMetricAlarm" in one.actions
    ]
    assert put.conditions == {"Null": {"cloudwatch:AlarmActions": ("true",)}}


def test_without_a_section_of_alarms_the_usual_prefix_holds_and_nobody_is_told(stage: Stage) -> None:
    configure(stage)
    put = statement(stage, "enforce", "cloudwatch:PutMetricAlarm")
    assert put["Resource"] == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:slactl *"
    assert put["Condition"] == {"Null": {"cloudwatch:AlarmActions": "true"}}
    assert "says nothing of alarms" in run(stage, "enforce").err


def test_what_is_not_known_is_a_star_and_said(stage: Stage) -> None:
    configure(stage, alarms=ALARMS, region="")
    done = run(stage, "enforce")
    assert done.code == 0
    assert "arn:aws:cloudwatch:*:*:alarm:slactl *" in done.out
    assert "the region is not known, * stands for it: add --region" in done.err
    assert "the account is not known, * stands for it: add --account" in done.err
    assert stage.run("--quiet", "iam", "policy", "--for", "enforce").err == ""


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions_have_other_arns(stage: Stage, region: str, partition: str) -> None:
    configure(stage, alarms=ALARMS)
    put = statement(stage, "enforce", "cloudwatch:PutMetricAlarm", "--region", region)
    assert put["Resource"] == f"arn:{partition}:cloudwatch:{region}:123456789012:alarm:slactl *"


@pytest.mark.parametrize("wrong", [("--account", "12"), ("--region", "Europe"), ("--region", 'eu-west-1"')])
def test_what_is_no_account_or_region_is_refused(stage: Stage, wrong: tuple[str, str]) -> None:
    configure(stage)
    done = run(stage, "report", *wrong)
    assert (done.code, done.out) == (2, "")
    assert wrong[1] in done.err


@pytest.mark.parametrize("purpose", ["report", "check", "enforce", "collect", "discover"])
def test_every_policy_is_small_enough_and_every_action_says_why(stage: Stage, purpose: str) -> None:
    more = "evidence: {store: s3://kept/a, lock: governance, lock_for: 30d}\n" + CHECK.format(secret="a")
    configure(stage, more=more, alarms=ALARMS, edge=True)
    done = document(stage, purpose)
    assert len("".join(json.dumps(done).split())) <= 6144
    sids = [one["Sid"] for one in done["Statement"]]
    assert len({*sids}) == len(sids)
    assert all(one.isalnum() for one in sids)
    text = run(stage, purpose, "--format", "text")
    actions = {action for one in done["Statement"] for action in one["Action"]}
    told = {line.split()[0]: line.split(maxsplit=1)[1] for line in text.out.splitlines() if not line.startswith(" ")}
    assert told.keys() == actions
    assert all(told.values())
    assert {one.action for one in GRANTS} >= actions
