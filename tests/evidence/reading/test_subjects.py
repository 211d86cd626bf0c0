"""What is said of counts that were read of another service, or in another account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slactl.evidence.reading.subjects import check_account, other_subjects
from slactl.evidence.store import ShelfArchive, open_archive
from slactl.model.evidence import Kind, NewItem, Place
from slactl.model.service import GatewayStage, Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.subject import subject_of
from tests.fakes import instant

DAY = 86_400
SHOP = Service("shop", "shop", "lambda:prod")
OLD = replace(SHOP, name="store", account_id="111111111111")
OCTOBER = Span(instant("2026-10-01T00:00:00Z"), instant("2026-11-01T00:00:00Z"))


@pytest.fixture
def store(tmp_path: Path) -> ShelfArchive:
    return open_archive(str(tmp_path / "evidence"), create=True)


def keep(store: ShelfArchive, day: str, of: Service | None, *, streams: int = 3) -> None:
    start = instant(f"{day}T00:00:00Z")
    facts = {"start": start, "end": start + DAY, "streams": streams}
    named = facts if of is None else facts | {"subject": subject_of(of)}
    place = Place(Kind.COUNTS, "123456789012", "eu-west-1", "shop", day, "counts.parquet")
    store.commit("test", start, [NewItem(place, day.encode(), named)])


def test_the_service_that_the_agreement_names_needs_no_word(store: ShelfArchive) -> None:
    keep(store, "2026-10-01", SHOP)
    keep(store, "2026-10-02", None)
    assert other_subjects(store, [SHOP], OCTOBER) == ()


def test_another_service_is_named_with_its_last_day(store: ShelfArchive) -> None:
    keep(store, "2026-10-01", OLD)
    keep(store, "2026-10-02", OLD)
    keep(store, "2026-10-03", SHOP)
    named = "111111111111 / store / lambda:prod"
    told = Reason.of(Code.OTHER_SERVICE, service="shop", named=named, day="2026-10-02")
    assert other_subjects(store, [SHOP], OCTOBER) == (told,)


def test_what_was_found_nowhere_or_lies_before_is_no_other_service(store: ShelfArchive) -> None:
    keep(store, "2026-10-01", OLD, streams=0)
    keep(store, "2026-09-30", OLD)
    assert other_subjects(store, [SHOP], OCTOBER) == ()


def test_another_gateway_is_another_service(store: ShelfArchive) -> None:
    was = Service("shop", "shop", None, SourceKind.API_GATEWAY, gateway=GatewayStage("shop-public", "test"))
    keep(store, "2026-10-01", was)
    [told] = other_subjects(store, [replace(was, gateway=GatewayStage("shop-public", "prod"))], OCTOBER)
    assert dict(told.figures)["named"] == "shop / shop-public / test"


def test_an_account_that_was_not_expected_is_refused(store: ShelfArchive) -> None:
    keep(store, "2026-10-01", SHOP)
    check_account(store, [SHOP], None)
    check_account(store, [SHOP], "123456789012")
    with pytest.raises(EvidenceFailure, match=r"of account 123456789012, and aws\.expected_account is 999999999999"):
        check_account(store, [SHOP], "999999999999")
