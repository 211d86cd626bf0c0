"""Operations found by Application Signals and by ListMetrics; what failed is a gap or is raised."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from slactl.aws.failures import AwsFailure
from slactl.model.metric import Metric, Stream
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.sandbox.behaviour import Behaviour
from slactl.sources.api_gateway import ApiGatewayInventory
from slactl.sources.application_signals import CALLS_A_SECOND, ApplicationSignalsInventory
from tests.aws.clock import Clock
from tests.fakes import SHOP, STAGE, Hit, instant, own_stream, stage_stream
from tests.sources.sandboxed import over, world_of

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
NOW = instant("2026-10-20T06:00:00Z")
DAYS = [Span(FIRST + day * DAY, FIRST + (day + 1) * DAY) for day in range(3)]
HITS = [Hit(FIRST + 9, "GET /a"), Hit(FIRST + DAY + 9, "POST /b"), Hit(FIRST + 2 * DAY + 9, "GET /a")]
BEHIND = replace(SHOP, edge=STAGE)
Patch = pytest.MonkeyPatch


def names(streams: tuple[Stream, ...]) -> list[str | None]:
    return [stream.operation for stream in streams]


def test_an_operation_of_any_day_is_found_with_its_exact_dimensions(monkeypatch: Patch) -> None:
    aws, app = over(world_of(HITS, NOW), monkeypatch)
    source = ApplicationSignalsInventory(aws)
    found = source.inventory(SHOP, DAYS, ["GET /never"])
    assert found.operations == (own_stream("GET /a"), own_stream("POST /b"))
    assert (found.total, found.total_decides, found.gaps, found.known) == (own_stream(None), False, (), True)
    assert [call.operation for call in app.calls] == ["ListServiceOperations"] * 3
    (use,) = source.use()
    assert (use.kind, use.calls, use.queries, use.datapoints) == ("application-signals", 3, 0, 0)


def test_an_operation_s_metrics_are_named_as_application_signals_does() -> None:
    pairs = (("Environment", "eks:prod"), ("Operation", "GET /a"), ("Service", "shop"))
    stream = own_stream("GET /a")
    assert stream.latency == stream.requests == Metric("ApplicationSignals", "Latency", pairs)
    assert (stream.faults.name, stream.errors.name, stream.request_stat) == ("Fault", "Error", "SampleCount")
    assert own_stream(None).latency.dimensions == (pairs[0], pairs[2])


def test_many_operations_come_page_by_page(monkeypatch: Patch) -> None:
    many = [Hit(FIRST + number, f"GET /{number:03}") for number in range(230)]
    aws, app = over(world_of(many, NOW), monkeypatch)
    source = ApplicationSignalsInventory(aws)
    assert len(source.inventory(SHOP, DAYS[:1]).operations) == 230
    assert len(app.calls) == 3
    assert source.use()[0].calls == 1


def test_a_day_that_begins_at_half_past_is_asked_for_with_both_its_hours(monkeypatch: Patch) -> None:
    aws, app = over(world_of(HITS, NOW), monkeypatch)
    half = Span(FIRST + 1800, FIRST + DAY + 1800)
    ApplicationSignalsInventory(aws).inventory(SHOP, [half])
    asked = app.calls[0].params
    assert (asked["StartTime"], asked["EndTime"]) == (FIRST, FIRST + DAY + HOUR)


def test_a_service_that_is_not_there_has_no_operations(monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW), monkeypatch)
    found = ApplicationSignalsInventory(aws).inventory(Service("x", "x", "eks:prod"), DAYS)
    assert (found.operations, found.known, found.gaps) == ((), False, ())


def test_days_that_could_not_be_looked_at_are_gaps(monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW, behaviour=Behaviour(fail=frozenset({"ListServiceOperations"}))), monkeypatch)
    found = ApplicationSignalsInventory(aws).inventory(SHOP, DAYS)
    assert [(gap.reason.code, gap.span, gap.service) for gap in found.gaps] == [
        (Code.DISCOVERY_INCOMPLETE, day, "shop") for day in DAYS
    ]
    assert found.operations == ()


@pytest.mark.parametrize(
    "told", [{"access_denied": frozenset({"ListServiceOperations", "ListMetrics"})}, {"expired_token": True}]
)
def test_what_no_call_can_mend_is_raised(told: dict[str, object], monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW, behaviour=Behaviour(**told)), monkeypatch)  # type: ignore[arg-type]
    with pytest.raises(AwsFailure, match="looking for operations: ListServiceOperations answered"):
        ApplicationSignalsInventory(aws).inventory(SHOP, DAYS)
    with pytest.raises(AwsFailure, match="looking for the methods of the API: ListMetrics answered"):
        ApiGatewayInventory(aws).inventory(BEHIND, DAYS)


def test_discovery_keeps_inside_ten_calls_a_second(monkeypatch: Patch) -> None:
    clock = Clock()
    aws, _ = over(world_of(HITS, NOW), monkeypatch, clock.timing)
    days = [Span(FIRST + hour * HOUR, FIRST + (hour + 1) * HOUR) for hour in range(31)]
    ApplicationSignalsInventory(aws).inventory(SHOP, days)
    assert clock.now - 1000 >= 30 / CALLS_A_SECOND - 1e-6
    assert CALLS_A_SECOND < 10


def test_nothing_was_asked_before_it_was(monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW), monkeypatch)
    assert ApplicationSignalsInventory(aws).use() == ()
    assert ApiGatewayInventory(aws).use() == ()


def test_the_methods_of_a_rest_stage(monkeypatch: Patch) -> None:
    aws, _ = over(world_of([*HITS, Hit(FIRST + 50, None, 1, 403)], NOW, edge=True), monkeypatch)
    source = ApiGatewayInventory(aws)
    found = source.inventory(BEHIND, DAYS)
    assert found.operations == (stage_stream("GET /a"), stage_stream("POST /b"))
    assert (found.total, found.total_decides) == (stage_stream(None), True)
    assert (source.use()[0].kind, source.use()[0].calls) == ("api-gateway", 1)


def test_the_methods_of_an_http_stage_are_named_by_its_id(monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW, edge=True, gateway_kind="http"), monkeypatch)
    found = ApiGatewayInventory(aws).inventory(BEHIND, DAYS)
    assert names(found.operations) == ["GET /a", "POST /b"]
    assert found.total.requests.dimensions == (("ApiId", STAGE.api), ("Stage", STAGE.stage))
    assert (found.total.faults.name, found.total.errors.name) == ("5xx", "4xx")


def test_methods_that_the_listing_forgot_are_added_by_their_names(monkeypatch: Patch) -> None:
    """ListMetrics knows two weeks only; operations are named like methods where they come from a gateway."""
    aws, _ = over(world_of(HITS, FIRST + 40 * DAY, edge=True), monkeypatch)
    assert names(ApiGatewayInventory(aws).inventory(BEHIND, DAYS).operations) == []
    tried = ["GET /a", "InternalOperation", "get /x", "GET x", "FETCH everything", "POST /b", "GET *"]
    found = ApiGatewayInventory(aws).inventory(BEHIND, DAYS, tried)
    assert names(found.operations) == ["GET /a", "POST /b"]
    assert found.operations[0] == stage_stream("GET /a")


def test_a_service_without_a_stage_is_no_gateway_s(monkeypatch: Patch) -> None:
    aws, _ = over(world_of(HITS, NOW), monkeypatch)
    with pytest.raises(ValueError, match="service shop names no API Gateway stage"):
        ApiGatewayInventory(aws).inventory(SHOP, DAYS)


def test_streams_are_in_order_whoever_answers_first(monkeypatch: Patch) -> None:
    shuffled = [Hit(FIRST + day * DAY + 5, f"GET /{9 - day}") for day in range(3)]
    aws, _ = over(world_of(shuffled, NOW), monkeypatch)
    found = names(ApplicationSignalsInventory(aws).inventory(SHOP, DAYS).operations)
    assert all(str(one) < str(other) for one, other in pairwise(found))
