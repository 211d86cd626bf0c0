"""What lists no longer tell of: names that were published to once, and of which nobody says so any more.

The one rule: a row whose names may not be all of them says so; where for a day or more nothing is known under any
name, and lists don't reach so far back, other names may have told it all, and the row holds no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from slactl.model.general import MetricTerm, Ratio, Silence, Statistic, Statistical
from slactl.model.metric import Metric, Query
from slactl.model.report import Case, Result
from slactl.model.span import Span, intersect, union
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring
from slactl.reading.terms import is_exact
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.reads import COUNT, PLAIN, Reads, tiled
from slactl.workflows.general.strands import narrowed

DAY = 86_400
LONG = DAY
"""How long nothing must be known before somebody else may have been there instead, in seconds."""
STATS = {Statistical.MAXIMUM: "Maximum", Statistical.MINIMUM: "Minimum", Statistical.SUM: "Sum"}
OPEN = (Status.OK, Status.WARNING, Status.NOT_RATED)
"""What does not hold where something is unknown; a miss is one however much more there was."""


def queries(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """What is asked by the day, only to learn since when there is something: where lists forget."""
    if not any(entry.forgotten()):
        return
    days = [tiles for span in entry.spans for tiles in tiled(span, DAY, anchoring, entry.least(span))]
    for tiles in (one for one in days if one.period == DAY):
        for stat, term in _by_the_day(entry):
            yield from (Query((metric,), stat, DAY, tiles.span) for metric in entry.metrics(term))


def _by_the_day(entry: Entry) -> Iterable[tuple[str, MetricTerm]]:
    """The terms that are read at once, each with what can be asked of it wherever it is kept."""
    indicator = entry.indicator
    if is_read_at_once(entry) and isinstance(indicator, Statistic):
        yield STATS.get(indicator.of, COUNT), indicator.term
    yield from ((COUNT, term) for term in entry.beside)


def is_read_at_once(entry: Entry) -> bool:
    """Whether what is read to judge an entry does not tell when it was."""
    return isinstance(entry.indicator, Statistic) and entry.indicator.silence is not Silence.UNKNOWN


def beginnings(reads: Reads, queries: Iterable[Query]) -> Mapping[Metric, int]:
    """Where each metric's first bucket with a point begins, as finely as it was asked; a failed read may hide one."""
    first: dict[Metric, int] = {}
    for query in queries:
        told, metric = reads.found[query], query.metrics[0]
        starts = [query.span.start] if told.failure else list(told.points) if query.stat in PLAIN else []
        if starts:
            first[metric] = min(first.get(metric, starts[0]), *starts)
    return first


def with_forgotten(entry: Entry, row: Result) -> Result:
    """A row with what lists may have left out of it."""
    names = tuple(dict.fromkeys(entry.forgotten()))
    if not names:
        return row
    reason = Reason.of(Code.LISTING_INCOMPLETE, metric=", ".join(sorted(names)))
    noted = replace(row, notes=tuple(dict.fromkeys((*row.notes, reason))))
    return _open(noted, reason) if _unheard(entry, row.operation) else noted


def _unheard(entry: Entry, value: str | None) -> bool:
    """Whether nothing is known of a long stretch at the beginning, of which lists don't tell either."""
    value = None if isinstance(entry.indicator, Ratio) and entry.indicator.largest else value
    far = union(span for term in _loose(entry, value) for span in entry.forgotten_of(term))
    known = {metric for term in entry.terms for metric in entry.of_value(term, value)}
    start = entry.spans[0].start
    first = min((entry.begun[metric] for metric in known if metric in entry.begun), default=entry.settled.end)
    return start < first and any(span.seconds >= LONG for span in intersect(far, (Span(start, first),)))


def _loose(entry: Entry, value: str | None) -> Iterable[MetricTerm]:
    """The terms that a row's value alone does not name whole."""
    strand = () if value is None or entry.breakdown is None else ((entry.breakdown, value),)
    return (term for term in entry.judged if not is_exact(narrowed(term, strand)))


def _open(row: Result, reason: Reason) -> Result:
    """A row of which nobody knows whether it holds."""
    without, other = _case(row.without_exclusions), _case(row.with_exclusions)
    made = replace(row, without_exclusions=without, with_exclusions=other)
    if row.status not in OPEN:
        return made
    return replace(
        made, status=Status.INSUFFICIENT_DATA, reason=reason, value=None, low=None, high=None, budget=None, outlook=None
    )


def _case(case: Case | None) -> Case | None:
    return Case(None, Status.INSUFFICIENT_DATA) if case is not None and case.status in OPEN else case
