"""``slactl alarms replay`` and ``lint`` over the sandbox: what they say, and with which exit code."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from slactl.sandbox.behaviour import Behaviour
from tests.cli.alarms.shop import ALARMS, TOPIC, Shop


def validator(name: str) -> Draft202012Validator:
    found = Draft202012Validator(json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8")))
    found.check_schema(found.schema)
    return found


def cloudwatch() -> Any:
    return boto3.client("cloudwatch", "eu-west-1")


def replayed(shop: Shop, *more: str) -> dict[str, Any]:
    told = shop.json("replay", "--month", "2026-10", *more)
    validator("alarms-replay").validate(told)
    return told


def test_an_outage_of_the_month_rings_and_is_noticed(shop: Shop) -> None:
    told = replayed(shop)
    assert told["resolution"] == [{"service": "shop", "seconds": 300, "unread": []}]
    (page, *_) = [one for one in told["rings"] if one["severity"] == "page"]
    assert page["begins_after"] <= "2026-10-30T03:06:40Z" <= page["end"]
    assert {"kind": "burn-rate", "objective": "uptime"}.items() <= page["causes"][0].items()
    downtime = [one for one in told["measured"] if one["what"] == "downtime"]
    outage = next(one for one in downtime if one["start"] == "2026-10-30T02:45:00Z")
    assert (outage["noticed"], outage["alarm"]) == ("noticed", "slactl shop page")
    assert 0 <= outage["late_seconds_at_least"] <= outage["late_seconds_at_most"] <= 1200
    assert (told["history"], told["not_replayed"]) == (None, [])


def test_nothing_is_written_to_the_account_and_two_runs_are_alike(shop: Shop) -> None:
    shop.calls()
    first = shop.run("replay", "--month", "2026-10")
    assert (first.code, first.err) == (0, "")
    assert set(shop.calls()) <= {"GetCallerIdentity", "GetMetricData", "ListServiceOperations", "ListMetrics"}
    assert shop.run("replay", "--month", "2026-10").out == first.out


def test_the_text_says_its_bounds_in_both_languages(shop: Shop) -> None:
    english = shop.run("replay", "--month", "2026-10").out
    assert "shop: seen every 5 min; what rings begins up to 5 min before the time printed" in english
    assert "No history of alarms is kept of this month" in english
    italian = shop.run("replay", "--month", "2026-10", "--lang", "it").out
    assert "ciò che suona comincia fino a 5 min prima" in italian


def test_what_check_did_not_publish_is_not_guessed(shop: Shop) -> None:
    shop.say(ALARMS.replace("silent-checks: none, budget-left: none", "burn-rate: none"))
    told = replayed(shop)
    codes = {one["code"] for one in told["not_replayed"]}
    names = [one["alarm"] for one in told["not_replayed"]]
    assert codes == {"not-published"}
    assert "slactl silent-checks" in names
    assert not any(one["alarm"] == "slactl silent-checks" for one in told["rings"])


def test_a_month_that_has_not_begun_or_is_none(shop: Shop) -> None:
    assert shop.run("replay", "--month", "2027-01").code == 2
    assert shop.run("replay", "--month", "October").code == 2


def test_evidence_tells_what_cloudwatch_tells(shop: Shop) -> None:
    assert shop.stage.run("--quiet", "collect", "--since", "2026-10-01").code == 0
    live, kept = replayed(shop, "--from", "cloudwatch"), replayed(shop, "--from", "evidence")
    shop.calls()
    both = replayed(shop)
    assert "GetMetricData" in shop.calls()  # of what was not collected
    pages = [[one for one in told["rings"] if one["severity"] == "page"] for told in (live, kept, both)]
    assert pages[0] == pages[1] == pages[2] != []
    known = {one["name"]: one for one in kept["alarms"]}
    common = [one for one in live["alarms"] if one["name"] in known]
    assert len(common) >= len(live["alarms"]) - 1  # four weeks of traffic, which choose one's window, are not kept
    for theirs in common:
        ours = known[theirs["name"]]
        for ring in theirs["rang"]:  # nothing is kept from before the first day, so the longest windows are in doubt
            told = [*ours["rang"], *ours["unknown"]]
            assert any(one["start"] <= ring["start"] < one["end"] for one in told)


def test_nothing_found_ends_with_0(shop: Shop) -> None:
    shop.run("apply", "--yes")
    done = shop.run("lint", "--format", "json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    validator("alarms-lint").validate(told)
    assert (told["alarms"], told["findings"], told["doubts"]) == (18, [], [])


def test_findings_end_with_2(shop: Shop) -> None:
    place = [{"Name": "Environment", "Value": "eks:prod"}, {"Name": "Service", "Value": "shop"}]
    usual: dict[str, Any] = {
        "Namespace": "ApplicationSignals",
        "Dimensions": place,
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    put = cloudwatch().put_metric_alarm
    put(AlarmName="per cent meant", MetricName="Fault", Threshold=5.0, AlarmActions=[TOPIC], **usual)
    put(AlarmName="misspelt", MetricName="Faults", Threshold=0.5, AlarmActions=[f"{TOPIC}-gone"], **usual)
    put(AlarmName="late", MetricName="Fault", Threshold=0.4, **usual)
    done = shop.run("lint", "--format", "json")
    assert done.code == 2
    told = json.loads(done.out)
    validator("alarms-lint").validate(told)
    assert {(one["alarm"], one["code"]) for one in told["findings"]} == {
        ("per cent meant", "threshold-out-of-range"),
        ("per cent meant", "looser-than-promised"),
        ("misspelt", "metric-without-data"),
        ("misspelt", "action-broken"),
        ("late", "no-action"),
        ("late", "looser-than-promised"),
    }
    text = shop.run("lint")
    assert (text.code, "late  [no-action] (not ours)" in text.out) == (2, True)


def test_lint_needs_no_section_of_alarms(shop: Shop) -> None:
    shop.files["slactl.yaml"] = shop.files["slactl.yaml"].replace("alarms: alarms.yaml\n", "")
    shop.say(ALARMS)
    done = shop.run("lint")
    assert (done.code, done.out, done.err) == (0, "0 alarms, 0 findings.\n", "")


@pytest.mark.parametrize("denied", ["DescribeAlarms", "GetCallerIdentity"])
def test_who_cannot_look_ends_with_3(shop: Shop, denied: str) -> None:
    shop.stage.misbehave(Behaviour(access_denied=frozenset({denied})))
    assert shop.run("lint").code == 3


def test_a_wrong_configuration_ends_with_3(shop: Shop) -> None:
    shop.say("notify: {page: nobody}")
    assert shop.run("lint").code == 3
