"""``slactl init`` against a running sandbox: what it writes loads, has no findings, and reports at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slactl.configuration import Loaded, load
from slactl.configuration.findings import find
from slactl.ports import ListedService, ListedStage
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.scenario import demo_world
from slactl.workflows.onboarding.edges import Edge
from slactl.workflows.onboarding.files import Head, configuration_text, maintenance_text
from slactl.workflows.onboarding.proposal import Proposal, ProposedService, unique_keys
from slactl.workflows.onboarding.rules import expressible, propose
from tests.onboarding.standing import NOW, Desk, gateway, requests, world

OPERATIONS = ["GET /orders", "POST /orders", "GET /health", "GET /orders/1", "GET /orders/2", "POST /reports"]
HOSTILE = [
    'GET /"quoted"\'s',
    "GET /a\nwindows: []",
    "GET /x # not a comment",
    "GET /key: value, {flow}",
    "GET /" + "long/" * 199,
    "GET /\u05d0\u05d1\u202e/rtl",
    "GET /*/&anchor !tag %percent",
    "- GET /dash",
    "GET /\x1b[31m\x85\u2028\ufeff",
    "GET /\U0001f600/emoji\\n",
    "=cmd()",
    "yes",
]


def written(desk: Desk, folder: str = ".") -> Loaded:
    loaded = load(desk.folder / folder / "slactl.yaml")
    assert find(loaded) == ()
    return loaded


def test_what_is_found_is_written_and_checked(desk: Desk) -> None:
    routes = requests(["GET /orders", "POST /orders"], 24 * 40, "shop-public", "prod")
    desk.show(world(requests(OPERATIONS), gateway=gateway(routes)))
    said = desk.run("init", "first", "--timezone", "Europe/Rome", "--lang", "it")
    assert said.code == 0
    assert said.out.split() == ["first/maintenance.yaml", "first/slactl.yaml"]
    catalogue = written(desk, "first").catalogue
    (service,) = catalogue.services
    assert (service.key, service.name, service.environment) == ("shop", "shop", "ecs:prod")
    assert service.edge is not None
    assert (service.edge.api, service.edge.stage) == ("shop-public", "prod")
    assert service.place("GET /health").ignored
    assert service.place("GET /orders/2").name == "GET /orders/{id}"
    assert service.place("POST /reports").operation_class == "query"
    assert service.place("GET /orders").operation_class == "read"
    assert service.place("POST /orders").operation_class == "write"
    assert (catalogue.report.language, catalogue.report.timezone) == ("it", "Europe/Rome")
    assert (catalogue.aws.region, catalogue.aws.expected_account) == ("eu-west-1", "123456789012")
    assert desk.run("config", "check", "--config", "first/slactl.yaml").code == 0


def test_since_is_the_first_whole_day_with_data(desk: Desk) -> None:
    desk.show(world(requests(["GET /orders"], 24 * 40)))
    assert desk.run("init").code == 0
    (service,) = written(desk).catalogue.services
    assert str(service.since) == "2026-09-24"


def test_the_first_report_of_last_month_works_at_once(desk: Desk) -> None:
    desk.show(demo_world(1, NOW.timestamp(), 2))
    assert desk.run("init", "--timezone", "Europe/Rome").code == 0
    said = desk.run("report", "--format", "json", "-o", "-")
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert report["period"]["label"] == "2026-10"
    rows = {(row["objective"], row["operation"], row["span"]): row["status"] for row in report["results"]}
    assert rows["response-time", None, "month"] == "OK"
    assert rows["response-time-query", None, "month"] == "OK"
    assert rows["response-time-read", None, "month"] == "OK"
    assert rows["uptime", None, "month"] in {"OK", "WARNING"}
    assert desk.run("doctor").code == 0


def test_without_a_zone_it_is_utc_and_says_so_whatever_the_machine_thinks(desk: Desk) -> None:
    desk.patch.setenv("TZ", "America/New_York")
    desk.show(world(requests(["GET /orders"], 40)))
    said = desk.run("init")
    assert written(desk).catalogue.report.timezone == "UTC"
    assert "none was given" in said.err
    assert "CHECK: not given, so UTC" in Path("slactl.yaml").read_text(encoding="utf-8")


def test_files_that_stand_there_stay(desk: Desk) -> None:
    desk.show(world(requests(["GET /orders"], 40)))
    Path("maintenance.yaml").write_text("windows: []\n", encoding="utf-8")
    said = desk.run("init")
    assert said.code == 1
    assert "maintenance.yaml" in said.err
    assert "--force" in said.err
    assert not Path("slactl.yaml").exists()
    assert desk.server.calls == []
    assert desk.run("init", "--force").code == 0
    assert written(desk).catalogue.services


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (["expired-token"], "expired"),
        (["drop=100%"], "could not be reached"),
        (["deny=ListServices", "deny=ListMetrics"], "allow application-signals:ListServices"),
    ],
)
def test_nothing_is_written_where_nothing_can_be_found(desk: Desk, told: list[str], word: str) -> None:
    desk.patch.setattr("slactl.aws.session.ATTEMPTS", 1)
    desk.show(world(requests(["GET /orders"], 40), behaviour=Behaviour.parse(told)))
    said = desk.run("init", "new")
    assert said.code == 1
    assert word in said.err
    assert not Path("new").exists()


def test_an_empty_account_is_said(desk: Desk) -> None:
    desk.show(world())
    said = desk.run("init")
    assert said.code == 1
    assert "no service and no gateway was found in account 123456789012, eu-west-1" in said.err
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--timezone", "Rome"], ["--timezone", "../x"], ["--lang", "fr"]])
def test_wrong_options_are_wrong_usage(desk: Desk, arguments: list[str]) -> None:
    assert desk.run("init", *arguments).code == 2
    assert list(desk.folder.iterdir()) == []


def test_where_only_a_gateway_is_it_becomes_a_service(desk: Desk) -> None:
    routes = requests(["GET /orders", "GET /status"], 24 * 35, "shop public!", "prod")
    desk.show(world(gateway=gateway(routes)))
    assert desk.run("init").code == 0
    (service,) = written(desk).catalogue.services
    assert service.gateway is not None
    assert (service.key, service.gateway.api) == ("shop-public", "shop public!")
    assert service.place("GET /status").ignored
    assert desk.run("report", "--format", "json", "-o", "-").code == 0


def test_a_lambda_function_without_a_gateway_is_warned_of(desk: Desk) -> None:
    desk.show(world(requests(["shop/FunctionHandler"], 60, environment="lambda:prod")))
    said = desk.run("init")
    assert said.code == 0
    assert "without an edge" in said.err
    assert written(desk).catalogue.services[0].edge is None


def test_two_stages_that_fit_alike_are_left_to_the_user(desk: Desk) -> None:
    routes = [requests(["GET /orders"], 40, "shop-public", stage) for stage in ("blue", "green")]
    desk.show(world(requests(["GET /orders"], 40), gateway=gateway(*routes)))
    assert desk.run("init").code == 0
    assert written(desk).catalogue.services[0].edge is None
    text = Path("slactl.yaml").read_text(encoding="utf-8")
    assert '# edge: {api: "shop-public", stage: "blue"}' in text
    assert '# edge: {api: "shop-public", stage: "green"}' in text


def test_hostile_names_are_written_so_that_they_load(desk: Desk) -> None:
    hostile = [*HOSTILE, *(f"GET /search/{name}" for name in HOSTILE)]
    desk.show(
        world(
            requests(hostile, 30),
            requests(["GET /a"], 30, "a: b # c \"'", "x\u00e9:{y}"),
            requests(["GET /a"], 30, "turned\u202e"),
        )
    )
    said = desk.run("init")
    assert said.code == 0, said.err
    services = written(desk).catalogue.services
    assert [service.name for service in services] == ["a: b # c \"'", "shop"]
    assert [service.environment for service in services] == ["x\u00e9:{y}", "ecs:prod"]
    text = Path("slactl.yaml").read_text(encoding="utf-8")
    assert not set(text) & set("\x1b\x85\u2028\u202e\ufeff")
    assert not {"\x1b", "\u202e"} & set(said.out + said.err)
    assert "can't hold its name: turned" in said.err
    assert "can't hold its name: turned\\u202E" in text


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=4),
    st.dictionaries(st.text(max_size=30) | st.sampled_from(HOSTILE), st.none(), max_size=6),
    st.text(min_size=1, max_size=30).filter(str.strip),
)
def test_any_names_load_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], operations: dict[str, None], name: str
) -> None:
    assume(expressible(name) == name)
    stage = ListedStage("rest", name, name, name)
    services = tuple(
        ProposedService(key, ListedService(name, name), None, Edge(stage, 1, name), (), propose(operations))
        for key in unique_keys([*pairs, (name, name)])
    )
    head = Head("123456789012", "eu-west-1", "en", "UTC", zone_given=False, made="2026-11-02")
    folder = tmp_path_factory.mktemp("any")
    (folder / "maintenance.yaml").write_text(maintenance_text(), encoding="utf-8")
    text = configuration_text(Proposal(services, (stage,), (name,)), head)
    (folder / "slactl.yaml").write_text(text, encoding="utf-8", newline="")
    loaded = load(folder / "slactl.yaml")
    assert find(loaded) == ()
    assert {service.name for service in loaded.catalogue.services} == {name}
    assert {service.edge.api for service in loaded.catalogue.services if service.edge} == {name}


def test_keys_are_short_safe_and_different() -> None:
    found = unique_keys(
        [("shop", "a"), ("shop", "b"), ("shop!", "a"), ("\u05d0", "x"), ("\u05d1", "y"), ("x" * 900, "e")]
    )
    assert found[:2] == ["shop-a", "shop-b"]
    assert len(set(found)) == len(found)
    assert max(map(len, found)) <= 64
