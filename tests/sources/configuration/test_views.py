"""Views: what is made of several calls, from answers as AWS gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from slactl.configuration.calls import read_only_calls
from slactl.model.status import Code, Reason
from slactl.sources.configuration.asking import Asker, Document, Refusal, failed
from slactl.sources.configuration.views import VIEWS, Questions, known

NOW = 1_790_000_000
Answers = Mapping[str, Document | Callable[[dict[str, Any]], Document]]
GONE = Refusal(Reason.of(Code.NOT_THERE))


@dataclass
class Asked(Asker):
    """Answers from a table; remembers what was asked and where."""

    answers: Answers
    calls: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    now: int = NOW

    def ask(self, call: str, parameters: Mapping[str, object], region: str | None = None) -> Document:
        self.calls.append((call, dict(parameters), region))
        found = self.answers[call]
        return found(dict(parameters)) if callable(found) else found


def look(name: str, answers: Answers, /, **parameters: object) -> Document:
    asked = Asked(answers)
    found = VIEWS[name](Questions(asked, frozenset(read_only_calls().views[name].calls)), parameters)
    assert {call for call, *_ in asked.calls} <= set(read_only_calls().views[name].calls)
    assert paths(found) <= set(read_only_calls().views[name].tells)
    return found


def paths(value: object, at: str = "") -> set[str]:
    """Where in a document something stands, as the list says it."""
    if isinstance(value, Mapping):
        inner = (paths(one, f"{at}.{name}" if at else str(name)) for name, one in value.items())
        return {path for found in inner for path in found}
    if isinstance(value, list):
        return {path for one in value for path in paths(one, f"{at}[]")}
    return set() if value is None or isinstance(value, Refusal) else {at}


def unknown(found: Document, member: str) -> str:
    """Why a member is not known."""
    with pytest.raises(Refusal) as refused:
        known(found.get(member))
    return str(dict(refused.value.reason.figures).get("error", refused.value.reason.code.value))


def test_views_are_those_of_the_list() -> None:
    assert VIEWS.keys() == read_only_calls().views.keys()


def test_a_view_may_ask_nothing_but_its_own_calls() -> None:
    questions = Questions(Asked({}), frozenset({"iam:GetRole"}))
    with pytest.raises(Refusal):
        questions("dynamodb:DescribeTable", TableName="a")


# Amazon Route 53

ALB = "dualstack.platform.{region}.elb.amazonaws.com."


def record(name: str, **more: Any) -> Document:
    return {"Name": f"{name}.", "Type": "A", **more}


def alias(name: str, *, evaluates: bool = True, zone: str = "ZONE") -> Document:
    return {"AliasTarget": {"HostedZoneId": zone, "DNSName": name, "EvaluateTargetHealth": evaluates}}


def check(**config: Any) -> Document:
    return {"HealthCheck": {"HealthCheckConfig": {"Type": "HTTPS", "RequestInterval": 10, **config}}}


def regional(region: str, **more: Any) -> Document:
    target = alias(ALB.format(region=region), zone="ELB", evaluates=False)
    return record("latency.example.com", SetIdentifier=region, Region=region, **target, **more)


CHAIN = [
    record("api.example.com", SetIdentifier="it", GeoLocation={"CountryCode": "IT"}, **alias("latency.example.com.")),
    record("api.example.com", SetIdentifier="all", GeoLocation={"CountryCode": "*"}, **alias("latency.example.com.")),
    regional("eu-west-1", HealthCheckId="hc-eu"),
    regional("us-east-1", HealthCheckId="hc-us"),
    record("other.example.com", TTL=300, ResourceRecords=[{"Value": "192.0.2.1"}]),
]
SOUND = {"hc-eu": check(FailureThreshold=3), "hc-us": check(RequestInterval=30, FailureThreshold=2)}


def routing(records: list[Document], checks: Mapping[str, Document] = SOUND, name: str = "api.example.com") -> Document:
    def health(told: dict[str, Any]) -> Document:
        if told["HealthCheckId"] not in checks:
            raise GONE
        return checks[told["HealthCheckId"]]

    answers: Answers = {
        "route53:ListResourceRecordSets": {"ResourceRecordSets": records},
        "route53:GetHealthCheck": health,
    }
    return look("view:route53-routing", answers, HostedZoneId="/hostedzone/ZONE", Name=name)


def test_records_are_walked_over_alias_chains() -> None:
    found = routing(CHAIN)
    assert found["policies"] == ["geolocation", "latency"]
    assert found["default_location"]
    assert [(one["set"], one["region"], one["checked"], one["failover_seconds"]) for one in found["leaves"]] == [
        ("eu-west-1", "eu-west-1", True, 60 + 10 * 3),
        ("us-east-1", "us-east-1", True, 60 + 30 * 2),
    ] * 2
    assert found["regions"] == ["eu-west-1", "us-east-1"]
    assert found["failover_seconds"] == 120
    assert len(found["records"]) == 6


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"hc-eu": check(Disabled=True)}, {"disabled": True, "inverted": False}),
        ({"hc-eu": check(Inverted=True)}, {"disabled": False, "inverted": True}),
        ({"hc-eu": None}, {"disabled": None, "inverted": None}),
    ],
)
def test_a_check_that_is_disabled_inverted_or_gone_checks_nothing(
    changed: dict[str, Document | None], seen: dict[str, object]
) -> None:
    checks = {name: one for name, one in {**SOUND, **changed}.items() if one is not None}
    found = routing(CHAIN, checks)
    (first, second, *_) = found["leaves"]
    assert (first["checked"], second["checked"]) == (False, True)
    assert {name: first[name] for name in seen} == seen
    assert found["failover_seconds"] is None


def test_a_record_above_that_looks_at_nothing_leaves_what_is_below_unchecked() -> None:
    blind = [
        record("api.example.com", Region="eu-west-1", **alias("latency.example.com.", evaluates=False)),
        *CHAIN[2:],
    ]
    assert [one["checked"] for one in routing(blind)["leaves"]] == [False, False]


def test_a_target_whose_health_aws_knows_needs_no_check_of_its_own() -> None:
    target = alias(ALB.format(region="eu-west-1"), zone="ELB")
    found = routing([record("api.example.com", Failover="PRIMARY", **target)])
    (leaf,) = found["leaves"]
    assert (leaf["checked"], leaf["role"], leaf["policy"], leaf["region"]) == (True, "PRIMARY", "failover", "eu-west-1")
    assert "nobody tells how soon" in unknown(found, "failover_seconds")


def test_a_time_to_fail_over_that_nobody_knows_is_not_left_out_of_the_slowest() -> None:
    watched = {"HealthCheck": {"HealthCheckConfig": {"Type": "CLOUDWATCH_METRIC"}}}
    found = routing(CHAIN, {**SOUND, "hc-us": watched})
    assert [one["failover_seconds"] for one in found["leaves"]] == [90, None] * 2
    assert "us-east-1" in unknown(found, "slowest_seconds")
    assert routing(CHAIN, {**SOUND, "hc-us": check(Disabled=True)})["slowest_seconds"] == 90


def test_an_alias_that_leads_nowhere_ends_its_way_unchecked() -> None:
    found = routing(
        [CHAIN[0], record("api.example.com", SetIdentifier="all", **alias("gone.example.com.")), *CHAIN[2:]]
    )
    assert [(one["target"], one["checked"]) for one in found["leaves"]][-1] == ("gone.example.com", False)


def test_a_plain_record_fails_over_to_nowhere() -> None:
    found = routing(CHAIN, name="other.example.com")
    (leaf,) = found["leaves"]
    assert (leaf["policy"], leaf["checked"], leaf["ttl"], leaf["target"]) == ("simple", False, 300, "192.0.2.1")
    assert (found["regions"], found["failover_seconds"]) == ([], None)


def test_a_name_without_records_has_no_leaves() -> None:
    assert routing(CHAIN, name="nobody.example.com")["leaves"] == []


def test_aliases_in_a_circle_end() -> None:
    circle = [
        record("api.example.com", **alias("b.example.com.")),
        record("b.example.com", **alias("api.example.com.")),
    ]
    assert routing(circle)["policies"] == ["simple"]


def test_a_calculated_check_sees_with_the_slowest_of_those_it_counts() -> None:
    parent = {"HealthCheck": {"HealthCheckConfig": {"Type": "CALCULATED", "ChildHealthChecks": ["hc-eu", "hc-us"]}}}
    watched = {"HealthCheck": {"HealthCheckConfig": {"Type": "CLOUDWATCH_METRIC"}}}
    chain = [*CHAIN[:2], regional("eu-west-1", HealthCheckId="hc-all"), regional("us-east-1", HealthCheckId="hc-us")]
    assert routing(chain, {**SOUND, "hc-all": parent})["failover_seconds"] == 120
    assert "eu-west-1" in unknown(routing(chain, {**SOUND, "hc-all": watched}), "failover_seconds")


def weighted(region: str, weight: int, **more: Any) -> Document:
    target = alias(ALB.format(region=region), zone="ELB", evaluates=False)
    return record("api.example.com", SetIdentifier=region, Weight=weight, **{**target, **more})


@pytest.mark.parametrize(
    ("weights", "first", "regions"),
    [
        ((1, 1), {}, ["eu-west-1", "us-east-1"]),
        ((1, 0), {}, ["eu-west-1"]),
        ((1, 0), {"HealthCheckId": "hc-gone"}, ["eu-west-1"]),
        ((1, 0), {"HealthCheckId": "hc-eu"}, ["eu-west-1", "us-east-1"]),
        ((1, 0), alias(ALB.format(region="eu-west-1"), zone="ELB"), ["eu-west-1", "us-east-1"]),
        ((0, 0), {}, ["eu-west-1", "us-east-1"]),
    ],
)
def test_a_record_without_weight_counts_only_where_it_stands_by(
    weights: tuple[int, int], first: Document, regions: list[str]
) -> None:
    records = [weighted("eu-west-1", weights[0], **first), weighted("us-east-1", weights[1], HealthCheckId="hc-us")]
    found = routing(records)
    assert found["regions"] == regions
    assert [one["idle"] for one in found["leaves"]] == [False, len(regions) == 1]


def test_whom_no_place_fits_gets_no_answer() -> None:
    assert routing(CHAIN)["default_location"]
    assert not routing([CHAIN[0], *CHAIN[2:]])["default_location"]
    assert routing(CHAIN[2:], name="latency.example.com")["default_location"]


def test_what_is_said_holds_for_both_kinds_of_addresses() -> None:
    second = [{**one, "Type": "AAAA"} for one in CHAIN[:3]]
    found = routing([*CHAIN, *second])
    assert (len(found["leaves"]), found["regions"], found["policies"]) == (6, ["eu-west-1"], ["geolocation", "latency"])
    plain = {**record("api.example.com", TTL=300, ResourceRecords=[{"Value": "2001:db8::1"}]), "Type": "AAAA"}
    found = routing([*CHAIN, plain])
    assert (found["regions"], found["policies"], found["leaves"][-1]["checked"]) == ([], [], False)
    cname = {"Name": "api.example.com.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "x.example.org"}]}
    assert len(routing([cname])["leaves"]) == 1


# Amazon API Gateway

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:{name}"
CALLED = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + FUNCTION + "/invocations"
HEADERS = "method.response.header.Access-Control-Allow-Headers"


def method(uri: str = "", kind: str = "AWS_PROXY", **more: Any) -> Document:
    return {"methodIntegration": {"type": kind, "uri": uri, **more}}


def options(allowed: str) -> Document:
    answers = {"200": {"responseParameters": {HEADERS: f"'{allowed}'"}}}
    return method(kind="MOCK", integrationResponses=answers)


def timeout(told: dict[str, Any]) -> Document:
    if told["FunctionName"].endswith("gone"):
        raise GONE
    return {"Timeout": 60 if "slow" in told["FunctionName"] else 29}


REST: Answers = {
    "apigateway:GetRestApi": {"name": "platform"},
    "apigateway:GetResources": {
        "items": [
            {"path": "/b", "resourceMethods": {
                "GET": method(CALLED.format(name="slow"), timeoutInMillis=10_000),
                "POST": method(CALLED.format(name="gone")),
                "PUT": method("arn:aws:apigateway:eu-west-1:lambda:path/functions/${stageVariables.fn}/invocations"),
                "OPTIONS": options("Content-Type,X-Idempotency-Key"),
            }},
            {"path": "/a", "resourceMethods": {
                "GET": method(CALLED.format(name="quick:live"), timeoutInMillis=29_000),
                "OPTIONS": options("content-type, Authorization"),
            }},
            {"path": "/"},
        ]
    },
    "apigateway:GetStage": {"methodSettings": {"*/*": {"throttlingRateLimit": 100.0, "throttlingBurstLimit": 50}}},
    "apigateway:GetAccount": {"throttleSettings": {"rateLimit": 10_000.0, "burstLimit": 5_000}},
    "apigateway:GetUsagePlans": {
        "items": [
            {"id": "p1", "name": "gold", "apiStages": [{"apiId": "a1", "stage": "prod"}],
             "throttle": {"rateLimit": 50.0, "burstLimit": 20}, "quota": {"limit": 10, "period": "DAY"}},
            {"id": "p2", "name": "free", "apiStages": [{"apiId": "a1", "stage": "prod"}],
             "throttle": {"rateLimit": 5.0, "burstLimit": 20}},
            {"id": "p3", "name": "other", "apiStages": [{"apiId": "a2", "stage": "prod"}]},
        ]
    },
    "lambda:GetFunctionConfiguration": timeout,
}  # fmt: skip


def test_integrations_of_a_rest_api_with_the_functions_behind_them() -> None:
    found = look("view:api-gateway", REST, restApiId="a1", stageName="prod")
    waits = [(one["route"], one["timeout_ms"], one["function_timeout_ms"]) for one in found["integrations"]]
    assert waits[:2] == [("GET /a", 29_000, 29_000), ("GET /b", 10_000, 60_000)]
    assert [one[:2] for one in waits[2:]] == [("POST /b", 29_000), ("PUT /b", 29_000)]
    assert unknown(found["integrations"][2], "function_timeout_ms") == "not-there"
    assert "stage variable" in unknown(found["integrations"][3], "function_timeout_ms")
    assert unknown(found, "functions_over") == "not-there"
    assert found["integrations"][0]["function"] == FUNCTION.format(name="quick:live")
    assert found["integrations"][3]["function"] is None
    assert found["allowed_headers"] == ["content-type"]
    assert found["stage_throttle"] == {"rate": 100.0, "burst": 50}
    assert [one["name"] for one in found["usage_plans"]] == ["gold", "free"]
    assert found["distinct_throttles"] == 2


def test_routes_whose_function_may_outlast_the_integration() -> None:
    resources = {"items": [{"path": "/b", "resourceMethods": {
        "GET": method(CALLED.format(name="slow"), timeoutInMillis=10_000),
        "POST": method(CALLED.format(name="quick")),
        "PUT": method("https://example.com", kind="HTTP"),
        "ANY": method(CALLED.format(name="quick")),
    }}]}  # fmt: skip
    found = look("view:api-gateway", {**REST, "apigateway:GetResources": resources}, restApiId="a1")
    assert found["functions_over"] == ["GET /b"]
    assert "answered by its integration" in unknown(found, "allowed_headers")


def test_a_function_runs_as_long_as_the_version_that_is_called() -> None:
    def versions(told: dict[str, Any]) -> Document:
        return {"Timeout": 60 if told["FunctionName"].endswith(":live") else 29}

    methods = {"GET": method(CALLED.format(name="a:live")), "POST": method(CALLED.format(name="b"))}
    resources = {"items": [{"path": "/", "resourceMethods": methods}]}
    answers = {**REST, "apigateway:GetResources": resources, "lambda:GetFunctionConfiguration": versions}
    assert [look("view:api-gateway", answers, restApiId="a1", functions=one)["longest_ms"] for one in "ab"] == [
        60_000, 29_000,
    ]  # fmt: skip
    found = look("view:api-gateway", answers, restApiId="a1", functions=["a", "c"])
    assert unknown(found, "longest_ms") == "no integration calls c"
    assert "stage variable" in unknown(look("view:api-gateway", REST, restApiId="a1", functions="slow"), "longest_ms")


@pytest.mark.parametrize(
    ("own", "lifted"),
    [
        ({"loggingLevel": "INFO"}, False),
        ({"throttlingRateLimit": 500.0, "throttlingBurstLimit": 50}, False),
        ({"throttlingRateLimit": -1}, True),
        ({"throttlingRateLimit": 10_000.0, "throttlingBurstLimit": 5_000}, True),
    ],
)
def test_a_method_may_lift_the_limit_of_the_stage(own: Document, lifted: bool) -> None:
    stage = {"methodSettings": {"*/*": {"throttlingRateLimit": 100.0, "throttlingBurstLimit": 50}, "~1b/GET": own}}
    found = look("view:api-gateway", {**REST, "apigateway:GetStage": stage}, restApiId="a1", stageName="prod")
    assert found["unlimited_methods"] == (["~1b/GET"] if lifted else [])


def test_a_function_that_may_not_be_looked_at_leaves_the_rest_told() -> None:
    def denied(_: dict[str, Any]) -> Document:
        raise failed("denied")

    found = look("view:api-gateway", {**REST, "lambda:GetFunctionConfiguration": denied}, restApiId="a1")
    assert (unknown(found, "functions_over"), found["allowed_headers"]) == ("denied", ["content-type"])


FILLED = {"throttlingRateLimit": 10_000.0, "throttlingBurstLimit": 5_000, "loggingLevel": "INFO"}
"""What AWS tells of a stage of which only the logging was set."""


@pytest.mark.parametrize(
    "settings", [{}, {"*/*": {"throttlingRateLimit": -1}}, {"*/*": {"loggingLevel": "INFO"}}, {"*/*": FILLED}]
)
def test_the_limit_of_the_account_is_none_of_the_stage(settings: Document) -> None:
    answers = {**REST, "apigateway:GetStage": {"methodSettings": settings}}
    assert look("view:api-gateway", answers, restApiId="a1", stageName="prod")["stage_throttle"] is None


def test_a_limit_that_cannot_be_told_from_the_account_s_is_not_known() -> None:
    def denied(_: dict[str, Any]) -> Document:
        raise failed("denied")

    accounts: list[Any] = [denied, {}]
    for account in accounts:
        answers: Answers = {**REST, "apigateway:GetAccount": account}
        found = look("view:api-gateway", answers, restApiId="a1", stageName="prod")
        assert unknown(found, "stage_throttle") in ("denied", "the account tells no limit to compare the stage's with")
        assert found["distinct_throttles"] == 2


def test_integrations_of_an_http_api() -> None:
    answers: Answers = {
        "apigatewayv2:GetApi": {"Name": "public", "CorsConfiguration": {"AllowHeaders": ["X-Idempotency-Key"]}},
        "apigatewayv2:GetRoutes": {
            "Items": [
                {"RouteKey": "POST /x", "Target": "integrations/i1"},
                {"RouteKey": "GET /x", "Target": "integrations/i2"},
                {"RouteKey": "GET /y"},
            ]
        },
        "apigatewayv2:GetIntegrations": {
            "Items": [
                {"IntegrationId": "i1", "IntegrationUri": FUNCTION.format(name="slow"), "TimeoutInMillis": 29_000},
                {"IntegrationId": "i2", "IntegrationUri": "https://example.com"},
                {"IntegrationId": "unused", "IntegrationUri": "https://example.com"},
            ]
        },
        "apigatewayv2:GetStage": {"DefaultRouteSettings": {"ThrottlingRateLimit": 10.0}},
        "apigateway:GetAccount": REST["apigateway:GetAccount"],
        "lambda:GetFunctionConfiguration": timeout,
    }
    found = look("view:api-gateway-http", answers, ApiId="h1", StageName="$default")
    assert [(one["route"], one["timeout_ms"], one["function_timeout_ms"]) for one in found["integrations"]] == [
        ("GET /x", 30_000, None), ("POST /x", 29_000, 60_000),
    ]  # fmt: skip
    assert (found["functions_over"], found["allowed_headers"]) == (["POST /x"], ["x-idempotency-key"])
    assert found["stage_throttle"] == {"rate": 10.0, "burst": None}
    unlisted: Answers = {**answers, "apigatewayv2:GetIntegrations": {"Items": []}}
    with pytest.raises(Refusal):
        look("view:api-gateway-http", unlisted, ApiId="h1")
    own = {**answers, "apigatewayv2:GetApi": {"Name": "public"}}
    assert look("view:api-gateway-http", own, ApiId="h1")["allowed_headers"] == []
    own["apigatewayv2:GetRoutes"] = {"Items": [{"RouteKey": "$default", "Target": "integrations/i2"}]}
    assert "$default" in unknown(look("view:api-gateway-http", own, ApiId="h1"), "allowed_headers")


KEYS = [
    {"id": "k1", "name": "acme", "enabled": True},
    {"id": "k2", "name": "key-2", "customerId": "globex", "enabled": True},
    {"id": "k3", "name": "initech", "enabled": False},
    {"id": "k4", "name": "umbrella", "enabled": True, "tags": {"tenant": "hooli"}},
    {"id": "k5", "name": "lost", "enabled": True},
]
PLANS = {"k1": ["p1"], "k2": ["p2"], "k3": ["p1"], "k4": ["p3"], "k5": []}


def plans(told: dict[str, Any]) -> Document:
    every = REST["apigateway:GetUsagePlans"]
    assert isinstance(every, dict)
    mine = PLANS.get(told.get("keyId", ""))
    return {"items": [one for one in every["items"] if mine is None or one["id"] in mine]}


def keys(told: dict[str, Any]) -> Document:
    assert told == {"includeValues": False, "limit": 500}
    return {"items": KEYS}


def test_tenants_without_a_plan_that_limits_them() -> None:
    answers: Answers = {**REST, "apigateway:GetUsagePlans": plans, "apigateway:GetApiKeys": keys}
    tenants = ["acme", "globex", "initech", "hooli", "gold", "nobody"]
    found = look("view:usage-plans", answers, tenants=tenants)
    assert "no plan of a2/prod limits acme" in unknown(found, "tenants_without_plan")
    of_one = look("view:usage-plans", answers, tenants=tenants, restApiId="a1", stageName="*")
    assert of_one["tenants_without_plan"] == ["hooli", "initech", "nobody"]
    assert found["keys_without_plan"] == ["lost"]
    assert found["unthrottled"] == ["other"]
    assert [(one["name"], one["keys"]) for one in found["plans"]] == [
        ("gold", ["acme"]), ("free", ["key-2"]), ("other", ["umbrella"]),
    ]  # fmt: skip
    assert found["tenants_not_named"] == ["lost"]
    assert look("view:usage-plans", answers, tenants=["gold"])["tenants_not_named"] == ["globex", "hooli", "lost"]
    of_one = look("view:usage-plans", answers, tenants="acme", restApiId="a2", stageName="prod")
    assert (of_one["tenants_without_plan"], [one["name"] for one in of_one["plans"]]) == (["acme"], ["other"])


def test_a_plan_of_another_api_or_stage_limits_nobody_here() -> None:
    plan = {"id": "p1", "name": "dev", "apiStages": [{"apiId": "a1", "stage": "dev"}], "throttle": {"rateLimit": 5.0}}
    key = {"id": "k1", "name": "acme", "enabled": True}
    answers: Answers = {
        **REST,
        "apigateway:GetUsagePlans": {"items": [plan]},
        "apigateway:GetApiKeys": {"items": [key]},
    }
    for api, stage, lost in (("*", "*", []), ("a1", "dev", []), ("a1", "prod", ["acme"]), ("a2", "*", ["acme"])):
        found = look("view:usage-plans", answers, tenants="acme", restApiId=api, stageName=stage)
        assert found["tenants_without_plan"] == lost


def test_methods_that_ask_for_no_key() -> None:
    resources = {"items": [
        {"path": "/b", "resourceMethods": {"GET": {"apiKeyRequired": True}, "POST": {"apiKeyRequired": False}}},
        {"path": "/a", "resourceMethods": {"ANY": {}, "OPTIONS": {}}},
        {"path": "/"},
    ]}  # fmt: skip
    plan = {"id": "p1", "name": "x", "apiStages": [{"apiId": "a1", "stage": "dev"}], "throttle": {"rateLimit": 5.0}}
    answers: Answers = {
        "apigateway:GetUsagePlans": {"items": [plan]},
        "apigateway:GetApiKeys": {"items": []},
        "apigateway:GetResources": resources,
    }
    for named in ({}, {"restApiId": "a1"}):
        assert look("view:usage-plans", answers, tenants="x", **named)["open_methods"] == ["a1 ANY /a", "a1 POST /b"]
    nothing: Answers = {**answers, "apigateway:GetUsagePlans": {"items": []}}
    assert unknown(look("view:usage-plans", nothing, tenants="x"), "open_methods") == "no plan is of any API"


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        ({"throttle": {"rateLimit": 5.0}}, True),
        ({"throttle": {"burstLimit": 5}}, True),
        ({"quota": {"limit": 5, "period": "DAY"}}, True),
        ({"throttle": {"rateLimit": 0.0, "burstLimit": 0}, "quota": {"limit": 0, "period": "DAY"}}, False),
        ({}, False),
        ({"throttle": {"rateLimit": 5.0}, "apiStages": []}, False),
    ],
)
def test_a_plan_that_limits_nothing_is_no_plan(plan: Document, limits: bool) -> None:
    made = {"id": "p1", "name": "gold", "apiStages": [{"apiId": "a1", "stage": "prod"}], **plan}
    free = {"id": "p2", "name": "free", "apiStages": [{"apiId": "a1", "stage": "dev"}]}
    two = [{"id": "k1", "name": "acme", "enabled": True}]
    answers: Answers = {**REST, "apigateway:GetUsagePlans": {"items": [made]}, "apigateway:GetApiKeys": {"items": two}}
    assert look("view:usage-plans", answers, tenants="acme")["tenants_without_plan"] == ([] if limits else ["acme"])
    both: Answers = {**answers, "apigateway:GetUsagePlans": {"items": [made, free]}}
    assert look("view:usage-plans", both, tenants="acme")["tenants_without_plan"] == ["acme"]


# Lambda, MemoryDB, CloudFront, Synthetics, Application Signals


def functions(provisioned: list[Document], policies: list[str], reserved: int | None = None) -> Document:
    answers: Answers = {
        "lambda:GetFunctionConfiguration": {
            "FunctionName": "api", "Timeout": 29, "MemorySize": 512,
            "Layers": [{"Arn": "arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:55"}],
        },
        "lambda:GetFunctionConcurrency": {} if reserved is None else {"ReservedConcurrentExecutions": reserved},
        "lambda:ListProvisionedConcurrencyConfigs": {"ProvisionedConcurrencyConfigs": provisioned},
        "application-autoscaling:DescribeScalingPolicies": {"ScalingPolicies": [{"ResourceId": on} for on in policies]},
    }  # fmt: skip
    return look("view:lambda-functions", answers, FunctionName="api")


def test_a_function_that_nobody_set_by_hand() -> None:
    found = functions([], [])
    assert (found["capped"], found["unscaled"]) == ([], [])
    assert found["functions"] == [
        {"name": "api", "timeout_seconds": 29, "memory_mb": 512, "reserved_concurrency": None, "insights": True,
         "provisioned": []}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policies", "unscaled"), [([], ["api:live"]), (["function:api:live"], []), (["function:other:live"], ["api:live"])]
)
def test_provisioned_concurrency_wants_a_scaling_policy(policies: list[str], unscaled: list[str]) -> None:
    config = {"FunctionArn": f"{FUNCTION.format(name='api')}:live", "RequestedProvisionedConcurrentExecutions": 5}
    assert functions([config], policies)["unscaled"] == unscaled


@pytest.mark.parametrize("reserved", [0, 10])
def test_reserved_concurrency_caps(reserved: int) -> None:
    assert functions([], [], reserved)["capped"] == ["api"]


def cluster(zones: list[list[str]], snapshots: list[Document]) -> Document:
    shards = [
        {"Name": f"000{number}", "Nodes": [{"Name": zone, "AvailabilityZone": zone} for zone in nodes]}
        for number, nodes in enumerate(zones, 1)
    ]
    answers: Answers = {
        "memorydb:DescribeClusters": {"Clusters": [{"Shards": shards, "AvailabilityMode": "MultiAZ"}] if zones else []},
        "memorydb:DescribeSnapshots": {"Snapshots": snapshots},
    }
    return look("view:memorydb-shards", answers, ClusterName="sessions")


def snapshot(*times: str, status: str = "available") -> Document:
    shards = [{"SnapshotCreationTime": one} for one in times]
    return {"Status": status, "ClusterConfiguration": {"Shards": shards}}


def test_every_shard_wants_a_replica_in_another_zone() -> None:
    found = cluster([["a", "b"], ["a", "a"], ["a"]], [])
    assert found["alone"] == ["0002", "0003"]
    assert [(one["replicas"], one["zones"]) for one in found["shards"]] == [(1, 2), (1, 1), (0, 1)]
    assert (found["snapshots"], found["newest_snapshot"]) == (0, None)


def test_a_snapshot_is_as_old_as_its_oldest_shard_and_counts_once_it_is_whole() -> None:
    found = cluster(
        [["a", "b"]],
        [
            snapshot("2026-10-06T03:00:00Z", "2026-10-06T03:05:00Z"),
            snapshot("2026-10-07T03:02:00Z", "2026-10-07T03:00:00Z"),
            snapshot("2026-10-08T03:00:00Z", status="creating"),
            snapshot(),
        ],
    )
    assert (found["snapshots"], found["newest_snapshot"]) == (2, "2026-10-07T03:00:00Z")


def test_a_cluster_that_is_not_there_or_tells_of_no_shards_is_no_pass() -> None:
    with pytest.raises(Refusal) as gone:
        cluster([], [])
    assert gone.value.reason.code is Code.NOT_THERE
    shard = {"Name": "0001", "Nodes": [{"Name": "a", "AvailabilityZone": "a"}, {"Name": "b"}]}
    for told in ({}, {"Shards": [shard]}, {"Shards": [{"Name": "0001"}]}, {"Shards": [{}], "NumberOfShards": 2}):
        answers: Answers = {"memorydb:DescribeClusters": {"Clusters": [{"Name": "sessions", **told}]}}
        with pytest.raises(Refusal) as untold:
            look("view:memorydb-shards", answers, ClusterName="sessions")
        assert untold.value.reason.code is Code.READ_FAILED


def distribution(target: str, codes: list[int], members: list[str], subscription: Document) -> Document:
    group = {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Items": codes}},
        "Members": {"Items": [{"OriginId": one} for one in members]},
    }
    config = {
        "Enabled": True, "PriceClass": "PriceClass_All", "OriginGroups": {"Quantity": 1, "Items": [group]},
        "Origins": {"Items": [{"Id": "a", "DomainName": "a.example.com"}]}, "CacheBehaviors": {"Quantity": 0},
        "DefaultCacheBehavior": {"TargetOriginId": target},
    }  # fmt: skip
    answers: Answers = {
        "cloudfront:GetDistributionConfig": {"DistributionConfig": config},
        "cloudfront:GetMonitoringSubscription": subscription,
    }
    return look("view:cloudfront-distribution", answers, DistributionId="E1")


@pytest.mark.parametrize(
    ("target", "codes", "members", "failover"),
    [
        ("both", [503, 500], ["a", "b"], True),
        ("a", [500], ["a", "b"], False),
        ("both", [], ["a", "b"], False),
        ("both", [500], ["a"], False),
    ],
)
def test_a_path_fails_over_to_a_second_origin_by_status_codes(
    target: str, codes: list[int], members: list[str], failover: bool
) -> None:
    found = distribution(target, codes, members, {})
    assert found["failover_everywhere"] is failover
    assert found["origin_groups"] == [{"id": "both", "status_codes": sorted(codes), "members": members}]
    assert (found["price_class"], found["additional_metrics"]) == ("PriceClass_All", False)


def test_additional_metrics_are_on_where_the_subscription_says_so() -> None:
    told = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}
    assert distribution("both", [500], ["a", "b"], {"MonitoringSubscription": told})["additional_metrics"]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(5 minutes)", 300),
        ("rate(1 minute)", 60),
        ("rate(1 hour)", 3600),
        ("rate(0 minute)", None),
        ("cron(0/5 * * * ? *)", 300),
        ("cron(*/7 * * * ? *)", 420),
        ("cron(0,10-20/5 * ? * * *)", 2400),
        ("cron(* * * * ? *)", 60),
        ("cron(30 * * * ? *)", 3600),
    ],
)
def test_how_often_a_canary_runs(expression: str, seconds: int | None) -> None:
    canary = {"Status": {"State": "RUNNING"}, "Schedule": {"Expression": expression}}
    found = look("view:synthetics-canaries", {"synthetics:GetCanary": {"Canary": canary}}, Name="login")
    assert (found["state"], found["every_seconds"], found["retries"]) == ("RUNNING", seconds, 0)


@pytest.mark.parametrize(
    "cron", ["cron(0)", "cron(0/5 8-18 * * ? *)", "cron(0/5 * ? * MON-FRI *)", "cron(0/0 * * * ? *)"]
)
def test_a_calendar_that_is_not_of_every_hour_is_not_known(cron: str) -> None:
    canary = {"Status": {"State": "RUNNING"}, "Schedule": {"Expression": cron}}
    found = look("view:synthetics-canaries", {"synthetics:GetCanary": {"Canary": canary}}, Name="login")
    assert "is not computed" in unknown(found, "every_seconds")


@pytest.mark.parametrize(("role", "enabled"), [({"Role": {"RoleName": "x"}}, True), ({}, False)])
def test_application_signals_is_on_where_its_role_is(role: Document, enabled: bool) -> None:
    answers: Answers = {
        "iam:GetRole": role,
        "application-signals:ListServices": {"ServiceSummaries": [{"KeyAttributes": {"Name": "shop"}}]},
    }
    found = look("view:application-signals", answers, services=["shop", "missions"])
    assert found == {"enabled": enabled, "services": ["shop"], "missing": ["missions"]}
