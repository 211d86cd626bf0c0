"""What may leave a store because nobody has to keep it any longer.

The one rule: whole months leave, and with them nothing that a month which stays is computed from or
proved by; what the running agreement year or an unclosed month needs leaves by force only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from slactl.evidence.store.archive import ShelfArchive
from slactl.model.evidence import Dropped, Item, Kind
from slactl.model.period import Month, agreement_year, day_start, local_date
from slactl.ports.archive import EvidenceFailure
from slactl.reading.retention import kept_from
from slactl.workflows.collecting.holdings import CLOSED_BY

DAY = 86_400
LOOKBACK = 35 * DAY
"""What a month looks back to: the same time of the weeks before (rules 8 and 11)."""
CONTROLS_LONGER = 8 * DAY
"""The last values before a month tell what changed at its beginning."""
RUNS_LONGER = 400 * DAY
"""Records of collects prove when a window was first seen, which may be a year before its month."""
MARGINS: Mapping[Kind, int] = {
    Kind.COUNTS: LOOKBACK,
    Kind.STREAMS: LOOKBACK,
    Kind.METRICS: LOOKBACK,
    Kind.ANSWERS: 0,
    Kind.ALARMS: 0,
    Kind.REPORT: 0,
    Kind.CONTROLS: CONTROLS_LONGER,
    Kind.RUN: RUNS_LONGER,
}
"""How much longer than the months themselves each kind stays; configurations and announcements stay for good."""
NEVER = 1 << 62
ASKERS = 16


@dataclass(frozen=True, slots=True)
class Agreement:
    """The calendar by which months and years are cut."""

    zone: ZoneInfo
    year_starts: tuple[int, int]

    def month_of(self, instant: int) -> Month:
        today = local_date(instant, self.zone)
        return Month(today.year, today.month)

    def year_start(self, now: int) -> int:
        """The first instant of the running agreement year."""
        return agreement_year(self.month_of(now), self.year_starts, self.zone).start


@dataclass(frozen=True, slots=True)
class Purge:
    """What would leave, what a lock still holds (and until when), and which services stay longer, unclosed."""

    edge: date
    leaving: tuple[Item, ...]
    held: tuple[tuple[Item, int], ...]
    unclosed: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        """Bytes that would leave."""
        return sum(item.size for item in self.leaving)


def planned(archive: ShelfArchive, before: date, agreement: Agreement, now: int, *, force: bool = False) -> Purge:
    """What is to leave so that no month before a day's month is kept.

    Args:
        archive: the store.
        before: a day; its month is the first that stays.
        agreement: time zone and year of the agreement.
        now: the present.
        force: drop what the running year and unclosed months need, too.

    Raises:
        EvidenceFailure: if months of the running agreement year would leave, without ``force``.
    """
    first = Month(before.year, before.month)
    edge = first.span(agreement.zone).start
    if edge > agreement.year_start(now) and not force:
        start = local_date(agreement.year_start(now), agreement.zone)
        raise EvidenceFailure(
            f"what was kept since {start} belongs to the running agreement year",
            f"purge with --before {start}, or drop it all the same with --force",
        )
    unclosed = {} if force else _unclosed(archive, edge, agreement.zone, now)
    items = [item for kind in MARGINS for item in archive.items(kind)]
    leaving = [item for item in items if _ends(item, agreement.zone) <= _limit(item, edge, unclosed, agreement.zone)]
    held = _held(archive, leaving, now)
    free = tuple(item for item in leaving if item.path not in held)
    return Purge(
        first.first,
        free,
        tuple((item, held[item.path]) for item in leaving if item.path in held),
        tuple((service, month.label) for service, month in sorted(unclosed.items())),
    )


def carry_out(archive: ShelfArchive, purge: Purge, at: int) -> None:
    """Drops what is to leave, in one commit.

    Raises:
        EvidenceFailure: if the store changed meanwhile, or can't be written.
    """
    archive.commit(f"purge-before-{purge.edge}", at, [], [Dropped(item, "purged") for item in purge.leaving])


def edge_of(keep: int, agreement: Agreement, now: int) -> date:
    """The first day that stays when so many days are kept: of a month, and never of the running agreement year."""
    oldest = agreement.month_of(now - keep * DAY).first
    return min(oldest, local_date(agreement.year_start(now), agreement.zone))


def _unclosed(archive: ShelfArchive, edge: int, zone: ZoneInfo, now: int) -> dict[str, Month]:
    """For each service its first month before the edge that a collect can still close."""
    found: dict[str, Month] = {}
    closed = {(one.service, one.when, one.name) for one in (item.place for item in archive.items(Kind.ANSWERS))}
    items = ((item, name) for kind, name in CLOSED_BY.items() for item in archive.items(kind))
    for item, name in items:
        service, month = item.place.service, Month.parse(item.place.when[:7])
        span = month.span(zone)
        waits = (service, month.label, name) not in closed and span.start < edge and span.start >= kept_from(now)
        if waits and (service not in found or month.first < found[service].first):
            found[service] = month
    return found


def _limit(item: Item, edge: int, unclosed: Mapping[str, Month], zone: ZoneInfo) -> int:
    month = unclosed.get(item.place.service)
    stays_from = min(edge, month.span(zone).start) if month else edge
    return stays_from - MARGINS[item.place.kind]


def _ends(item: Item, zone: ZoneInfo) -> int:
    """The first instant after what an item is about; days are UTC days, months those of the agreement."""
    when = item.place.when
    if len(when) == len("YYYY-MM-DD"):
        return day_start(date.fromisoformat(when), ZoneInfo("UTC")) + DAY
    if len(when) == len("YYYY-MM"):
        return Month.parse(when).span(zone).end
    # An agreement year may begin on any day of its calendar year.
    return day_start(date(int(when) + 2, 1, 1), zone) if when else NEVER


def _held(archive: ShelfArchive, items: Sequence[Item], now: int) -> dict[str, int]:
    """Until when locks hold, by path; nothing of those that none holds."""
    with ThreadPoolExecutor(ASKERS) as pool:
        until: Iterable[int | None] = pool.map(archive.shelf.held_until, [item.path for item in items])
        return {item.path: end for item, end in zip(items, until, strict=True) if end and end > now}
