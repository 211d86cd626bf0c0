"""Closes months: the report's own reads, made once more over CloudWatch, and kept with their answers.

The one rule: a month is closed once, when every day of it is kept and final; from then on the same
questions have the same answers, percentiles within 1 % included, and CloudWatch is not needed for them.
What was kept decides which streams there are; where CloudWatch has no five minutes any more they are
answered from what was kept, because it would answer with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Kind, NewItem, Place
from slactl.model.goal import Comparison, Goal
from slactl.model.kept import Kept
from slactl.model.metric import LadderQuery, Query, Rise, Series
from slactl.model.objective import Objective, Percentile
from slactl.model.period import Month, day_start, local_date
from slactl.model.report import SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, subtract
from slactl.model.status import Code
from slactl.ports import InventorySource, LadderReader, MetricReader
from slactl.ports.archive import Keeping
from slactl.ports.general import MetricDirectory
from slactl.reading.retention import DAY, HOUR, fine_from, finest
from slactl.workflows.collecting.answered import Answered
from slactl.workflows.collecting.listing import sources_of
from slactl.workflows.collecting.outcome import Closed, Missing, Why
from slactl.workflows.collecting.plan import FINAL_AFTER, Held, Task, believed, days_of
from slactl.workflows.collecting.run import Collect
from slactl.workflows.collecting.streams import is_merged
from slactl.workflows.collecting.veil import VeiledReader
from slactl.workflows.report import Circumstances, make_report

RANKS = (Fraction(1, 2), Fraction(95, 100), Fraction(99, 100))
USUAL_LIMIT = Goal(Comparison.AT_MOST, Fraction(1000), "<= 1000ms")
TOLD = "run again; until then percentiles of the month are as wide as the kept ladder"


class Offline(Protocol):
    """Evidence as a report reads it: what was kept, and nothing else."""

    @property
    def reader(self) -> LadderReader:
        """Answers from what was kept."""
        ...

    @property
    def inventories(self) -> Mapping[SourceKind, InventorySource]:
        """The operations that were kept, by source."""
        ...

    @property
    def keeping(self) -> Keeping:
        """What was kept, and how finely."""
        ...

    @property
    def directory(self) -> MetricDirectory:
        """The metrics of components that were listed."""
        ...


@dataclass(frozen=True, slots=True)
class Closing:
    """A ``Closer``: ``offline`` opens what is kept by now, ``made`` is the machine that reports are made by."""

    offline: Callable[[], AbstractContextManager[Offline]]
    made: Circumstances

    def __call__(self, run: Collect, *, final: bool) -> list[Task]:
        """Closes what can be closed, a service and month at a time, each in a commit of its own."""
        again: list[Task] = []
        for service in run.wishing.services:
            for month in closable(run, service):
                again += self._close(run, service, month, final=final)
        return again

    def _close(self, run: Collect, service: Service, month: Month, *, final: bool) -> list[Task]:
        span = month.span(run.machine.catalogue.report.zone)
        with self.offline() as offline:
            recording = self._read(run, service, month, offline)
            differs = "" if recording.trouble else _differing(recording, offline.reader)
        if differs and not final and fine_from(run.machine.now) <= span.start - DAY:
            return [Task(one.facts.span, one.facts.bin, service.key) for one in run.holdings(service.key).meeting(span)]
        if why := recording.trouble or differs:
            text = f"{month.label} can't be closed: {why}; {TOLD}"
            run.outcome.missing.append(Missing(service.key, span, Why.NOT_CLOSED, text))
        else:
            self._keep(run, service, month, recording.answers)
        return []

    def _read(self, run: Collect, service: Service, month: Month, offline: Offline) -> Recording:
        """Everything that a report of the month asks, as if the month were closed already."""
        machine, span = run.machine, month.span(run.machine.catalogue.report.zone)
        _lift(run, service, span, offline)
        recording = Recording(VeiledReader(machine.reader, run.veil), offline.reader, span, machine.now)
        made = replace(self.made, keeping=AsClosed(offline.keeping, span))
        make_report(for_closing(machine.catalogue, service, month), month, recording, offline.inventories, made)
        return recording

    def _keep(self, run: Collect, service: Service, month: Month, answers: Answered) -> None:
        machine, span = run.machine, month.span(run.machine.catalogue.report.zone)
        there = machine.made.account, machine.made.region, service.key, month.label
        facts = {"start": span.start, "end": span.end, "answers": answers.count, "read_at": machine.now}
        item = NewItem(Place(Kind.ANSWERS, *there, "answers.parquet"), machine.tables.answers(answers), facts)
        machine.store.commit(run.outcome.run, machine.now, [item])
        run.outcome.closed.append(Closed(service.key, month.label, answers.count))


@dataclass(frozen=True, slots=True)
class AsClosed:
    """A ``Keeping`` under which a month is closed already, so that the questions are those of later reports."""

    inner: Keeping
    month: Span

    @property
    def absent(self) -> Code:
        return self.inner.absent

    @property
    def recorded(self) -> frozenset[str]:
        return self.inner.recorded

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        return self.inner.readable(service, source, span)

    def hourly(self, service: Service, span: Span) -> Spans:
        return self.inner.hourly(service, span)

    def grid(self, service: Service, instant: int) -> int:
        return self.inner.grid(service, instant)

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        return self.inner.rungs(service, source, span)

    def final(self, service: Service, span: Span) -> bool:
        return self.inner.final(service, span)

    def holds(self, service: Service, span: Span) -> bool:
        return self.inner.holds(service, span)

    def closed(self, service: Service, span: Span) -> bool:
        return self.month.holds(span) or self.inner.closed(service, span)


@dataclass(slots=True)
class Recording:
    """A ``LadderReader`` that keeps what it was asked of a month, and the answers.

    ``live`` is CloudWatch; ``kept`` answers whole ladders, and what CloudWatch no longer has so finely.
    """

    live: MetricReader
    kept: LadderReader
    month: Span
    now: int
    answers: Answered = field(default_factory=Answered)
    trouble: str = ""

    def read(self, queries: Sequence[Query]) -> list[Series]:
        old = [query for query in queries if not self._still_there(query)]
        told = dict(zip(old, self.kept.read(old), strict=True)) if old else {}
        new = [query for query in queries if query not in told]
        told |= dict(zip(new, self.live.read(new), strict=True)) if new else {}
        for query in queries:
            self._note(query, told[query])
        return [told[query] for query in queries]

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        """Kept ladders stay where they are: nothing of them is recorded."""
        return self.kept.ladders(queries)

    def use(self) -> tuple[SourceUse, ...]:
        return self.live.use()

    def _still_there(self, query: Query) -> bool:
        period = finest(query.span.start, self.now)
        return period is not None and query.period % period == 0

    def _note(self, query: Query, series: Series) -> None:
        if not query.span.meets(self.month):
            return
        if series.failure is None:
            self.answers.put(query, series)
        elif not self.trouble:
            error = dict(series.failure.figures).get("error", series.failure.code.value)
            self.trouble = f"{query.stat} of {query.metrics[0].name} could not be read ({error})"


def closable(run: Collect, service: Service) -> list[Month]:
    """The months of a service that are over for 72 hours, kept whole and final, and not closed yet."""
    catalogue, now = run.machine.catalogue, run.machine.now
    zone = catalogue.report.zone
    holdings = run.holdings(service.key)
    doubt = run.wishes[service.key].doubt
    held, closed = believed(holdings.held(), doubt), holdings.closed(doubt)
    if not held:
        return []
    first = local_date(held[0].facts.span.start, zone)
    since = None if service.since is None else day_start(service.since, zone)
    found, month = [], Month(first.year, first.month)
    while (span := month.span(zone)).end + FINAL_AFTER <= now:
        owed = span.clip(Span(since, max(since + 1, span.end))) if since is not None else span
        if owed and month.label not in closed and final_over(held, owed):
            found.append(month)
        month = month.next
    return found


def for_closing(catalogue: Catalogue, service: Service, month: Month) -> Catalogue:
    """One service with its objectives, none over a year (its months are closed one by one), and every percentile."""
    mine = [replace(one, over_year=False, services=None) for one in catalogue.objectives_of(service)]
    live = [one for one in mine if one.in_force_on(month.first)]
    return replace(catalogue, services=(service,), objectives=(*mine, *_percentiles(service, live)))


def _percentiles(service: Service, live: Sequence[Objective]) -> Iterable[Objective]:
    """p50, p95 and p99 of everything and of each class, with and without what maintenance excludes.

    Those that an objective asks for already are left to it: it begins with its own limit.
    """
    asked = {_asks(one) for one in live}
    for rank in RANKS:
        for wanted in (None, *sorted(service.classes)):
            for excluding in (False, True):
                one = Objective(
                    f"closing {rank} {wanted} {excluding}",
                    {},
                    Percentile(rank),
                    USUAL_LIMIT,
                    excludes_maintenance=excluding,
                    operation_class=wanted,
                    advisory=True,
                )
                if _asks(one) not in asked:
                    yield one


def _asks(one: Objective) -> tuple[Fraction, str | None, bool] | None:
    """Which percentile an objective asks for; None where it asks for none."""
    indicator = one.indicator
    return (
        (indicator.rank, one.operation_class, one.excludes_maintenance) if isinstance(indicator, Percentile) else None
    )


def final_over(held: Sequence[Held], owed: Span) -> bool:
    """Whether all of a span is kept, and was read late enough."""
    return subtract((owed,), (one.facts.span for one in held if one.facts.final)) == ()


def _lift(run: Collect, service: Service, span: Span, offline: Offline) -> None:
    """Learns which operations the month's merged streams stand for, if there are any."""
    for source in sources_of(service):
        kept = offline.inventories[source].inventory(service, [span])
        if any(is_merged(stream.requests) for stream in kept.operations):
            run.veil.over(service, run.machine.inventories[source].inventory(service, days_of(span)))


def _differing(recording: Recording, kept: MetricReader) -> str:
    """Which stream's counts are not what was kept of them; the month is closed only when all are."""
    sums = [(query, told) for query, told in recording.answers if _is_sum(query)]
    found = kept.read([query for query, _ in sums])
    for (query, told), series in zip(sums, found, strict=True):
        if not series.failure and not _same(series, told):
            name = dict(query.metrics[0].dimensions).get("Operation", "the whole")
            return f"{query.metrics[0].name} of {name} is not what was kept"
    return ""


def _is_sum(query: Query) -> bool:
    return query.stat in ("SampleCount", "Sum") and query.period >= HOUR and len(query.metrics) == 1


def _same(series: Series, told: Series) -> bool:
    starts = series.points.keys() | told.points.keys()
    return all(abs(series.points.get(start, 0) - told.points.get(start, 0)) <= 1e-6 for start in starts)
