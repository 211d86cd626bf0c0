"""What leaves a store, and what stays though it is old."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws

from slactl.evidence.store import ObjectLock, ShelfArchive, open_archive
from slactl.evidence.store.checking import check
from slactl.evidence.store.purging import Agreement, Purge, carry_out, edge_of, planned
from slactl.model.evidence import Item, Kind, NewItem, Place
from slactl.ports.archive import EvidenceFailure
from tests.evidence.store.months import DAY, answers, at, counts, days, others, store
from tests.evidence.store.stores import in_s3

ROME = Agreement(ZoneInfo("Europe/Rome"), (1, 1))
UTC = Agreement(ZoneInfo("UTC"), (1, 1))
NOW = at("2026-11-04T06:00")
MONTHS = ["2023-10", "2023-11", "2023-12", "2024-01", "2024-02"]
SAMPLED = ["2023-12-23", "2023-12-24", "2024-01-01"]
KEPT = [
    *map(counts, days("2023-10-01", "2024-02-29")),
    *(item for day in days("2022-10-01", "2022-10-03") for item in others(day)),
    *(item for day in days("2023-12-01", "2023-12-03") for item in others(day)),
    *map(answers, MONTHS),
    NewItem(Place(Kind.CONFIG, name="slactl.yaml"), b"version: 1\n"),
    NewItem(Place(Kind.PROOF, name="CHG-1.eml"), b"mail"),
    NewItem(Place(Kind.REPORT, when="2023-11", name="report-r1.json"), b"{}"),
    NewItem(Place(Kind.REPORT, when="2022", name="report-r1.json"), b"{}"),
    NewItem(Place(Kind.ALARMS, when="2023-12-31", name="alarms.json"), b"{}"),
    *(NewItem(Place(Kind.CONTROLS, "1", "r", "dynamodb", day, "controls.json"), b"{}") for day in SAMPLED),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, to be copied: every file of it was made safe on the disk, which takes its time."""
    return store(tmp_path_factory.mktemp("made") / "evidence", KEPT)


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Iterator[ShelfArchive]:
    with open_archive(str(shutil.copytree(made, tmp_path / "evidence")), create=True) as opened:
        yield opened


def told(items: Sequence[Item], kind: Kind) -> list[str]:
    return sorted({item.place.when for item in items if item.place.kind is kind})


def purge(archive: ShelfArchive, before: str, agreement: Agreement = UTC, *, force: bool = False) -> Purge:
    return planned(archive, date.fromisoformat(before), agreement, NOW, force=force)


def test_whole_months_leave_and_with_them_nothing_that_others_need(archive: ShelfArchive) -> None:
    plan = purge(archive, "2024-01-15")
    assert plan.edge == date(2024, 1, 1)
    assert told(plan.leaving, Kind.ANSWERS) == ["2023-10", "2023-11", "2023-12"]
    assert told(plan.leaving, Kind.COUNTS) == days("2023-10-01", "2023-11-26")
    assert told(plan.leaving, Kind.STREAMS) == days("2022-10-01", "2022-10-03")
    assert told(plan.leaving, Kind.RUN) == days("2022-10-01", "2022-10-03")
    assert told(plan.leaving, Kind.REPORT) == ["2022", "2023-11"]
    assert told(plan.leaving, Kind.ALARMS) == ["2023-12-31"]
    assert told(plan.leaving, Kind.CONTROLS) == ["2023-12-23"]  # a week before a month tells what changed in it
    assert told(plan.leaving, Kind.CONFIG) == told(plan.leaving, Kind.PROOF) == []
    assert (plan.held, plan.unclosed) == ((), ())
    assert plan.size == sum(item.size for item in plan.leaving)


def test_days_are_utc_and_months_those_of_the_agreement(archive: ShelfArchive) -> None:
    """In Rome January began an hour before the UTC day: the last day of December stays."""
    assert told(purge(archive, "2024-01-01", ROME).leaving, Kind.ALARMS) == []
    assert told(purge(archive, "2024-01-01").leaving, Kind.ALARMS) == ["2023-12-31"]
    assert told(purge(archive, "2024-01-01", ROME).leaving, Kind.ANSWERS) == ["2023-10", "2023-11", "2023-12"]


def test_what_left_is_gone_and_the_chain_tells(archive: ShelfArchive) -> None:
    plan = purge(archive, "2024-01-01")
    before = archive.head
    carry_out(archive, plan, NOW)
    assert archive.head.number == before.number + 1
    assert check(archive.shelf, str(before)).findings == ()
    assert not [
        item for item in plan.leaving if (archive.shelf.file("slactl-evidence.json").parent / item.path).exists()
    ]
    assert told(archive.items(Kind.COUNTS), Kind.COUNTS) == days("2023-11-27", "2024-02-29")
    assert purge(archive, "2024-01-01").leaving == ()


@pytest.mark.parametrize(
    ("agreement", "before", "refused"),
    [
        (UTC, "2026-01-31", None),
        (UTC, "2026-02-01", "2026-01-01"),
        (Agreement(ZoneInfo("Europe/Rome"), (7, 1)), "2026-07-01", None),
        (Agreement(ZoneInfo("Europe/Rome"), (7, 1)), "2026-08-01", "2026-07-01"),
        (Agreement(ZoneInfo("UTC"), (12, 1)), "2025-12-31", None),
        (Agreement(ZoneInfo("UTC"), (12, 1)), "2026-01-01", "2025-12-01"),
    ],
)
def test_the_running_agreement_year_stays(
    agreement: Agreement, before: str, refused: str | None, archive: ShelfArchive
) -> None:
    if refused is None:
        purge(archive, before, agreement)
        return
    with pytest.raises(EvidenceFailure, match=f"since {refused} belongs to the running agreement year") as told_so:
        purge(archive, before, agreement)
    assert f"--before {refused}" in told_so.value.hint
    purge(archive, before, agreement, force=True)


def test_a_month_that_can_still_be_closed_stays_and_what_follows(tmp_path: Path) -> None:
    """October 2025 of the shop is not closed yet, and CloudWatch still has its hours; of the API it is closed."""
    kept = [*map(counts, days("2025-08-01", "2025-12-31")), answers("2025-08"), answers("2025-09"), answers("2025-11")]
    kept += [counts(day, "api") for day in days("2025-10-01", "2025-10-31")] + [answers("2025-10", "api")]
    with open_archive(str(store(tmp_path / "evidence", kept)), create=True) as archive:
        plan = purge(archive, "2026-01-01")
        assert plan.unclosed == (("shop", "2025-10"),)
        mine = [item for item in plan.leaving if item.place.service == "shop"]
        assert told(mine, Kind.COUNTS) == days("2025-08-01", "2025-08-26")
        assert told(mine, Kind.ANSWERS) == ["2025-08", "2025-09"]
        theirs = [item for item in plan.leaving if item.place.service == "api"]
        assert told(theirs, Kind.COUNTS) == days("2025-10-01", "2025-10-31")
        forced = purge(archive, "2026-01-01", force=True)
        assert forced.unclosed == ()
        assert told(forced.leaving, Kind.ANSWERS) == ["2025-08", "2025-09", "2025-10", "2025-11"]


def test_a_month_that_nobody_can_close_any_more_leaves(tmp_path: Path) -> None:
    with open_archive(str(store(tmp_path / "evidence", [counts("2023-10-01")])), create=True) as archive:
        assert told(purge(archive, "2024-01-01").leaving, Kind.COUNTS) == ["2023-10-01"]


@pytest.mark.parametrize(
    ("keep", "agreement", "edge"),
    [
        (1461, UTC, date(2022, 11, 1)),
        (400, UTC, date(2025, 9, 1)),
        (30, UTC, date(2026, 1, 1)),
        (30, Agreement(ZoneInfo("UTC"), (7, 1)), date(2026, 7, 1)),
    ],
)
def test_the_configured_time_never_reaches_into_the_running_year(keep: int, agreement: Agreement, edge: date) -> None:
    assert edge_of(keep, agreement, NOW) == edge


def test_what_a_lock_holds_stays_and_says_until_when() -> None:
    with mock_aws():
        locked = at("2023-10-02")
        in_s3(locked=True)
        client = boto3.client("s3")
        lock = ObjectLock("governance", 1461)
        with open_archive("s3://example-evidence/kept", create=True, s3=lambda: client, lock=lock) as archive:
            held = archive.commit("run", locked, [counts("2023-10-01")])
        with open_archive("s3://example-evidence/kept", create=True, s3=lambda: client) as archive:
            archive.commit("run", locked, [counts("2023-10-02")])
            plan = purge(archive, "2024-01-01")
            assert plan.held == ((held[0], locked + 1461 * DAY),)
            assert told(plan.leaving, Kind.COUNTS) == ["2023-10-02"]
            carry_out(archive, plan, NOW)
            assert archive.items(Kind.COUNTS) == tuple(held)
            later = planned(archive, date(2024, 1, 1), UTC, locked + 1461 * DAY)
            assert (later.held, later.leaving) == ((), tuple(held))
