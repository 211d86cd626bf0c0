"""Looks at configuration through real boto3 clients, answered in this process: pages, refusals, what is withheld."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from slactl.aws.session import AwsWorld
from slactl.configuration.calls import read_only_calls
from slactl.model.general import Control, Expectation, Expects
from slactl.model.status import Code, Reason
from slactl.ports.general import Look
from slactl.sandbox.app import Application
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.packs.answering import asked, json_answer, missing, parameters
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import World
from slactl.sources.configuration import AwsConfiguration
from slactl.sources.configuration.asking import Refusal
from slactl.sources.configuration.reader import filled
from tests.conftest import CREDENTIALS
from tests.sources.sandboxed import over

NOW = 1_790_000_000
SECRET = "hunter2"
Answering = Callable[[str, dict[str, Any]], Answer | None]


def control(call: str, select: str, each: Sequence[str] = (), region: str | None = None, **told: object) -> Control:
    expects = Expectation(Expects.PRESENT)
    return Control(call, select, expects, told, "each" if each else None, tuple(each), region)


@dataclass
class Account:
    """What AWS answers, and what it was asked: (service, operation, parameters, region)."""

    aws: AwsWorld
    app: Application
    answer: Answering
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: list[tuple[str, str, dict[str, Any], str]] = field(default_factory=list)

    def looks(self, *controls: Control, elsewhere: Any = None) -> list[tuple[Look, ...]]:
        world = World(RequestLog.empty(), now=NOW, behaviour=self.behaviour)
        world.hooks.append(self._hook)
        self.app.restart(world)
        return AwsConfiguration(self.aws, read_only_calls(), NOW, elsewhere).looks(controls)

    def look(self, one: Control) -> Look:
        ((found,),) = self.looks(one)
        return found

    def _hook(self, _: World, request: Request) -> Answer | None:
        service, operation = asked(request)
        told = parameters(request) if request.body else {}
        self.asked.append((service, operation, told, request.scope[0]))
        return self.answer(operation, told) or json_answer({})


@pytest.fixture(scope="module")
def clients() -> Iterator[tuple[AwsWorld, Application]]:
    """Clients that live as long as this file: making them takes longer than asking."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        yield over(World(RequestLog.empty(), now=NOW), patch)


@pytest.fixture
def account_of(clients: tuple[AwsWorld, Application]) -> Callable[..., Account]:
    return partial(Account, *clients)


def table(operation: str, told: dict[str, Any]) -> Answer | None:
    if operation != "DescribeTable":
        return None
    if told["TableName"] == "gone":
        return missing("ResourceNotFoundException", "Requested resource not found: Table: gone not found", 400)
    mode = {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": 1_780_000_000.0}
    return json_answer({"Table": {"TableName": told["TableName"], "BillingModeSummary": mode}})


MODE = "Table.BillingModeSummary.BillingMode"
TABLE = control("dynamodb:DescribeTable", MODE, ("missions", "idempotency"), TableName="{each}")


def test_one_look_of_each_target_in_the_order_of_the_controls(account_of: Callable[..., Account]) -> None:
    account = account_of(table)
    when = control(
        "dynamodb:DescribeTable", "Table.BillingModeSummary.LastUpdateToPayPerRequestDateTime", TableName="a"
    )
    assert account.looks(when, TABLE) == [
        (Look("2026-05-28T20:26:40Z"),),
        (Look("PAY_PER_REQUEST"), Look("PAY_PER_REQUEST")),
    ]


def test_what_several_controls_share_is_asked_once(account_of: Callable[..., Account]) -> None:
    account = account_of(table)
    name = control("dynamodb:DescribeTable", "Table.TableName", ("missions", "idempotency"), TableName="{each}")
    account.looks(TABLE, name, TABLE)
    assert sorted(told["TableName"] for _, _, told, _ in account.asked) == ["idempotency", "missions"]


def test_a_control_has_a_region_of_its_own(account_of: Callable[..., Account]) -> None:
    account = account_of(table)
    account.looks(
        control("dynamodb:DescribeTable", MODE, region="us-east-1", TableName="a"),
        control("dynamodb:DescribeTable", MODE, TableName="a"),
    )
    assert sorted(region for *_, region in account.asked) == ["eu-west-1", "us-east-1"]
    looking = AwsConfiguration(account.aws, read_only_calls(), NOW)
    assert looking.use() == ()
    looking.looks([TABLE, TABLE, replace(TABLE, region="us-east-1")])
    assert [(use.kind, use.account, use.region, use.calls) for use in looking.use()] == [
        ("configuration", "123456789012", "eu-west-1", 2), ("configuration", "123456789012", "us-east-1", 2),
    ]  # fmt: skip


def test_what_is_not_there_is_no_pass(account_of: Callable[..., Account]) -> None:
    found = account_of(table).look(control("dynamodb:DescribeTable", MODE, TableName="gone"))
    assert found.failure is not None
    assert (found.selected, found.failure.code) == (None, Code.NOT_THERE)
    assert "gone not found" in str(dict(found.failure.figures)["error"])


def test_a_refusal_names_the_permission_that_is_missing(account_of: Callable[..., Account]) -> None:
    account = account_of(table, Behaviour(access_denied=frozenset({"DescribeTable"})))
    assert account.look(control("dynamodb:DescribeTable", MODE, TableName="a")) == Look(
        failure=Reason.of(Code.ACCESS_DENIED, action="dynamodb:DescribeTable")
    )


@pytest.mark.parametrize(
    ("call", "told", "action"),
    [
        ("apigateway:GetRestApi", {"restApiId": "a1"}, "apigateway:GET"),
        ("apigatewayv2:GetStage", {"ApiId": "a1", "StageName": "prod"}, "apigateway:GET"),
        ("cloudfront:GetDistributionConfig", {"Id": "E1"}, "cloudfront:GetDistributionConfig"),
        ("iam:GetRole", {"RoleName": "r"}, "iam:GetRole"),
        ("lambda:GetFunctionConfiguration", {"FunctionName": "a"}, "lambda:GetFunctionConfiguration"),
        ("memorydb:DescribeClusters", {}, "memorydb:DescribeClusters"),
        ("route53:GetHealthCheck", {"HealthCheckId": "h"}, "route53:GetHealthCheck"),
        ("service-quotas:ListServiceQuotas", {"ServiceCode": "lambda"}, "servicequotas:ListServiceQuotas"),
    ],
)
def test_a_refusal_is_one_in_every_protocol(
    account_of: Callable[..., Account], call: str, told: dict[str, str], action: str
) -> None:
    account = account_of(lambda *_: json_answer({}), Behaviour(access_denied=frozenset({call.partition(":")[2]})))
    assert account.look(control(call, "@", **told)).failure == Reason.of(Code.ACCESS_DENIED, action=action)
    assert account.asked == []


@pytest.mark.parametrize(("code", "status"), [("ForbiddenException", 403), ("AccessDeniedException", 400)])
def test_a_refusal_has_many_names(account_of: Callable[..., Account], code: str, status: int) -> None:
    account = account_of(lambda *_: missing(code, "no", status))
    found = account.look(control("synthetics:GetCanary", "Canary.Status.State", Name="login"))
    assert found.failure == Reason.of(Code.ACCESS_DENIED, action="synthetics:GetCanary")


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("InternalServerError", 500)])
def test_what_goes_on_failing_could_not_be_read(account_of: Callable[..., Account], code: str, status: int) -> None:
    account = account_of(lambda *_: missing(code, "busy", status))
    found = account.look(control("dynamodb:DescribeTable", MODE, TableName="a"))
    assert found.failure is not None
    assert found.failure.code is Code.READ_FAILED
    assert len(account.asked) > 1  # it was tried again


def test_expired_credentials_are_no_missing_permission(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: missing("ExpiredTokenException", "expired", 403))
    found = account.look(control("lambda:GetFunctionConcurrency", "ReservedConcurrentExecutions", FunctionName="a"))
    assert found.failure is not None
    assert found.failure.code is Code.READ_FAILED


def test_parameters_that_aws_does_not_know_are_said(account_of: Callable[..., Account]) -> None:
    found = account_of(table).look(control("dynamodb:DescribeTable", MODE, Table="a"))
    assert found.failure is not None
    assert found.failure.code is Code.READ_FAILED
    assert "TableName" in str(dict(found.failure.figures)["error"])


@pytest.mark.parametrize("call", ["dynamodb:GetItem", "dynamodb:DeleteTable", "view:everything", "s3:GetObject"])
def test_what_is_not_on_the_list_is_not_asked(account_of: Callable[..., Account], call: str) -> None:
    account = account_of(table)
    found = account.look(control(call, "@", TableName="a"))
    assert found.failure is not None
    assert found.failure.code is Code.READ_FAILED
    assert account.asked == []


def pages(operation: str, told: dict[str, Any]) -> Answer | None:
    """Three pages of two tables (asked by a paginator), and three of one canary (asked by their token)."""
    if operation == "ListTables":
        first = int(told.get("ExclusiveStartTableName", "t--1")[2:]) + 1
        names = [f"t{first:02}", f"t{first + 1:02}"]
        return json_answer({"TableNames": names, **({"LastEvaluatedTableName": f"t-{first + 1}"} if first < 4 else {})})
    first = int(told.get("NextToken", "page-0")[5:])
    canary = {"Name": f"c{first}", "Status": {"State": "RUNNING"}}
    return json_answer({"Canaries": [canary], **({"NextToken": f"page-{first + 1}"} if first < 2 else {})})


def test_every_page_is_read(account_of: Callable[..., Account]) -> None:
    account = account_of(pages)
    tables = control("dynamodb:ListTables", "TableNames")
    canaries = control("synthetics:DescribeCanaries", "Canaries[].Name")
    assert account.looks(tables, canaries) == [
        (Look(["t00", "t01", "t02", "t03", "t04", "t05"]),),
        (Look(["c0", "c1", "c2"]),),
    ]
    assert len(account.asked) == 6


def test_pages_without_an_end_are_a_failure(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: json_answer({"Canaries": [], "NextToken": "again"}))
    found = account.look(control("synthetics:DescribeCanaries", "Canaries[].Name"))
    assert found.failure == Reason.of(Code.READ_FAILED, error="synthetics:DescribeCanaries has pages without an end")


def function(*_: object) -> Answer:
    environment = {"Variables": {"TOKEN": SECRET}}
    return json_answer({"FunctionName": "a", "Timeout": 29, "Environment": environment})


@pytest.mark.parametrize("select", ["@", "values(@)", "to_string(@)", "[Timeout, FunctionName]"])
def test_secrets_of_an_answer_are_withheld_whatever_is_selected(
    account_of: Callable[..., Account], select: str
) -> None:
    account = account_of(function)
    found = account.look(control("lambda:GetFunctionConfiguration", select, FunctionName="a"))
    assert found.failure is None
    assert "29" in json.dumps(found.selected)
    assert SECRET not in json.dumps(found.selected)


@pytest.mark.parametrize(
    ("select", "name"),
    [
        ("Environment.Variables.TOKEN", "Environment"),
        ("Timeoot", "Timeoot"),
        ("VpcConfig.SubnetId", "SubnetId"),
        ("Layers[].Name", "Name"),
        ("Layers[?Size > `1`].Arn | [0]", "Size"),
        ("length(Layers[*].Arns)", "Arns"),
        ("{timeout: TimeOut}", "TimeOut"),
        ("Timeout > `1` && Memory", "Memory"),
    ],
)
def test_a_name_that_no_answer_has_is_no_absent_thing(
    account_of: Callable[..., Account], select: str, name: str
) -> None:
    found = account_of(function).look(control("lambda:GetFunctionConfiguration", select, FunctionName="a"))
    error = f"the answer of lambda:GetFunctionConfiguration has no {name}"
    assert found.failure == Reason.of(Code.READ_FAILED, error=error)


def test_a_name_that_no_view_tells_is_no_absent_thing(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: json_answer({"item": []}))
    misspelt = account.look(control("view:usage-plans", "tenants_without_plans", tenants="acme"))
    assert misspelt.failure == Reason.of(Code.READ_FAILED, error="view:usage-plans tells no tenants_without_plans")
    assert account.asked == []
    assert account.look(control("view:usage-plans", "tenants_without_plan", tenants="acme")) == Look(["acme"])
    nested = account.look(control("view:usage-plans", "plans[?limit].name", tenants="acme"))
    assert nested.failure is not None


@pytest.mark.parametrize(
    "select", ["functions_over", "@", "length(functions_over)", "integrations[?function_timeout_ms]", "*"]
)
def test_what_a_view_could_not_find_out_is_no_absent_thing(account_of: Callable[..., Account], select: str) -> None:
    uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${stageVariables.fn}/invocations"
    integration = {"methodIntegration": {"type": "AWS_PROXY", "uri": uri}}
    account = account_of(lambda *_: json_answer({"item": [{"path": "/", "resourceMethods": {"GET": integration}}]}))
    found = account.look(control("view:api-gateway", select, restApiId="a1"))
    assert found.failure == Reason.of(Code.READ_FAILED, error="a stage variable chooses the function")
    assert account.look(control("view:api-gateway", "integrations[].timeout_ms", restApiId="a1")) == Look([29_000])


@pytest.mark.parametrize(
    "select",
    [
        "Layers[0].Arn", "Layers[].Arn", "Layers[:1].Arn", "Layers[?Arn == 'x'].CodeSize | [0]", "VpcConfig.*",
        "VpcConfig.SubnetIds[?@ == 'a']", "sort_by(Layers, &CodeSize)[0].Whatever", "[Timeout, MemorySize][0]",
        "Timeout || `3`", "!Layers", "Layers[*].{arn: Arn}[]",
    ],
)  # fmt: skip
def test_what_an_answer_may_have_is_null_where_it_is_absent(account_of: Callable[..., Account], select: str) -> None:
    account = account_of(lambda *_: json_answer({"Layers": []}))
    assert account.look(control("lambda:GetFunctionConfiguration", select, FunctionName="a")).failure is None


def test_a_function_on_what_it_does_not_take_is_a_failure(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: json_answer({}))
    found = account.look(control("lambda:GetFunctionConfiguration", "length(Layers)", FunctionName="a"))
    assert found.failure is not None
    assert found.failure.code is Code.READ_FAILED


def test_none_is_an_answer_where_the_list_says_so(account_of: Callable[..., Account]) -> None:
    body = b"<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchMonitoringSubscription</Code></Error></ErrorResponse>"
    account = account_of(lambda *_: Answer(404, "text/xml", body))
    select = "MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus"
    assert account.look(control("cloudfront:GetMonitoringSubscription", select, DistributionId="E1")) == Look(None)


def test_an_answer_that_a_view_cannot_read_is_a_failure_and_ends_nothing(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: json_answer({"item": [{"name": "without an id"}]}))
    found, other = account.looks(control("view:usage-plans", "plans"), control("apigateway:GetApiKeys", "items[].name"))
    assert found[0].failure is not None
    assert "cannot read" in str(dict(found[0].failure.figures)["error"])
    assert other == (Look(["without an id"]),)


@pytest.mark.parametrize("name", ["ClusterName", "Cluster"])
def test_a_view_without_what_it_takes_is_a_failure(account_of: Callable[..., Account], name: str) -> None:
    account = account_of(table)
    found = account.look(control("view:memorydb-shards", "@", **{name: ""}))
    assert found.failure == Reason.of(Code.READ_FAILED, error="view:memorydb-shards needs ClusterName")
    assert account.asked == []


def test_whole_inventories_are_not_kept(account_of: Callable[..., Account]) -> None:
    account = account_of(lambda *_: json_answer({"TableNames": [f"table-{number:06}" for number in range(2_000)]}))
    found, few = account.looks(
        control("dynamodb:ListTables", "TableNames"), control("dynamodb:ListTables", "TableNames[:9]")
    )
    assert found[0].failure is not None
    assert "more than 20000" in str(dict(found[0].failure.figures)["error"])
    assert few[0].failure is None


def test_what_is_no_call_of_aws_is_answered_elsewhere(account_of: Callable[..., Account]) -> None:
    def elsewhere(operation: str, told: Any) -> object:
        if told["BucketName"] == "other":
            raise Refusal(Reason.of(Code.ACCESS_DENIED, error="no token"))
        return {"enabled": operation != "GetManagedDomain"}

    account = account_of(table)
    public = control("cloudflare:GetManagedDomain", "enabled", ("media", "other"), BucketName="{each}")
    assert account.looks(public, elsewhere=elsewhere) == [
        (Look(False), Look(failure=Reason.of(Code.ACCESS_DENIED, error="no token")))
    ]
    assert account.looks(public)[0][0].failure is not None
    assert account.asked == []


def test_each_is_put_in_its_place_at_any_depth() -> None:
    told = {"a": "{each}", "b": ["x-{each}-y", 1], "c": {"d": ("{each}",)}, "e": 2}
    assert filled(told, "t") == {"a": "t", "b": ["x-t-y", 1], "c": {"d": ["t"]}, "e": 2}
    assert filled({"a": "{each}"}, None) == {"a": "{each}"}
