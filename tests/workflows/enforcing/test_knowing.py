"""What is known of services before their alarms are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy
from slactl.model.metric import Query
from slactl.model.report import Gap
from slactl.model.service import OperationRule, Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Reason
from slactl.workflows.enforcing.knowing import Known, know, source_of
from tests.fakes import FAILED, SHOP, STAGE, FakeInventory, FakeReader, Hit, own_stream, stage_stream

HOUR, WEEK = 3600, 604_800
NOW = 1_794_001_800
END = NOW // HOUR * HOUR
RULES = (OperationRule("GET /health", ignore=True), OperationRule("GET /b*", name="GET /b"))


def catalogue(*services: Service) -> Catalogue:
    return Catalogue(ReportSettings(), AwsSettings(), services, (), MaintenanceCalendar(MaintenancePolicy()))


def found(
    service: Service, reader: FakeReader, *operations: str, gaps: tuple[Gap, ...] = ()
) -> tuple[Known, FakeInventory]:
    inventory = FakeInventory(operations, source_of(service), gaps=gaps)
    return know(catalogue(service), reader, {source_of(service): inventory}, NOW), inventory


def hits(*told: tuple[str, int]) -> list[Hit]:
    """So many requests of an operation in the second hour of each of four weeks."""
    return [
        Hit(END - week * WEEK + HOUR + number, operation)
        for operation, count in told
        for week in range(1, 5)
        for number in range(count)
    ]


def test_operations_by_their_names_with_their_requests_and_the_usual_week() -> None:
    service = replace(SHOP, rules=RULES)
    reader = FakeReader(hits(("GET /a", 2), ("GET /b1", 1), ("GET /b2", 3), ("GET /health", 5)))
    known, inventory = found(service, reader, "GET /a", "GET /b1", "GET /b2", "GET /health")
    watched = known.watched["shop"]
    assert {one.operation: (one.requests, len(one.streams)) for one in watched.endpoints} == {
        "GET /a": (8, 1), "GET /b": (16, 2),
    }  # fmt: skip
    assert watched.ignored == ("GET /health",)
    assert watched.total == own_stream(None)
    assert (len(watched.weekly), sum(watched.weekly), max(watched.weekly)) == (168, 11, 11)
    assert (known.doubts, known.unread) == ((), frozenset())
    assert inventory.tried == [("GET /health",)]
    (days,) = inventory.days
    assert (len(days), days[0].start, days[-1].end) == (28, END - 4 * WEEK, END)


def test_an_edge_is_watched_where_there_is_one() -> None:
    edge = replace(SHOP, edge=STAGE)
    assert source_of(edge) is SourceKind.API_GATEWAY
    reader = FakeReader(hits(("GET /a", 1)))
    known, _ = found(edge, reader, "GET /a")
    assert known.watched["shop"].total == stage_stream(None)
    assert source_of(SHOP) is SourceKind.APPLICATION_SIGNALS


@pytest.mark.parametrize("part", ["whole", "operation"])
def test_what_cannot_be_read_is_said_and_not_taken_for_silence(part: str) -> None:
    def refuse(query: Query) -> Reason | None:
        whole = query.period == HOUR
        return FAILED if whole is (part == "whole") else None

    known, _ = found(SHOP, FakeReader(hits(("GET /a", 2)), refuse=refuse), "GET /a")
    assert [one.code for one in known.doubts] == ["traffic-unread"]
    assert known.unread == {"shop"}
    assert bool(known.watched["shop"].weekly) is (part == "operation")


def test_operations_that_could_not_all_be_listed_are_said() -> None:
    gap = Gap(FAILED, "shop", None, Span(END - HOUR, END))
    known, _ = found(SHOP, FakeReader(hits(("GET /a", 2))), "GET /a", gaps=(gap,))
    assert [one.code for one in known.doubts] == ["operations-unread"]
    assert known.unread == {"shop"}


def test_all_services_are_read_in_one_batch() -> None:
    other = replace(SHOP, key="other")
    reader = FakeReader(hits(("GET /a", 1)))
    inventory = FakeInventory(("GET /a",))
    inventories: dict[SourceKind, FakeInventory] = {SourceKind.APPLICATION_SIGNALS: inventory}
    known = know(catalogue(SHOP, other), reader, dict(inventories), NOW)
    assert set(known.watched) == {"shop", "other"}
    assert reader.batches == 1


def test_nothing_to_watch_reads_nothing() -> None:
    reader = FakeReader(())
    assert know(catalogue(), reader, {}, NOW) == Known({})
    assert isinstance(reader.asked, Sequence)
    assert reader.asked == []
