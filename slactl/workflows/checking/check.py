"""The story of a check: which window, which targets, and how each of them stands.

The one rule: what a month or a year says is what its report would say, read without the figures that no
verdict needs; a shorter window is judged by its burn rate (rule 23).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.compliance.factors import Burning
from slactl.model.burn import BurnPolicy
from slactl.model.catalogue import Catalogue
from slactl.model.check import Check, Judged, Target, Window
from slactl.model.general import AlarmRecord, Control, Ratio, Statistic, WeightedAverage
from slactl.model.objective import Availability, Coverage, Objective
from slactl.model.period import Month, Period, agreement_year, local_date
from slactl.model.report import Gap, Result, Rollup, RowSpan, SourceUse
from slactl.model.service import SourceKind
from slactl.model.span import Span, Spans, intersect, union
from slactl.model.status import Code, Reason, Status, worst
from slactl.ports import InventorySource, MetricReader
from slactl.workflows.checking.narrowing import narrow_inventories
from slactl.workflows.checking.ordering import in_order, status_of
from slactl.workflows.general.judged import JudgedGeneral, judge_general
from slactl.workflows.judged import judge_service
from slactl.workflows.report import Circumstances, bearers_of, exclusions_of, make_report, sources_of
from slactl.workflows.rows.year import AccountKey, MonthOfYear
from slactl.workflows.surveying import Aim, World

SLICE = 300
TROUBLED = (Status.BREACHED, Status.INSUFFICIENT_DATA, Status.WARNING)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check is asked: nothing named is everything. ``language`` is that of the titles.

    Each running budget tells what each of the ``stretches`` of time took of it, and with ``whose`` whose
    requests those were.
    """

    window: Window
    services: frozenset[str] = frozenset()
    objectives: frozenset[str] = frozenset()
    operation: str | None = None
    language: str = "en"
    stretches: tuple[Span, ...] = ()
    whose: bool = False

    def narrowed(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue of what is asked; of one operation only what operations have."""
        services = tuple(one for one in catalogue.services if not self.services or one.key in self.services)
        objectives = tuple(one for one in catalogue.objectives if not self.objectives or one.id in self.objectives)
        objectives = tuple(one for one in objectives if not one.general or self._bears(one))
        if self.operation is not None:
            objectives = tuple(one for one in objectives if _has_operations(one))
        bearers = {key for one in objectives if one.general for key in one.services or ()}
        kept = tuple(one for one in catalogue.services if one in services or one.key in bearers)
        return replace(catalogue, services=kept, objectives=objectives)

    def _bears(self, objective: Objective) -> bool:
        """Whether a general objective is one of a service or component that was named."""
        return not self.services or any(key in self.services for key in objective.services or ())


def _has_operations(objective: Objective) -> bool:
    """Whether an objective has rows of operations, or of the values of a breakdown."""
    indicator = objective.indicator
    if isinstance(indicator, Control):
        return bool(indicator.each)
    if isinstance(indicator, Ratio | Statistic | WeightedAverage):
        return indicator.breakdown is not None
    return not isinstance(indicator, Availability | Coverage | AlarmRecord)


Inventories = Mapping[SourceKind, InventorySource]
Accounts = dict[AccountKey, MonthOfYear]


@dataclass(frozen=True, slots=True)
class _Story:
    """What every window's story is told from."""

    catalogue: Catalogue
    asked: Asked
    reader: MetricReader
    inventories: Inventories
    made: Circumstances
    settled: int
    accounts: Accounts | None = None

    @property
    def policy(self) -> BurnPolicy:
        return self.catalogue.burn

    @property
    def month(self) -> Month:
        """The month of the last slice that is settled: in a month's first minutes the one before is still judged."""
        day = local_date(self.settled - SLICE, self.catalogue.report.zone)
        return Month(day.year, day.month)

    @property
    def year(self) -> Span:
        return agreement_year(self.month, self.catalogue.report.year_starts, self.catalogue.report.zone)


@dataclass(frozen=True, slots=True)
class _Told:
    """A window's rows, what could not be read, and what must be known of the lists of metrics."""

    span: Span
    rows: tuple[Result, ...]
    gaps: tuple[Gap, ...]
    limitations: tuple[Reason, ...] = ()


def make_check(
    catalogue: Catalogue,
    asked: Asked,
    reader: MetricReader,
    inventories: Inventories,
    made: Circumstances,
    accounts: Accounts | None = None,
) -> Check:
    """Reads and judges a window; ``accounts`` of months that are over are not taken anew.

    Raises:
        AwsFailure: when no read can succeed.
    """
    settled = (made.now - catalogue.report.settle) // SLICE * SLICE
    narrow = narrow_inventories(inventories, asked.operation)
    story = _Story(asked.narrowed(catalogue), asked, reader, narrow, made, settled, accounts)
    told = _of_window(story)
    targets = in_order(_targets(story, told.rows))
    return Check(
        catalogue=story.catalogue,
        window=asked.window,
        period=told.span,
        settled_until=min(settled, told.span.end),
        now=made.now,
        status=worst(one.status for one in targets if one.row.binding),
        targets=targets,
        gaps=told.gaps,
        sources=_sources(story),
        told=(*made.told, *told.limitations),
        clock_set=made.clock_set,
        policy=story.policy,
    )


def _of_window(story: _Story) -> _Told:
    if story.asked.window.burns:
        return _burning(story)
    return _month(story) if story.asked.window is Window.MONTH else _year(story)


def _month(story: _Story, catalogue: Catalogue | None = None) -> _Told:
    """The running month as its report would judge it."""
    made = replace(story.made, aim=_ahead(story))
    whole, accounts = catalogue or story.catalogue, story.accounts
    report = make_report(whole, story.month, story.reader, story.inventories, made, accounts=accounts)
    lists = tuple(one for one in report.limitations if one.code is Code.LISTING_INCOMPLETE)
    return _Told(report.period.span, report.results, report.gaps, lists)


def _year(story: _Story) -> _Told:
    """The agreement year: availability month by month (rule 22), requests as one period that still runs."""
    whole, catalogue = story.year, story.catalogue
    uptimes = tuple(
        replace(one, over_year=True) for one in catalogue.objectives if isinstance(one.indicator, Availability)
    )
    others = tuple(one for one in catalogue.objectives if not isinstance(one.indicator, Availability))
    months = _month(story, replace(catalogue, objectives=uptimes)) if uptimes else _Told(whole, (), ())
    period = _period(story, whole)
    judged = _judged(story, replace(catalogue, objectives=others), period, _ahead(story))
    rows = tuple(replace(row, span=RowSpan.YEAR_TO_DATE) for row in judged.results)
    gaps = dict.fromkeys((*months.gaps, *judged.gaps))
    return _Told(whole, (*months.rows, *rows), tuple(gaps), judged.limitations)


def _ahead(story: _Story) -> Aim:
    return Aim(lean=True, policy=story.policy, stretches=story.asked.stretches, whose=story.asked.whose)


def _burning(story: _Story) -> _Told:
    """A window shorter than a month, by its burn rate on requests."""
    factors = story.policy.of(story.asked.window.value)
    if factors is None:
        raise ValueError(f"no factors for {story.asked.window}")
    span = Span(story.settled - factors.window.seconds, story.settled)
    aim = Aim(lean=True, burning=Burning(factors, story.policy.least_bad))
    judged = _judged(story, story.catalogue, _period(story, span), aim)
    rows = (row for row in judged.results if row.span is RowSpan.MONTH)
    binding = {one.id: not one.advisory for one in story.catalogue.objectives}
    heads = tuple(replace(row, binding=binding[row.objective]) if row.operation is None else row for row in rows)
    return _Told(span, heads, judged.gaps, judged.limitations)


def _period(story: _Story, span: Span) -> Period:
    until = min(story.settled, span.end)
    return Period(
        story.asked.window.value, span, story.catalogue.report.timezone, until, final=False, month=story.month
    )


def _judged(story: _Story, catalogue: Catalogue, period: Period, aim: Aim) -> JudgedGeneral:
    """Each service over a span that is no month, and what is general."""
    if not catalogue.objectives:
        return JudgedGeneral()
    made, zone = story.made, catalogue.report.zone
    world = World(story.reader, story.inventories, made.now, zone, keeping=made.keeps, aim=aim)
    applied = _applied(story, period.span)
    judged = [judge_service(world, catalogue, service, period, applied[service.key]) for service in catalogue.services]
    beside = judge_general(world, made.general, catalogue, period, applied)
    rows = (*(row for one in judged for row in one.results), *beside.results)
    gaps = (*(gap for one in judged for gap in one.gaps), *beside.gaps)
    return JudgedGeneral(rows, gaps, beside.limitations)


def _applied(story: _Story, span: Span) -> dict[str, Spans]:
    """What maintenance takes out of a span, month by month: limits and caps are a month's."""
    found: dict[str, Spans] = {bearer.key: () for bearer in bearers_of(story.catalogue)}
    zone = story.catalogue.report.zone
    first, last = (local_date(instant, zone) for instant in (span.start, span.end - 1))
    month = Month(first.year, first.month)
    while month.first <= last:
        applied = exclusions_of(story.catalogue, month, story.made).applied
        found = {key: union((*held, *intersect(applied[key], (span,)))) for key, held in found.items()}
        month = month.next
    return found


def _sources(story: _Story) -> tuple[SourceUse, ...]:
    return sources_of(story.reader, story.inventories, story.made.general)


def _targets(story: _Story, rows: Sequence[Result]) -> Iterable[Target]:
    for key, entry in _promises(story.catalogue):
        judged = _way(story.asked.window, entry)
        mine = [one for one in rows if (one.service, one.objective) == (key, entry.id)]
        if story.asked.operation is not None and mine:
            yield _of_operation(story.asked, entry, mine, judged)
        elif mine:
            yield _of_service(story.asked, entry, mine, judged)


def _promises(catalogue: Catalogue) -> Iterator[tuple[str, Objective]]:
    """Each objective with the name that its rows bear, once an id, the services first."""
    for service in catalogue.services:
        yield from ((service.key, one) for one in _once(catalogue.objectives_of(service)))
    yield from ((catalogue.bearer(one).key, one) for one in _once(catalogue.general))


def _once(objectives: Iterable[Objective]) -> Iterable[Objective]:
    """The first of each id: an objective may have several goals, one after the other (rule 25)."""
    found: dict[str, Objective] = {}
    for one in objectives:
        found.setdefault(one.id, one)
    return found.values()


def _way(window: Window, objective: Objective) -> Judged:
    """How a row is judged: what has no requests to burn is judged by its value in any window."""
    indicator = objective.indicator
    by_value = isinstance(indicator, WeightedAverage) or (isinstance(indicator, Statistic) and indicator.rank is None)
    return Judged.BURN_RATE if window.burns and not by_value else Judged.GOAL


def _of_service(asked: Asked, objective: Objective, rows: Sequence[Result], judged: Judged) -> Target:
    """The service's (or class's) row: the year's where the year decides."""
    heads = [one for one in rows if one.operation is None]
    year = next((one for one in heads if one.span is RowSpan.YEAR_TO_DATE), None)
    head = year or heads[0]
    month = next((one for one in heads if one is not head), None) if year else None
    behind = [one for one in rows if one.operation is not None and one.status in TROUBLED]
    return Target(head, status_of(head), judged, _title(asked, objective), month, tuple(sorted(behind, key=_overspent)))


def _of_operation(asked: Asked, objective: Objective, rows: Sequence[Result], judged: Judged) -> Target:
    """The row of the one operation that was asked for; one that nobody called is not rated."""
    found = next((one for one in rows if one.operation == asked.operation), None)
    if found is None:
        silent = Reason.of(Code.NO_REQUESTS)
        plain = replace(rows[0], operation=asked.operation, status=Status.NOT_RATED, reason=silent, outlook=None)
        found = replace(plain, value=None, good=None, total=None, budget=None, low=None, high=None, detail=None)
    row = replace(found, binding=not objective.advisory, rollup=Rollup(found.status, None))
    return Target(row, row.status, judged, _title(asked, objective))


def _title(asked: Asked, objective: Objective) -> str:
    return objective.title.get(asked.language) or next(iter(objective.title.values()), objective.id)


def _overspent(row: Result) -> tuple[int, bool, float, str]:
    used = row.budget.used_ratio if row.budget else None
    return TROUBLED.index(row.status), used is None, -float(used or 0), row.operation or ""
