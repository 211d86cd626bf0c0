"""Amazon API Gateway: a REST API with its limits, and what a filter over its access log counts.

The one rule: an answer that was cut or refused is among the requests too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slactl.sandbox.packs.base import Pack, Plan, Series, counted, marked
from slactl.sandbox.packs.functions import create_function
from slactl.sandbox.world import World

API, API_ID, STAGE = "platform-public", "pl4tf0rm01", "prod"
FUNCTIONS = ("platform-read", "platform-write")
LOGS = "Platform/AccessLogs"
PER_DAY = 3_000.0
CUT, TOO_LARGE = "Status504", "Status413"
PLANS = {"basic": 50.0, "enterprise": 500.0}


def _series(plan: Plan) -> Iterator[Series]:
    names, chance = {"ApiName": API, "Stage": STAGE}, "api-gateway"
    cut = plan.told("api-gateway-cut-requests", "share", 0.02) if plan.broken("api-gateway-cut-requests") else 0.0004
    large = plan.told("api-gateway-too-large", "share", 0.02) if plan.broken("api-gateway-too-large") else 0.0006
    yield Series("AWS/ApiGateway", "Count", names, "Count", marked(PER_DAY, 1.0), chance=chance)
    yield Series(LOGS, CUT, {}, "None", counted(PER_DAY, cut))
    yield Series(LOGS, TOO_LARGE, {}, "None", counted(PER_DAY, large))


def _furnish(world: World, plan: Plan) -> None:
    from moto.backends import get_backend

    backend: Any = get_backend("apigateway")[world.account][world.region]
    late = plan.broken("api-gateway-function-timeout")
    for number, name in enumerate(FUNCTIONS):
        create_function(world, name, 60 if late and number else 29)
    api = backend.create_rest_api(API, "", tags={"_custom_id_": API_ID})
    api.tags.clear()
    root = next(iter(api.resources.values()))
    for number, (name, method) in enumerate(zip(FUNCTIONS, ("GET", "POST"), strict=True)):
        short = plan.broken("api-gateway-timeout") and number
        arn = f"arn:aws:lambda:{world.region}:{world.account}:function:{name}"
        address = f"arn:aws:apigateway:{world.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        root.add_method(method, "NONE", False)
        root.add_integration(
            method, "AWS_PROXY", address, integration_method="POST", timeout_in_millis=10_000 if short else 29_000
        )
    backend.create_deployment(API_ID, STAGE)
    # Where metrics are switched on and no limit is set, AWS fills in the account's.
    rate, burst = (10_000.0, 5000) if plan.broken("api-gateway-throttling") else (1000.0, 2000)
    setting = {"metricsEnabled": True, "throttlingRateLimit": rate, "throttlingBurstLimit": burst}
    api.stages[STAGE].method_settings["*/*"] = setting
    _add_plans(backend, plan)


def _add_plans(backend: Any, plan: Plan) -> None:
    for name, rate in PLANS.items():
        told = 50.0 if plan.broken("api-gateway-plans") else rate
        stages = [{"apiId": API_ID, "stage": STAGE}]
        throttle = {"rateLimit": told, "burstLimit": int(told * 2)}
        backend.create_usage_plan({"name": f"{API}-{name}", "throttle": throttle, "apiStages": stages})


PACK = Pack(
    "api-gateway",
    {
        "api": API,
        "api_id": API_ID,
        "stage": STAGE,
        "functions": list(FUNCTIONS),
        "log_namespace": LOGS,
        "cut_metric": CUT,
        "too_large_metric": TOO_LARGE,
    },
    (
        "api-gateway-timeout",
        "api-gateway-function-timeout",
        "api-gateway-cut-requests",
        "api-gateway-too-large",
        "api-gateway-throttling",
        "api-gateway-plans",
    ),
    _series,
    _furnish,
)
