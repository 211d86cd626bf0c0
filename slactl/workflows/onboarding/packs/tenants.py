"""The pack rate-limits: what a namespace publishes by tenant.

The one rule: which metric counts all requests, and which those that were turned away, is taken from their names; what
cannot be told is missing, never the pack's own guess.
"""

from __future__ import annotations

import re

from slactl.ports.platform import Platform, TenantMetrics
from slactl.workflows.onboarding.packs.nouns import Given, Missing, Sketch, Use, given, refused, some, told

REQUESTS = re.compile(r"(total|all)?_?-?(api)?_?-?(requests?|calls?|invocations?)(_?-?(count|total))?", re.IGNORECASE)
THROTTLED = re.compile(r"throttl|rate_?-?limit|too_?-?many|429", re.IGNORECASE)
USUAL = {"requests": "Requests", "throttled": "ThrottledRequests"}


def rate_limits(platform: Platform) -> Sketch:
    """A use for each namespace that counts requests by tenant; else tenants that only keys tell of."""
    found = platform.tenants
    stage = _stage(platform)
    uses = tuple(use for one in found.metrics.found if (use := _use(one, stage)))
    if not uses and found.of_keys.found:
        names = found.of_keys.found
        why = f"API keys are of {told(len(names), 'tenant')}; no metric with a tenant's name was seen"
        uses = (Use("rate-limits", why, (*given(tenants=names), *stage), len(names)),)
    return Sketch(
        uses, "no custom metric with a tenant's name, no API key of a tenant", refused(found.metrics, found.of_keys)
    )


def _stage(platform: Platform) -> tuple[Given, ...]:
    """The API and stage that the usage plans are of, where there is one such alone."""
    plans = platform.gateways.plans
    if plans.refusals or len(plans.found) != 1:
        return ()
    api, _, stage = plans.found[0][0].partition("/")
    return given(api_id=api, stage=stage)


def _use(one: TenantMetrics, stage: tuple[Given, ...]) -> Use | None:
    throttled = _chosen([name for name in one.metrics if THROTTLED.search(name)], "throttled")
    requests = _chosen([name for name in one.metrics if REQUESTS.fullmatch(name)], "requests")
    if throttled is None and requests is None:
        return None
    pairs = (("requests", requests), ("throttled", throttled))
    named = tuple(Given(name, value) for name, value in pairs if value)
    missing = tuple(Missing(name, f"which of {some(one.metrics)} it is") for name, value in pairs if not value)
    head = given(namespace=one.namespace, dimension=one.dimension)
    why = f"{told(len(one.tenants), 'tenant')} seen by {one.dimension} in {one.namespace}"
    slug = f"{one.namespace}-{one.dimension}"
    return Use(
        "rate-limits",
        why,
        (*head, *named, *given(tenants=one.tenants), *stage),
        len(one.tenants),
        slug,
        missing=missing,
        guess=True,
    )


def _chosen(names: list[str], variable: str) -> str | None:
    """The pack's own name for it, else the only one there is."""
    if USUAL[variable] in names:
        return USUAL[variable]
    return names[0] if len(names) == 1 else None
