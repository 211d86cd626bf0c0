"""``slactl discover`` against a running sandbox."""

from __future__ import annotations

import json

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.onboarding.standing import Desk, gateway, requests, world

OPERATIONS = ["GET /orders", "POST /orders", "GET /health"]
ROUTES = requests(["GET /orders", "POST /orders"], 24 * 9, "shop-public", "prod")


def lines(text: str) -> list[list[str]]:
    return [[cell for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


def test_services_and_gateways_stand_in_one_table_with_their_traffic(desk: Desk) -> None:
    desk.show(world(requests(OPERATIONS, 24 * 9), gateway=gateway(ROUTES)))
    said = desk.run("discover")
    assert said.code == 0
    head, service, stage = lines(said.out)
    assert head[0] == "kind"
    assert [cell.strip() for cell in service[:6]] == ["service", "shop", "ecs:prod", "3", "72", "504"]
    assert [cell.strip() for cell in stage[:6]] == ["rest api", "shop-public", "prod", "2", "48", "336"]
    assert "detailed metrics on; before shop ecs:prod" in said.out
    assert "\x1b" not in said.out
    assert "…" not in said.out


def test_json_has_a_schema_and_counts(desk: Desk) -> None:
    desk.show(world(requests(OPERATIONS, 24 * 9), gateway=gateway(ROUTES), gateway_kind="http"))
    said = desk.run("discover", "--format", "json")
    told = json.loads(said.out)
    assert told["schema"] == "slactl.discover/1"
    (service,) = told["services"]
    assert (service["operation_count"], service["requests_24h"], service["requests_7d"]) == (3, 72, 504)
    assert service["faults_7d"] == sum(1 for row in requests(OPERATIONS, 168) if row[3] == 500)
    (stage,) = told["gateways"]
    assert (stage["kind"], stage["api"], stage["stage"]) == ("http", "shop-public", "prod")
    assert stage["before"] == [{"name": "shop", "environment": "ecs:prod"}]


def test_the_operations_of_a_service_come_busiest_first(desk: Desk) -> None:
    desk.show(world(requests(["GET /a"], 30), requests(["GET /b"], 60)))
    said = desk.run("discover", "--service", "shop")
    assert [row[0] for row in lines(said.out)] == ["operation", "GET /b", "GET /a"]
    (told,) = json.loads(desk.run("discover", "--service", "shop", "--format", "json").out)["services"]
    busy = {"name": "GET /b", "requests_24h": 24, "requests_7d": 60, "faults_7d": 0}
    assert busy in told["operations"]


def test_a_service_that_is_not_there_is_said_with_those_that_are(desk: Desk) -> None:
    desk.show(world(requests(["GET /a"], 30)))
    said = desk.run("discover", "--service", "shopp")
    assert said.code == 1
    assert "there is no service 'shopp'" in said.err
    assert "services are shop" in said.err
    assert said.out == ""


def test_what_is_denied_is_said_and_the_rest_is_listed(desk: Desk) -> None:
    told = Behaviour.parse(["deny=ListServices"])
    desk.show(world(requests(OPERATIONS, 24 * 9), gateway=gateway(ROUTES), behaviour=told))
    said = desk.run("discover", "--format", "json")
    assert said.code == 0
    assert "allow application-signals:ListServices" in said.err
    found = json.loads(said.out)
    assert found["services"] == []
    assert [stage["api"] for stage in found["gateways"]] == ["shop-public"]
    (refused,) = found["refused"]
    assert (refused["action"], refused["denied"]) == ("application-signals:ListServices", True)


def test_counts_that_could_not_be_read_are_question_marks_and_no_zeros(desk: Desk) -> None:
    desk.show(world(requests(OPERATIONS, 24 * 9), behaviour=Behaviour.parse(["deny=GetMetricData"])))
    said = desk.run("discover")
    assert said.code == 0
    assert [cell.strip() for cell in lines(said.out)[1][3:7]] == ["3", "?", "?", "?"]
    assert "allow cloudwatch:GetMetricData" in said.err


@pytest.mark.parametrize("told", [["expired-token"], ["drop=100%"], ["fail=GetCallerIdentity"]])
def test_nothing_is_printed_where_nobody_answers(desk: Desk, told: list[str]) -> None:
    desk.patch.setattr("slactl.aws.session.ATTEMPTS", 1)
    desk.show(world(requests(["GET /a"], 30), behaviour=Behaviour.parse(told)))
    said = desk.run("discover")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("slactl: error: ")
    assert "Traceback" not in said.err


def test_hostile_names_stay_on_their_line(desk: Desk) -> None:
    name = "GET /\x1b[31mred\n=cmd()\u202e" + "x" * 300
    desk.show(world(requests([name], 30)))
    said = desk.run("discover", "--service", "shop")
    assert said.code == 0
    assert len(said.out.splitlines()) == 2
    assert "x" * 300 in said.out
    assert not {"\x1b", "\u202e"} & set(said.out)
    told = desk.run("discover", "--service", "shop", "--format", "json").out
    assert json.loads(told)["services"][0]["operations"][0]["name"] == name
    assert not {"\x1b", "\u202e"} & set(told)
