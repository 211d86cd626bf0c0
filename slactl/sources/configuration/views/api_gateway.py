"""``view:api-gateway``: the integrations of a REST API, the limits of a stage, its usage plans.

The one rule: an integration that says no timeout waits for the gateway's default; a mock calls nobody and is left out;
headers that a function allows, and not a mock, are not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.functions import longest, over, with_function
from slactl.sources.configuration.views.plans import PAGE, different, plan_of
from slactl.sources.configuration.views.questions import Questions, Told, texts
from slactl.sources.configuration.views.throttling import own_throttle

DEFAULT_MS = 29_000
EVERYWHERE = "*/*"
ALLOWED = "method.response.header.Access-Control-Allow-Headers"


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = str(parameters["restApiId"]), parameters.get("stageName")
    told = ask("apigateway:GetRestApi", restApiId=api)
    resources = ask("apigateway:GetResources", restApiId=api, embed=["methods"]).get("items", [])
    integrations = [with_function(ask, one, address) for one, address in _integrations(resources)]
    found = {
        "kind": "rest",
        "id": api,
        "name": told.get("name"),
        "integrations": integrations,
        "functions_over": over(integrations),
        "allowed_headers": _allowed_headers(resources),
    }
    if names := texts(parameters.get("functions")):
        found["longest_ms"] = longest(integrations, names)
    return Told(found | (_of_stage(ask, api, str(stage)) if stage else {}))


def _integrations(resources: list[Document]) -> Iterator[tuple[Document, str]]:
    """Every integration, and the address that it calls."""
    for resource in sorted(resources, key=lambda one: str(one.get("path"))):
        for method, told in sorted((resource.get("resourceMethods") or {}).items()):
            integration = (told or {}).get("methodIntegration")
            if integration and integration.get("type") != "MOCK":
                waits = {
                    "route": f"{method} {resource.get('path')}",
                    "kind": integration.get("type"),
                    "timeout_ms": integration.get("timeoutInMillis") or DEFAULT_MS,
                }
                yield waits, str(integration.get("uri") or "")


def _allowed_headers(resources: list[Document]) -> list[str] | Refusal:
    """The headers that every OPTIONS method allows, in small letters; none where there is no such method."""
    methods = [(one.get("path"), _preflight(one.get("resourceMethods") or {})) for one in resources]
    asked = [(path, method) for path, method in methods if method]
    elsewhere = next((path for path, method in asked if not _is_mock(method)), None)
    if elsewhere is not None:
        return failed(f"what {elsewhere} allows browsers to send is answered by its integration")
    allowed = [_headers(method) for _, method in asked]
    return sorted(set.intersection(*allowed)) if allowed else []


def _preflight(methods: Mapping[str, Any]) -> Document | None:
    """The method that answers a browser that asks before it sends."""
    return methods.get("OPTIONS") or methods.get("ANY")


def _is_mock(method: Document) -> bool:
    return (method.get("methodIntegration") or {}).get("type") == "MOCK"


def _headers(method: Document) -> set[str]:
    answers = ((method.get("methodIntegration") or {}).get("integrationResponses") or {}).values()
    told = [str((one.get("responseParameters") or {}).get(ALLOWED) or "") for one in answers]
    return {name.strip().lower() for one in told for name in one.strip("'").split(",") if name.strip()}


def _of_stage(ask: Questions, api: str, stage: str) -> Document:
    settings = ask("apigateway:GetStage", restApiId=api, stageName=stage).get("methodSettings") or {}
    everywhere = settings.get(EVERYWHERE) or {}
    plans = [plan_of(one) for one in ask("apigateway:GetUsagePlans", limit=PAGE).get("items", [])]
    mine = [one for one in plans if f"{api}/{stage}" in one["stages"]]
    return {
        "stage": stage,
        "stage_throttle": own_throttle(
            ask, everywhere.get("throttlingRateLimit"), everywhere.get("throttlingBurstLimit")
        ),
        "unlimited_methods": _unlimited(ask, settings),
        "usage_plans": mine,
        "distinct_throttles": different(mine),
    }


def _unlimited(ask: Questions, settings: Mapping[str, Any]) -> list[str] | Refusal:
    """The methods whose own settings lift the stage's limit: they have the account's, or none."""
    found = []
    for method, told in sorted(settings.items()):
        rate, burst = told.get("throttlingRateLimit"), told.get("throttlingBurstLimit")
        if method != EVERYWHERE and rate is not None:
            limit = own_throttle(ask, rate, burst)
            if isinstance(limit, Refusal):
                return limit
            found += [] if limit else [method]
    return found
