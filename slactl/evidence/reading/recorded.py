"""The windows whose times stand in evidence kept from before their start (rule 14).

The one rule: the last record from before a window's start decides; it must name the window with the same
start, end and announcement, for at least the same services, and not as cancelled. A record is no older than
those that stood in the chain before it, whatever the clock said that it was made by.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from slactl.compliance.recurrence import expand_all
from slactl.model.evidence import Item, Kind
from slactl.model.maintenance import MaintenanceCalendar, Window
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.record import SeenRun, SeenWindow, read_run

CHECK = "slactl evidence check tells what is wrong with the store"


def recorded(archive: Archive, calendar: MaintenanceCalendar, around: Span) -> frozenset[str]:
    """The ids of the windows in a span, occurrences by their own, that are proved so.

    Raises:
        EvidenceFailure: if a record of a collect can't be read.
    """
    if not calendar.windows and not calendar.recurring:
        return frozenset()
    runs = _Runs(archive, sorted((_at(archive, item), item.path, item) for item in archive.items(Kind.RUN)))
    return frozenset(window.id for window in _windows(calendar, around) if runs.knew(window))


def _windows(calendar: MaintenanceCalendar, around: Span) -> Iterator[Window]:
    yield from (window for window in calendar.windows if window.span.meets(around))
    yield from expand_all(calendar.recurring, around)


@dataclass
class _Runs:
    """The records of a store's collects, by the instant they were made."""

    archive: Archive
    runs: list[tuple[int, str, Item]]
    _seen: dict[str, SeenRun] = field(default_factory=dict)

    def knew(self, window: Window) -> bool:
        place = bisect_left(self.runs, (window.span.start, ""))
        return place > 0 and any(_same(seen, window) for seen in self._read(self.runs[place - 1][2]).windows)

    def _read(self, item: Item) -> SeenRun:
        if item.path not in self._seen:
            try:
                self._seen[item.path] = read_run(self.archive.body(item))
            except ValueError as error:
                raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error
        return self._seen[item.path]


def _same(seen: SeenWindow, window: Window) -> bool:
    same = (seen.id, seen.span, seen.announced) == (window.id, window.span, window.announced)
    return same and not seen.cancelled and _concerns(seen.services, window.services)


def _concerns(seen: tuple[str, ...] | None, now: tuple[str, ...] | None) -> bool:
    """Whether a window that was recorded for some services (None: all) was for those it is now for."""
    return seen is None or (now is not None and set(now) <= set(seen))


def _at(archive: Archive, item: Item) -> int:
    at = item.facts.get("at")
    if not isinstance(at, int):
        raise EvidenceFailure(f"{item.path} does not say when it was made", CHECK)
    return max(at, archive.since(item))
