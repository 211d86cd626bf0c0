"""Packs for what is there, from nouns: names of any kind, many things, several uses, doubts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from slactl.cli.discover_packs import _wanted
from slactl.configuration.shipped import holds
from slactl.ports import ListedStage, Refusal
from slactl.ports.platform import (
    Alarms,
    BrowserApi,
    Clusters,
    Functions,
    Gateways,
    HealthCheck,
    KeyTable,
    LogMetric,
    MediaBucket,
    Named,
    Names,
    Platform,
    Record,
    Seen,
    Tables,
    TenantMetrics,
    Tenants,
    Zone,
)
from slactl.workflows.onboarding.packs.nouns import Proposed, Standing, Wanted, Why
from slactl.workflows.onboarding.packs.proposing import propose_packs
from slactl.workflows.onboarding.packs.text import Origin, fragment

WANTED = _wanted()
ORIGIN = Origin("123456789012", "eu-west-1", "2026-11-02")
HOSTILE = "x\n  injected: 1\r# \x1b[31m\u202e: [&a *b !!python/object"
HELD = "tab: #no - ?yes & \x1b[31m\u202e\u00e9"
DENIED = Refusal("listing tables", "dynamodb:ListTables", "listing tables: access denied", "allow it", denied=True)


def proposed(platform: Platform, standing: Standing | None = None) -> Proposed:
    return propose_packs(platform, WANTED, standing or Standing(), holds)


def loaded(found: Proposed) -> dict[str, Any]:
    """The section as YAML reads it."""
    text = fragment(found, ORIGIN)
    assert all(one.isprintable() or one == "\n" for one in text)
    return dict((yaml.safe_load(text) or {}).get("packs", {}))


def named(*names: str) -> Seen[Named]:
    return Seen(tuple(Named(name, True) for name in names))


def test_names_of_any_kind_come_out_as_they_are_or_are_left_out_and_told() -> None:
    tables = Tables(named(HELD, "on", "0x1F", "1e3", "~", HOSTILE, "a{b}", "*", "it's"))
    found = proposed(Platform(tables=tables, functions=Functions(named(HOSTILE))))
    assert loaded(found)["dynamodb"]["tables"] == [HELD, "on", "0x1F", "1e3", "~"]
    (use,) = [one for one in found.uses if one.pack == "dynamodb"]
    assert "left out, because a configuration can't hold the name" in use.notes[0]
    (bare,) = [one for one in found.uses if one.pack == "lambda"]
    assert [one.name for one in bare.missing] == ["functions"]
    assert "injected" in fragment(found, ORIGIN)
    assert not any(line.strip().startswith("injected") for line in fragment(found, ORIGIN).splitlines())


def test_many_names_stand_on_lines_of_their_own_all_of_them() -> None:
    names = [f"table-{number:03}" for number in range(300)]
    found = proposed(Platform(tables=Tables(named(*names), all_asked=False)))
    assert loaded(found)["dynamodb"]["tables"] == names
    assert max(map(len, fragment(found, ORIGIN).splitlines())) <= 120
    (keys,) = [one for one in found.passed if one.pack == "idempotency"]
    assert "there are many tables" in keys.why


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([KeyTable("shop-idempotency", True, None), KeyTable("sessions", False, "expiration")], ["shop-idempotency"]),
        ([KeyTable("a", False, "expiration"), KeyTable("b", False, "ttl")], ["a"]),
        ([KeyTable("b", False, "ttl")], []),
    ],
)
def test_tables_of_keys_are_guessed_by_name_before_how_they_expire(keys: list[KeyTable], expected: list[str]) -> None:
    found = proposed(Platform(tables=Tables(keys=Seen(tuple(keys)))))
    uses = [one for one in found.uses if one.pack == "idempotency"]
    assert [one.value("table") for one in uses] == expected
    assert all(one.guess for one in uses)
    if expected:
        assert "CHECK: a guess" in fragment(found, ORIGIN)


def test_the_api_that_browsers_write_through_is_named_only_without_doubt() -> None:
    first, second = BrowserApi("a1", "one", with_key=False), BrowserApi("b2", "two", with_key=False)
    keys = Seen((KeyTable("idempotency", True, "ttl"),))
    for browsers, expected in (
        ((first,), "a1"),
        ((first, second), None),
        ((first, replace(second, with_key=True)), "b2"),
    ):
        (use,) = proposed(Platform(tables=Tables(keys=keys, browsers=Seen(browsers)))).uses
        assert use.value("http_api") == expected
        assert bool(use.notes) == (expected is None)


def test_a_limit_below_what_the_pack_compares_with_is_told_and_not_taken() -> None:
    for limit, expected in ((500, None), (1000, 1000), (3000, 3000), (None, None)):
        (use,) = proposed(Platform(functions=Functions(named("f"), limit=limit))).uses
        assert use.value("concurrency_limit") == expected
        assert any("500" in note for note in use.notes) == (limit == 500)


def test_another_dimension_of_nodes_is_named() -> None:
    for nodes, expected in ((("NodeName",), None), (("NodeId",), "NodeId"), (("NodeId", "NodeName"), None), ((), None)):
        (use,) = proposed(Platform(clusters=Clusters(named("c"), nodes))).uses
        assert use.value("node_dimension") == expected


def zone(*records: Record) -> Zone:
    return Zone("Z1", "example.com", records)


CHECKS = Seen((HealthCheck("c1", "other.example.org"), HealthCheck("c2", "x.api.example.com"), HealthCheck("c3")))


@pytest.mark.parametrize(
    ("records", "name", "checks"),
    [
        (
            (Record("api.example.com", True, "r.example.com"), Record("r.example.com", True, "", "c1")),
            "api.example.com",
            ("c1",),
        ),
        ((Record("api.example.com", True), Record("b.example.com", False, "", "c1")), "api.example.com", ("c2",)),
        (
            (Record("a.example.com", True, "b.example.com"), Record("b.example.com", True, "a.example.com", "c3")),
            None,
            None,
        ),
        ((Record("api.example.com", True, "", "gone"),), "api.example.com", ("c2",)),
        ((Record("www.example.com", False, "", "c1"),), None, None),
        ((Record("www.example.com", True, "", ""),), None, None),
    ],
    ids=["way", "by host", "loop", "check is gone", "nothing chooses", "no check"],
)
def test_a_name_is_where_the_way_begins_and_its_checks_stand_on_it(
    records: tuple[Record, ...], name: str | None, checks: tuple[str, ...] | None
) -> None:
    (use,) = proposed(Platform(names=Names(Seen((zone(*records),)), CHECKS))).uses
    if name is None:
        assert [one.name for one in use.missing] == ["zone", "name"]
        assert use.value("health_checks") == ("c1", "c2", "c3")
        return
    assert (use.value("name"), use.value("zone"), use.value("health_checks")) == (name, "Z1", checks)
    assert use.complete


def stage(name: str, *, ids: tuple[str, ...] = ("i1",), kind: str = "rest") -> ListedStage:
    return ListedStage(kind, name, "prod", name, ids, functions=("f",))


LOGS = Seen(
    (LogMetric("Logs", "413", "TooLarge"), LogMetric("Logs", "504", "Cut"), LogMetric("Logs", "504", "Dropped"))
)


def test_each_stage_is_a_use_and_log_metrics_are_of_the_only_one() -> None:
    (use,) = proposed(Platform(gateways=Gateways(Seen((stage("a"),)), LOGS))).uses
    names = {name: use.value(name) for name in ("log_namespace", "cut_metric", "too_large_metric")}
    assert (use.key, names) == (
        "api-gateway",
        {"log_namespace": "Logs", "cut_metric": "Cut", "too_large_metric": "TooLarge"},
    )
    found = proposed(Platform(gateways=Gateways(Seen((stage("a"), stage("b b", ids=("i2",)))), LOGS)))
    assert [one.key for one in found.uses] == ["api-gateway-a-prod", "api-gateway-b-b-prod"]
    assert loaded(found)["api-gateway-a-prod"]["pack"] == "api-gateway"
    assert all(one.value("log_namespace") is None and "Logs" in one.notes[0] for one in found.uses)


def test_apis_of_one_name_and_http_apis() -> None:
    (use,) = proposed(Platform(gateways=Gateways(Seen((stage("a", ids=("i1", "i2")),))))).uses
    assert [one.name for one in use.missing] == ["api_id"]
    assert "AWS adds their metrics together" in use.missing[0].about
    found = proposed(Platform(gateways=Gateways(Seen((stage("h", kind="http"),)))))
    (passed,) = [one for one in found.passed if one.pack == "api-gateway"]
    assert passed.why == "no REST API (1 stage of HTTP APIs, which have no usage plans)"


@pytest.mark.parametrize(
    ("metrics", "requests", "throttled", "missing"),
    [
        (("Requests", "ThrottledRequests", "RequestCount"), "Requests", "ThrottledRequests", []),
        (("api_calls", "http429"), "api_calls", "http429", []),
        (("Calls", "RequestCount", "Throttles"), None, "Throttles", ["requests"]),
        (("Requests",), "Requests", None, ["throttled"]),
    ],
)
def test_metrics_of_tenants_are_told_by_their_names_or_are_missing(
    metrics: tuple[str, ...], requests: str | None, throttled: str | None, missing: list[str]
) -> None:
    seen = TenantMetrics("Shop", "TenantId", metrics, ("acme", "globex"))
    (use,) = proposed(Platform(tenants=Tenants(Seen((seen,))))).uses
    assert (use.value("requests"), use.value("throttled")) == (requests, throttled)
    assert [one.name for one in use.missing] == missing
    assert (use.value("dimension"), use.value("tenants"), use.guess) == ("TenantId", ("acme", "globex"), True)


def test_what_is_no_traffic_of_tenants_is_no_use_and_keys_alone_lack_a_namespace() -> None:
    logins = Seen((TenantMetrics("Shop", "Tenant", ("Logins",), ("acme",)),))
    assert not proposed(Platform(tenants=Tenants(logins))).uses
    (use,) = proposed(Platform(tenants=Tenants(Seen(), Seen(("acme",))))).uses
    assert [one.name for one in use.missing] == ["namespace"]


def test_buckets_go_by_their_domain() -> None:
    buckets = (
        MediaBucket("a", "eu_m", "z1", "m.example.com"),
        MediaBucket("a", "n", "z1", "m.example.com"),
        MediaBucket("a", "backup"),
        MediaBucket("a", "w", "z2", "w.example.com"),
    )
    first, second = proposed(Platform(media=Seen(buckets))).uses
    assert (first.key, first.value("buckets"), first.value("zone")) == ("r2-m.example.com", ("eu_m", "n"), "z1")
    assert (second.value("buckets"), second.value("host")) == (("w",), "w.example.com")
    assert "backup" in first.notes[0]
    (bare,) = proposed(Platform(media=Seen(buckets[2:3]))).uses
    assert [one.name for one in bare.missing] == ["zone", "host"]


ON = Standing({"watch": ("monitoring", {})}, frozenset({"watch"}))


@pytest.mark.parametrize(
    ("alarms", "standing", "outcome"),
    [
        ((Alarms("slactl", 3, 2),), Standing(), {}),
        ((Alarms("shop", 3, 2),), Standing(), {"prefix": "shop"}),
        ((Alarms("a", 3, 2), Alarms("b", 3, 2)), Standing(), Why.NOTHING_FOUND),
        ((Alarms("shop", 1, 1), Alarms("", 9, 9)), Standing(), Why.NOTHING_FOUND),
        ((Alarms("slactl", 3, 2),), Standing(keeps_alarms=False), Why.NOT_READY),
        ((Alarms("slactl", 3, 2),), ON, Why.ALREADY_ON),
        ((Alarms("slactl", 3, 2),), replace(ON, keeps_alarms=False), Why.ALREADY_ON),
        ((), ON, Why.ALREADY_ON),
        ((), Standing(), Why.NOTHING_FOUND),
    ],
)
def test_alarms_are_watched_where_they_are_kept(
    alarms: tuple[Alarms, ...], standing: Standing, outcome: object
) -> None:
    found = proposed(Platform(alarms=Seen(alarms)), standing)
    codes = [one.code for one in found.passed if one.pack == "monitoring"]
    assert (codes[0] if codes else loaded(found)["monitoring"]) == outcome


def test_what_is_on_stays_and_other_uses_get_keys_of_their_own() -> None:
    keys = Seen((KeyTable("idempotency", True), KeyTable("idempotency-eu", True)))
    platform = Platform(tables=Tables(named("a", "b", "c"), keys), canaries=named("c1"))
    standing = Standing(
        {"idempotency": ("idempotency", {"table": "idempotency"}), "data": ("dynamodb", {"tables": ["a", "b"]})},
        frozenset({"idempotency", "data", "synthetics"}),
    )
    found = proposed(platform, standing)
    assert [(one.pack, one.key) for one in found.uses] == [
        ("idempotency", "idempotency-idempotency-eu"),
        ("synthetics", "synthetics-2"),
    ]
    (on,) = [one for one in found.passed if one.pack == "dynamodb"]
    assert (on.code, on.why) == (Why.ALREADY_ON, "on already (data); not among its tables: c")


def test_a_use_that_is_on_under_any_name_is_proposed_no_more() -> None:
    keys = Seen((KeyTable("idempotency", True),))
    standing = Standing({"keys": ("idempotency", {"table": "idempotency"})}, frozenset({"keys"}))
    found = proposed(Platform(tables=Tables(keys=keys)), standing)
    (on,) = [one for one in found.passed if one.pack == "idempotency"]
    assert (found.uses, on.code, on.why) == ((), Why.ALREADY_ON, "on already (keys)")


def test_a_refusal_outweighs_an_empty_answer_and_an_unknown_pack_is_told() -> None:
    seen: Seen[Named] = Seen((), (DENIED,))
    codes = {one.pack: one.code for one in proposed(Platform(tables=Tables(seen))).passed}
    assert (codes["dynamodb"], codes["lambda"]) == (Why.ACCESS_DENIED, Why.NOTHING_FOUND)
    failed = replace(seen, refusals=(replace(DENIED, denied=False),))
    codes = {one.pack: one.code for one in proposed(Platform(tables=Tables(failed))).passed}
    assert codes["dynamodb"] == Why.NOT_READ
    (own,) = propose_packs(Platform(), {"own": (Wanted("x", True),)}, Standing(), holds).passed
    assert own.code == Why.UNKNOWN


def test_what_only_helps_hides_nothing() -> None:
    aside: Seen[Named] = Seen((), (), (DENIED,))
    found = proposed(Platform(canaries=aside))
    assert {one.pack: one.code for one in found.passed}["synthetics"] == Why.NOTHING_FOUND
    assert found.refusals == (DENIED,)
