"""``view:api-gateway-http``: the integrations of an HTTP API and the limits of a stage.

The one rule: only integrations that a route leads to count; one that says no timeout waits for 30 seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.functions import over, with_function
from slactl.sources.configuration.views.questions import Questions, Told
from slactl.sources.configuration.views.throttling import own_throttle

DEFAULT_MS = 30_000
PREFLIGHT = ("OPTIONS ", "ANY ", "$default")
"""Routes that a browser's question before it sends may lead to."""


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = str(parameters["ApiId"]), parameters.get("StageName")
    told = ask("apigatewayv2:GetApi", ApiId=api)
    targets = {one["IntegrationId"]: one for one in ask("apigatewayv2:GetIntegrations", ApiId=api).get("Items", [])}
    routes = ask("apigatewayv2:GetRoutes", ApiId=api).get("Items", [])
    led = sorted((str(one.get("RouteKey")), str(one.get("Target") or "").rpartition("/")[2]) for one in routes)
    if lost := [route for route, target in led if target and target not in targets]:
        raise failed(f"route {lost[0]} leads to an integration that is not listed")
    integrations = [_integration(ask, route, targets[target]) for route, target in led if target]
    found = {
        "kind": "http",
        "id": api,
        "name": told.get("Name"),
        "integrations": integrations,
        "functions_over": over(integrations),
        "allowed_headers": _allowed_headers(told.get("CorsConfiguration"), [route for route, _ in led]),
    }
    return Told(found | (_of_stage(ask, api, str(stage)) if stage else {}))


def _integration(ask: Questions, route: str, told: Document) -> Document:
    waits = {
        "route": route,
        "kind": told.get("IntegrationType"),
        "timeout_ms": told.get("TimeoutInMillis") or DEFAULT_MS,
    }
    return with_function(ask, waits, str(told.get("IntegrationUri") or ""))


def _allowed_headers(cors: Mapping[str, Any] | None, routes: list[str]) -> list[str] | Refusal:
    """The headers that browsers may send, in small letters; not known where a route answers in the gateway's place."""
    if cors is None and (own := [one for one in routes if one.startswith(PREFLIGHT)]):
        return failed(f"what browsers may send is answered by the integration of {own[0]}")
    return sorted(str(one).lower() for one in (cors or {}).get("AllowHeaders") or ())


def _of_stage(ask: Questions, api: str, stage: str) -> Document:
    settings = ask("apigatewayv2:GetStage", ApiId=api, StageName=stage).get("DefaultRouteSettings") or {}
    rate, burst = settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")
    return {"stage": stage, "stage_throttle": own_throttle(ask, rate, burst)}
