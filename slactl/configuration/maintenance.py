"""Maintenance files: the rules for windows, single windows, recurring windows.

The one rule: a window is read as it was announced, late or not; whether it counts is decided by
``slactl.compliance``, never here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from slactl.configuration.fields import Fields, item_name, prose, quantity, text, word_of
from slactl.configuration.files import Opened, digest_of
from slactl.configuration.mistakes import Notes, Refused, quoted
from slactl.configuration.names import identifier, url
from slactl.configuration.nodes import Scalar, Table
from slactl.configuration.objectives import known_services
from slactl.configuration.quantities import whole_seconds
from slactl.configuration.recurrence import read_recurrence
from slactl.configuration.times import instant_in
from slactl.model.maintenance import (
    Announcement,
    MaintenanceCalendar,
    MaintenancePolicy,
    Proof,
    RecurringWindow,
    Window,
)
from slactl.model.span import Span

POLICY_KEYS = ("notice", "max_per_month", "max_per_year", "require_proof")
WINDOW_KEYS = (
    "id",
    "start",
    "end",
    "announced",
    "announcement",
    "reason",
    "worked",
    "cancelled",
    "services",
    "rrule",
    "until",
    "mute",
)
NO_SPAN = Span(0, 1)
"""Stands in for times that were refused."""

PROOFS = tuple(proof.word for proof in Proof)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a window needs to know of the rest: the zone and the services' keys (None: unknown)."""

    zone: ZoneInfo
    services: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PlacedWindow:
    """A window with the fields it was read from."""

    window: Window | RecurringWindow
    fields: Fields

    @property
    def template(self) -> Window:
        """The window itself, or the first occurrence of a recurring one."""
        return self.window if isinstance(self.window, Window) else self.window.template


def read_maintenance(
    files: Iterable[Opened], around: Surroundings, notes: Notes
) -> tuple[MaintenanceCalendar, list[PlacedWindow]]:
    """All windows of all files and the policy; mistakes go to the notes."""
    tops = [top for file in files if (top := _top(file, notes))]
    policy = _policy([top for top, _ in tops])
    placed = [window for top, file in tops for window in _windows(top, file, around)]
    _check_unique(placed)
    single = tuple(each.window for each in placed if isinstance(each.window, Window))
    recurring = tuple(each.window for each in placed if isinstance(each.window, RecurringWindow))
    return MaintenanceCalendar(policy, single, recurring), placed


def _top(file: Opened, notes: Notes) -> tuple[Fields, Opened] | None:
    if not isinstance(file.node, Table):
        notes.mistake(
            file.shown,
            file.node.line,
            f"a maintenance file must be a mapping, found {file.node.kind}",
            "it has notice: and windows:",
        )
        return None
    fields = Fields(file.node, "maintenance", file.shown, notes)
    fields.only((*POLICY_KEYS, "windows"))
    return fields, file


def _policy(tops: list[Fields]) -> MaintenancePolicy:
    """The one policy of all files."""
    holders = [top for top in tops if any(top.has(key) for key in POLICY_KEYS)]
    for extra in holders[1:]:
        for key in POLICY_KEYS:
            if extra.has(key):
                extra.mistake(
                    key,
                    f"may stand in one file only, found the rules in {holders[0].file} too",
                    "keep notice, the caps and require_proof together in one file",
                )
    _check_notice(tops, holders)
    if not holders:
        return MaintenancePolicy()
    fields = holders[0]
    seconds = quantity(whole_seconds)
    proof = fields.get("require_proof", word_of(*PROOFS), Proof.DECLARED.word)
    return MaintenancePolicy(
        notice=fields.get("notice", seconds),
        max_per_month=fields.get("max_per_month", seconds),
        max_per_year=fields.get("max_per_year", seconds),
        require_proof=Proof[proof.upper()],
    )


def _check_notice(tops: list[Fields], holders: list[Fields]) -> None:
    if any(top.has("notice") for top in holders):
        return
    first = next((top for top in tops if (top.items("windows", "a list of windows"))), None)
    if first:
        first.notes.mistake(
            first.file,
            first.line_of("windows"),
            "there are windows but no notice, found none in any file",
            "write notice: 48h, as the agreement says; there is no default",
        )


def _windows(top: Fields, file: Opened, around: Surroundings) -> list[PlacedWindow]:
    found = []
    for index, item in enumerate(top.items("windows", "a list of windows") or (), 1):
        fields = top.as_fields(item, item_name("windows", item, index))
        if fields:
            found.append(PlacedWindow(_window(fields, file, around), fields))
    return found


def _check_unique(placed: list[PlacedWindow]) -> None:
    first: dict[str, Fields] = {}
    for each in placed:
        earlier = first.setdefault(each.template.id, each.fields)
        if each.template.id and earlier is not each.fields:
            found = f"{earlier.file}:{earlier.line_of('id')}"
            each.fields.mistake("id", f"is taken, found it first at {found}", "every window has an id of its own")


def _window(fields: Fields, file: Opened, around: Surroundings) -> Window | RecurringWindow:
    """A window; what is wrong in it has a placeholder, so that the rest is read all the same."""
    fields.only(WINDOW_KEYS)
    name = fields.must("id", identifier, "the change's number, such as CHG-1042") or ""
    reason = fields.must("reason", prose, "one line for the customer") or ""
    announced = fields.get("announced", quantity(instant_in(around.zone)))
    announcement = _announcement(fields, file)
    cancelled, services = fields.flag("cancelled"), known_services(fields, around.services)
    mute = fields.flag("mute", default=True)
    recurs = fields.has("rrule") or fields.has("until")
    timing = read_recurrence(fields, around.zone) if recurs else None
    span = timing.first if timing else None if recurs else read_span(fields, around.zone)
    worked = _worked(fields, around.zone, recurs)
    proof = Proof.DOCUMENTED if announcement.sha256 else Proof.DECLARED
    window = Window(
        name, span or NO_SPAN, announced, reason, announcement, worked, cancelled, services, proof, mute=mute
    )
    if timing is None:
        return window
    return RecurringWindow(window, timing.start, timing.end, timing.rrule, timing.until, around.zone.key)


def read_span(fields: Fields, zone: ZoneInfo) -> Span | None:
    """``start`` and ``end`` as instants; None after a mistake."""
    start = fields.must("start", quantity(instant_in(zone)), "a time such as 2026-10-14T02:00")
    end = fields.must("end", quantity(instant_in(zone)), "a time such as 2026-10-14T04:00")
    if start is None or end is None:
        return None
    if end <= start:
        entry = fields.table.entry("end")
        found = entry.value.text if entry and isinstance(entry.value, Scalar) else ""
        fields.mistake("end", f"must lie after start, found {quoted(found)}")
        return None
    return Span(start, end)


def _worked(fields: Fields, zone: ZoneInfo, recurs: bool) -> Span | None:
    inner = fields.mapping("worked")
    if inner is None:
        return None
    inner.only(("start", "end"))
    if recurs:
        fields.mistake(
            "worked",
            "does not go with a recurring window, found it beside rrule",
            "write the occurrence that was worked as a window of its own",
        )
    return read_span(inner, zone)


def _announcement(fields: Fields, file: Opened) -> Announcement:
    inner = fields.mapping("announcement")
    if inner is None:
        return Announcement()
    inner.only(("channel", "to", "url", "file"))
    if not inner.table.entries:
        fields.mistake("announcement", "says nothing, found {}", "how customers were told: channel, to, url, file")
    name = inner.get("file", text)
    return Announcement(
        inner.get("channel", prose), inner.get("to", prose), inner.get("url", url), name, _digest(inner, file, name)
    )


def _digest(fields: Fields, file: Opened, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return digest_of(file.beside(name))
    except Refused as refused:
        fields.mistake("file", f"names a file that {refused.what}, found {quoted(name)}", refused.hint)
        return None
