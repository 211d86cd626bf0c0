"""What evidence holds, and how finely.

The one rule: a piece is made of records that follow each other in the same bins; between pieces nothing
was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from slactl.evidence.reading.house import House
from slactl.evidence.reading.metrics import MetricHouse, MetricRecord
from slactl.evidence.reading.records import Record
from slactl.model.kept import Kept
from slactl.model.period import Month
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, subtract, union
from slactl.model.status import Code
from slactl.reading.retention import FIVE_MINUTES, HOUR, by_the_hour
from slactl.workflows.collecting.holdings import ANSWERS, GENERAL_ANSWERS

METRICS = SourceKind.METRICS
AnyRecord = Record | MetricRecord


@dataclass(frozen=True, slots=True)
class EvidenceKeeping:
    """A ``Keeping`` of what a store holds, and of nothing else.

    What bears general objectives is asked for as of the source ``METRICS``; ``answered`` are the names of the files
    of closed months, by service or component and month.
    """

    houses: Mapping[str, House]
    zone: ZoneInfo
    recorded: frozenset[str] = frozenset()
    absent: Code = Code.NOT_IN_EVIDENCE
    metrics: Mapping[str, MetricHouse] = field(default_factory=dict)
    answered: frozenset[tuple[str, str, str]] = frozenset()

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        runs = _runs(self._records(service, span, source))
        return tuple(piece for whole, width in runs for piece in _pieces(whole, width, span))

    def hourly(self, service: Service, span: Span) -> Spans:
        """Not what collects missed: it may have been busy, so it is not left out like what was never to be had."""
        return subtract((span,), (*self.fine(service, span), *self._missed(service, span)))

    def fine(self, service: Service, span: Span) -> Spans:
        """Where five minutes or less are kept."""
        return union(one.span for one in self._records(service, span, service.source) if one.bin <= FIVE_MINUTES)

    def grid(self, service: Service, instant: int) -> int:
        return self.bin_at(service, instant) or FIVE_MINUTES

    def bin_at(self, service: Service, instant: int) -> int | None:
        """The bin at an instant; None where nothing is kept."""
        found = self._records(service, Span(instant, instant + 1), service.source)
        return found[0].bin if found else None

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        house = self.houses.get(service.key)
        ladders = [self._rungs(house, one) for one in self._records(service, span, source)]
        common = set(ladders[0]).intersection(*ladders[1:]) if ladders else set()
        return tuple(sorted(common, key=float))

    def _rungs(self, house: House | None, record: AnyRecord) -> tuple[str, ...]:
        if isinstance(record, MetricRecord):
            return record.rungs
        return tuple(house.sums.rungs(record)) if house else ()

    def final(self, service: Service, span: Span) -> bool:
        return all(one.facts.final for one in self._records(service, span, None))

    def holds(self, service: Service, span: Span) -> bool:
        return bool(self._records(service, span, None))

    def closed(self, service: Service, span: Span) -> bool:
        name = GENERAL_ANSWERS if service.source is METRICS else ANSWERS
        months = (when for key, when, file in self.answered if (key, file) == (service.key, name))
        return any(Month.parse(when).span(self.zone).holds(span) for when in months)

    def aged(self, service: Service, source: SourceKind) -> int:
        """Up to when what is kept was read at least an hour after it happened; 0 where nothing was.

        Counts that come late are in CloudWatch by then; what was read sooner may still lack some.
        """
        house = self.houses.get(service.key)
        mine = [record for record in house.records.all if source in record.sources] if house else []
        if not mine:
            return 0
        last = mine[-1]
        return max(last.span.start, min(last.span.end, (last.facts.read_at - HOUR) // last.bin * last.bin))

    def _missed(self, service: Service, span: Span) -> Spans:
        """What no record covers of a span, between the first of them all and the last."""
        reach = self._reach(service)
        part = span.clip(reach) if reach else None
        return subtract((part,), (one.span for one in self._records(service, part, service.source))) if part else ()

    def _reach(self, service: Service) -> Span | None:
        if service.source is METRICS:
            metered = self.metrics.get(service.key)
            return metered.reach if metered else None
        house = self.houses.get(service.key)
        return house.records.reach(service.source) if house else None

    def _records(self, service: Service, span: Span, source: SourceKind | None) -> Sequence[AnyRecord]:
        """The files of a source; of no one in particular all: what a service's rows of either kind are made from."""
        house, metered = self.houses.get(service.key), self.metrics.get(service.key)
        kept: Sequence[AnyRecord] = metered.over(span) if metered else ()
        if METRICS in (source, service.source):
            return kept
        counted: Sequence[AnyRecord] = house.records.over(span, source) if house else ()
        return counted if source is not None else (*counted, *kept)


def _runs(records: Iterable[AnyRecord]) -> Iterator[tuple[Span, int]]:
    """The stretches of records that follow each other in the same bins."""
    run: tuple[Span, int] | None = None
    for record in records:
        if run and (run[0].end, run[1]) == (record.span.start, record.bin):
            run = Span(run[0].start, record.span.end), record.bin
            continue
        if run:
            yield run
        run = record.span, record.bin
    if run:
        yield run


def _pieces(whole: Span, width: int, span: Span) -> list[Kept]:
    """What of a span lies in a run, in whole bins."""
    part = whole.clip(span)
    if part is None:
        return []
    if width >= HOUR:
        return by_the_hour(part)
    inside = part.shrink(width)
    return [Kept(inside, width)] if inside else []
