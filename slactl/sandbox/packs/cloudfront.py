"""Amazon CloudFront: distributions before the media, with metrics in us-east-1 only.

The one rule: rates are percentages of a minute's requests, and nights with few requests have the worse ones, so that
a mean of minutes tells something else than the requests do.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from slactl.sandbox.packs.base import Make, Pack, Plan, Samples, Series, beats, durations
from slactl.sandbox.requests import Floats
from slactl.sandbox.traffic import SLOT, rates
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

NAMESPACE, REGION = "AWS/CloudFront", "us-east-1"
DISTRIBUTIONS = ("E1MEDIA0000001", "E2UPLOAD000002")
_FIRST = DISTRIBUTIONS[0]
PER_DAY = 40_000.0
_ORDINARY = 10_000.0
QUIET = (3 * 3600, 3 * 3600 + 1800)
"""Half an hour of the night (UTC) in which a tenth of what is asked fails."""
XML = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"'
CODES = (500, 502, 503, 504)


def _series(plan: Plan) -> Iterator[Series]:
    for name in DISTRIBUTIONS:
        hurt = {entry for entry in PACK.breakable if plan.broken(entry) and name == _FIRST}
        errors = plan.told("cloudfront-5xx", "percent", 2.0) if "cloudfront-5xx" in hurt else 0.05
        cached = plan.told("cloudfront-cache-hits", "percent", 45.0) if "cloudfront-cache-hits" in hurt else 93.0
        slow = 0.1 if "cloudfront-origin-latency" in hurt else 0.0
        names, chance = {"DistributionId": name, "Region": "Global"}, f"cloudfront/{name}"
        series = partial(Series, NAMESPACE, names=names, region=REGION, chance=chance)
        yield series(name="Requests", unit="None", make=_requests)
        yield series(name="5xxErrorRate", unit="Percent", make=_rate(errors, 10.0))
        yield series(name="CacheHitRate", unit="Percent", make=_rate(cached, cached))
        latency = durations(500.0, 180.0, 0.4, slow, 1900.0)
        yield series(name="OriginLatency", unit="Milliseconds", make=latency, distribution=True)


def _requests(rng: np.random.Generator, day: int) -> Samples:
    return beats(day), _asked(rng, day)


def _asked(rng: np.random.Generator, day: int) -> Floats:
    """How much is asked in each minute of a day; never nothing."""
    expected = np.repeat(rates(day), SLOT // 60) * (PER_DAY / _ORDINARY * 60 / SLOT)
    found: Floats = rng.poisson(expected).astype(np.float64) + 1.0
    return found


def _rate(usual: float, at_night: float) -> Make:
    """A percentage of each minute about ``usual``; another in the quiet half-hour."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = beats(day)
        second = times // 1000 - day * 86_400
        quiet = (QUIET[0] <= second) & (second < QUIET[1])
        values = np.clip(usual * (0.95 + 0.1 * rng.random(len(times))), 0.0, 100.0)
        found: Floats = np.round(np.where(quiet, at_night, values), 4).astype(np.float64)
        return times, found

    return make


def _hook(plan: Plan) -> Hook:
    """Distributions and their metric subscriptions: moto keeps no origin groups and no subscriptions."""

    def answer(world: World, request: Request) -> Answer | None:
        del world
        if request.method != "GET" or request.scope[1] != "cloudfront":
            return None
        parts = request.path.strip("/").split("/")
        return _answer(_listed()) if parts[1:] == ["distribution"] else _told(plan, parts)

    return answer


def _told(plan: Plan, parts: list[str]) -> Answer | None:
    """What is asked of one distribution, by the parts of the path."""
    if len(parts) < 3:
        return None
    name = parts[2]
    if name not in DISTRIBUTIONS:
        return _refused("NoSuchDistribution", "The specified distribution does not exist.")
    if parts[1] == "distribution" and parts[3:] == ["config"]:
        return _answer(_distribution(plan, name))
    if parts[1] == "distributions" and parts[3:] == ["monitoring-subscription"]:
        if plan.broken("cloudfront-additional-metrics") and name == _FIRST:
            return _refused("NoSuchMonitoringSubscription", "A monitoring subscription does not exist.")
        return _answer(_SUBSCRIPTION)
    return None


def _listed() -> str:
    """Every distribution, as far as a list tells of it."""
    summaries = "".join(
        f"<DistributionSummary><Id>{name}</Id><DomainName>{name.lower()}.cloudfront.net</DomainName>"
        "<Enabled>true</Enabled></DistributionSummary>"
        for name in DISTRIBUTIONS
    )
    counted = f"<IsTruncated>false</IsTruncated><Quantity>{len(DISTRIBUTIONS)}</Quantity>"
    items = f"<Marker/><MaxItems>100</MaxItems>{counted}<Items>{summaries}</Items>"
    return f"<DistributionList {XML}>{items}</DistributionList>"


_SUBSCRIPTION = (
    f"<MonitoringSubscription {XML}><RealtimeMetricsSubscriptionConfig>"
    "<RealtimeMetricsSubscriptionStatus>Enabled</RealtimeMetricsSubscriptionStatus>"
    "</RealtimeMetricsSubscriptionConfig></MonitoringSubscription>"
)


def _distribution(plan: Plan, name: str) -> str:
    hurt = {entry for entry in PACK.breakable if plan.broken(entry) and name == _FIRST}
    target = "storage" if "cloudfront-failover" in hurt else "media"
    codes = CODES[:1] if "cloudfront-failover-codes" in hurt else CODES
    price = "PriceClass_100" if "cloudfront-price-class" in hurt else "PriceClass_All"
    origins = "".join(
        f"<Origin><Id>{origin}</Id><DomainName>{origin}.example.com</DomainName></Origin>"
        for origin in ("storage", "reserve")
    )
    members = "".join(
        f"<OriginGroupMember><OriginId>{one}</OriginId></OriginGroupMember>" for one in ("storage", "reserve")
    )
    listed = "".join(f"<StatusCode>{code}</StatusCode>" for code in codes)
    group = (
        "<OriginGroup><Id>media</Id><FailoverCriteria><StatusCodes>"
        f"<Quantity>{len(codes)}</Quantity><Items>{listed}</Items></StatusCodes></FailoverCriteria>"
        f"<Members><Quantity>2</Quantity><Items>{members}</Items></Members></OriginGroup>"
    )
    return (
        f"<DistributionConfig {XML}><CallerReference>sandbox</CallerReference><Comment/>"
        f"<Origins><Quantity>2</Quantity><Items>{origins}</Items></Origins>"
        f"<OriginGroups><Quantity>1</Quantity><Items>{group}</Items></OriginGroups>"
        f"<DefaultCacheBehavior><TargetOriginId>{target}</TargetOriginId></DefaultCacheBehavior>"
        "<CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>"
        f"<PriceClass>{price}</PriceClass><Enabled>true</Enabled></DistributionConfig>"
    )


def _answer(body: str, status: int = 200) -> Answer:
    return Answer(status, "text/xml", f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode())


def _refused(code: str, text: str) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
    return _answer(f"<ErrorResponse {XML}>{error}<RequestId>0</RequestId></ErrorResponse>", 404)


PACK = Pack(
    "cloudfront",
    {"distributions": list(DISTRIBUTIONS)},
    (
        "cloudfront-5xx",
        "cloudfront-cache-hits",
        "cloudfront-origin-latency",
        "cloudfront-failover",
        "cloudfront-failover-codes",
        "cloudfront-price-class",
        "cloudfront-additional-metrics",
    ),
    _series,
    hook=_hook,
)
