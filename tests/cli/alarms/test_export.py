"""``slactl alarms export`` over the sandbox: what a stack makes of it is what ``plan`` wants, and nobody touches it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.cli.alarms.shop import ALARMS, Shop
from tests.formats.alarms.provider import puts_of

WRITES = {"PutMetricAlarm", "PutCompositeAlarm", "DeleteAlarms", "TagResource", "UntagResource"}
EXPORTS = ("cloudformation", "terraform")


def puts_of_template(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["Properties"] for one in document["Resources"].values()]


PUTS: dict[str, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    "cloudformation": puts_of_template,
    "terraform": puts_of,
}


def deploy(shop: Shop, puts: list[dict[str, Any]]) -> None:
    """Makes the alarms as a stack does: children first."""
    aws = boto3.client("cloudwatch", "eu-west-1")
    for one in sorted(puts, key=lambda one: "AlarmRule" in one):
        (aws.put_composite_alarm if "AlarmRule" in one else aws.put_metric_alarm)(**one)
    shop.calls()


@pytest.mark.parametrize("to", EXPORTS)
def test_what_a_stack_makes_is_what_plan_wants(shop: Shop, to: str) -> None:
    done = shop.run("export", "--to", to)
    assert (done.code, done.err) == (0, "")
    puts = PUTS[to](json.loads(done.out))
    assert not WRITES & set(shop.calls())
    deploy(shop, puts)
    planned = shop.json("plan")
    assert {one["change"] for one in planned["changes"]} == {"left"}
    assert [one["differences"] for one in planned["changes"]] == [[]] * len(puts)
    assert planned["summary"]["left"] == len(puts) == 18
    before = {name: (dict(one.definition), dict(one.tags)) for name, one in shop.alarms.items()}
    shop.calls()
    assert shop.run("plan", "--detailed-exitcode").code == 0
    assert shop.run("apply", "--yes").code == 0
    assert shop.run("destroy", "--yes").code == 0
    assert not WRITES & set(shop.calls())
    assert {name: (dict(one.definition), dict(one.tags)) for name, one in shop.alarms.items()} == before
    assert shop.run("export", "--to", to).out == done.out


def test_cloudformations_own_tags_are_enough(shop: Shop) -> None:
    """A template that somebody wrote by hand, with our mark and without the owner."""
    puts = puts_of_template(json.loads(shop.run("export", "--to", "cloudformation").out))
    for one in puts:
        one["Tags"] = [tag for tag in one["Tags"] if tag["Key"] != "slactl:owner"]
    deploy(shop, puts)
    for alarm in shop.alarms.values():
        alarm.tags["aws:cloudformation:stack-name"] = "alarms"
    planned = shop.json("plan")
    assert {one["change"] for one in planned["changes"]} == {"left"}
    assert {one["owner"] for one in planned["changes"]} == {"cloudformation"}


def test_what_a_stack_keeps_otherwise_is_told_and_left(shop: Shop) -> None:
    puts = puts_of_template(json.loads(shop.run("export", "--to", "cloudformation").out))
    changed = next(one for one in puts if "Threshold" in one)
    changed["Threshold"] += 1
    deploy(shop, puts)
    told = {one["name"]: one["differences"] for one in shop.json("plan")["changes"]}
    assert [one["field"] for one in told[changed["AlarmName"]]] == ["Threshold"]
    assert shop.run("apply", "--yes").code == 0
    assert shop.alarms[changed["AlarmName"]].definition["Threshold"] == changed["Threshold"]


@pytest.mark.parametrize("to", EXPORTS)
def test_it_is_written_whole_where_it_is_asked_for(shop: Shop, to: str) -> None:
    out = shop.run("export", "--to", to).out
    done = shop.run("export", "--to", to, "--output", "stacks/alarms.json")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (shop.stage.directory / "stacks" / "alarms.json").read_text(encoding="utf-8") == out


def test_what_stands_already_and_what_else_is_needed_is_said(shop: Shop) -> None:
    shop.run("apply", "--yes")
    done = shop.stage.run("alarms", "export", "--to", "terraform")
    assert done.code == 0
    assert "18 of these alarms stand already, made by slactl alarms apply" in done.err
    assert "need the provider hashicorp/awscc" in done.err


def test_what_costs_too_much_is_not_written(shop: Shop) -> None:
    shop.say(f"{ALARMS}max_monthly_cost: 3\n")
    done = shop.run("export", "--to", "terraform", "--output", "alarms.tf.json")
    assert (done.code, "max_monthly_cost is $3.00" in done.err) == (1, True)
    assert not (shop.stage.directory / "alarms.tf.json").exists()


def test_alarms_of_what_could_not_be_read_are_not_lost(shop: Shop) -> None:
    deploy(shop, puts_of_template(json.loads(shop.run("export", "--to", "cloudformation").out)))
    shop.stage.misbehave(Behaviour(fail=frozenset({"ListServiceOperations"})))
    asked = ("export", "--to", "cloudformation", "--output", "alarms.json")
    done = shop.run(*asked)
    assert (done.code, "alarms that stand would not be in the file" in done.err) == (1, True)
    assert not (shop.stage.directory / "alarms.json").exists()
    assert shop.run(*asked, "--force").code == 0
    assert (shop.stage.directory / "alarms.json").exists()


def test_more_templates_than_stdout_holds_are_numbered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slactl.formats.alarms.cloudformation.MOST_RESOURCES", 10)
    done = shop.run("export", "--to", "cloudformation")
    assert (done.code, done.out) == (1, "")
    assert "the alarms fill 2 templates" in done.err
    done = shop.stage.run("alarms", "export", "--to", "cloudformation", "--output", "alarms.json")
    assert (done.code, "in this order" in done.err) == (0, True)
    parts = [json.loads((shop.stage.directory / f"alarms-0{number}.json").read_text()) for number in (1, 2)]
    assert [len(one["Resources"]) for one in parts] == [10, 8]
    deploy(shop, [put for one in parts for put in puts_of_template(one)])
    assert shop.run("plan", "--detailed-exitcode").code == 0
