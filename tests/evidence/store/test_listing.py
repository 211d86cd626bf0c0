"""What a store says that it holds: spans, holes, how sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from slactl.evidence.store import open_archive
from slactl.evidence.store.listing import Holding, holdings
from slactl.model.evidence import Kind, NewItem, Place
from slactl.model.span import Span
from slactl.ports.archive import EvidenceFailure
from tests.evidence.store.months import DAY, answers, at, counts, days, others, store


def listed(root: Path, service: str | None = None, month: str | None = None, kind: Kind | None = None) -> list[Holding]:
    with open_archive(str(root), create=False) as archive:
        return list(holdings(archive, service, month, kind))


def test_a_month_that_is_whole_and_closed(tmp_path: Path) -> None:
    items = [*map(counts, days("2026-10-01", "2026-10-31")), answers("2026-10")]
    root = store(tmp_path / "evidence", items)
    whole = Span(at("2026-10-01"), at("2026-11-01"))
    assert listed(root) == [
        Holding("shop", Kind.ANSWERS, "2026-10", whole, (), None, 1, 7),
        Holding("shop", Kind.COUNTS, "2026-10", whole, (), "closed", 31, 310),
    ]


def test_holes_are_between_the_first_and_the_last_second(tmp_path: Path) -> None:
    """A day and a half in one month, a whole month in between, and what came before and after is no hole."""
    kept = [
        counts("2026-09-29"),
        counts("2026-09-30", end=DAY // 2),
        counts("2026-11-02"),
        counts("2026-11-03", final=False, end=3600),
    ]
    september, october, november = listed(store(tmp_path / "evidence", kept))
    assert (september.month, september.state, september.files) == ("2026-09", "final", 2)
    assert september.covered == Span(at("2026-09-29"), at("2026-09-30T12:00"))
    assert september.holes == (Span(at("2026-09-30T12:00"), at("2026-10-01")),)
    assert october == Holding(
        "shop", Kind.COUNTS, "2026-10", None, (Span(at("2026-10-01"), at("2026-11-01")),), None, 0, 0
    )
    assert (november.state, november.holes) == ("provisional", (Span(at("2026-11-01"), at("2026-11-02")),))
    assert november.covered == Span(at("2026-11-02"), at("2026-11-03T01:00"))


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    kept = [counts("2026-10-01"), counts("2026-11-01"), counts("2026-10-01", "api"), *others("2026-10-01")]
    kept.append(NewItem(Place(Kind.CONFIG, name="slactl.yaml"), b"version: 1\n"))
    kept.append(NewItem(Place(Kind.REPORT, when="2026", name="report.json"), b"{}"))
    root = store(tmp_path / "evidence", kept)
    assert {(each.service, each.month, each.kind.value) for each in listed(root)} == {
        ("", "", "config"),
        ("", "2026", "reports"),
        ("", "2026-10", "runs"),
        ("api", "2026-10", "counts"),
        ("shop", "2026-10", "counts"),
        ("shop", "2026-10", "streams"),
        ("shop", "2026-11", "counts"),
    }
    assert {each.service for each in listed(root, "api")} == {"api"}
    assert {each.month for each in listed(root, month="2026-10")} == {"2026-10"}
    assert {each.kind for each in listed(root, kind=Kind.RUN)} == {Kind.RUN}
    assert listed(root, "nobody") == []
    [config] = listed(root, kind=Kind.CONFIG)
    assert config.covered is None


def test_counts_that_do_not_say_what_they_cover(tmp_path: Path) -> None:
    place = Place(Kind.COUNTS, service="shop", when="2026-10-01", name="counts.parquet")
    root = store(tmp_path / "evidence", [NewItem(place, b"x", {"start": "yesterday"})])
    with pytest.raises(EvidenceFailure, match="does not say what it covers"):
        listed(root)
