"""Views: what one call alone does not tell, made of several into one document.

The one rule: a view asks only calls that the list names for it, and decides nothing that a JMESPath could select.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views import (
    api_gateway,
    api_gateway_http,
    application_signals,
    cloudfront_distribution,
    lambda_functions,
    memorydb_shards,
    route53_routing,
    synthetics_canaries,
    usage_plans,
)
from slactl.sources.configuration.views.questions import Questions, known

View = Callable[[Questions, Mapping[str, object]], Document]
VIEWS: Mapping[str, View] = {
    "view:api-gateway": api_gateway.view,
    "view:api-gateway-http": api_gateway_http.view,
    "view:application-signals": application_signals.view,
    "view:cloudfront-distribution": cloudfront_distribution.view,
    "view:lambda-functions": lambda_functions.view,
    "view:memorydb-shards": memorydb_shards.view,
    "view:route53-routing": route53_routing.view,
    "view:synthetics-canaries": synthetics_canaries.view,
    "view:usage-plans": usage_plans.view,
}
"""By name; what each takes and gives stands in ``config/read-only-calls.yaml``."""

__all__ = ["VIEWS", "Questions", "View", "known"]
