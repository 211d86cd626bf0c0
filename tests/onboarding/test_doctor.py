"""``slactl doctor`` against sandboxes that misbehave: each trouble is one row with its advice, never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.world import World
from tests.onboarding.standing import NOW, Desk, gateway, requests, world

OPERATIONS = ["GET /orders", "POST /orders"]
ROUTES = requests(OPERATIONS, 24 * 9, "shop-public", "prod")
WEEK = requests(OPERATIONS, 24 * 9)
CONFIG = """version: 1
report: {{timezone: UTC}}
aws: {{region: eu-west-1, expected_account: "{account}"}}
services:
  shop:
    environment: {environment}
    since: 2026-10-25
    {more}
    operations:
      - {{match: "GET *", class: read}}
      - {{match: "POST *", class: query}}
"""


def configure(environment: str = "ecs:prod", more: str = "", account: str = "123456789012") -> None:
    text = CONFIG.format(environment=environment, more=more, account=account)
    Path("slactl.yaml").write_text(text, encoding="utf-8")


EDGE = "edge: {api: shop-public, stage: prod}"


def healthy(**more: Any) -> World:
    return world(WEEK, gateway=gateway(ROUTES), **more)


def examined(desk: Desk, shown: World) -> tuple[int, dict[tuple[str, str], tuple[str, str, str]]]:
    """The exit code, and (status, found, advice) by check and subject."""
    desk.show(shown)
    said = desk.run("doctor", "--format", "json")
    told = json.loads(said.out)
    assert told["schema"] == "slactl.doctor/1"
    assert "Traceback" not in said.err
    rows = {(each["check"], each["of"]): (each["status"], each["found"], each["advice"]) for each in told["checks"]}
    assert len(rows) == len(told["checks"])
    return said.code, rows


def test_a_healthy_service_has_no_finding(desk: Desk) -> None:
    configure(more=EDGE)
    code, rows = examined(desk, healthy())
    assert {status for status, _, _ in rows.values()} == {"ok"}
    assert code == 0
    assert {check for check, _ in rows} == {
        "configuration", "credentials", "account", "region", "clock", "permission", "service", "metrics",
        "percentiles", "history", "operations", "edge", "buckets",
    }  # fmt: skip
    assert rows["history", "shop"][1].startswith("since 2026-10-24; all of it by 5 minutes")


def test_the_table_is_plain_text_where_nobody_watches(desk: Desk) -> None:
    configure(more=EDGE)
    desk.show(healthy())
    said = desk.run("doctor")
    lines = said.out.splitlines()
    assert lines[0].split() == ["check", "of", "status", "found", "what", "to", "do"]
    column = lines[0].index("status")
    assert {line[column:].split()[0] for line in lines[1:]} == {"ok"}
    assert not {"\x1b", "…", "│", "━"} & set(said.out)


def test_without_a_configuration_the_account_is_looked_at(desk: Desk) -> None:
    code, rows = examined(desk, healthy())
    assert code == 0
    assert rows["configuration", ""][:2] == ("ok", "none: only the account is checked")
    assert rows["services", ""][:2] == ("ok", "1 in seven days")
    assert rows["buckets", ""][0] == "ok"


@pytest.mark.parametrize(
    ("anchoring", "told"),
    [("start", "long buckets begin where they are asked to"), ("epoch", "begin at multiples of their length")],
)
def test_the_probe_settles_how_buckets_are_anchored(desk: Desk, anchoring: Any, told: str) -> None:
    configure(more=EDGE)
    _, rows = examined(desk, healthy(anchoring=anchoring))
    status, found, _ = rows["buckets", ""]
    assert status == "ok"
    assert told in found
    probes = [call for call in desk.server.calls if call.operation == "GetMetricData"]
    periods = [{each["MetricStat"]["Period"] for each in call.params["MetricDataQueries"]} for call in probes]
    assert periods.count({3600, 86400, 604800}) == 1


def test_a_long_bucket_that_is_not_the_sum_of_its_hours_is_a_problem(desk: Desk) -> None:
    configure(more=EDGE)
    spell = ["inconsistent=2026-10-26T00:00Z/2026-11-01T00:00Z"]
    shown = healthy(behaviour=Behaviour.parse(spell))
    inner = shown.behaviour.inconsistent
    assert inner is not None
    object.__setattr__(inner, "period_at_least", 86_400)
    code, rows = examined(desk, shown)
    assert code == 2
    assert rows["buckets", ""][0] == "problem"


@pytest.mark.parametrize(
    ("action", "operation", "status"),
    [
        ("cloudwatch:GetMetricData", "GetMetricData", "problem"),
        ("application-signals:ListServiceOperations", "ListServiceOperations", "problem"),
        ("cloudwatch:ListMetrics", "ListMetrics", "problem"),
        ("application-signals:ListServices", "ListServices", "warning"),
    ],
)
def test_a_missing_permission_is_named_with_its_action(desk: Desk, action: str, operation: str, status: str) -> None:
    configure(more=EDGE)
    code, rows = examined(desk, healthy(behaviour=Behaviour.parse([f"deny={operation}"])))
    found = rows["permission", action]
    assert code == 2
    assert found[0] == status
    assert found[2].startswith(f"allow {action}: ")
    others = {each for (check, each), row in rows.items() if check == "permission" and row[0] != "ok"}
    assert others == {action}


COLLECTED = [
    "DescribeAlarms",
    "DescribeAlarmHistory",
    "ListTagsForResource",
    "ListAlarmMuteRules",
    "GetAlarmMuteRule",
]


@pytest.mark.parametrize("denied", ["", *COLLECTED])
def test_what_collect_needs_is_tried_where_evidence_is_kept(desk: Desk, denied: str) -> None:
    configure(more=EDGE)
    with Path("slactl.yaml").open("a", encoding="utf-8") as file:
        file.write("evidence: {store: evidence/}\n")
    code, rows = examined(desk, healthy(behaviour=Behaviour.parse([f"deny={denied}"] if denied else [])))
    found = {name: rows["permission", f"cloudwatch:{name}"] for name in COLLECTED}
    assert {name for name, row in found.items() if row[0] == "warning"} == ({denied} if denied else set())
    assert code == (2 if denied else 0)
    assert not denied or found[denied][2].startswith(f"allow cloudwatch:{denied}: collect: ")


def test_what_collect_needs_is_not_tried_where_alarms_are_left_out(desk: Desk) -> None:
    configure(more=EDGE)
    with Path("slactl.yaml").open("a", encoding="utf-8") as file:
        file.write("evidence: {store: evidence/, alarms: false}\n")
    _, rows = examined(desk, healthy())
    assert not [subject for check, subject in rows if check == "permission" and "Alarm" in subject]


def test_one_refused_metric_is_a_problem_of_the_service(desk: Desk) -> None:
    configure(more=EDGE)
    code, rows = examined(desk, healthy(behaviour=Behaviour.parse(["forbid=Fault"])))
    assert code == 2
    assert rows["metrics", "shop"][:2] == ("problem", "could not be read: Fault: access-denied")


def test_statistic_sets_give_no_percentile(desk: Desk) -> None:
    configure(more=EDGE)
    code, rows = examined(desk, healthy(behaviour=Behaviour.parse(["no-percentiles"])))
    assert code == 2
    assert rows["percentiles", "shop"][0] == "problem"
    assert "statistic sets" in rows["percentiles", "shop"][1]


@pytest.mark.parametrize(
    ("told", "word"),
    [(["expired-token"], "sign in again"), (["drop=100%"], "AWS_ENDPOINT_URL"), (["fail=GetCallerIdentity"], "later")],
)
def test_where_nobody_is_let_in_it_could_not_look(desk: Desk, told: list[str], word: str) -> None:
    desk.patch.setattr("slactl.aws.session.ATTEMPTS", 1)
    configure()
    code, rows = examined(desk, healthy(behaviour=Behaviour.parse(told)))
    assert code == 3
    assert rows["credentials", ""][0] == "problem"
    assert word in rows["credentials", ""][2]
    assert rows["everything else", ""][0] == "unknown"


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no AWS credentials"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "no AWS region"),
        ({"AWS_PROFILE": "nobody"}, "nobody"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "could not be reached"),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "nonsense"),
    ],
    ids=["no credentials", "no region", "no profile", "nobody there", "no address"],
)
def test_a_broken_environment_is_said(desk: Desk, settings: dict[str, str], word: str) -> None:
    desk.patch.setattr("slactl.aws.session.ATTEMPTS", 1)
    for name, value in settings.items():
        desk.patch.setenv(name, value) if value else desk.patch.delenv(name)
    code, rows = examined(desk, healthy())
    assert code == 3
    assert word in rows["credentials", ""][1]


def test_another_region_has_no_data(desk: Desk) -> None:
    configure(more=EDGE)
    text = Path("slactl.yaml").read_text(encoding="utf-8").replace("eu-west-1", "us-east-1")
    Path("slactl.yaml").write_text(text, encoding="utf-8")
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["region", ""][1] == "us-east-1"
    assert rows["metrics", "shop"][:2] == ("warning", "no request in seven days")


def test_another_account_is_a_problem(desk: Desk) -> None:
    configure(more=EDGE, account="999999999999")
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["account", ""][:2] == ("problem", "123456789012, expected 999999999999")


def test_another_environment_is_said(desk: Desk) -> None:
    configure("ecs:dev", EDGE)
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["service", "shop"] == ("problem", "there is no shop in ecs:dev", "it is in ecs:prod: mend environment")


def test_a_service_at_rest_is_told_from_one_that_never_was(desk: Desk) -> None:
    configure(more=EDGE)
    old = [row for row in requests(OPERATIONS, 24 * 20) if row[0] < "2026-10-25"]
    _, rows = examined(desk, world(old, gateway=gateway(ROUTES)))
    assert rows["service", "shop"][0] == "warning"
    assert "there are older data" in rows["service", "shop"][1]


def test_a_lambda_function_without_an_edge_is_warned_of(desk: Desk) -> None:
    configure("lambda:prod")
    shown = world(requests(OPERATIONS, 24 * 9, environment="lambda:prod"), gateway=gateway(ROUTES))
    code, rows = examined(desk, shown)
    assert code == 2
    status, found, advice = rows["edge", "shop"]
    assert status == "warning"
    assert "throttles and timeouts never report themselves" in found
    assert "{api: shop-public, stage: prod}" in advice


def test_an_edge_that_is_not_there_is_a_problem(desk: Desk) -> None:
    configure(more="edge: {api: shop-public, stage: test}")
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["edge", "shop"][0] == "problem"
    assert rows["edge", "shop"][2] == "its stages are prod"


def test_data_younger_than_the_agreement_are_warned_of(desk: Desk) -> None:
    configure(more=EDGE)
    text = Path("slactl.yaml").read_text(encoding="utf-8").replace("    since: 2026-10-25\n", "")
    Path("slactl.yaml").write_text(text, encoding="utf-8")
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["history", "shop"][0] == "warning"
    assert "since: 2026-10-25" in rows["history", "shop"][2]


def test_floods_of_operations_are_warned_of(desk: Desk) -> None:
    configure(more=EDGE)
    names = ["AllOtherOperations", "GET /users/12"]
    desk.patch.setattr("slactl.workflows.onboarding.operations.MANY", 3)
    desk.show(world(requests([*OPERATIONS, *names], 24 * 9), gateway=gateway(ROUTES)))
    said = desk.run("doctor")
    assert said.code == 2
    assert said.out.count("operations     shop") == 3
    assert "216 requests" not in said.out
    assert "168 requests of seven days are counted under AllOtherOperations" in said.out
    assert "1 operations carry raw identifiers, such as GET /users/12" in said.out
    assert "4 different operations" in said.out


def test_names_that_the_configuration_groups_still_flood_the_agent(desk: Desk) -> None:
    configure(more=EDGE)
    text = Path("slactl.yaml").read_text(encoding="utf-8")
    rule = '      - {match: "GET /users/*", as: "GET /users/{id}", class: read}\n      - {match: "GET *"'
    Path("slactl.yaml").write_text(text.replace('      - {match: "GET *"', rule), encoding="utf-8")
    users = requests([f"GET /users/{number}" for number in range(500)], 3)
    code, rows = examined(desk, world(WEEK, users, gateway=gateway(ROUTES)))
    assert code == 2
    assert rows["operations", "shop"][:2] == (
        "warning",
        "502 names in seven days, though the configuration counts many together",
    )
    assert "500 names apart" in rows["operations", "shop"][2]


def test_two_rest_apis_of_one_name_are_warned_of(desk: Desk) -> None:
    import boto3

    configure(more=EDGE)
    desk.show(healthy())
    client = boto3.client("apigateway", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    twin = client.create_rest_api(name="shop-public")["id"]
    root = client.get_resources(restApiId=twin)["items"][0]["id"]
    client.put_method(restApiId=twin, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=twin, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=twin, stageName="prod")
    client.close()
    told = json.loads(desk.run("doctor", "--format", "json").out)["checks"]
    (row,) = [each for each in told if each["check"] == "api name"]
    assert row["status"] == "warning"
    assert row["found"].startswith("2 REST APIs have this name (")


def test_a_refused_configuration_is_a_finding_and_the_account_is_looked_at(desk: Desk) -> None:
    Path("slactl.yaml").write_text("version: 1\nservces: {}\n", encoding="utf-8")
    code, rows = examined(desk, healthy())
    assert code == 2
    assert rows["configuration", ""][0] == "problem"
    assert rows["services", ""][0] == "ok"


def test_a_configuration_that_was_named_must_be_there(desk: Desk) -> None:
    desk.show(healthy())
    said = desk.run("doctor", "--config", "nowhere.yaml")
    assert said.code == 2
    assert "nowhere.yaml" in said.out


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def dated(application: Wsgi, when: str) -> Wsgi:
    """The same application with a Date on every answer, as AWS has it."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return application(environ, lambda status, headers: start_response(status, [*headers, ("Date", when)]))

    return answer


@pytest.mark.parametrize(("minutes", "status"), [(0, "ok"), (4, "ok"), (6, "problem"), (-6, "problem")])
def test_the_clock_is_held_against_the_date_of_an_answer(desk: Desk, minutes: int, status: str) -> None:
    desk.patch.delenv("SLACTL_NOW")
    desk.patch.setattr("slactl.cli.clock.time.time", NOW.timestamp)
    http = desk.server._http
    stamp = format_datetime(NOW - timedelta(minutes=minutes), usegmt=True)
    desk.patch.setattr(http, "application", dated(http.application, stamp))
    _, rows = examined(desk, healthy())
    assert rows["clock", ""][0] == status
    if status == "problem":
        assert rows["clock", ""][1] == f"360 s {'ahead of' if minutes > 0 else 'behind'} AWS"
