"""API Gateway's stages: what is behind them, whether methods have metrics, and what is left where one may not look."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3
import pytest

from slactl.ports import ListedService, ListedStage
from slactl.sources.gateways import metric_name
from slactl.workflows.onboarding.edges import clear_edge, edges_of
from tests.onboarding.standing import Desk, gateway, requests, world

OPERATIONS = ["GET /orders", "POST /orders"]
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:{}"
FRONT = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"


@pytest.fixture
def aws(desk: Desk) -> Iterator[Callable[[str], Any]]:
    """Clients of the sandbox, by name."""
    made: list[Any] = []

    def client(name: str) -> Any:
        made.append(boto3.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"]))  # type: ignore[call-overload]
        return made[-1]

    yield client
    for one in made:
        one.close()


def discovered(desk: Desk) -> dict[str, Any]:
    said = desk.run("discover", "--format", "json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def http_api(client: Any, function: str, detailed: bool) -> str:
    api: str = client.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    behind = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=LAMBDA.format(function), PayloadFormatVersion="2.0"
    )
    client.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{behind['IntegrationId']}")
    settings = {"DetailedMetricsEnabled": detailed}
    client.create_stage(ApiId=api, StageName="$default", DefaultRouteSettings=settings)
    return api


@pytest.mark.parametrize("detailed", [True, False])
def test_an_http_api_stands_before_the_function_that_it_calls(
    desk: Desk, aws: Callable[[str], Any], detailed: bool
) -> None:
    desk.show(world(requests(["shop-fn/FunctionHandler"], 60, environment="lambda:prod")))
    api = http_api(aws("apigatewayv2"), "shop-fn", detailed)
    (stage,) = discovered(desk)["gateways"]
    assert (stage["kind"], stage["api"], stage["name"], stage["stage"]) == ("http", api, "orders", "$default")
    assert stage["detailed_metrics"] is detailed
    assert stage["before"] == [{"name": "shop", "environment": "lambda:prod"}]
    assert stage["requests_7d"] == 0


def test_a_rest_api_calls_its_function_by_a_stage_variable(desk: Desk, aws: Callable[[str], Any]) -> None:
    desk.show(world(requests(["shop-fn/FunctionHandler"], 60, environment="lambda:prod")))
    client = aws("apigateway")
    api = client.create_rest_api(name="Bestell\u00e4nderung")["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    client.put_method(restApiId=api, resourceId=root, httpMethod="ANY", authorizationType="NONE")
    uri = FRONT.format(LAMBDA.format("${stageVariables.fn}"))
    client.put_integration(
        restApiId=api, resourceId=root, httpMethod="ANY", type="AWS_PROXY", uri=uri, integrationHttpMethod="POST"
    )
    client.create_deployment(restApiId=api, stageName="prod", variables={"fn": "shop-fn"})
    (stage,) = discovered(desk)["gateways"]
    assert (stage["api"], stage["name"]) == ("Bestellnderung", "Bestell\u00e4nderung")
    assert stage["detailed_metrics"] is False
    assert stage["before"] == [{"name": "shop", "environment": "lambda:prod"}]


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def closed(application: Wsgi) -> Wsgi:
    """The same application, where nobody may read API Gateway's definitions."""
    answer = json.dumps({"message": "User: x is not authorized to perform: apigateway:GET"}).encode()
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "AccessDeniedException")]

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(("/restapis", "/v2/apis")):
            start_response("403 Forbidden", headers)
            return [answer]
        return application(environ, start_response)

    return respond


def test_where_definitions_are_closed_metrics_have_to_do(desk: Desk) -> None:
    routes = requests(OPERATIONS, 24 * 9, "shop-public", "prod")
    desk.show(world(requests(OPERATIONS, 24 * 9), gateway=gateway(routes)))
    http = desk.server._http
    desk.patch.setattr(http, "application", closed(http.application))
    found = discovered(desk)
    (stage,) = found["gateways"]
    assert (stage["api"], stage["methods"], stage["detailed_metrics"], stage["ids"]) == ("shop-public", 2, True, [])
    assert stage["before"] == [{"name": "shop", "environment": "ecs:prod"}]
    assert [each["action"] for each in found["refused"]] == ["apigateway:GET"]
    said = desk.run("doctor")
    assert said.code == 2
    assert "allow apigateway:GET: init, discover and doctor" in said.out
    assert desk.run("init").code == 0


@pytest.mark.parametrize(("name", "wanted"), [("orders", "orders"), ("\u00e9t\u00e9", "t"), ("\u65e5\u672c", "abc123")])
def test_metrics_call_a_rest_api_by_what_is_ascii_of_its_name(name: str, wanted: str) -> None:
    assert metric_name(name, "abc123") == wanted


def stage(name: str, routes: Iterable[str], functions: Iterable[str] = ()) -> ListedStage:
    return ListedStage("rest", "api", name, "api", ("1",), True, tuple(routes), tuple(functions))


@pytest.mark.parametrize(
    ("stages", "wanted"),
    [
        ([stage("prod", OPERATIONS)], "prod"),
        ([stage("prod", ["GET /other"])], None),
        ([stage("prod", ["GET /orders", "GET /x", "GET /y"])], "prod"),
        ([stage("a", OPERATIONS), stage("b", OPERATIONS)], None),
        ([stage("test", OPERATIONS), stage("prod", OPERATIONS)], "prod"),
        ([stage("a", OPERATIONS), stage("b", ["ANY /{proxy+}"], ["shop"])], "b"),
    ],
    ids=["same methods", "others", "half of them", "two alike", "the environment's", "the function's"],
)
def test_the_stage_that_fits_best_is_taken_if_it_is_alone(stages: list[ListedStage], wanted: str | None) -> None:
    edge = clear_edge(edges_of(ListedService("shop", "lambda:prod"), OPERATIONS, stages))
    assert (edge.stage.stage if edge else None) == wanted


def test_path_parameters_may_be_called_differently() -> None:
    edges = edges_of(ListedService("shop", "e"), ["GET /o/{id}"], [stage("prod", ["GET /o/{order}"])])
    assert len(edges) == 1
