"""The story of a collect over fakes: what is kept, what is refused, what stays missing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from slactl.compliance.ladder import written
from slactl.model.evidence import Kind, NewItem
from slactl.model.incident import Incident
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, RecurringWindow, Window
from slactl.model.metric import Query
from slactl.model.report import Gap
from slactl.model.service import OperationRule, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import EvidenceFailure, Overtaken
from slactl.reading.packing import MAX_POINTS
from slactl.workflows.collecting.collect import prepared
from slactl.workflows.collecting.outcome import Why
from slactl.workflows.collecting.record import read_run
from slactl.workflows.collecting.recording import Paper
from slactl.workflows.collecting.rungs import ladder
from slactl.workflows.collecting.streams import is_merged, read_streams
from slactl.workflows.collecting.wishes import Options
from tests.fakes import FAILED, REFUSED, STAGE, FakeInventory, Hit, instant, operation_of
from tests.fakes_archive import MemoryStore
from tests.workflows.collecting.runs import DAY, HOUR, NOW, SHOP, TODAY, Place, catalogue, counted, kept, traffic
from tests.workflows.surveys import OBJECTIVES

SINCE = Options(since=None)
RECENT = replace(SHOP, since=None)


def shop(hits: list[Hit], days: int = 4, **more: object) -> Place:
    """A shop that began so many days ago."""
    since = datetime.fromtimestamp(TODAY - days * DAY, UTC).date()
    return Place(hits, catalogue=catalogue(replace(SHOP, since=since, **more)))  # type: ignore[arg-type]


def names_kept(store: MemoryStore) -> set[str]:
    """Every name that stands in any file of the store but the configuration."""
    told = (store.body(item).decode() for kind in Kind for item in store.items(kind) if kind is not Kind.CONFIG)
    return set(told)


def test_everything_that_is_settled_is_kept() -> None:
    place = shop(traffic(4))
    done = place.collect()
    assert done.complete
    assert kept(place.store) == counted(place.hits, TODAY - 4 * DAY - HOUR, place.settled())
    faults = counted([hit for hit in place.hits if hit.status >= 500], 0, place.settled())
    assert kept(place.store, "faults") == faults


def test_the_ladder_is_asked_for_only_where_extremes_leave_it_open() -> None:
    place = shop([Hit(at, "GET /a", 100.0) for at in range(TODAY - 2 * DAY, NOW, 600)], days=2)
    place.collect()
    assert not [query for query in place.reader.asked if query.stat.startswith("TC")]
    place = shop([Hit(at, "GET /a", ms) for at in range(TODAY - DAY, NOW, 600) for ms in (90.0, 2500.0)], days=1)
    place.collect()
    asked = {query.stat[4:-1] for query in place.reader.asked if query.stat.startswith("TC")}
    assert asked == {written(rung) for rung in ladder(OBJECTIVES) if 90 <= rung < 2500}


def test_every_rung_of_the_store_counts_what_it_should() -> None:
    place = shop(traffic(2, every=60), days=2)
    place.collect()
    for row in place.store.rows("shop"):
        hits = [
            hit
            for hit in place.hits
            if row["time"] <= hit.at < row["time"] + 300 and row["operation"] in ("", hit.operation)
        ]
        assert row["requests"] == len(hits)
        for rung, count in row["ladder"].items():
            assert count == sum(hit.ms <= float(rung) for hit in hits)


def test_a_second_run_commits_nothing() -> None:
    place = shop(traffic(4))
    place.collect()
    before = list(place.store.commits)
    done = place.collect()
    assert done.kept == []
    assert place.store.commits == before


def test_the_day_after_one_day_more_is_kept_and_the_old_file_goes() -> None:
    place = shop(traffic(4))
    place.now = NOW - DAY
    place.collect()
    place.now = NOW
    done = place.collect()
    assert kept(place.store) == counted(place.hits, 0, place.settled())
    days = [item.place.when for item in place.store.items(Kind.COUNTS)]
    assert len(days) == len(set(days))
    assert len(place.store.items(Kind.STREAMS)) == len(days)
    assert len(done.kept) == 3


def test_an_edge_is_kept_beside_its_service_with_its_whole() -> None:
    hits = [*traffic(3), Hit(TODAY - DAY + 5, None, 2.0, 403)]
    place = shop(hits, days=3, edge=STAGE)
    place.collect()
    own = counted([hit for hit in hits if hit.operation], 0, place.settled())
    assert kept(place.store, source="api-gateway") == own
    whole = sum(
        row["requests"] for row in place.store.rows("shop") if row["source"] == "api-gateway" and not row["operation"]
    )
    assert whole == len([hit for hit in hits if hit.at < place.settled()])
    (listed, _) = read_streams(place.store.body(place.store.items(Kind.STREAMS)[1]))
    assert listed.source is SourceKind.API_GATEWAY


def test_methods_that_a_gateway_has_forgotten_are_found_by_what_was_kept() -> None:
    place = shop(traffic(3), days=3, edge=STAGE)
    place.now = NOW - DAY
    place.collect()
    place.edge.forgets = frozenset({"GET /a", "POST /b"})
    place.inventory.operations = ["GET /health"]
    place.now = NOW + 3 * DAY
    done = place.collect()
    assert done.complete
    assert kept(place.store, source="api-gateway")["POST /b", _first(place, "POST /b")]


def _first(place: Place, operation: str) -> int:
    return next(hit.at for hit in place.hits if hit.operation == operation) // 300 * 300


def test_a_refused_operation_keeps_its_days_out_and_the_others_go_on() -> None:
    other = replace(SHOP, key="other", name="other")
    place = Place(traffic(3), catalogue=catalogue(SHOP, other))

    def refuse(query: Query) -> Reason | None:
        metric = query.metrics[0]
        own = dict(metric.dimensions)["Service"] == "shop" and operation_of(metric) == "POST /b"
        return FAILED if own and query.span.start >= TODAY - DAY else None

    place.reader.refuse = refuse
    done = place.collect()
    assert {(one.service, one.why) for one in done.missing} == {("shop", Why.READ_FAILED)}
    assert sum(one.span.seconds for one in done.missing) == place.settled() - TODAY + DAY
    assert place.store.items(Kind.COUNTS, "shop", "2026-11-05") == ()
    assert place.store.items(Kind.COUNTS, "other", "2026-11-05")
    place.reader.refuse = lambda query: None
    assert place.collect().complete
    assert kept(place.store) == counted(place.hits, 0, place.settled())


def test_one_bad_day_does_not_take_its_neighbour_along() -> None:
    """Two days are read at once; when that fails each is tried by itself."""
    place = shop(traffic(4))
    bad = Span(TODAY - 2 * DAY, TODAY - DAY)
    place.reader.refuse = lambda query: REFUSED if query.span.meets(bad) and query.stat == "Maximum" else None
    done = place.collect()
    assert [(one.span, one.why) for one in done.missing] == [(bad, Why.ACCESS_DENIED)]


def test_an_inventory_that_is_not_complete_keeps_the_day_out() -> None:
    place = shop(traffic(3))
    place.inventory.gaps = (Gap(Reason.of(Code.DISCOVERY_INCOMPLETE, error="Throttling"), "shop", None, Span(0, 1)),)
    done = place.collect()
    assert {one.why for one in done.missing} == {Why.DISCOVERY_INCOMPLETE}
    assert "Throttling" in done.missing[0].text
    assert place.store.items(Kind.COUNTS) == ()


def test_fewer_requests_than_kept_replace_nothing() -> None:
    place = shop(traffic(6), days=6)
    place.now = NOW - 3 * DAY
    place.collect()
    before = kept(place.store)
    place.now = NOW
    place.hits = [hit for hit in place.hits if hit.operation != "POST /b"]
    done = place.collect()
    assert {one.why for one in done.missing} == {Why.FEWER_THAN_KEPT}
    assert all(kept(place.store)[key] == count for key, count in before.items())


def test_credentials_of_another_account_do_not_fill_the_store() -> None:
    place = shop(traffic(3))
    place.collect()
    place.made = replace(place.made, account="999999999999")
    place.now = NOW + DAY
    with pytest.raises(EvidenceFailure, match="123456789012"):
        place.collect()
    assert {item.place.account for item in place.store.items(Kind.COUNTS)} == {"123456789012"}


@pytest.mark.parametrize("elsewhere", [{"account": "999999999999"}, {"region": "eu-south-1"}], ids=str)
def test_another_service_does_not_fill_the_store_from_elsewhere_either(elsewhere: dict[str, str]) -> None:
    place = shop(traffic(3))
    place.collect()
    before = dict(place.store.kept)
    place.catalogue = catalogue(replace(SHOP, key="store"))
    place.made = replace(place.made, **elsewhere)  # type: ignore[arg-type]
    with pytest.raises(EvidenceFailure, match="evidence was filled with shop from account 123456789012 in eu-west-1"):
        place.collect()
    assert place.store.kept == before


def test_a_service_of_a_linked_account_is_kept_as_the_monitoring_accounts() -> None:
    place = shop(traffic(3))
    place.collect()
    linked = replace(SHOP, key="linked", account_id="999999999999")
    place.catalogue = catalogue(*place.catalogue.services, linked)
    assert place.collect().complete
    assert {item.place.account for item in place.store.items(Kind.COUNTS)} == {"123456789012"}
    assert place.store.items(Kind.COUNTS, "linked")


def test_another_run_that_was_faster_is_believed() -> None:
    place = shop(traffic(2), days=2)
    rival = shop(traffic(2), days=2)
    rival.collect()

    def overtake(store: MemoryStore, added: list[NewItem]) -> None:
        if any(item.place.kind is Kind.COUNTS for item in added):
            store.kept, store.bodies = rival.store.kept, rival.store.bodies
            raise Overtaken("another run", "run again")

    place.store.before_commit = overtake  # type: ignore[assignment]
    done = place.collect()
    assert done.complete
    assert done.kept == []


def test_what_stops_everything_is_recorded_and_told() -> None:
    place = shop(traffic(4))

    def broken(query: Query) -> Reason | None:
        raise RuntimeError("the credentials have expired")

    place.reader.refuse = broken
    with pytest.raises(RuntimeError, match="expired"):
        place.collect()
    (last,) = place.store.items(Kind.RUN)
    told = json.loads(place.store.body(last))
    assert {one["why"] for one in told["missing"]} == {"stopped"}
    assert "expired" in told["missing"][0]["text"]


PERSON = "GET /users/mario.rossi@example.it"


def test_a_personal_name_stops_its_day_and_is_told_masked() -> None:
    place = shop([*traffic(3), Hit(TODAY - DAY + 60, PERSON)])
    place.catalogue = catalogue(replace(place.catalogue.services[0], rules=()))
    done = place.collect()
    assert {one.why for one in done.missing} == {Why.PERSONAL_NAMES}
    assert '{match: "GET /users/*", as: "GET /users/{email}"}' in done.missing[0].text
    assert not any("mario" in text for text in names_kept(place.store))


def test_what_a_rule_counts_together_is_kept_without_the_names() -> None:
    people = [f"GET /users/{name}@example.it" for name in ("mario", "anna", "luca")]
    place = shop(traffic(3, names=("GET /a", *people), every=60))
    done = place.collect()
    assert done.complete
    assert not any("mario" in text or "anna" in text for text in names_kept(place.store))
    renamed = [
        replace(hit, operation="GET /users/*" if hit.operation in people else hit.operation) for hit in place.hits
    ]
    assert kept(place.store) == counted(renamed, 0, place.settled())
    for row in place.store.rows("shop"):
        if row["operation"] == "GET /users/*":
            hits = [
                hit for hit in renamed if row["time"] <= hit.at < row["time"] + 300 and hit.operation == "GET /users/*"
            ]
            assert row["minimum"] == min(hit.ms for hit in hits)
            assert all(count == sum(hit.ms <= float(rung) for hit in hits) for rung, count in row["ladder"].items())
    (listed,) = read_streams(place.store.body(place.store.items(Kind.STREAMS)[0]))
    stands = [stream for stream in listed.operations if is_merged(stream.requests)]
    assert [place.catalogue.services[0].place(stream.operation or "").name for stream in stands] == ["GET /users/{id}"]


def test_a_count_that_one_of_them_does_not_tell_is_unknown_for_all() -> None:
    people = ("GET /users/1", "GET /users/2")
    place = shop(traffic(1, names=people, every=30), days=1)
    place.reader.absent = lambda query, start: (
        operation_of(query.metrics[0]) == "GET /users/1" and query.stat in ("Sum", "TC(:100)") and start % 600 == 0
    )
    place.collect()
    rows = [row for row in place.store.rows("shop") if row["operation"] == "GET /users/*"]
    both = [row for row in rows if row["time"] % 600 == 0 and _both(place, row["time"], people)]
    assert both
    assert all(row["faults"] is None and row["requests"] for row in both)


def _both(place: Place, start: int, people: tuple[str, ...]) -> bool:
    return {hit.operation for hit in place.hits if start <= hit.at < start + 300} == set(people)


def test_a_rule_that_comes_later_takes_the_names_out_again() -> None:
    place = shop(traffic(5, names=("GET /a", "GET /orders/1", "GET /orders/2")), days=5)
    place.collect()
    assert any("GET /orders/1" in text for text in names_kept(place.store))
    service = place.catalogue.services[0]
    rules = (OperationRule("GET /orders/*", name="GET /orders/{id}"), *service.rules)
    place.catalogue = catalogue(replace(service, rules=rules))
    assert place.collect().complete
    assert not any("GET /orders/1" in text for text in names_kept(place.store))
    assert sum(kept(place.store).values()) == sum(counted(place.hits, 0, place.settled()).values())
    assert not place.collect().kept


def test_the_agreement_is_recorded_with_its_windows() -> None:
    window = Window("CHG-1", Span(NOW + DAY, NOW + DAY + HOUR), NOW - 3 * DAY, "Upgrade", services=("shop",))
    local = instant("2026-11-01T02:30:00Z")
    first = datetime.fromtimestamp(local, UTC).replace(tzinfo=None)
    weekly = RecurringWindow(
        Window("WEEKLY", Span(local, local + HOUR), NOW - 9 * DAY, "Patching"),
        first,
        datetime.fromtimestamp(local + HOUR, UTC).replace(tzinfo=None),
        "FREQ=WEEKLY",
        datetime.fromisoformat("2030-01-01"),
        "Europe/Rome",
    )
    place = shop(traffic(1), days=1)
    calendar = MaintenanceCalendar(MaintenancePolicy(notice=DAY), (window,), (weekly,))
    place.catalogue = replace(place.catalogue, maintenance=calendar)
    papers = [Paper(Kind.CONFIG, "slactl.yaml", b"version: 1\n"), Paper(Kind.PROOF, "CHG-1.eml", b"mail")]
    place.collect(papers=papers)
    runs = [read_run(place.store.body(item)) for item in place.store.items(Kind.RUN)]
    assert len(runs) == 2
    seen = {one.id: one for one in runs[0].windows}
    assert runs[0].at == NOW
    assert seen["CHG-1"].span == window.span
    assert seen["CHG-1"].services == ("shop",)
    occurrences = [one for name, one in seen.items() if name.startswith("WEEKLY@")]
    assert max(one.span.start for one in occurrences) > NOW + 390 * DAY
    assert len(place.store.items(Kind.CONFIG)) == 1
    assert len(place.store.items(Kind.PROOF)) == 1
    place.now = NOW + DAY
    place.collect(papers=papers)
    assert len(place.store.items(Kind.CONFIG)) == 1


def test_a_window_that_is_new_is_recorded_even_if_there_is_nothing_to_read() -> None:
    place = shop(traffic(1), days=1)
    place.collect()
    before = len(place.store.items(Kind.RUN))
    window = Window("CHG-2", Span(NOW + DAY, NOW + DAY + HOUR), NOW, "Upgrade")
    place.catalogue = replace(place.catalogue, maintenance=MaintenanceCalendar(MaintenancePolicy(notice=60), (window,)))
    assert not place.collect().kept
    assert len(place.store.items(Kind.RUN)) == before + 1


def test_incidents_are_recorded_with_the_digest_of_what_they_say() -> None:
    place = shop(traffic(1), days=1)
    over = Incident("INC-1", ("shop",), NOW - DAY, NOW - DAY + HOUR, "Disk full", add_downtime=True, sha256="ab" * 32)
    lasting = Incident("INC-2", ("shop", "edge"), NOW - HOUR, None, "Names of people", sha256="cd" * 32)
    place.catalogue = replace(place.catalogue, incidents=(lasting, over))
    place.collect()
    (run,) = place.store.items(Kind.RUN)
    body = place.store.body(run)
    assert json.loads(body)["incidents"] == [
        {
            "id": "INC-1",
            "services": ["shop"],
            "start": "2026-11-05T06:00:00Z",
            "end": "2026-11-05T07:00:00Z",
            "add_downtime": True,
            "sha256": "ab" * 32,
        },
        {
            "id": "INC-2",
            "services": ["edge", "shop"],
            "start": "2026-11-06T05:00:00Z",
            "end": None,
            "add_downtime": False,
            "sha256": "cd" * 32,
        },
    ]
    assert b"Names of people" not in body


def test_two_services_share_their_calls() -> None:
    services = [replace(SHOP, key=f"shop-{number}", name="shop") for number in range(8)]
    place = Place(traffic(2), catalogue=catalogue(*services))
    place.collect(Options(since=None))
    few = place.reader.batches
    assert few < 8 * len(prepared(Place(traffic(2)).machine(), Options()).tasks)


def test_progress_ends_at_the_end() -> None:
    place = shop(traffic(3))
    place.collect()
    assert place.told
    stage, done, total = place.told[-1]
    assert (stage, done) == ("collecting", total)


def test_reads_of_a_service_fit_into_calls() -> None:
    """No call asks for more than CloudWatch answers, with many operations and merged ones among them."""
    names = [f"GET /resources-{number}" for number in range(150)] + [f"GET /users/{number}" for number in range(40)]
    place = shop(traffic(1, names=names, every=20), days=1)
    place.collect()
    assert kept(place.store).total() == Counter(counted(place.hits, 0, place.settled())).total()
    assert all(query.datapoints <= MAX_POINTS for query in place.reader.asked)


def test_a_flood_of_identifiers_is_not_kept() -> None:
    place = shop(traffic(1, names=[f"GET /orders/{number}" for number in range(60)], every=30), days=1)
    done = place.collect()
    assert {one.why for one in done.missing} == {Why.PERSONAL_NAMES}
    assert "GET /orders/{id}" in done.missing[0].text


def test_an_inventory_is_asked_by_the_day() -> None:
    place = shop(traffic(3))
    place.collect()
    assert all(len(days) == 1 and days[0].seconds <= DAY for days in place.inventory.days)
    assert isinstance(place.inventory, FakeInventory)
