"""``slactl discover --packs`` against a running sandbox: what is proposed loads, and gives rows."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from slactl.cli import clock
from slactl.sandbox.alarmhistory import METRIC_ALARM
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.cloudflare import PATH, TOKEN
from slactl.sandbox.packs import PACKS, add_packs, variables
from slactl.sandbox.world import World
from tests.onboarding.standing import NOW, Desk, world

SCHEMA = json.loads((files("slactl.formats") / "discover-packs.schema.json").read_text(encoding="utf-8"))
CONFIGURATION = """version: 1
report: {title: Platform, timezone: Europe/Rome, language: it}
aws: {region: eu-west-1}
services: {api: {environment: prod}}   # the one
objectives: promises.yaml
evidence: {store: kept}
"""
PROMISES = """objectives:
  - {id: uptime, indicator: availability, goal: ">= 99%", reference: {document: D, section: S, quote: Q}}
"""
SHOWN = sorted(set(PACKS) - {"monitoring"})
MANY = ("lambda", "dynamodb", "memorydb", "cloudfront", "synthetics")


def platform(*packs: str, days: int = 3, **told: Any) -> World:
    """A world that shows packs, with data of the last days."""
    shown = world(**told)
    add_packs(shown, packs, since=NOW.timestamp() - days * 86_400)
    return shown


@pytest.fixture
def seat(desk: Desk) -> Desk:
    """A desk with a configuration, a token for Cloudflare, and a pace that doesn't wait."""
    desk.patch.setattr(clock, "TIMING", (lambda: 0.0, lambda _seconds: None))
    desk.patch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    desk.patch.setenv("SLACTL_CLOUDFLARE_URL", f"{desk.server.url}{PATH}")
    desk.patch.delenv("CLOUDFLARE_ACCOUNT_ID", raising=False)
    (desk.folder / "slactl.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (desk.folder / "promises.yaml").write_text(PROMISES, encoding="utf-8")
    return desk


def told(desk: Desk) -> dict[str, Any]:
    """The document, which has the published form."""
    said = desk.run("discover", "--packs", "--format", "json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def passed(desk: Desk) -> dict[str, str]:
    return {one["pack"]: one["code"] for one in told(desk)["not_proposed"]}


def test_everything_there_is_proposed_loads_and_is_in_the_report(seat: Desk) -> None:
    shown = platform(*SHOWN)
    for name in ("slactl shop uptime", "slactl shop errors"):
        alarm = {"AlarmName": name, "Namespace": "A", "MetricName": "B", "Period": 60, "EvaluationPeriods": 1}
        more = {"Statistic": "Sum", "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}
        shown.alarms.put(METRIC_ALARM, {**alarm, **more, "AlarmActions": ["arn:aws:sns:eu-west-1:1:a"]}, 0)
    seat.show(shown)
    document = told(seat)
    assert document["refused"] == document["not_proposed"] == []
    found = {one["key"]: one["variables"] for one in document["packs"]}
    assert sorted(found) == sorted(PACKS)
    assert all(one["complete"] for one in document["packs"])
    for name in SHOWN:
        _fits(name, found[name])
    said = seat.run("discover", "--packs")
    assert yaml.safe_load(said.out)["packs"] == found
    assert seat.run("discover", "--packs").out == said.out
    (seat.folder / "slactl.yaml").write_text(CONFIGURATION + said.out, encoding="utf-8")
    checked = seat.run("config", "check")
    assert (checked.code, checked.out) == (0, ""), checked
    done = seat.run("report", "--month", "2026-11", "--format", "json", "-o", "-", "--from", "cloudwatch")
    assert done.code == 0, done.err
    rows = json.loads(done.out)["results"]
    assert {one["service"] for one in rows} == {"api", *PACKS}
    told_of = {one["operation"] for one in rows if one["service"] == "dynamodb"}
    assert {"missions", "rewards", "idempotency"} <= told_of


def _fits(name: str, found: dict[str, Any]) -> None:
    """What the sandbox shows is found; functions and tables of other packs are there too."""
    for variable, value in variables(name).items():
        if isinstance(value, list):
            assert set(value) <= set(found[variable]), (name, variable)
        else:
            assert found.get(variable, value) == value, (name, variable)
    extra = {
        variable: sorted(set(value) - set(variables(name)[variable]))  # type: ignore[call-overload]
        for variable, value in found.items()
        if isinstance(value, list)
    }
    others = {"functions": ["platform-read", "platform-write"], "tables": ["idempotency"]}
    assert all(left in ([], others.get(variable)) for variable, left in extra.items()), extra


DENIED = {
    "dynamodb": ["ListTables", "ListMetrics"],
    "lambda": ["ListFunctions", "ListMetrics"],
    "memorydb": ["DescribeClusters", "ListMetrics"],
    "cloudfront": ["ListDistributions", "ListMetrics"],
    "synthetics": ["DescribeCanaries", "ListMetrics"],
    "idempotency": ["DescribeTimeToLive", "ListTables", "ListMetrics"],
    "route53": ["ListHealthChecks"],
    "rate-limits": ["ListMetrics", "GetApiKeys"],
    "api-gateway": ["GetRestApis", "ListMetrics"],
    "monitoring": ["DescribeAlarms"],
}


def test_what_is_denied_never_looks_like_nothing_and_the_rest_is_proposed(seat: Desk) -> None:
    operations = sorted({each for one in DENIED.values() for each in one})
    seat.show(platform(*SHOWN, behaviour=Behaviour.parse([f"deny={one}" for one in operations])))
    said = seat.run("discover", "--packs")
    assert said.code == 0
    assert list(yaml.safe_load(said.out)["packs"]) == ["r2"]
    for name in DENIED:
        assert f"# - {name}: access denied, so nobody knows whether there is any: allow " in said.out, name
    assert "allow dynamodb:ListTables" in said.err
    assert passed(seat) == dict.fromkeys(DENIED, "access-denied")


def test_what_publishes_is_proposed_where_definitions_are_denied_and_the_lack_is_said(seat: Desk) -> None:
    denied = ["ListFunctions", "ListTables", "DescribeClusters", "ListDistributions", "DescribeCanaries"]
    seat.show(platform(*MANY, behaviour=Behaviour.parse([f"deny={one}" for one in denied])))
    found = {one["key"]: one for one in told(seat)["packs"]}
    assert sorted(found) == sorted(MANY)
    for name in MANY:
        assert any(note.startswith("not everything could be asked: ") for note in found[name]["notes"]), name
        for variable, value in variables(name).items():
            if isinstance(value, list):
                assert found[name]["variables"][variable] == sorted(value)


def test_where_nobody_answers_nothing_is_printed(seat: Desk) -> None:
    seat.patch.delenv("CLOUDFLARE_API_TOKEN")
    operations = {each for one in DENIED.values() for each in one} | {"GetApis", "ListHostedZones"}
    seat.show(platform(behaviour=Behaviour.parse([f"deny={one}" for one in sorted(operations)])))
    said = seat.run("discover", "--packs")
    assert (said.code, said.out) == (1, "")
    assert "nothing could be looked at" in said.err


def test_an_empty_account_is_said_with_the_region(seat: Desk) -> None:
    seat.patch.delenv("CLOUDFLARE_API_TOKEN")
    seat.show(platform())
    assert passed(seat) == dict.fromkeys(PACKS, "nothing-found") | {"r2": "not-asked"}
    said = seat.run("discover", "--packs")
    assert said.code == 0
    assert yaml.safe_load(said.out) is None
    assert "CLOUDFLARE_API_TOKEN is not set, so Cloudflare was not asked" in said.out
    assert "is it another region" in said.err


def test_what_is_of_no_region_does_not_hide_that_the_region_is_empty(seat: Desk) -> None:
    seat.show(platform("cloudfront"))
    said = seat.run("discover", "--packs")
    assert list(yaml.safe_load(said.out)["packs"]) == ["cloudfront"]
    assert "no pack fits what is in eu-west-1; is it another region" in said.err


def test_a_token_that_cloudflare_refuses_is_no_empty_account(seat: Desk) -> None:
    seat.patch.setenv("CLOUDFLARE_API_TOKEN", "expired-token")
    seat.show(platform("r2"))
    assert passed(seat)["r2"] == "access-denied"
    seat.patch.setenv("CLOUDFLARE_ACCOUNT_ID", str(variables("r2")["account"]))
    said = seat.run("discover", "--packs")
    assert "- r2: access denied" in said.out
    assert "expired-token" not in said.out + said.err


def written(desk: Desk) -> str:
    return (desk.folder / "slactl.yaml").read_text(encoding="utf-8")


def test_what_is_proposed_is_written_beside_what_stands(seat: Desk) -> None:
    seat.show(platform("dynamodb", "memorydb"))
    before = CONFIGURATION + "packs:\n    # mine\n    dynamodb: {tables: [missions], since: 2026-11-01}\n# end\n"
    (seat.folder / "slactl.yaml").write_text(before, encoding="utf-8")
    document = told(seat)
    (on,) = [one for one in document["not_proposed"] if one["pack"] == "dynamodb"]
    assert (on["code"], on["why"]) == ("already-on", "on already (dynamodb); not among its tables: rewards")
    said = seat.run("discover", "--packs", "--write")
    assert (said.code, said.out) == (0, "slactl.yaml\n")
    since = "# since: 2026-11-02   # if the days before are not owed; without a look they are unknown"
    added = f"\n    # 1 cluster seen\n    memorydb:\n      {since}\n      clusters: [leaderboard]\n"
    assert written(seat) == before.replace("# end\n", "") + added + "# end\n"
    assert "switched on: memorydb" in said.err
    assert seat.run("config", "check").code == 0
    again = seat.run("discover", "--packs", "--write")
    assert (again.code, again.out) == (0, "")
    assert "nothing new" in again.err


def test_a_pack_that_lacks_a_variable_is_shown_and_never_written(seat: Desk) -> None:
    denied = Behaviour.parse(["deny=ListResourceRecordSets"])
    seat.show(platform("route53", "synthetics", behaviour=denied))
    shown = seat.run("discover", "--packs").out
    assert list(yaml.safe_load(shown)["packs"]) == ["synthetics"]
    assert "# zone: ... MISSING: The id of the hosted zone" in shown
    said = seat.run("discover", "--packs", "--write")
    assert said.code == 0
    assert "not written: route53, for nothing was found for zone, name" in said.err
    assert list(yaml.safe_load(written(seat))["packs"]) == ["synthetics"]


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (CONFIGURATION + "packs: {dynamodb: {tables: [missions]}}\n", 2, "between braces"),
        (CONFIGURATION + "nonsense: 1\n", 2, "nonsense"),
        (None, 2, "there is no configuration"),
    ],
)
def test_nothing_is_written_where_it_can_not_be(seat: Desk, text: str | None, code: int, word: str) -> None:
    seat.show(platform("synthetics"))
    path = seat.folder / "slactl.yaml"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    said = seat.run("discover", "--packs", "--write")
    assert (said.code, said.out) == (code, "")
    assert word in said.err
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == text
    assert sorted(one.name for one in seat.folder.iterdir()) == sorted(
        {"promises.yaml"} | ({path.name} if text else set())
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--packs", "--service", "x"],
        ["--packs", "--format", "table"],
        ["--write"],
        ["--format", "yaml"],
        ["--packs", "--write", "--format", "json"],
    ],
)
def test_options_that_do_not_go_together(seat: Desk, arguments: list[str]) -> None:
    assert seat.run("discover", *arguments).code == 2


def test_without_a_configuration_it_proposes_all_the_same(seat: Desk) -> None:
    seat.show(platform("synthetics"))
    (seat.folder / "slactl.yaml").unlink()
    seat.patch.setenv("AWS_REGION", "eu-west-1")
    assert [one["key"] for one in told(seat)["packs"]] == ["synthetics"]
    assert not Path("slactl.yaml").exists()
