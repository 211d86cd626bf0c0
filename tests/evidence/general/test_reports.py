"""What was kept of general objectives says what CloudWatch said, when it has forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from slactl.model.general import Ratio
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Window
from slactl.model.span import Span
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.outcome import Why
from slactl.workflows.collecting.wishes import Options
from tests.evidence.general.platform import DAY, Platform, gaps, rows
from tests.evidence.general.worlds import ABROAD, ERRORS, LONGEST, RATE, SLOW, everything, world
from tests.workflows.general.stage import HOUR, LATER, START, Put, catalogue, term


def at(day: int) -> int:
    """Six o'clock on a day of October."""
    return START + (day - 1) * DAY + 6 * HOUR


def since(day: int) -> Options:
    """To keep what there is since a day of October."""
    return Options(since=date(2026, 10, day))


SINCE = since(1)
A_YEAR = 330 * DAY
SETTLE = 600
WINDOW = START + 3 * DAY + 2 * HOUR


def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **told: object) -> Platform:
    given = {"catalogue": everything(), "puts": world(1), **told}
    return Platform(tmp_path, monkeypatch, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 8))])
def test_of_a_closed_month_every_row_is_the_same_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    calendar = MaintenanceCalendar(
        MaintenancePolicy(notice=DAY),
        windows=(Window("W", Span(WINDOW, WINDOW + 4 * HOUR), WINDOW - 9 * DAY, "Upgrade"),),
    )
    one = kept(tmp_path, monkeypatch, catalogue=everything(calendar), puts=world(seed))
    done = one.collect(LATER, SINCE)
    assert [(closed.service, closed.label) for closed in done.closed] == [
        ("database", "2026-10"),
        ("network", "2026-10"),
    ]
    live = one.live(LATER)
    assert {row["status"] for row in rows(live)} > {"OK"}
    for later in (one.proved(LATER), one.layered(LATER), one.proved(LATER + A_YEAR), one.layered(LATER + A_YEAR)):
        assert rows(later) == rows(live)
        assert gaps(later) == gaps(live)
        assert later.period.final
    assert rows(one.live(LATER + A_YEAR)) != rows(live), "CloudWatch has forgotten"


def test_a_table_that_stopped_weeks_ago_is_still_in_the_breakdown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts = world(3, "abc", stopped=START + 2 * DAY)
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(ERRORS), puts=puts)
    for day in (4, 13, 21):
        one.collect(at(day), SINCE)
    now = at(21)
    mine, until = [put for put in puts if put.name == "Ok"], (now - SETTLE) // 300 * 300
    counts: dict[str | None, float] = {
        put.dimensions["Table"]: sum(value for when, value in put.samples if when < until) for put in mine
    }
    for report in (one.proved(now), one.layered(now)):
        told = {row["operation"]: row["total"] for row in rows(report)}
        assert told == {**counts, None: sum(counts.values())}
        assert "listing-incomplete" not in {reason.code for reason in report.limitations}
    live = one.live(now)
    assert "c" not in {row["operation"] for row in rows(live)}, "CloudWatch no longer lists it"
    assert "listing-incomplete" in {reason.code for reason in live.limitations}


def test_a_running_month_is_judged_from_its_bins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(ERRORS, SLOW, LONGEST))
    one.collect(at(6), SINCE)
    live, proved = rows(one.live(at(6))), rows(one.proved(at(6)))
    assert [row for row in proved if row["objective"] != "slow"] == [row for row in live if row["objective"] != "slow"]
    for exact, row in zip(live, proved, strict=True):
        if row["objective"] == "slow":
            assert (row["status"], row["good"], row["total"]) == (exact["status"], exact["good"], exact["total"])
            assert row["low"] <= exact["high"]
            assert exact["low"] <= row["high"] <= row["low"] * 1.3
            assert "coarse-ladder" in {note["code"] for note in row["notes"]} or row["high"] <= row["low"] * 1.01


def test_only_its_own_early_reads_make_a_month_provisional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(LONGEST))
    one.collect(at(33), since(29))
    assert not one.proved(LATER).period.final
    done = one.collect(LATER, since(29))
    assert one.proved(LATER).period.final
    assert min(kept.span.start for kept in done.kept) == START + 29 * DAY, "what is final is not read again"
    assert not one.collect(LATER, since(29)).kept


def test_a_region_that_refuses_is_named_and_keeps_nobody_else_from_being_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(LONGEST, RATE), refused=ABROAD)
    done = one.collect(at(4), SINCE)
    assert {kept.service for kept in done.kept} == {"database"}
    assert {(missing.service, missing.why) for missing in done.missing} == {("network", Why.ACCESS_DENIED)}
    assert all(ABROAD in missing.text and "Net/" in missing.text for missing in done.missing)
    told = {row["objective"]: row["status"] for row in rows(one.proved(at(4)))}
    assert told["rate"] == "INSUFFICIENT_DATA"
    assert told["longest"] != "INSUFFICIENT_DATA"
    one.refused = None
    assert {kept.service for kept in one.collect(at(4), SINCE).kept} == {"network"}


def test_a_run_that_is_killed_between_commits_loses_only_what_it_was_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(ERRORS))
    for commits in (2, 1):
        with pytest.raises(KeyboardInterrupt):
            one.collect(at(6), SINCE, killed_after=commits)
    done = one.collect(at(6), SINCE)
    assert len(done.kept) == 3, "three of six days were kept by the runs that were killed"
    assert rows(one.proved(at(6))) == rows(one.live(at(6)))


def test_what_was_lost_is_named_and_what_is_asked_later_is_read_as_far_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, some = at(95), replace(since(31), until=START + 35 * DAY)
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(LONGEST))
    done = one.collect(late, some)
    assert [(lost.service, lost.why, lost.span.start) for lost in done.lost] == [
        ("database", Why.HOURS_ONLY, START + 30 * DAY)
    ]
    one.catalogue = catalogue(LONGEST, ERRORS)
    again = one.collect(late, some)
    assert again.kept, "another metric was asked for"
    one.catalogue = catalogue(LONGEST, replace(ERRORS, goal=LONGEST.goal))
    assert not one.collect(late, some).kept, "a goal asks for nothing more"


def test_a_changed_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(LONGEST))
    one.collect(at(3), SINCE)
    path = next(Path(one.store).glob("metrics/**/day=2026-10-02/*.parquet"))
    path.write_bytes(path.read_bytes()[:-5] + b"xxxxx")
    with pytest.raises(EvidenceFailure, match=path.name):
        one.proved(at(3))


def test_single_minutes_are_kept_of_what_is_weighted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rates of one five minutes: how they were weighted CloudWatch no longer tells once minutes are gone."""
    when, place = START + 2 * DAY, {"Region": "Global"}
    puts = [
        Put("Net", "Rate", place, [(when, 0.0), (when + 60, 3.0)], "Percent", ABROAD),
        Put("Net", "Requests", place, [(when, 99.0), (when + 60, 1.0)], "None", ABROAD),
    ]
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(RATE), puts=puts)
    for day in (5, 12, 19):
        one.collect(at(day), SINCE)
    (live,), (proved,), (layered,) = rows(one.live(at(19))), rows(one.proved(at(19))), rows(one.layered(at(19)))
    assert proved["value"] == pytest.approx(0.0003)
    assert layered == proved
    assert (live["value"], live["low"], live["high"]) == (None, 0, pytest.approx(0.03)), "one of its minutes, or both"
    assert {note["code"] for note in live["notes"]} == {"averaged-buckets"}
    assert not proved["notes"]


@pytest.mark.parametrize(
    ("value", "masked"), [("ada@example.com", "{email}"), ("RSSMRA85T10A562S", "{tax-code}"), ("tenant-7", None)]
)
def test_what_looks_like_a_person_is_not_kept_unless_the_entry_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, masked: str | None
) -> None:
    samples = [(START + 2 * DAY, 5.0)]
    puts = [Put("App", "Ok", {"Table": name}, samples) for name in (value, "0f6e2c1a-5d55-4a0e-9d3c-2b8f4f1c9b7e")]
    one = kept(tmp_path, monkeypatch, catalogue=catalogue(ERRORS), puts=puts)
    done = one.collect(at(4), since(3))
    told = {(missing.why, missing.text) for missing in done.missing}
    if masked is None:
        assert (told, len(done.kept)) == (set(), 2)
        return
    (why, text), kept_files = told.pop(), list(Path(one.store).rglob("*.parquet"))
    assert (why, kept_files, told) == (Why.PERSONAL_NAMES, [], set())
    assert text.startswith("a Table of App/Ok looks like a")
    assert (f"{masked!r}" in text, value in text) == (True, False)
    named = replace(ERRORS, indicator=Ratio((term("Bad", Table=value),), (term("Ok", Table=value),), counts_good=False))
    one.catalogue = catalogue(named)
    assert len(one.collect(at(4), since(3)).kept) == 2
