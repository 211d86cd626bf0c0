"""What months that are over came to, remembered on this machine from one check to the next.

The one rule: an account is found only under the digest of all that it was made from, and kept only if it was
made from evidence alone and nothing of it was in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from fractions import Fraction
from typing import Any

from slactl.compliance.availability import Tally
from slactl.compliance.declared import declared_downtime
from slactl.evidence.reading import Evidence
from slactl.evidence.reading.memory import Memory, key_of
from slactl.evidence.reading.reader import Usage
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Item, Kind
from slactl.model.period import Month
from slactl.model.report import Seconds, SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, intersect
from slactl.ports.archive import Archive
from slactl.workflows.rows.year import AccountKey, MonthOfYear

AROUND = 45 * 86_400
"""How far from a month evidence may have to do with it: the four weeks before, and the days that it cuts."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What accounts are made from: an agreement and a store.

    ``made_by`` says what makes them: the program, and the digest of the agreement's files. ``now`` is seconds
    since the epoch.
    """

    catalogue: Catalogue
    archive: Archive
    held: Evidence
    made_by: tuple[str, ...]
    now: int

    def digest(self, key: AccountKey) -> str:
        """The digest of all that the account of a service, objective and month is made from."""
        service = next(one for one in self.catalogue.services if one.key == key[0])
        span = Month.parse(key[2]).span(self.catalogue.report.zone)
        declared = intersect(declared_downtime(self.catalogue.incidents, service.key, self.now), (span,))
        material = [
            self.made_by,
            key,
            sorted(self.held.keeping.recorded),
            [(one.start, one.end) for one in declared],
            [self._listed(service, source) for source in sources_of(service)],
            [_told(item) for item in self._items(service, span)],
        ]
        return key_of(material)

    def covers(self, key: AccountKey, span: Span) -> bool:
        """Whether all of a span was read into evidence, from every source."""
        service = next(one for one in self.catalogue.services if one.key == key[0])
        house = self.held.keeping.houses[service.key]
        return all(house.covers(span, source) for source in sources_of(service))

    def _listed(self, service: Service, source: SourceKind) -> list[str]:
        """The latest list: all days share what it says of the whole, and are asked for its operations."""
        listed = self.held.inventories[source].latest(service, self.now)
        return [] if listed is None else [repr(listed.total), repr(listed.total_decides), *map(repr, listed.operations)]

    def _items(self, service: Service, span: Span) -> Iterator[Item]:
        for kind in (Kind.COUNTS, Kind.STREAMS):
            for item in self.archive.items(kind, service.key):
                start, end = item.facts.get("start"), item.facts.get("end")
                known = isinstance(start, int) and isinstance(end, int)
                if not known or (start > span.start - AROUND and end < span.end + AROUND):  # type: ignore[operator]
                    yield item
        yield from self.archive.items(Kind.ANSWERS, service.key)


def sources_of(service: Service) -> tuple[SourceKind, ...]:
    """Where a service's answers are read."""
    return (service.source, *((SourceKind.API_GATEWAY,) if service.edge else ()))


def _told(item: Item) -> list[str]:
    return [item.path, item.sha256, repr(sorted(item.facts.items()))]


@dataclass(eq=False)
class Remembered(dict[AccountKey, MonthOfYear]):
    """The accounts of months, those that are remembered among them.

    What a remembered one was read from counts as read, so that a report of it says the same either way. ``live``
    tells what else was read.
    """

    ground: Ground
    live: Callable[[], tuple[SourceUse, ...]]
    memory: Memory
    _asked: dict[AccountKey, tuple[str, Usage, tuple[SourceUse, ...]]] = field(default_factory=dict)

    def get(self, key: AccountKey, default: Any = None) -> Any:
        if key in self:
            return self[key]
        digest = self.ground.digest(key)
        found = read(self.memory.recall(digest))
        if found is None:
            self._asked[key] = digest, self.ground.held.reader.mark(), self._others()
            return default
        made, usage = found
        self.ground.held.reader.credit(usage)
        super().__setitem__(key, made)
        return made

    def __setitem__(self, key: AccountKey, made: MonthOfYear) -> None:
        super().__setitem__(key, made)
        digest, mark, others = self._asked.pop(key, ("", None, ()))
        if mark is not None and others == self._others() and self._sure(key, made):
            self.memory.keep(digest, _text(made, self.ground.held.reader.since(mark)))

    def _others(self) -> tuple[SourceUse, ...]:
        return tuple(one for one in self.live() if one.kind != "evidence")

    def _sure(self, key: AccountKey, made: MonthOfYear) -> bool:
        """Whether it is of a whole month that evidence tells of, with nothing to be said of it but its sums."""
        plain = made.kept and not (made.unread or made.cause or made.silent or made.lost)
        tallies = (made.tally, made.other, *((made.measured,) if made.measured else ()))
        steady = all(not (one.seconds.unknown or one.seconds.no_traffic or one.seconds.not_yet) for one in tallies)
        return plain and steady and made.owed.end <= self.ground.now and self.ground.covers(key, made.owed)


def read(told: dict[str, Any] | None) -> tuple[MonthOfYear, Usage] | None:
    """A remembered account, and what it was read from; None if it is none."""
    try:
        return None if told is None else (_month(told["month"]), _usage(told["usage"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _usage(told: Any) -> Usage:
    queries, points, received, paths = told
    return Usage(queries, points, received, {key: tuple(inside) for key, inside in paths})


def _text(made: MonthOfYear, usage: Usage) -> dict[str, Any]:
    tallies = [one and _tally_text(one) for one in (made.tally, made.other, made.measured)]
    month = {"label": made.label, "owed": [made.owed.start, made.owed.end], "tallies": tallies}
    used = [usage.queries, usage.points, usage.received, [[key, list(paths)] for key, paths in usage.paths.items()]]
    return {"month": month, "usage": used}


def _month(told: Any) -> MonthOfYear:
    tally, other, measured = (one and _tally(one) for one in told["tallies"])
    return MonthOfYear(told["label"], Span(*told["owed"]), tally, other, measured)


def _tally_text(tally: Tally) -> list[Any]:
    counts = [tally.requests, tally.faults, tally.slices]
    return [list(astuple(tally.seconds)), counts, [str(tally.share_low), str(tally.share_high)]]


def _tally(told: Any) -> Tally:
    seconds, counts, shares = told
    return Tally(Seconds(*seconds), *counts, *map(Fraction, shares))
