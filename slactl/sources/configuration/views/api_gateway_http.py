"""``view:api-gateway-http``: the integrations of an HTTP API and the limits of a stage.

The one rule: only integrations that a route leads to count; one that says no timeout waits for 30 seconds.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.functions import function_of, over, timeout_ms
from slactl.sources.configuration.views.questions import Questions

DEFAULT_MS = 30_000


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    api, stage = str(parameters["ApiId"]), parameters.get("StageName")
    told = ask("apigatewayv2:GetApi", ApiId=api)
    targets = {one["IntegrationId"]: one for one in ask("apigatewayv2:GetIntegrations", ApiId=api).get("Items", [])}
    routes = ask("apigatewayv2:GetRoutes", ApiId=api).get("Items", [])
    led = sorted((str(one.get("RouteKey")), str(one.get("Target") or "").rpartition("/")[2]) for one in routes)
    integrations = [_integration(ask, route, targets[target]) for route, target in led if target in targets]
    allowed = (told.get("CorsConfiguration") or {}).get("AllowHeaders") or []
    found = {
        "kind": "http",
        "id": api,
        "name": told.get("Name"),
        "integrations": integrations,
        "functions_over": over(integrations),
        "allowed_headers": sorted(str(one).lower() for one in allowed),
    }
    return found | (_of_stage(ask, api, str(stage)) if stage else {})


def _integration(ask: Questions, route: str, told: Document) -> Document:
    function = function_of(str(told.get("IntegrationUri") or ""))
    return {
        "route": route,
        "kind": told.get("IntegrationType"),
        "timeout_ms": told.get("TimeoutInMillis") or DEFAULT_MS,
        "function": function,
        "function_timeout_ms": timeout_ms(ask, function),
    }


def _of_stage(ask: Questions, api: str, stage: str) -> Document:
    settings = ask("apigatewayv2:GetStage", ApiId=api, StageName=stage).get("DefaultRouteSettings") or {}
    rate, burst = settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")
    return {"stage": stage, "stage_throttle": None if rate is None else {"rate": rate, "burst": burst}}
