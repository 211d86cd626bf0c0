"""Months are closed once, by the very questions that later reports ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from slactl.aws.session import AwsWorld
from slactl.configuration import load_catalogue
from slactl.evidence.reading import open_evidence
from slactl.evidence.store import open_archive
from slactl.model.period import Month
from slactl.model.report import Report
from slactl.model.service import SourceKind
from slactl.ports import InventorySource
from slactl.sources.api_gateway import ApiGatewayInventory
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.workflows.report import Circumstances, make_report
from tests.e2e.collecting import DAY, HOUR, Shop, epoch, rows_of, traffic
from tests.e2e.harness import no_pause
from tests.failures.stage import Stage
from tests.oracle import evidence
from tests.oracle.facts import Request

START = epoch("2026-10-27T23:00:00Z")
OVER = epoch("2026-10-31T23:00:00Z")
"""The end of October in Rome."""


PEOPLE = tuple(f"GET /users/{name}@example.it" for name in ("mario", "anna", "luca"))


@pytest.fixture
def people(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Operations with personal names, which a rule counts together."""
    stage = Stage(tmp_path, capsys, monkeypatch)
    requests = traffic(START, OVER + DAY, every=HOUR, names=("GET /items", *PEOPLE))
    yield Shop(stage, requests, since="2026-10-28")
    stage.close()


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    yield Shop(stage, traffic(START, OVER + 2 * DAY, every=HOUR), since="2026-10-28")
    stage.close()


def closed(shop: Shop) -> list[str]:
    return [item["place"]["when"] for item in evidence.live(shop.store).values() if item["place"]["kind"] == "answers"]


def test_a_month_is_closed_72_hours_after_its_end_and_only_once(shop: Shop) -> None:
    assert shop.collect(OVER + 3 * DAY - 2 * HOUR).code == 0
    assert closed(shop) == []
    done = shop.collect(OVER + 4 * DAY)
    assert done.code == 0, done.err
    assert "closed 2026-10" in done.err
    assert closed(shop) == ["2026-10"]
    again = shop.collect(OVER + 5 * DAY, "--format", "json")
    assert again.report["closed"] == []
    assert closed(shop) == ["2026-10"]
    assert shop.differences() == []


def test_a_month_that_a_clock_ahead_closed_is_closed_again_when_it_is_over(shop: Shop) -> None:
    shop.at(OVER + 4 * DAY)
    shop.world.now = START + 2 * DAY
    assert shop.stage.run("collect").code == 0
    assert closed(shop) == ["2026-10"]
    assert shop.collect(START + 2 * DAY + HOUR).code == 0
    assert closed(shop) == []
    assert shop.collect(OVER + 5 * DAY).code == 0
    assert closed(shop) == ["2026-10"]
    assert shop.differences() == []


def test_days_that_a_clock_ahead_read_close_no_month(shop: Shop) -> None:
    """Its own answers are doubted, and so is every day of the month that nobody has read since."""
    shop.at(OVER + 20 * DAY)
    shop.world.now = START + 2 * DAY
    assert shop.stage.run("collect", "--no-close").code == 0
    assert shop.collect(OVER + 4 * DAY).code == 0
    assert closed(shop) == ["2026-10"]
    assert shop.differences() == []


def test_requests_that_came_late_are_kept_before_the_month_is_closed(shop: Shop) -> None:
    """CloudWatch takes datapoints of two weeks ago: what was read at 72 hours need not be all."""
    assert shop.collect(OVER - DAY, "--no-close").code == 0
    shop.requests.append(Request((START + 2 * DAY + HOUR) * 1000, "GET /items", 77.5, 200))
    shop.show()
    done = shop.collect(OVER + 4 * DAY)
    assert done.code == 0, done.err
    assert closed(shop) == ["2026-10"]
    assert shop.differences() == []


def rows(report: Report) -> dict[tuple[str, str | None, str | None], tuple[object, ...]]:
    return {
        (one.objective, one.operation, one.operation_class): (
            one.status,
            one.value,
            one.low,
            one.high,
            one.good,
            one.total,
            one.reason and one.reason.code,
        )
        for one in report.results
    }


def both(shop: Shop, now: int) -> tuple[Report, Report]:
    """The month from CloudWatch, and from evidence three hundred days later."""
    catalogue = load_catalogue(shop.stage.directory / "slactl.yaml")
    made = Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report")
    world = AwsWorld(catalogue.aws, "test", no_pause())
    sources: dict[SourceKind, InventorySource] = {
        SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(world),
        SourceKind.API_GATEWAY: ApiGatewayInventory(world),
    }
    month = Month(2026, 10)
    live = make_report(catalogue, month, CloudWatchReader(world), sources, made)
    with (
        open_archive(str(shop.store), create=False) as store,
        open_evidence(store, catalogue.services, catalogue.report.zone) as kept,
    ):
        later = replace(made, now=now + 300 * DAY, keeping=kept.keeping)
        return live, make_report(catalogue, month, kept.reader, kept.inventories, later)


def test_from_evidence_a_closed_month_has_the_figures_that_it_had_from_cloudwatch(shop: Shop) -> None:
    now = OVER + 4 * DAY
    assert shop.collect(now).code == 0
    live, proved = both(shop, now)
    assert rows(proved) == rows(live)
    assert any(one.low is not None for one in proved.results)
    assert proved.gaps == live.gaps


def test_a_closed_month_holds_no_personal_name_and_has_the_same_figures(people: Shop) -> None:
    now = OVER + 4 * DAY
    done = people.collect(now)
    assert done.code == 0, done.err
    assert closed(people) == ["2026-10"]
    live, proved = both(people, now)
    told, known = rows(proved), rows(live)
    assert {key: (row[0], *row[4:]) for key, row in told.items()} == {k: (row[0], *row[4:]) for k, row in known.items()}
    for key, (_, _, low, high, *_) in told.items():
        if low is not None:  # CloudWatch gave a sum of several no hint, so the bracket may lie a little otherwise
            assert isinstance(low, Fraction)
            assert isinstance(high, Fraction)
            assert high <= low * Fraction(101, 100)
            assert low <= known[key][3]  # type: ignore[operator]
            assert known[key][2] <= high  # type: ignore[operator]
    for path in people.store.glob("*/**/*"):
        if path.is_file():
            text = repr(rows_of(path)) if path.suffix == ".parquet" else path.read_bytes().decode()
            assert "example.it" not in text, path
