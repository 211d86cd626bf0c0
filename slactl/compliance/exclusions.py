"""Decides what of the announced maintenance leaves the figures, and why the rest does not.

The one rule: a second is excluded only when it was announced in time, well enough proved, worked
(where that is told), inside the caps, and inside the grid (rules 13 to 16); every such second belongs
to exactly one window, so the windows' shares sum to what is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from slactl.compliance.recurrence import excludes_nothing, expand_all
from slactl.model.maintenance import (
    MaintenanceCalendar,
    MaintenancePolicy,
    Proof,
    ServiceExclusion,
    Window,
    WindowOutcome,
)
from slactl.model.period import Month, local_date
from slactl.model.span import Span, Spans, intersect, seconds, subtract, union
from slactl.model.status import Code, Reason

Grid = Callable[[str, int], int]
"""The grid in seconds, by service key and instant."""


def five_minutes(_service: str, _instant: int) -> int:
    """The grid where five minutes are kept."""
    return 300


@dataclass(frozen=True)
class Exclusions:
    """What a month's maintenance takes out.

    ``applied`` holds for each service key the spans on the grid that every excluding figure takes
    out; ``outcomes`` every window that touches the month, in order of time, then id.
    """

    applied: Mapping[str, Spans]
    outcomes: tuple[WindowOutcome, ...]


def exclusions(
    calendar: MaintenanceCalendar,
    services: Sequence[str],
    month: Span,
    year: Span,
    timezone: str,
    grid: Grid = five_minutes,
    recorded: frozenset[str] = frozenset(),
) -> Exclusions:
    """Apply the calendar to a calendar month of the agreement year ``year``.

    ``grid`` gives the grid of a service at an instant (rule 16); ``recorded`` names the windows
    (occurrences by their own id) whose times stand in evidence kept from before their start. For the
    year's cap a month belongs to the agreement year of its first day.

    Raises:
        ValueError: if there are windows but no notice, or a recurrence cannot be read.
    """
    policy = calendar.policy
    months = (*_earlier_months(month, year, ZoneInfo(timezone)), month)
    windows = _windows(calendar, Span(months[0].start, month.end), recorded)
    accounts: dict[str, _Account] = {}
    for service in services:
        own = tuple(window for window in windows if window.concerns(service))
        accounts[service] = _account(own, policy, months, partial(grid, service))
    touching = (window for window in windows if window.span.meets(month))
    return Exclusions(
        {service: account.applied for service, account in accounts.items()},
        tuple(WindowOutcome(window, _of_each_service(window, accounts)) for window in touching),
    )


def _of_each_service(window: Window, accounts: Mapping[str, _Account]) -> tuple[ServiceExclusion, ...]:
    concerned = (service for service in accounts if window.concerns(service))
    return tuple(replace(accounts[service].outcomes[window.id], service=service) for service in concerned)


def refusal(window: Window, policy: MaintenancePolicy) -> Reason | None:
    """Why a window is not admitted at all (rule 14), or None.

    Raises:
        ValueError: if the policy has no notice.
    """
    if policy.notice is None:
        raise ValueError("maintenance windows need a notice")
    if window.cancelled:
        return Reason.of(Code.CANCELLED)
    return _unannounced(window, policy.notice) or _unproved(window, policy.require_proof) or _empty(window)


def _unannounced(window: Window, notice: int) -> Reason | None:
    if window.announced is None:
        return Reason.of(Code.NOT_ANNOUNCED)
    given = window.span.start - window.announced
    return None if given >= notice else Reason.of(Code.LATE_ANNOUNCEMENT, given_seconds=given, notice_seconds=notice)


def _unproved(window: Window, required: Proof) -> Reason | None:
    if window.proof >= required:
        return None
    return Reason.of(Code.PROOF_TOO_WEAK, proof=window.proof.word, required=required.word)


def _empty(window: Window) -> Reason | None:
    if excludes_nothing(window):
        return window.note
    worked = window.worked is None or window.span.meets(window.worked)
    return None if worked else Reason.of(Code.NOT_WORKED)


@dataclass(frozen=True)
class _Account:
    """What one set of windows comes to in a month; ``outcomes`` by window id, service left blank."""

    applied: Spans
    outcomes: Mapping[str, ServiceExclusion]


@dataclass(frozen=True)
class _Cap:
    """What of the admitted seconds the caps leave, and the cap that cut, ``month`` or ``year``, with its size."""

    left: Spans
    name: str = ""
    seconds: int = 0

    def reached(self, left: int) -> Reason:
        """The reason of a window for which so many seconds of the cap were left."""
        return Reason.of(Code.CAP_REACHED, cap=self.name, cap_seconds=self.seconds, left_seconds=left)


def _windows(calendar: MaintenanceCalendar, touching: Span, recorded: frozenset[str]) -> tuple[Window, ...]:
    """Single windows and occurrences that touch the span, with their grade of proof, first start first."""
    single = (window for window in calendar.windows if window.span.meets(touching))
    found = (*single, *expand_all(calendar.recurring, touching))
    graded = (replace(window, proof=Proof.RECORDED) if window.id in recorded else window for window in found)
    return tuple(sorted(graded, key=lambda window: (window.span.start, window.id)))


def _earlier_months(month: Span, year: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    """The months of the agreement year before this one, first to last."""
    first = local_date(month.start, zone)
    label = Month(first.year, first.month)
    earlier: list[Span] = []
    while True:
        label = label.shift(-1)
        span = label.span(zone)
        if span.start < year.start:
            return tuple(reversed(earlier))
        earlier.append(span)


def _account(
    windows: tuple[Window, ...], policy: MaintenancePolicy, months: tuple[Span, ...], grid: Callable[[int], int]
) -> _Account:
    month = months[-1]
    refused = {window.id: refusal(window, policy) for window in windows}
    admitted = tuple(window for window in windows if refused[window.id] is None)
    cap = _capped(admitted, policy, months)
    applied = tuple(part for span in cap.left if (part := _shrunk(span, grid)))
    owned = _owned(admitted, month)
    outcomes = {}
    for window in windows:
        if requested := window.span.clip(month):
            own = owned.get(window.id, ())
            share = intersect(own, applied)
            reason = refused[window.id] or _shortfall(_admitted(window, month), own, cap, share) or window.note
            outcomes[window.id] = ServiceExclusion("", bool(share), reason, requested.seconds, seconds(share), share)
    return _Account(applied, outcomes)


def _shrunk(span: Span, grid: Callable[[int], int]) -> Span | None:
    """A connected part, moved inward to the grid that is kept at each of its ends."""
    at_start, at_end = grid(span.start), grid(span.end)
    start, end = -(-span.start // at_start) * at_start, span.end // at_end * at_end
    return Span(start, end) if start < end else None


def _admitted(window: Window, month: Span) -> Span | None:
    """What was announced and, where that is told, worked, inside the month."""
    part = window.span.clip(window.worked) if window.worked else window.span
    return part.clip(month) if part else None


def _admitted_union(windows: tuple[Window, ...], month: Span) -> Spans:
    return union(part for window in windows if (part := _admitted(window, month)))


def _capped(windows: tuple[Window, ...], policy: MaintenancePolicy, months: tuple[Span, ...]) -> _Cap:
    """Rule 15: the caps, spent in order of time; earlier months spend the year's cap by the same rules."""
    spent = 0
    if policy.max_per_year is not None:
        for earlier in months[:-1]:
            asked = seconds(_admitted_union(windows, earlier))
            spent += _least(asked, policy.max_per_month, policy.max_per_year - spent)
    asked_spans = _admitted_union(windows, months[-1])
    of_year = None if policy.max_per_year is None else policy.max_per_year - spent
    allowed = _least(seconds(asked_spans), policy.max_per_month, of_year)
    if allowed == seconds(asked_spans):
        return _Cap(asked_spans)
    by_year = of_year is not None and allowed == of_year
    limit = policy.max_per_year if by_year else policy.max_per_month
    return _Cap(_first_seconds(asked_spans, allowed), "year" if by_year else "month", limit or 0)


def _least(asked: int, *limits: int | None) -> int:
    return min(asked, *(limit for limit in limits if limit is not None), asked)


def _first_seconds(spans: Spans, allowed: int) -> Spans:
    """The first so many seconds of the spans."""
    kept = []
    for span in spans:
        if allowed <= 0:
            break
        kept.append(Span(span.start, min(span.end, span.start + allowed)))
        allowed -= kept[-1].seconds
    return tuple(kept)


def _owned(windows: tuple[Window, ...], month: Span) -> Mapping[str, Spans]:
    """The admitted seconds of the month that belong to each window, the first start first."""
    owned: dict[str, Spans] = {}
    taken: Spans = ()
    for window in windows:
        part = _admitted(window, month)
        taken = tuple(span for span in taken if span.end > window.span.start)
        owned[window.id] = subtract((part,), taken) if part else ()
        taken = union((*taken, part)) if part else taken
    return owned


def _shortfall(part: Span | None, own: Spans, cap: _Cap, share: Spans) -> Reason | None:
    """Why an admitted window excludes nothing, or not all that was announced and worked in the month."""
    if part is None:
        return Reason.of(Code.OUTSIDE_PERIOD)
    if (left := seconds(intersect(own, cap.left))) < seconds(own):
        return cap.reached(left)
    if covered := part.seconds - seconds(own):
        return Reason.of(Code.COVERED_BY_OTHER, covered_seconds=covered)
    return None if share else Reason.of(Code.SHORTER_THAN_GRID, seconds=part.seconds)
