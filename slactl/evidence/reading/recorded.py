"""The windows whose times stand in evidence kept from before their start (rule 14).

The one rule: the last record from before a window's start decides; it must name the window with the same
start, end and announcement, for at least the same services, and not as cancelled. A record is no older than
those that stood in the chain before it, whatever the clock said that it was made by.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from slactl.compliance.recurrence import expand_all
from slactl.model.evidence import Item, Kind
from slactl.model.maintenance import MaintenanceCalendar, Window
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.record import BEHIND, SeenRun, SeenWindow, read_run

CHECK = "slactl evidence check tells what is wrong with the store"


def recorded(archive: Archive, calendar: MaintenanceCalendar, around: Span) -> frozenset[str]:
    """The ids of the windows in a span, occurrences by their own, that are proved so.

    Raises:
        EvidenceFailure: if a record of a collect can't be read.
    """
    if not calendar.windows and not calendar.recurring:
        return frozenset()
    runs = _runs(archive)
    return frozenset(window.id for window in _windows(calendar, around) if runs.knew(window))


def contradicted(
    archive: Archive, calendar: MaintenanceCalendar, around: Span, proved: frozenset[str]
) -> Mapping[str, Reason]:
    """The windows in a span that are not proved and that a collect saw with other times, or cancelled; by id.

    Records are looked at from two months before the start to two months after it.

    Raises:
        EvidenceFailure: if a record of a collect can't be read.
    """
    asked = [one for one in _windows(calendar, around) if one.id not in proved and not one.cancelled]
    if not asked:
        return {}
    runs = _runs(archive)
    return {window.id: reason for window in asked if (reason := runs.against(window)) is not None}


def _runs(archive: Archive) -> _Runs:
    return _Runs(archive, sorted((_at(archive, item), item.path, item) for item in archive.items(Kind.RUN)))


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

    def against(self, window: Window) -> Reason | None:
        """What records say against a window: the last before its start that names it, else any after."""
        start = window.span.start
        place = bisect_left(self.runs, (start, ""))
        before = (self._read(item) for at, _, item in reversed(self.runs[:place]) if at >= start - BEHIND)
        last = next((run for run in before if any(one.id == window.id for one in run.windows)), None)
        after = (self._read(item) for at, _, item in self.runs[place:] if at < start + BEHIND)
        told = (_otherwise(run, window) for run in (*((last,) if last else ()), *after))
        return next((reason for reason in told if reason is not None), None)

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


def _otherwise(run: SeenRun, window: Window) -> Reason | None:
    """What a record says against a window that it names."""
    seen = next((one for one in run.windows if one.id == window.id), None)
    if seen is None:
        return None
    if seen.cancelled:
        return Reason.of(Code.RECORDED_OTHERWISE, cancelled_at=_utc(run.at))
    if (seen.span, seen.announced) == (window.span, window.announced):
        return None
    told = {"seen_at": run.at, "seen_start": seen.span.start, "seen_end": seen.span.end}
    told |= {} if seen.announced is None else {"seen_announced": seen.announced}
    return Reason.of(Code.RECORDED_OTHERWISE, **{name: _utc(at) for name, at in told.items()})


def _utc(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _concerns(seen: tuple[str, ...] | None, now: tuple[str, ...] | None) -> bool:
    """Whether a window that was recorded for some services (None: all) was for those it is now for."""
    return seen is None or (now is not None and set(now) <= set(seen))


def _at(archive: Archive, item: Item) -> int:
    at = item.facts.get("at")
    if not isinstance(at, int):
        raise EvidenceFailure(f"{item.path} does not say when it was made", CHECK)
    return max(at, archive.since(item))
