"""What is kept, by service, kind and month: from when to when, with which holes, and how sure.

The one rule: months are those of the files' UTC days; a hole is time between the first and the last
second that is kept of a service's counts and that no file covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slactl.evidence.store.archive import CHECK, ShelfArchive
from slactl.model.evidence import CountsFacts, Item, Kind
from slactl.model.period import Month
from slactl.model.span import Span, Spans, subtract, union
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.holdings import CLOSED_BY

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Holding:
    """The items of one service, kind and month.

    ``covered`` is the time that they cover, where they say so; ``holes`` and ``state`` (closed, final,
    provisional) are of counts and metrics; ``size`` is in bytes. ``service`` and ``month`` may be empty.
    """

    service: str
    kind: Kind
    month: str
    covered: Span | None
    holes: Spans
    state: str | None
    files: int
    size: int


def holdings(
    archive: ShelfArchive, service: str | None = None, month: str | None = None, kind: Kind | None = None
) -> tuple[Holding, ...]:
    """All that is kept, or what of it is asked for.

    Raises:
        EvidenceFailure: if counts do not say what they cover.
    """
    found: list[Holding] = []
    for each in (kind,) if kind else Kind:
        items = archive.items(each, service)
        if each in CLOSED_BY:
            found += _of_days(archive, each, items)
        else:
            found += [_plain(each, *group) for group in _grouped(items)]
    wanted = [holding for holding in found if month in (None, holding.month)]
    return tuple(sorted(wanted, key=lambda each: (each.service, each.month, each.kind)))


def _grouped(items: Iterable[Item]) -> list[tuple[str, str, list[Item]]]:
    """Items by service and month (or year)."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.place.service, item.place.when[:7]), []).append(item)
    return [(*key, group) for key, group in sorted(groups.items())]


def _plain(kind: Kind, service: str, month: str, items: Sequence[Item]) -> Holding:
    spans = [span for item in items if (span := covered_by(item))]
    covered = Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None
    return Holding(service, kind, month, covered, (), None, len(items), sum(item.size for item in items))


def _of_days(archive: ShelfArchive, kind: Kind, items: Sequence[Item]) -> list[Holding]:
    found: list[Holding] = []
    for service in sorted({item.place.service for item in items}):
        mine = [item for item in items if item.place.service == service]
        spans = union(_facts(item).span for item in mine)
        answers = (item.place for item in archive.items(Kind.ANSWERS, service))
        closed = {place.when for place in answers if place.name == CLOSED_BY[kind]}
        for month in _months(spans):
            of_month = [item for item in mine if item.place.when[:7] == month.label]
            found.append(_month((service, kind, month), of_month, spans, closed=month.label in closed))
    return found


def _month(of: tuple[str, Kind, Month], items: Sequence[Item], spans: Spans, *, closed: bool) -> Holding:
    service, kind, month = of
    whole = month.span(_UTC).clip(Span(spans[0].start, spans[-1].end))
    assert whole
    covered = union(_facts(item).span for item in items)
    final = all(_facts(item).final for item in items)
    state = "closed" if closed else "final" if items and final else "provisional" if items else None
    reach = Span(covered[0].start, covered[-1].end) if covered else None
    holes = subtract((whole,), covered)
    return Holding(service, kind, month.label, reach, holes, state, len(items), sum(each.size for each in items))


def _months(spans: Spans) -> list[Month]:
    """The UTC months that spans touch, those between them too."""
    first, last = (datetime.fromtimestamp(each, UTC) for each in (spans[0].start, spans[-1].end - 1))
    count = (last.year - first.year) * 12 + last.month - first.month
    return [Month(first.year, first.month).shift(step) for step in range(count + 1)]


def covered_by(item: Item) -> Span | None:
    """The time that an item says it covers; else its UTC day or month; None where it has neither."""
    start, end = item.facts.get("start"), item.facts.get("end")
    if isinstance(start, int) and isinstance(end, int) and start < end:
        return Span(start, end)
    when = item.place.when
    if len(when) == len("YYYY-MM-DD"):
        day = int(datetime.fromisoformat(f"{when}T00:00:00+00:00").timestamp())
        return Span(day, day + 86_400)
    return Month.parse(when).span(_UTC) if len(when) == len("YYYY-MM") else None


def _facts(item: Item) -> CountsFacts:
    try:
        return CountsFacts.of(item)
    except ValueError as error:
        raise EvidenceFailure(str(error), CHECK) from error
