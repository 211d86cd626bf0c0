"""Which windows a store proves: by the last record from before their start, whatever clock made it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slactl.configuration import load_catalogue
from slactl.evidence.bundle.noted import NotedArchive
from slactl.evidence.reading.recorded import contradicted, recorded
from slactl.evidence.store import ShelfArchive, open_archive
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Kind, NewItem, Place
from slactl.model.maintenance import MaintenanceCalendar, Window
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.record import Made, run_body

DAY = 86_400
START = 1_790_000_000
WINDOW = Window("CHG-1", Span(START, START + 3600), START - 9 * DAY, "Upgrade")
ALL = Span(START - 30 * DAY, START + 30 * DAY)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "slactl.yaml").write_text('version: 1\nservices:\n  shop: {environment: "eks:prod"}\n')
    return load_catalogue(tmp_path / "slactl.yaml")


@pytest.fixture
def store(tmp_path: Path) -> ShelfArchive:
    return open_archive(str(tmp_path / "evidence"), create=True)


def calendar(*windows: Window) -> MaintenanceCalendar:
    return MaintenanceCalendar(windows=windows)


def collect(store: ShelfArchive, catalogue: Catalogue, at: int, *windows: Window) -> None:
    """Keeps the record of a collect at an instant, by its own clock, that saw some windows."""
    run = f"run-{at}-{len(windows)}"
    seen = replace(catalogue, maintenance=calendar(*windows))
    body = run_body(Outcome(run, at, at), seen, Made("0", "1", "eu", "me", clock_set=False), complete=True)
    store.commit(run, at, [NewItem(Place(Kind.RUN, "1", "eu", "", "2026-09-01", f"{run}.json"), body, {"at": at})])


def proves(store: ShelfArchive, window: Window = WINDOW) -> bool:
    assert recorded(store, calendar(window), ALL) == recorded(NotedArchive(store), calendar(window), ALL)
    return recorded(store, calendar(window), ALL) == {window.id}


def test_a_record_from_before_the_start_proves_a_window(store: ShelfArchive, catalogue: Catalogue) -> None:
    assert not proves(store)
    collect(store, catalogue, START - 1, WINDOW)
    assert proves(store)


def test_a_record_from_after_the_start_does_not(store: ShelfArchive, catalogue: Catalogue) -> None:
    collect(store, catalogue, START, WINDOW)
    assert not proves(store)


@pytest.mark.parametrize(
    "other",
    [
        replace(WINDOW, span=Span(START, START + 1800)),
        replace(WINDOW, announced=START - 8 * DAY),
        replace(WINDOW, services=("other",)),
        replace(WINDOW, cancelled=True),
    ],
    ids=["end", "announcement", "services", "cancelled"],
)
def test_the_last_record_before_the_start_decides(store: ShelfArchive, catalogue: Catalogue, other: Window) -> None:
    collect(store, catalogue, START - 2 * DAY, WINDOW)
    collect(store, catalogue, START - DAY, other)
    collect(store, catalogue, START + DAY, WINDOW)
    assert not proves(store)


def test_a_window_that_was_taken_out_before_its_start_is_not_proved(store: ShelfArchive, catalogue: Catalogue) -> None:
    collect(store, catalogue, START - 2 * DAY, WINDOW)
    collect(store, catalogue, START - DAY)
    assert not proves(store)


def test_a_clock_that_was_set_back_proves_nothing(store: ShelfArchive, catalogue: Catalogue) -> None:
    collect(store, catalogue, START + DAY)
    collect(store, catalogue, START - DAY, WINDOW)
    assert not proves(store)
    assert not proves(open_archive(store.name, create=False))


def test_what_was_recorded_in_time_stays_so_when_a_clock_is_set_back_later(
    store: ShelfArchive, catalogue: Catalogue
) -> None:
    collect(store, catalogue, START - DAY, WINDOW)
    collect(store, catalogue, START + DAY, WINDOW)
    collect(store, catalogue, START - DAY // 2)
    assert proves(store)


def test_only_collects_tell_the_time(store: ShelfArchive, catalogue: Catalogue) -> None:
    """A report that was made with a clock set ahead takes no proof away."""
    store.commit("report", START + DAY, [NewItem(Place(Kind.REPORT, when="2026-09", name="report-r1.json"), b"{}")])
    collect(store, catalogue, START - DAY, WINDOW)
    assert proves(store)


def said_against(store: ShelfArchive, window: Window = WINDOW) -> dict[str, str] | None:
    """What the store's records say against a window, or nothing."""
    proved = recorded(store, calendar(window), ALL)
    found = contradicted(store, calendar(window), ALL, proved)
    assert set(found) <= {window.id} - proved
    assert all(reason.code is Code.RECORDED_OTHERWISE for reason in found.values())
    return {key: str(value) for reason in found.values() for key, value in reason.figures} if found else None


SEEN = {
    "seen_start": "2026-09-21T14:13:20Z",
    "seen_end": "2026-09-21T15:13:20Z",
    "seen_announced": "2026-09-12T14:13:20Z",
}


@pytest.mark.parametrize("hours", [-2, 3], ids=["to before", "to after"])
def test_a_window_that_was_moved_after_it_began_is_contradicted(
    store: ShelfArchive, catalogue: Catalogue, hours: int
) -> None:
    moved = replace(WINDOW, span=Span(START + hours * 3600, START + 3600 + hours * 3600))
    collect(store, catalogue, START - DAY, WINDOW)
    collect(store, catalogue, START + DAY, moved)
    assert said_against(store, moved) == {"seen_at": "2026-09-20T14:13:20Z", **SEEN}
    assert said_against(store) is None


def test_a_window_that_was_moved_to_before_every_record_is_contradicted(
    store: ShelfArchive, catalogue: Catalogue
) -> None:
    collect(store, catalogue, START - DAY, WINDOW)
    moved = replace(WINDOW, span=Span(START - 2 * DAY, START - 2 * DAY + 3600))
    collect(store, catalogue, START + DAY, moved)
    assert said_against(store, moved) == {"seen_at": "2026-09-20T14:13:20Z", **SEEN}


def test_a_window_that_was_announced_or_called_off_otherwise_is_contradicted(
    store: ShelfArchive, catalogue: Catalogue
) -> None:
    collect(store, catalogue, START - DAY, replace(WINDOW, announced=None))
    told = said_against(store)
    assert told == {"seen_at": "2026-09-20T14:13:20Z", **{key: SEEN[key] for key in ("seen_start", "seen_end")}}
    collect(store, catalogue, START - DAY + 60, replace(WINDOW, cancelled=True))
    assert said_against(store) == {"cancelled_at": "2026-09-20T14:14:20Z"}


def test_what_no_record_speaks_against_is_not_contradicted(store: ShelfArchive, catalogue: Catalogue) -> None:
    """Neither a window that was moved before it began, nor one that nobody knew, nor one that excludes nothing."""
    collect(store, catalogue, START - 2 * DAY, replace(WINDOW, span=Span(START + DAY, START + DAY + 3600)))
    collect(store, catalogue, START - DAY, WINDOW)
    collect(store, catalogue, START + DAY, WINDOW)
    assert said_against(store) is None
    assert said_against(store, replace(WINDOW, id="CHG-2")) is None
    assert said_against(store, replace(WINDOW, announced=START - 8 * DAY, cancelled=True)) is None
