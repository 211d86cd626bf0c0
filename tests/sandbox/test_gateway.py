"""API Gateway's metrics, and the API that discovery sees."""

from __future__ import annotations

from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.catalogue import GatewayKind
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Show, query

DAY = ("2026-11-03T00:00", "2026-11-04T00:00")
ROWS = [
    ("2026-11-03T10:00:00Z", "GET /missions", 100.0, 200, "public", "prod"),
    ("2026-11-03T10:01:00Z", "GET /missions", 200.0, 429, "public", "prod"),
    ("2026-11-03T10:02:00Z", "POST /missions/{id}", 29000.0, 504, "public", "prod"),
    ("2026-11-03T10:03:00Z", "", 5.0, 403, "public", "prod"),
    ("2026-11-03T10:04:00Z", "GET /missions", 100.0, 200, "public", "test"),
]


def world(kind: GatewayKind = "rest") -> World:
    log = RequestLog.from_rows(ROWS)
    return World(RequestLog.empty(), log, NOW.timestamp(), gateway_kind=kind)


@pytest.mark.parametrize(
    ("kind", "api", "client_error", "server_error"),
    [("rest", "ApiName", "4XXError", "5XXError"), ("http", "ApiId", "4xx", "5xx")],
)
def test_each_kind_of_api_has_its_own_names(
    show: Show, kind: GatewayKind, api: str, client_error: str, server_error: str
) -> None:
    client = show(world(kind))
    stage = {api: "public", "Stage": "prod"}
    places = [
        {api: "public"},
        stage,
        {**stage, "Method": "GET", "Resource": "/missions"},
        {**stage, "Method": "POST", "Resource": "/missions/{id}"},
    ]
    found = [
        [
            client.values(query(name, "Sum", 86400, namespace="AWS/ApiGateway", dimensions=place), *DAY)
            for name in ("Count", client_error, server_error)
        ]
        for place in places
    ]
    assert found == [[[5.0], [2.0], [1.0]], [[4.0], [2.0], [1.0]], [[2.0], [1.0], [0.0]], [[1.0], [0.0], [1.0]]]


def test_samples_and_sum_of_count_agree_and_latency_holds_the_integration(show: Show) -> None:
    client = show(world())
    place = {"ApiName": "public", "Stage": "prod", "Method": "POST", "Resource": "/missions/{id}"}

    def value(name: str, stat: str) -> list[float]:
        return client.values(query(name, stat, 86400, namespace="AWS/ApiGateway", dimensions=place), *DAY)

    assert value("Count", "SampleCount") == value("Count", "Sum") == [1.0]
    assert value("5XXError", "Average") == [1.0]
    assert value("Latency", "Maximum") == [29000.0]
    assert value("IntegrationLatency", "Maximum")[0] < 29000.0


def test_only_published_sets_of_dimensions_have_data(show: Show) -> None:
    client = show(world())
    for place in (
        {"ApiName": "public", "Method": "GET", "Resource": "/missions"},
        {"Stage": "prod"},
        {"ApiId": "public"},
    ):
        assert client.values(query("Count", "Sum", 86400, namespace="AWS/ApiGateway", dimensions=place), *DAY) == []


def test_a_throttled_request_never_reached_an_integration(show: Show) -> None:
    client = show(world())
    place = {"ApiName": "public", "Stage": "prod", "Method": "GET", "Resource": "/missions"}
    asked = query("IntegrationLatency", "SampleCount", 86400, namespace="AWS/ApiGateway", dimensions=place)
    assert client.values(asked, *DAY) == [1.0]


def test_discovery_sees_the_api_its_stages_and_its_methods(show: Show) -> None:
    gateway = show(world()).aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    stages = gateway.get_stages(restApiId=api["id"])["item"]
    assert (api["name"], [stage["stageName"] for stage in stages]) == ("public", ["prod", "test"])
    assert stages[0]["methodSettings"]["*/*"]["metricsEnabled"] is True
    resources = gateway.get_resources(restApiId=api["id"])["items"]
    methods = {item["path"]: sorted(item.get("resourceMethods", {})) for item in resources}
    assert methods == {"/": [], "/missions": ["GET"], "/missions/{id}": ["POST"]}


def test_discovery_sees_an_http_api_by_the_id_of_its_metrics(show: Show) -> None:
    gateway = show(world("http")).aws("apigatewayv2")
    (api,) = gateway.get_apis()["Items"]
    assert (api["ApiId"], api["ProtocolType"]) == ("public", "HTTP")
    stages = gateway.get_stages(ApiId="public")["Items"]
    assert {stage["StageName"] for stage in stages} == {"prod", "test"}
    assert stages[0]["DefaultRouteSettings"]["DetailedMetricsEnabled"] is True
    routes = gateway.get_routes(ApiId="public")["Items"]
    assert sorted(route["RouteKey"] for route in routes) == ["GET /missions", "POST /missions/{id}"]


def test_everything_else_is_answered_by_moto_and_starts_empty(show: Show) -> None:
    sns = show(world()).aws("sns")
    assert sns.list_topics()["Topics"] == []
    sns.create_topic(Name="alarms")
    assert len(sns.list_topics()["Topics"]) == 1
    assert show(world()).aws("sns").list_topics()["Topics"] == []


DASHBOARD = '{"widgets": []}'


@pytest.mark.parametrize("protocol", ["json", "smithy-rpc-v2-cbor", "query"])
def test_a_dashboard_is_kept_by_moto_in_each_protocol(show: Show, protocol: str) -> None:
    cloudwatch = show(world(), protocol).aws("cloudwatch")
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody=DASHBOARD)
    assert cloudwatch.get_dashboard(DashboardName="d")["DashboardBody"] == DASHBOARD
    (listed,) = cloudwatch.list_dashboards()["DashboardEntries"]
    assert listed["DashboardName"] == "d"
    assert isinstance(listed["LastModified"], datetime)


def test_calls_for_moto_may_be_refused_too(show: Show) -> None:
    shown = world()
    shown.behaviour = Behaviour(access_denied=frozenset({"PutDashboard"}))
    client = show(shown)
    with pytest.raises(ClientError) as error:
        client.aws("cloudwatch").put_dashboard(DashboardName="d", DashboardBody=DASHBOARD)
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    assert client.aws("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert [call.outcome for call in client.server.calls] == ["AccessDenied", "moto"]
