"""Counts of Cloudflare, against a server of this machine."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from slactl.model.general import MetricTerm
from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.sandbox.cloudflare import Cloudflare
from slactl.sandbox.packs.base import Plan
from slactl.sandbox.packs.r2 import ACCOUNT, BUCKETS, HOST, ZONE, cloudflare
from slactl.sources.cloudflare.directory import CloudflareDirectory
from slactl.sources.cloudflare.reader import CloudflareReader
from slactl.sources.cloudflare.token import Token, endpoint_of
from tests.sources.cloudflare.server import Serve

NOW = int(datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp())
MONTH = Span(int(datetime(2026, 10, 2, tzinfo=UTC).timestamp()), int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()))
DAY = Span(MONTH.end - 86_400, MONTH.end)


def zone(**more: str) -> Metric:
    return Metric("Cloudflare/Zone", "Requests", (("ZoneId", ZONE), ("Host", HOST), *more.items()))


def bucket(name: str, **more: str) -> Metric:
    return Metric("Cloudflare/R2", "Requests", (("AccountId", ACCOUNT), ("BucketName", name), *more.items()))


def truth(shown: Cloudflare, scope: str, node: str, span: Span, **told: str) -> int:
    """The sum over a span of whole days, from the table itself."""
    table = shown.tables[scope][node]
    days = range(span.start // 86_400, span.end // 86_400)
    return sum(
        int(np.sum(counts))
        for day in days
        for key, counts in table.counts(day).items()
        if told.items() <= dict(zip(table.dimensions, key, strict=True)).items()
    )


def test_a_month_is_whole_and_every_status_apart(serve: Serve) -> None:
    shown = cloudflare(Plan(seed=3))
    served = serve(shown, NOW)
    queries = [
        Query((zone(),), "Sum", 300, MONTH),
        Query((zone(CacheStatus="hit"),), "Sum", 300, MONTH),
        Query((zone(CacheStatus="HIT"), zone(CacheStatus="stale")), "Sum", 3600, MONTH),
        Query((bucket("media", ActionStatus="internalError"),), "Sum", 300, MONTH),
        Query((bucket("eu_documents"),), "Sum", MONTH.seconds, MONTH),
    ]
    reader = CloudflareReader(served.client(), NOW)
    found = reader.read(queries)
    assert [series.failure for series in found] == [None] * 5
    node, own = "httpRequestsAdaptiveGroups", "r2OperationsAdaptiveGroups"
    hits, stale = (truth(shown, "zones", node, MONTH, cacheStatus=status) for status in ("hit", "stale"))
    expected = [
        truth(shown, "zones", node, MONTH),
        hits,
        hits + stale,
        truth(shown, "accounts", own, MONTH, bucketName="media", actionStatus="internalError"),
        truth(shown, "accounts", own, MONTH, bucketName="eu_documents"),
    ]
    assert [sum(series.points.values()) for series in found] == expected
    assert min(expected) > 0
    assert list(found[4].points) == [MONTH.start]
    assert all((at - MONTH.start) % 300 == 0 and MONTH.start <= at < MONTH.end for at in found[0].points)
    (use,) = reader.use()
    assert (use.kind, use.queries) == ("cloudflare", 6)
    assert use.calls == len(served.asked)


def test_single_points_are_those_of_the_table(serve: Serve) -> None:
    shown = cloudflare(Plan(seed=4))
    (series,) = CloudflareReader(serve(shown, NOW).client(), NOW).read(
        [Query((zone(CacheStatus="miss"),), "Sum", 300, DAY)]
    )
    counts = shown.tables["zones"]["httpRequestsAdaptiveGroups"].counts(DAY.start // 86_400)[(HOST, "miss", "200")]
    assert series.points == {DAY.start + 300 * int(slot): float(counts[slot]) for slot in np.flatnonzero(counts)}


@pytest.mark.parametrize("page", [40, 97, 1000])
def test_full_pages_are_asked_again_in_halves(serve: Serve, page: int) -> None:
    shown = cloudflare(Plan(seed=5))
    whole = CloudflareReader(serve(shown, NOW).client(), NOW).read([Query((zone(CacheStatus="hit"),), "Sum", 300, DAY)])
    small = cloudflare(Plan(seed=5))
    small.page = page
    served = serve(small, NOW)
    assert CloudflareReader(served.client(), NOW).read([Query((zone(CacheStatus="hit"),), "Sum", 300, DAY)]) == whole
    assert len(served.asked) >= 288 * 5 // page


def test_a_moment_that_no_page_holds_is_a_failure(serve: Serve) -> None:
    shown = cloudflare(Plan(seed=5))
    shown.page = 2
    (series,) = CloudflareReader(serve(shown, NOW).client(), NOW).read(
        [Query((zone(CacheStatus="hit"),), "Sum", 300, DAY)]
    )
    assert series.failure is not None
    assert series.failure.code is Code.READ_FAILED
    assert not series.points


def test_what_is_no_longer_kept_is_unknown_and_not_quiet(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    old = Span(MONTH.start - 5 * 86_400, MONTH.start)
    found = CloudflareReader(served.client(), NOW).read(
        [Query((zone(),), "Sum", 300, old), Query((zone(),), "Sum", 300, DAY)]
    )
    assert [series.failure and series.failure.code for series in found] == [Code.NO_LONGER_KEPT, None]
    assert found[1].points


def test_a_clock_that_is_behind_hears_it_from_cloudflare(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW + 40 * 86_400)
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert series.failure.code is Code.NO_LONGER_KEPT


@pytest.mark.parametrize("token", ["", "expired", "two words", "süß"])
def test_without_a_good_token_everything_is_denied(serve: Serve, token: str) -> None:
    served = serve(cloudflare(Plan()), NOW)
    reader = CloudflareReader(served.client(token), NOW)
    found = reader.read([Query((zone(),), "Sum", 300, DAY), Query((bucket("media"),), "Sum", 300, DAY)])
    assert [series.failure and series.failure.code for series in found] == [Code.ACCESS_DENIED] * 2
    assert not any(series.points for series in found)
    assert served.slept == [0.0] * 0 or token == "expired"


def test_a_token_is_never_repeated(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    served = serve(cloudflare(Plan()), NOW)
    served.answers(403, {"errors": [{"message": "the token s3cr3t-token may not"}]})
    (series,) = CloudflareReader(served.client("s3cr3t-token"), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert "may not" in str(series.failure)
    assert "s3cr3t" not in str(series.failure) + repr(Token("s3cr3t-token")) + caplog.text


LIMITS = {"enabled": True, "maxDuration": 259200, "maxPageSize": 10000, "notOlderThan": 2678400}


def limits(**changed: object) -> dict[str, object]:
    settings = {"httpRequestsAdaptiveGroups": {**LIMITS, **changed}}
    return {"data": {"viewer": {"zones": [{"settings": settings}]}}, "errors": None}


ROW = (
    '{"data": {"viewer": {"zones": [{"httpRequestsAdaptiveGroups": [{"count": COUNT, '
    '"dimensions": {"datetimeFiveMinutes": "2026-10-31T12:00:00Z"}}]}]}}}'
)
"""An answer of one row, as text: JSON knows more numbers than counts are."""
RECORDED: list[tuple[str, int, object, Code]] = [
    ("expired token", 401, {"data": None, "errors": [{"message": "Unauthorized"}]}, Code.ACCESS_DENIED),
    (
        "another account",
        200,
        {"data": None, "errors": [{"message": "not authorized for that account", "extensions": {"code": "authz"}}]},
        Code.ACCESS_DENIED,
    ),
    (
        "older than kept",
        400,
        {"data": None, "errors": [{"message": "cannot request data older than 2678400s", "path": ["viewer"]}]},
        Code.NO_LONGER_KEPT,
    ),
    ("a field it does not know", 400, {"data": None, "errors": [{"message": 'unknown field "x"'}]}, Code.READ_FAILED),
    (
        "data beside errors",
        200,
        {"data": {"viewer": {"zones": [{"httpRequestsAdaptiveGroups": []}]}}, "errors": [{"message": "partial"}]},
        Code.READ_FAILED,
    ),
    ("no such zone", 200, {"data": {"viewer": {"zones": []}}, "errors": None}, Code.READ_FAILED),
    (
        "another form",
        200,
        {"data": {"viewer": {"zones": [{"httpRequestsAdaptiveGroups": [{"count": 1}]}]}}},
        Code.READ_FAILED,
    ),
    (
        "a count that is none",
        200,
        {"data": {"viewer": {"zones": [{"httpRequestsAdaptiveGroups": [
            {"count": -4, "dimensions": {"datetimeFiveMinutes": "2026-10-31T12:00:00Z"}}]}]}}},
        Code.READ_FAILED,
    ),
    (
        "an expired token, told in the answer",
        200,
        {"data": None, "errors": [{"message": "Authentication error", "extensions": {"code": "authn"}}]},
        Code.ACCESS_DENIED,
    ),
    (
        "a row without its count",
        200,
        {"data": {"viewer": {"zones": [{"httpRequestsAdaptiveGroups": [
            {"dimensions": {"datetimeFiveMinutes": "2026-10-31T12:00:00Z"}}]}]}}},
        Code.READ_FAILED,
    ),
    *(
        (
            f"a count of {count}",
            200,
            ROW.replace("COUNT", count),
            Code.READ_FAILED,
        )
        for count in ("NaN", "Infinity", "1e999", "1" + 400 * "0", "true", '"12"', "null")
    ),
    ("depths", 200, 100_000 * "[", Code.READ_FAILED),
    ("the data set renamed", 200, {"data": {"viewer": {"zones": [{"httpRequests": []}]}}}, Code.READ_FAILED),
    ("a page that asks who is there", 403, "<html>Just a moment</html>", Code.ACCESS_DENIED),
    ("no JSON", 200, "<html>", Code.READ_FAILED),
    ("a list", 200, [], Code.READ_FAILED),
    ("a redirect", 302, "", Code.READ_FAILED),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "code"), [one[1:] for one in RECORDED], ids=[one[0] for one in RECORDED])
def test_recorded_refusals(serve: Serve, status: int, body: object, code: Code) -> None:
    served = serve(cloudflare(Plan()), NOW)
    served.answers(200, limits())
    served.answers(status, body)
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert (series.failure.code, series.points) == (code, {})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"enabled": False}, Code.ACCESS_DENIED),
        ({"maxDuration": 0}, Code.READ_FAILED),
        ({"maxPageSize": None}, Code.READ_FAILED),
        ({"maxDuration": float("inf")}, Code.READ_FAILED),
        ({"notOlderThan": 3600}, Code.NO_LONGER_KEPT),
    ],
)
def test_limits_of_a_plan(serve: Serve, changed: dict[str, object], code: Code) -> None:
    served = serve(cloudflare(Plan()), NOW)
    served.answers(200, limits(**changed))
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert series.failure.code is code


def test_a_refusal_that_passes_is_waited_out(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    depleted = {"errors": [{"message": "rate limiter budget depleted, try again after 5 minutes"}]}
    served.answers(429, depleted, ("Retry-After", "300"))
    served.answers(429, depleted, ("Retry-After", "²"))
    served.answers(503, {"errors": [{"message": "too many queries in progress, please try again later"}]})
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is None
    assert served.slept == [300.0, 2.0, 4.0]


def test_a_refusal_that_stays_is_a_failure(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    for _ in range(4):
        served.answers(429, {"errors": [{"message": "budget depleted"}]}, ("Retry-After", "999999"))
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert "429: budget depleted" in str(series.failure)
    assert served.slept == [330.0] * 3


def test_an_error_page_that_stays_is_a_failure(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    for _ in range(4):
        served.answers(502, "<html>Bad gateway</html>")
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert (series.failure.code, series.points) == (Code.READ_FAILED, {})
    assert "502" in str(series.failure)
    assert "html" not in str(series.failure)
    assert served.slept == [1.0, 2.0, 4.0]


def test_a_count_as_it_should_be(serve: Serve) -> None:
    """The recorded refusals of counts are refused for their counts."""
    served = serve(cloudflare(Plan()), NOW)
    served.answers(200, limits())
    served.answers(200, ROW.replace("COUNT", "12"))
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert (series.failure, list(series.points.values())) == (None, [12.0])


@pytest.mark.parametrize("settings", [{}, {"httpRequestsAdaptiveGroups": {"enabled": True}}, None])
def test_limits_in_another_form_are_a_failure(serve: Serve, settings: object) -> None:
    served = serve(cloudflare(Plan()), NOW)
    served.answers(200, {"data": {"viewer": {"zones": [{"settings": settings}]}}, "errors": None})
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert "another form" in str(series.failure)


def test_an_address_that_nobody_answers(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    served.url = "http://127.0.0.1:9/client/v4"
    (series,) = CloudflareReader(served.client(), NOW).read([Query((zone(),), "Sum", 300, DAY)])
    assert series.failure is not None
    assert "could not be reached" in str(series.failure)


def test_nothing_of_a_metric_becomes_query_text(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), NOW)
    evil = 'x"}) { __schema } #'
    named = (("ZoneId", ZONE), ("Host", evil), ("CacheStatus", evil))
    (series,) = CloudflareReader(served.client(), NOW).read(
        [Query((Metric("Cloudflare/Zone", "Requests", named),), "Sum", 300, DAY)]
    )
    assert (series.failure, series.points) == (None, {})
    assert all("__schema" not in body["query"] for body in served.bodies)
    assert served.bodies[-1]["variables"]["v0"] == evil


@pytest.mark.parametrize(
    ("metric", "stat", "period", "said"),
    [
        (zone(), "p99", 300, "p99"),
        (zone(), "Sum", 90, "by the minute"),
        (Metric("Cloudflare/Workers", "Requests", ()), "Sum", 300, "Cloudflare/R2, Cloudflare/Zone"),
        (Metric("Cloudflare/Zone", "Bytes", (("ZoneId", ZONE),)), "Sum", 300, "Requests"),
        (Metric("Cloudflare/Zone", "Requests", (("ZoneTag", ZONE),)), "Sum", 300, "ZoneTag"),
        (Metric("Cloudflare/Zone", "Requests", (("Host", HOST),)), "Sum", 300, "ZoneId"),
    ],
)
def test_what_cloudflare_does_not_have(serve: Serve, metric: Metric, stat: str, period: int, said: str) -> None:
    served = serve(cloudflare(Plan()), NOW)
    (series,) = CloudflareReader(served.client(), NOW).read([Query((metric,), stat, period, DAY)])
    assert series.failure is not None
    assert said in str(series.failure)
    assert not served.asked


def test_terms_name_every_value() -> None:
    statuses = ("hit", "stale")
    dimensions = (("ZoneId", (ZONE,)), ("Host", (HOST,)), ("CacheStatus", statuses))
    wild = (("AccountId", (ACCOUNT,)), ("BucketName", ("*",)))
    misspelt = (("AccountId", (ACCOUNT,)), ("Bucket", BUCKETS))
    terms = [MetricTerm("Cloudflare/Zone", "Requests", "Sum", dimensions)]
    terms += [MetricTerm("Cloudflare/R2", "Requests", "Sum", each) for each in (wild, misspelt)]
    found = CloudflareDirectory().metrics(terms, DAY)
    assert [dict(metric.dimensions)["CacheStatus"] for metric in found[0].metrics] == list(statuses)
    assert (found[0].known, found[0].failure) == (True, None)
    assert [(one.metrics, one.known) for one in found[1:]] == [((), False)] * 2
    assert all(one.failure is not None for one in found[1:])


@pytest.mark.parametrize(
    "address", ["http://example.com", "https://", "ftp://127.0.0.1", "https://a:b@c", "https://a/?x=1", "nonsense"]
)
def test_the_token_goes_over_https_only(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        endpoint_of(address)
    assert endpoint_of("https://api.example.com/client/v4/") == "https://api.example.com/client/v4"
