"""Closes months of general objectives: their own reads, made once more and kept with their answers.

The one rule: as for services, a month is closed once every day of it is kept and final, and only where what CloudWatch
tells now is what was kept; which metrics there were is what the kept lists say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from slactl.model.evidence import Kind, NewItem, Place
from slactl.model.metric import Query, Series
from slactl.model.period import Month, day_start, local_date
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.ports.general import GeneralWorld, NoSamples
from slactl.reading.retention import DAY, HOUR, fine_from
from slactl.workflows.collecting.answered import Answered
from slactl.workflows.collecting.closing import TOLD, AsClosed, Offline, Recording, final_over
from slactl.workflows.collecting.holdings import GENERAL_ANSWERS
from slactl.workflows.collecting.metricneeds import CLOUDFLARE, Bearer
from slactl.workflows.collecting.metrics import Lister, chosen_of, doubt_in, holdings_of, keep_tasks
from slactl.workflows.collecting.outcome import Closed, Missing, Why
from slactl.workflows.collecting.plan import FINAL_AFTER, Task, believed
from slactl.workflows.collecting.run import Collect
from slactl.workflows.general.judged import judge_general
from slactl.workflows.report import Circumstances, exclusions_of, period_of
from slactl.workflows.surveying import World

ADDITIVE = ("SampleCount", "Sum")
APART = 1e-9
"""Sums of the same points may differ by so much of themselves, by the order in which they are added up."""


@dataclass(frozen=True, slots=True)
class GeneralClosing:
    """Closes what bears general objectives; ``offline`` opens what is kept, ``lister`` knows the metrics."""

    offline: Callable[[], AbstractContextManager[Offline]]
    made: Circumstances
    lister: Lister

    def close(self, run: Collect) -> None:
        """Closes every month that can be closed, each in a commit of its own."""
        for bearer in chosen_of(run):
            for month in closable(run, bearer):
                self._close(run, bearer, month)

    def _close(self, run: Collect, bearer: Bearer, month: Month) -> None:
        span = month.span(run.machine.catalogue.report.zone)
        why, answers = self._read(run, bearer, month)
        if why and fine_from(run.machine.now) <= span.start - DAY:
            held = holdings_of(run, bearer.key).meeting(span)
            keep_tasks(run, self.lister, [Task(one.facts.span, one.facts.bin, bearer.key) for one in held])
            why, answers = self._read(run, bearer, month)
        if why:
            text = f"{month.label} can't be closed: {why}; {TOLD}"
            run.outcome.missing.append(Missing(bearer.key, span, Why.NOT_CLOSED, text))
            return
        _keep(run, bearer, month, answers)

    def _read(self, run: Collect, bearer: Bearer, month: Month) -> tuple[str, Answered]:
        """Every question about a month with its answer, and what speaks against keeping them."""
        machine, catalogue = run.machine, replace(run.machine.catalogue, objectives=bearer.objectives)
        span = month.span(catalogue.report.zone)
        with self.offline() as offline:
            recording = GeneralRecording(machine.reader, offline.reader, span, machine.now)
            keeping = AsClosed(offline.keeping, span)
            made = replace(self.made, keeping=keeping)
            general = GeneralWorld(offline.directory, NoSamples())
            world = World(recording, {}, machine.now, catalogue.report.zone, keeping=keeping)
            period = period_of(catalogue, month, machine.now, keeping)
            judge_general(world, general, catalogue, period, exclusions_of(catalogue, month, made).applied)
            return recording.trouble or _differing(recording.answers, offline.reader), recording.answers


@dataclass
class GeneralRecording(Recording):
    """Keeps what it was asked; of what forgets sooner than CloudWatch, evidence answers.

    Minutes, and five minutes, are kept already: an answer that is what they tell is not kept once more.
    """

    _held: Mapping[Query, Series] = field(default_factory=dict)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        fine = [query for query in queries if query.period < HOUR]
        self._held = dict(zip(fine, self.kept.read(fine), strict=True)) if fine else {}
        return super().read(queries)

    def _still_there(self, query: Query) -> bool:
        return not query.metrics[0].namespace.startswith(CLOUDFLARE) and super()._still_there(query)

    def _note(self, query: Query, series: Series) -> None:
        if series.failure is not None or self._held.get(query) != series:
            super()._note(query, series)


def closable(run: Collect, bearer: Bearer) -> list[Month]:
    """The months that are over for 72 hours, kept whole and final, and not closed yet."""
    zone, now = run.machine.catalogue.report.zone, run.machine.now
    holdings, doubt = holdings_of(run, bearer.key), doubt_in(run)
    held, closed = believed(holdings.held(), doubt), holdings.closed(doubt)
    if not held:
        return []
    first = local_date(held[0].facts.span.start, zone)
    since = None if bearer.service.since is None else day_start(bearer.service.since, zone)
    found, month = [], Month(first.year, first.month)
    while (span := month.span(zone)).end + FINAL_AFTER <= now:
        owed = span.clip(Span(since, max(since + 1, span.end))) if since is not None else span
        if owed and month.label not in closed and final_over(held, owed):
            found.append(month)
        month = month.next
    return found


def _keep(run: Collect, bearer: Bearer, month: Month, answers: Answered) -> None:
    machine, span = run.machine, month.span(run.machine.catalogue.report.zone)
    place = Place(Kind.ANSWERS, machine.made.account, machine.made.region, bearer.key, month.label, GENERAL_ANSWERS)
    facts = {"start": span.start, "end": span.end, "answers": answers.count, "read_at": machine.now}
    machine.store.commit(run.outcome.run, machine.now, [NewItem(place, machine.tables.answers(answers), facts)])
    run.outcome.closed.append(Closed(bearer.key, month.label, answers.count))


def _differing(answers: Answered, kept: MetricReader) -> str:
    """Which metric's counts are not what was kept of them."""
    sums = [(query, told) for query, told in answers if query.stat in ADDITIVE and query.period >= HOUR]
    found: Sequence[Series] = kept.read([query for query, _ in sums]) if sums else ()
    for (query, told), series in zip(sums, found, strict=True):
        if not series.failure and not _same(series, told):
            metric = query.metrics[0]
            values = ", ".join(value for _, value in metric.dimensions)
            return f"{query.stat} of {metric.namespace}/{metric.name} ({values}) is not what was kept"
    return ""


def _same(series: Series, told: Series) -> bool:
    starts = series.points.keys() | told.points.keys()
    pairs = ((series.points.get(start, 0.0), told.points.get(start, 0.0)) for start in starts)
    return all(abs(one - other) <= APART * max(1.0, abs(one), abs(other)) for one, other in pairs)
