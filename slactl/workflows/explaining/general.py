"""The way of a general figure: the terms, calls or records that it is made from, and the reads behind it.

The one rule: the month is read and judged as the report does it, with this objective alone; what is shown was asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.explanation import Arithmetic, Explanation, Line, Papers, Part, Purpose, Read, What
from slactl.model.general import AlarmRecord, Control, MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.metric import Query
from slactl.model.objective import Objective
from slactl.model.period import Month
from slactl.model.report import Report, Result
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract
from slactl.model.watch import WatchedPromise
from slactl.ports import InventorySource, MetricReader
from slactl.ports.general import DayOrigins, SampleOrigins
from slactl.reading.terms import fits
from slactl.workflows.explaining.reads import Remembering
from slactl.workflows.general.judged import entries_of
from slactl.workflows.general.record import OF_ALARMS
from slactl.workflows.general.sampling import digest_of
from slactl.workflows.report import Circumstances, exclusions_of, make_report
from slactl.workflows.scope import scope_of

CLOUDFLARE = "Cloudflare/"


@dataclass(frozen=True, slots=True)
class OpenedGeneral:
    """A month of one general objective, read and judged, with all that was asked.

    ``head`` is the end of the chain of the evidence at hand, if there is any.
    """

    catalogue: Catalogue
    report: Report
    objective: Objective
    asked: Remembering
    made: Circumstances
    head: str | None = None

    @property
    def rows(self) -> list[Result]:
        """The rows of the objective; its own is the first."""
        return [row for row in self.report.results if row.objective == self.objective.id]

    @property
    def bearer(self) -> Service:
        return replace(self.catalogue.bearer(self.objective), source=SourceKind.METRICS, edge=None)


def general_ids(catalogue: Catalogue, key: str) -> list[str]:
    """The general objectives that bear the name of a component or service."""
    return list(dict.fromkeys(one.id for one in catalogue.general if one.services == (key,)))


def open_general(
    catalogue: Catalogue,
    objective: str,
    month: Month,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    made: Circumstances,
    head: str | None = None,
) -> OpenedGeneral:
    """Reads and judges the month of a general objective, and listens; ``head`` is that of the evidence at hand.

    Raises:
        AwsFailure: when no read can succeed.
    """
    asked = Remembering(reader)
    report = make_report(_alone(catalogue, objective), month, asked, inventories, made)
    chosen = next(one for one, _ in entries_of(catalogue, report.period) if one.id == objective)
    return OpenedGeneral(catalogue, report, chosen, asked, made, head)


def _alone(catalogue: Catalogue, objective: str) -> Catalogue:
    """The objective with its bearer; what is asked of the alarms' record needs the other promises too."""
    mine = tuple(one for one in catalogue.objectives if one.id == objective and one.general)
    if any(isinstance(one.indicator, AlarmRecord) for one in mine):
        return catalogue
    keys = {key for one in mine for key in one.services or ()}
    return replace(catalogue, objectives=mine, services=tuple(one for one in catalogue.services if one.key in keys))


def explain_general(opened: OpenedGeneral, row: Result) -> Explanation:
    """The way of one of its rows."""
    report, objective, bearer = opened.report, opened.objective, opened.bearer
    scope = scope_of(bearer, report.period, opened.made.keeps)
    settled: Spans = (scope.settled,) if scope else ()
    applied = exclusions_of(opened.catalogue, report.period.month, opened.made).applied.get(bearer.key, ())
    cut = intersect(applied, settled)
    return Explanation(
        service=bearer,
        objective=objective,
        period=report.period,
        row=row,
        owed=scope.owed if scope else None,
        elapsed=scope.settled if scope else None,
        counted=subtract(settled, cut if objective.excludes_maintenance else ()),
        exclusions=report.exclusions,
        gaps=tuple(gap for gap in report.gaps if gap.objective == objective.id),
        arithmetic=_arithmetic(objective, row),
        generated_at=report.generated_at,
        provenance=report.provenance,
        sources=report.sources,
        reads=tuple(_reads(opened, row, cut)),
        limitations=report.limitations,
        made_from=tuple(_parts(opened, row)),
        papers=_papers(opened, row),
        promises=tuple(_promises(opened, row)),
    )


def _arithmetic(objective: Objective, row: Result) -> Arithmetic | None:
    """The quotient of a ratio, in counts; what of a percentile is within its limit, and what an average weighs.

    Nothing of what is neither.
    """
    indicator, total = objective.indicator, row.total
    if not total:
        return None
    if isinstance(indicator, WeightedAverage):
        return None if row.value is None else Arithmetic((), row.unit, row.value * total, total)
    if row.good is None:
        return None
    if isinstance(indicator, Statistic):
        terms = (What.WITHIN, row.good, None), (What.BEYOND, total - row.good, None)
        return Arithmetic((Line(What.SAMPLES, terms),), row.unit)
    counts_bad = isinstance(indicator, Ratio) and not indicator.counts_good
    return Arithmetic((), row.unit, total - row.good if counts_bad else row.good, total)


def _parts(opened: OpenedGeneral, row: Result) -> Iterable[Part]:
    match opened.objective.indicator:
        case Ratio() as ratio:
            role = "good" if ratio.counts_good else "bad"
            yield from (_of_term(opened, row, role, term) for term in ratio.part)
            yield from (_of_term(opened, row, "total", term) for term in ratio.total)
        case Statistic() as statistic:
            shown = f"p{float(statistic.rank * 100):.10g}" if statistic.rank is not None else statistic.of.value
            yield _of_term(opened, row, "metric", replace(statistic.term, stat=shown))
        case WeightedAverage() as weighted:
            yield _of_term(opened, row, "value", weighted.value)
            yield _of_term(opened, row, "weight", weighted.weight)
        case Control() as control:
            yield from _of_control(opened, row, control)
        case AlarmRecord() as record:
            yield Part("record", record.asks.value)
        case _:
            return


def _papers(opened: OpenedGeneral, row: Result) -> Papers:
    """The kept files behind a control or what is asked of the alarms' record, and the looks that nobody kept yet."""
    indicator, general = opened.objective.indicator, opened.made.general
    if general is not None and isinstance(indicator, AlarmRecord):
        files = _days(general.record, opened.report.period.span) if indicator.asks in OF_ALARMS else ()
        return Papers(files, opened.head if files else None)
    return _looks(opened, row, indicator) if isinstance(indicator, Control) else Papers()


def _days(book: object, span: Span) -> tuple[str, ...]:
    return book.origins(span) if isinstance(book, DayOrigins) else ()


def _looks(opened: OpenedGeneral, row: Result, control: Control) -> Papers:
    samples = _samples(opened, row, digest_of(control))
    book: object = opened.made.general.samples if opened.made.general else None
    told = [(one, book.origin(one) if isinstance(book, SampleOrigins) else None) for one in samples]
    files = tuple(dict.fromkeys(path for _, path in told if path is not None))
    looks = tuple(_look(control, one) for one, path in told if path is None)
    return Papers(files, opened.head if files else None, looks)


def _look(control: Control, one: ControlSample) -> str:
    told = _call(control)
    return f"{_time(one.at)} {told if one.target is None else told.replace('{each}', one.target)}"


def _promises(opened: OpenedGeneral, row: Result) -> Iterable[WatchedPromise]:
    """What the record tells of each promise; of the one that a row is of, where it is of one."""
    indicator = opened.objective.indicator
    if not isinstance(indicator, AlarmRecord) or indicator.asks not in OF_ALARMS:
        return ()
    watched = opened.report.watched or ()
    return (one for one in watched if row.operation in (None, f"{one.service} {one.objective}"))


def _of_term(opened: OpenedGeneral, row: Result, role: str, term: MetricTerm) -> Part:
    dimensions = ", ".join(f"{name}={'|'.join(values)}" for name, values in sorted(term.dimensions))
    region = f" in {term.region}" if term.region else ""
    scale = f" x {term.scale}" if term.scale != 1 else ""
    told = f"{term.namespace} {term.name} {{{dimensions}}}{region}: {term.stat}{scale}"
    metrics = {query.metrics[0] for query in _queries(opened, row) if fits(term, query.metrics[0])}
    return Part(role, told, len(metrics))


def _of_control(opened: OpenedGeneral, row: Result, control: Control) -> Iterable[Part]:
    yield Part("call", _call(control))
    yield Part("select", control.select)
    yield Part("expects", f"{control.expects.how.value} {_json(control.expects.value)}")
    yield from (Part("sample", _sample(one)) for one in _samples(opened, row, digest_of(control)))


def _call(control: Control) -> str:
    parameters = json.dumps(control.parameters, sort_keys=True, default=str)
    return f"{control.call} {parameters}{f' in {control.region}' if control.region else ''}"


def _samples(opened: OpenedGeneral, row: Result, asked: str) -> Sequence[ControlSample]:
    """The samples of the month that answer the control's question, of a row's target or of all."""
    general = opened.made.general
    told = general.samples.samples(opened.report.period.span) if general else ()
    mine = (one for one in told if one.control == opened.objective.id and one.asked == asked)
    return [one for one in mine if row.operation in (None, one.target)]


def _sample(one: ControlSample) -> str:
    target = f" {one.target}" if one.target is not None else ""
    return f"{_time(one.at)}{target} {one.failure.code.value if one.failure else _json(one.selected)}"


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _reads(opened: OpenedGeneral, row: Result, cut: Spans) -> Iterable[Read]:
    """The reads of the row's metrics, as they were asked; Cloudflare is not asked by the AWS command line."""
    for query in _queries(opened, row):
        series = opened.asked.asked[query]
        purpose = Purpose.EXCLUDED if any(span.holds(query.span) for span in cut) else Purpose.COUNTS
        askable = not query.metrics[0].namespace.startswith(CLOUDFLARE)
        yield Read(purpose, query, len(series.points), series.failure, askable=askable)


def _queries(opened: OpenedGeneral, row: Result) -> list[Query]:
    """What was asked of the metrics of a row: of a value of the breakdown its own, and what all values share."""
    indicator = opened.objective.indicator
    if not isinstance(indicator, Ratio | Statistic | WeightedAverage):
        return []
    terms, name = _terms(indicator), indicator.breakdown
    return [
        query
        for query in opened.asked.asked
        if len(query.metrics) == 1
        and any(fits(term, query.metrics[0]) for term in terms)
        and (row.operation is None or dict(query.metrics[0].dimensions).get(name or "") in (None, row.operation))
    ]


def _terms(indicator: Ratio | Statistic | WeightedAverage) -> tuple[MetricTerm, ...]:
    if isinstance(indicator, Ratio):
        return (*indicator.part, *indicator.total)
    return (indicator.term,) if isinstance(indicator, Statistic) else (indicator.value, indicator.weight)
