"""``slactl alarms`` over the sandbox: what it says, what it does, and what it refuses before it does anything."""

from __future__ import annotations

import io
import json
import os
import signal
from importlib.resources import files
from pathlib import Path
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from slactl.sandbox.behaviour import Behaviour
from slactl.stores.alarms import CloudWatchAlarmStore
from tests.cli.alarms.shop import ALARMS, TOPIC, Shop
from tests.failures.stage import Stage

WRITES = {"PutMetricAlarm", "PutCompositeAlarm", "DeleteAlarms", "TagResource", "UntagResource"}
FOREIGN: dict[str, Any] = {
    "AlarmName": "theirs",
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8")))


def cloudwatch() -> Any:
    return boto3.client("cloudwatch", "eu-west-1")


def frozen(shop: Shop, *names: str) -> dict[str, object]:
    return {name: (dict(shop.alarms[name].definition), dict(shop.alarms[name].tags)) for name in names}


def test_plan_apply_plan_again_and_take_all_away(shop: Shop) -> None:
    cloudwatch().put_metric_alarm(**FOREIGN)
    cloudwatch().put_metric_alarm(**FOREIGN | {"AlarmName": "slactl of somebody"})
    theirs = frozen(shop, "theirs", "slactl of somebody")
    shop.calls()
    first = shop.run("plan", "--detailed-exitcode")
    assert (first.code, first.err) == (2, "")
    assert not WRITES & set(shop.calls())
    assert "+ slactl shop uptime burn 1h/5m over 1h  (burn-rate, shop/uptime, page)" in first.out
    assert "Plan: 18 to create, 0 to update, 0 to delete" in first.out
    assert "2 other alarms are not touched" in first.out
    done = shop.run("apply", "--yes")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "Changes: 18 done."
    composite = shop.alarms["slactl shop page"]
    assert composite.definition["AlarmActions"] == [TOPIC]
    assert composite.tags["slactl:managed"] == "true"
    assert not any(one.definition["AlarmActions"] for one in shop.alarms.values() if one.kind == "MetricAlarm")
    again = shop.run("plan", "--detailed-exitcode")
    assert (again.code, "Plan: Nothing to do" in again.out) == (0, True)
    shop.calls()
    assert shop.run("apply", "--yes").code == 0
    assert not WRITES & set(shop.calls())
    gone = shop.run("destroy", "--yes")
    assert (gone.code, gone.err) == (0, "")
    assert set(shop.alarms) == set(theirs)
    assert frozen(shop, *theirs) == theirs


def test_an_update_says_every_field_and_keeps_what_people_set(shop: Shop) -> None:
    shop.run("apply", "--yes")
    name = "slactl shop uptime burn 1h/5m over 1h"
    arn = cloudwatch().describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
    cloudwatch().disable_alarm_actions(AlarmNames=[name])
    cloudwatch().tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "a"}])
    shop.say(ALARMS.replace("kinds: {", "kinds: {burn-rate: {pairs: [{long: 1h, short: 5m, factor: 10}]}, "))
    planned = shop.run("plan")
    assert f"~ {name}" in planned.out
    assert "Threshold: 1.44 -> 1" in planned.out
    assert "- slactl shop uptime burn 6h/30m over 6h" in planned.out
    assert shop.run("apply", "--yes", "--force").code == 0
    alarm = shop.alarms[name]
    assert (alarm.definition["Threshold"], alarm.definition["ActionsEnabled"], alarm.tags["team"]) == (1.0, False, "a")
    assert shop.run("plan", "--detailed-exitcode").code == 0


def test_many_changes_want_force(shop: Shop) -> None:
    shop.run("apply", "--yes")
    before = frozen(shop, *shop.alarms)
    shop.say(ALARMS.replace("kinds: {", "kinds: {burn-rate: none, slow-burn: none, "))
    done = shop.run("apply", "--yes")
    assert (done.code, "--force" in done.err) == (1, True)
    assert frozen(shop, *shop.alarms) == before


def test_a_saved_plan_is_applied_without_a_question_where_nothing_goes(shop: Shop) -> None:
    assert shop.run("plan", "--out", "plan.json").code == 0
    told = json.loads((shop.stage.directory / "plan.json").read_text())
    validator("alarms-plan").validate(told)
    assert told["summary"]["create"] == 18
    done = shop.run("apply", "plan.json")
    assert (done.code, len(shop.alarms)) == (0, 18)


def test_a_saved_plan_of_another_world_is_refused(shop: Shop) -> None:
    shop.run("apply", "--yes")
    shop.say(ALARMS.replace("page: [", f"page: [{TOPIC}-2, "))
    boto3.client("sns", "eu-west-1").create_topic(Name="on-call-2")
    assert shop.run("plan", "--out", "plan.json").code == 0
    cloudwatch().disable_alarm_actions(AlarmNames=["slactl shop ticket"])
    before = frozen(shop, *shop.alarms)
    shop.calls()
    done = shop.run("apply", "plan.json", "--yes")
    assert (done.code, "changed since the plan was made; nothing was done" in done.err) == (1, True)
    assert not WRITES & set(shop.calls())
    assert frozen(shop, *shop.alarms) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(account="999999999999"),
        lambda told: told.update(region="us-east-1"),
        lambda told: told.update(schema="slactl.alarms-plan/2"),
        lambda told: told.pop("fingerprint"),
        lambda told: told["changes"][0].pop("fields"),
        lambda told: told.update(fingerprint="0" * 64),
    ],
)
def test_a_plan_that_is_none_is_refused(shop: Shop, spoil: Any) -> None:
    shop.run("plan", "--out", "plan.json")
    path = shop.stage.directory / "plan.json"
    told = json.loads(path.read_text())
    spoil(told)
    path.write_text(json.dumps(told))
    done = shop.run("apply", "plan.json", "--yes")
    assert done.code in (1, 2)
    assert done.err.startswith("slactl: error: ")
    assert shop.alarms == {}


@pytest.mark.parametrize("command", [("apply",), ("destroy",)])
def test_where_nobody_can_be_asked_nothing_is_called(shop: Shop, command: tuple[str, ...]) -> None:
    shop.calls()
    done = shop.run(*command)
    assert (done.code, "--yes" in done.err) == (2, True)
    assert shop.calls() == []


class Answering(io.StringIO):
    """A terminal on which somebody has typed an answer."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "left"), [("y\n", 0, 0), ("n\n", 1, 18), ("", 130, 18)])
def test_it_asks_before_it_deletes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: int
) -> None:
    shop.run("apply", "--yes")
    monkeypatch.setattr("sys.stdin", Answering(answer))
    done = shop.run("destroy")
    assert (done.code, len(shop.alarms)) == (code, left)
    assert "Delete 18 alarms?" in done.err


def test_a_plan_that_is_too_dear_is_an_error_and_not_saved(shop: Shop) -> None:
    shop.say(f"{ALARMS}max_monthly_cost: 3\n")
    done = shop.run("plan", "--out", "plan.json", "--detailed-exitcode")
    assert (done.code, "max_monthly_cost is $3.00" in done.err) == (1, True)
    assert "Cost: $3.20 a month" in done.out
    assert not (shop.stage.directory / "plan.json").exists()
    assert shop.run("apply", "--yes").code == 1
    assert shop.alarms == {}


def test_a_topic_elsewhere_is_refused_before_anything_is_done(shop: Shop) -> None:
    shop.say(ALARMS.replace("eu-west-1", "us-east-1", 1))
    planned = shop.run("plan")
    assert (planned.code, "the topic is in us-east-1" in planned.err) == (1, True)
    done = shop.run("apply", "--yes")
    assert done.code == 1
    assert shop.alarms == {}


def test_a_topic_that_is_not_there_is_warned_of(shop: Shop) -> None:
    shop.say(ALARMS.replace("on-call]", "gone]", 1))
    planned = shop.run("plan")
    assert planned.code == 0
    assert f"topic-missing: {TOPIC.replace('on-call', 'gone')}: the topic does not exist" in planned.out


def test_a_target_without_data_is_warned_of(shop: Shop) -> None:
    shop.files["slactl.yaml"] = shop.files["slactl.yaml"].replace("environment: eks:prod", "environment: eks:pord")
    shop.say(ALARMS)
    planned = shop.run("plan")
    assert planned.code == 0
    assert "no-data: ApplicationSignals " in planned.out
    assert "eks:pord" in planned.out


@pytest.mark.parametrize(
    ("denied", "code", "says"),
    [
        ("DescribeAlarms", 1, "DescribeAlarms answered AccessDenied"),
        ("PutMetricAlarm", 1, "PutMetricAlarm answered AccessDenied"),
        ("PutCompositeAlarm", 1, "PutCompositeAlarm answered AccessDenied"),
        ("GetResources", 0, ""),
    ],
)
def test_a_call_that_is_denied_is_named_and_the_rest_is_accounted_for(
    shop: Shop, denied: str, code: int, says: str
) -> None:
    shop.stage.misbehave(Behaviour(access_denied=frozenset({denied})))
    done = shop.run("apply", "--yes")
    assert (done.code, "Traceback" in done.err) == (code, False)
    assert says in done.err + done.out
    shop.stage.misbehave(Behaviour())
    assert shop.run("apply", "--yes").code == 0
    assert shop.run("plan", "--detailed-exitcode").code == 0


def test_a_denied_call_is_told_with_its_permission_and_not_once_for_each_alarm(shop: Shop) -> None:
    shop.stage.misbehave(Behaviour(access_denied=frozenset({"PutMetricAlarm"})))
    done = shop.run("apply", "--yes")
    (rest,) = [line for line in done.out.splitlines() if "calls of this kind are denied" in line]
    assert rest.endswith("(+12): not tried: calls of this kind are denied: allow cloudwatch:PutMetricAlarm")
    told = [
        line.partition(": ")[2]
        for line in done.out.splitlines()
        if line.startswith("! slactl shop ") and "of its" in line
    ]
    assert told
    assert all(line.endswith(" of its alarms could not be made") for line in told)
    assert "PutCompositeAlarm" not in shop.calls()


def test_no_data_is_lost_between_an_error_and_its_code(shop: Shop) -> None:
    """With --detailed-exitcode 2 says that there are changes, so nothing else may."""
    assert shop.run("plan", "--detailed-exitcode", "--what").code == 1
    assert shop.run("plan", "--what").code == 2
    (shop.stage.directory / "alarms.yaml").write_text("notify: {paeg: []}\n")
    assert shop.run("plan", "--detailed-exitcode").code == 1
    assert shop.run("plan").code == 2


def test_a_configuration_without_alarms_says_how_to_begin(shop: Shop) -> None:
    shop.files["slactl.yaml"] = shop.files["slactl.yaml"].replace("alarms: alarms.yaml\n", "")
    shop.say(ALARMS)
    done = shop.run("status")
    assert (done.code, "says nothing of alarms" in done.err) == (2, True)


@pytest.mark.parametrize("how", ["ctrl-c", "sigterm"])
def test_who_ends_it_reads_what_was_done_and_goes_on_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    put = CloudWatchAlarmStore.put
    made: list[tuple[Any, ...]] = []

    def ended(self: CloudWatchAlarmStore, *told: Any) -> None:
        if len(made) == 5:
            if how == "sigterm":
                os.kill(os.getpid(), signal.SIGTERM)
            raise KeyboardInterrupt
        put(self, *told)
        made.append(told)

    monkeypatch.setattr(CloudWatchAlarmStore, "put", ended)
    done = shop.run("apply", "--yes")
    monkeypatch.setattr(CloudWatchAlarmStore, "put", put)
    assert done.code == 130
    assert done.out.splitlines()[-1] == "Changes: 5 done, 1 may or may not be done, 12 not tried."
    assert len(shop.alarms) == 5
    assert all(one.tags["slactl:managed"] == "true" for one in shop.alarms.values())
    assert shop.run("apply", "--yes").code == 0
    assert shop.run("plan", "--detailed-exitcode").code == 0


def test_credentials_that_end_on_the_way_leave_an_account_of_what_was_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = CloudWatchAlarmStore.put

    def ends(self: CloudWatchAlarmStore, *told: Any) -> None:
        if len(shop.alarms) == 4:
            shop.stage.misbehave(Behaviour(expired_token=True))
        put(self, *told)

    monkeypatch.setattr(CloudWatchAlarmStore, "put", ends)
    done = shop.run("apply", "--yes")
    assert done.code == 1
    assert "ExpiredToken" in done.err
    assert done.out.splitlines()[-1] == "Changes: 4 done, 1 may or may not be done, 13 not tried."


def test_the_plan_for_a_pull_request_and_for_programs(shop: Shop) -> None:
    markdown = shop.run("plan", "--format", "md")
    assert markdown.code == 0
    assert markdown.out.startswith("## Alarms\n\n**18 to create")
    told = shop.json("plan")
    validator("alarms-plan").validate(told)
    assert told["bill"]["total"] == 3.2
    assert told["made_at"].endswith("Z")
    assert shop.run("plan", "--format", "json").out == shop.run("plan", "--format", "json").out


def test_what_stands_and_what_nobody_watches(shop: Shop) -> None:
    bare = shop.json("status")
    validator("alarms-status").validate(bare)
    assert {one["state"] for one in bare["limits"]} == {"not-enforced"}
    shop.run("apply", "--yes")
    aws = cloudwatch()
    for name in shop.alarms:
        aws.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="quiet")
    aws.set_alarm_state(AlarmName="slactl shop uptime burn 1h/5m over 5m", StateValue="ALARM", StateReason="a spike")
    states = {one["objective"]: one["state"] for one in shop.json("status")["limits"]}
    assert states == {
        "uptime": "ok", "api-latency": "ok", "error-rate-endpoints": "ok", "p95": "not-enforced",
        "p50": "not-enforced", "error-rate": "not-enforced", "coverage": "not-enforced", None: "ok",
    }  # fmt: skip
    aws.set_alarm_state(AlarmName="slactl shop uptime burn 1h/5m over 1h", StateValue="ALARM", StateReason="an hour")
    aws.disable_alarm_actions(AlarmNames=["slactl shop ticket"])
    aws.put_metric_alarm(**FOREIGN | {"AlarmName": "slactl shop api-latency burn 1h/5m over 1h"})
    told = shop.json("status")
    validator("alarms-status").validate(told)
    found = {
        (one["objective"], one["kind"], one["alarms"][0]["severity"]): one for one in told["limits"] if one["alarms"]
    }
    uptime = found["uptime", None, "page"]
    assert (uptime["state"], len(uptime["ringing"])) == ("in-alarm", 2)
    assert found["api-latency", None, "page"]["state"] == "partly-enforced"
    assert found[None, "composite", "ticket"]["alarms"][0]["troubles"] == ["actions-off"]
    text = shop.run("status")
    assert text.code == 0
    assert text.out.splitlines()[0] == "in alarm         shop/uptime"
    assert "not enforced     shop/p95" in text.out


def test_an_out_file_is_whole_or_absent(shop: Shop) -> None:
    done = shop.run("plan", "--out", str(Path("no") / "such" / "plan.json"))
    assert done.code == 0
    assert (
        json.loads((shop.stage.directory / "no" / "such" / "plan.json").read_text())["schema"] == "slactl.alarms-plan/1"
    )


def test_traffic_may_be_read_from_evidence(kept: Stage) -> None:
    """What evidence does not hold of the four weeks is said, and not taken for silence."""
    kept.directory.joinpath("alarms.yaml").write_text(ALARMS)
    with kept.directory.joinpath("slactl.yaml").open("a") as main:
        main.write("alarms: alarms.yaml\n")
    boto3.client("sns", "eu-west-1").create_topic(Name="on-call")
    done = kept.run("--quiet", "alarms", "plan", "--from", "evidence")
    assert (done.code, done.err) == (0, "")
    assert "+ slactl shop uptime burn 1h/5m over 1h" in done.out
    assert "GET /search  (endpoint-errors" in done.out
    assert "traffic-unread: shop: its traffic of the last four weeks could not all be read" in done.out
    assert kept.run("--quiet", "alarms", "plan").out.count("\n+ ") == 18
