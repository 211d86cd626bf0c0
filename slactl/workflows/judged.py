"""One service of a report: surveyed, judged, and described for the page.

The one rule (rule 21): where an edge is named, availability, error rate and latency share are judged
on what the edge answered, and the service's own figures stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.judging import Judgement, undetermined
from slactl.model.catalogue import Catalogue
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import (
    Availability,
    Coverage,
    ErrorRate,
    Evaluation,
    LatencyShare,
    Objective,
    Percentile,
    SilencePolicy,
)
from slactl.model.period import Period, day_start
from slactl.model.report import Gap, Reconciliation, Result, RowSpan, Seconds, ServiceReport
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract
from slactl.model.status import Code, Reason, Status
from slactl.reading.retention import Kept, fine_from, readable
from slactl.workflows.asking import GapList
from slactl.workflows.pages import service_page
from slactl.workflows.rows.availability import Uptime, availability_rows, coverage_rows
from slactl.workflows.rows.context import RowContext, rolled_up, row
from slactl.workflows.rows.errors import error_rows, unrouted
from slactl.workflows.rows.latency import latency_rows
from slactl.workflows.survey import FineSeries, Survey, sum_in
from slactl.workflows.surveying import World, fine_only, survey
from slactl.workflows.timeline import Baseline, Timeline, divides, timeline
from slactl.workflows.years import year_to_date

TOLERATED = Fraction(1, 1000)
PLAIN_AVAILABILITY = Availability(
    Evaluation.TIME_SLICES, 300, Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%"), SilencePolicy.EXPECTED
)
"""The contract's own defaults, for the account of seconds of a service without an availability objective."""


@dataclass(frozen=True, slots=True)
class JudgedService:
    """A service's rows, its page, and what could not be read."""

    results: tuple[Result, ...]
    page: ServiceReport
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a period that concerns a service.

    ``owed`` begins at its ``since``; ``settled`` is what of it is over; ``kept`` what of that is still kept.
    """

    owed: Span
    settled: Span
    kept: tuple[Kept, ...]


def scope_of(service: Service, period: Period, now: int) -> Scope | None:
    """The service's part of the period; None if nothing is owed or nothing is settled yet."""
    start = (
        period.span.start if service.since is None else max(period.span.start, day_start(service.since, period.zone))
    )
    if start >= period.span.end:
        return None
    settled_until = start + (period.settled_until - start) // 300 * 300 if period.running else period.span.end
    if settled_until <= start:
        return None
    settled = Span(start, settled_until)
    return Scope(Span(start, period.span.end), settled, readable(settled, now))


def judge_service(
    world: World, catalogue: Catalogue, service: Service, period: Period, applied: Spans
) -> JudgedService:
    """Surveys and judges one service."""
    entries = _entries(catalogue, service, period)
    scope = scope_of(service, period, world.now)
    if scope is None:
        code = Code.NOTHING_SETTLED if service.since is None or period.running else Code.NOT_IN_FORCE
        return _bare(service, entries, Status.NOT_RATED, code, Seconds(not_yet=period.span.seconds), ())
    if not scope.kept:
        gap = Gap(Reason.of(Code.NO_LONGER_KEPT), service.key, None, scope.settled)
        return _bare(
            service,
            entries,
            Status.INSUFFICIENT_DATA,
            Code.NO_LONGER_KEPT,
            Seconds(unknown=scope.settled.seconds),
            (gap,),
        )
    return _Judge(world, catalogue, service, period, scope, applied, entries).judged()


Entry = tuple[Objective, bool]


def _entries(catalogue: Catalogue, service: Service, period: Period) -> list[Entry]:
    """The objectives to show, and whether each is in force on the month's first day (rule 25)."""
    mine = catalogue.objectives_of(service)
    day = period.month.first
    live = {objective.id for objective in mine if objective.in_force_on(day)}
    chosen: dict[str, Objective] = {}
    for objective in mine:
        if objective.in_force_on(day) or objective.id not in live:
            chosen.setdefault(objective.id, objective)
    return [(objective, objective.id in live) for objective in chosen.values()]


def _bare(
    service: Service, entries: Sequence[Entry], status: Status, code: Code, seconds: Seconds, gaps: tuple[Gap, ...]
) -> JudgedService:
    """Rows that all say the same, of a service of which nothing was read."""
    results = [
        result
        for objective, live in entries
        for result in _said(service, objective, *((status, code) if live else (Status.NOT_RATED, Code.NOT_IN_FORCE)))
    ]
    environment = service.environment or (service.gateway.stage if service.gateway else None)
    page = ServiceReport(service.key, service.name, environment, service.source, seconds, None)
    return JudgedService(tuple(results), page, gaps)


def _said(service: Service, objective: Objective, status: Status, code: Code) -> list[Result]:
    """An objective's rows with a status and a reason, and no figure."""
    spans = (RowSpan.MONTH, RowSpan.YEAR_TO_DATE) if objective.over_year else (RowSpan.MONTH,)
    made = Result(
        service=service.key,
        objective=objective.id,
        operation=None,
        operation_class=objective.operation_class,
        span=RowSpan.MONTH,
        indicator=objective.indicator.kind,
        goal=objective.goal.text,
        binding=not objective.advisory,
        status=status,
        unit="seconds",
        reason=Reason.of(code),
        source=service.source,
    )
    last = spans[-1]
    return [
        rolled_up([replace(made, span=span, binding=made.binding and span is last)], per_operation=False)[0]
        for span in spans
    ]


@dataclass(slots=True)
class _Judge:
    """The steps of judging one service, and what they share."""

    world: World
    catalogue: Catalogue
    service: Service
    period: Period
    scope: Scope
    applied: Spans
    entries: Sequence[Entry]
    baselines: dict[SourceKind, Baseline] = field(default_factory=dict)
    silences: list[Gap] = field(default_factory=list)

    def judged(self) -> JudgedService:
        live = [objective for objective, in_force in self.entries if in_force]
        own = self._survey(self.service.source, live)
        edge = self._survey(SourceKind.API_GATEWAY, [o for o in live if _at_edge(o)]) if self.service.edge else None
        agreed = _reconcile(edge, own) if edge else None
        results: list[Result] = []
        for objective, in_force in self.entries:
            results += (
                self._rows(objective, own, edge, agreed)
                if in_force
                else _said(self.service, objective, Status.NOT_RATED, Code.NOT_IN_FORCE)
            )
        page = self._page(own, edge, agreed, live)
        gaps = (*own.gaps.all(), *(edge.gaps.all() if edge else ()), *self._lost(), *self.silences)
        return JudgedService(tuple(results), page, tuple(gaps))

    def _survey(self, source: SourceKind, objectives: Sequence[Objective]) -> Survey:
        excluded = intersect(self.applied, (piece.span for piece in self.pieces))
        return survey(self.world, self.service, source, self.pieces, excluded, objectives)

    @property
    def pieces(self) -> tuple[Kept, ...]:
        """What is kept, with the bins to read it in: five minutes, one where slices want it, or hours."""
        slices = [one.indicator.slice_seconds for one, _ in self.entries if isinstance(one.indicator, Availability)]
        minutes = any(width % 300 for width in slices)
        return tuple(
            replace(piece, finest=piece.finest if minutes else max(piece.finest, 300)) for piece in self.scope.kept
        )

    def _readable(self, indicator: Availability) -> bool:
        """Whether slices, or bounds by the hour, can be had from every bin."""
        return all(divides(indicator, piece.finest) for piece in self.pieces)

    def _lost(self) -> Iterable[Gap]:
        """What of the settled span is no longer kept, or can't be told from its neighbours any more."""
        for span in self._lost_spans():
            yield Gap(Reason.of(Code.NO_LONGER_KEPT), self.service.key, None, span)

    def _lost_spans(self) -> Spans:
        return subtract((self.scope.settled,), (piece.span for piece in self.scope.kept))

    def _rows(
        self, objective: Objective, own: Survey, edge: Survey | None, agreed: Reconciliation | None
    ) -> list[Result]:
        deciding = edge if edge is not None and _at_edge(objective) else own
        context = RowContext(
            objective,
            deciding,
            own if deciding is edge else None,
            self.scope.owed,
            self.scope.settled,
            agreed if deciding is edge else None,
        )
        rows = self._of_kind(context, deciding, own)
        lost = self._lost_spans() and not isinstance(objective.indicator, Availability | Coverage)
        return [_lost_row(context, one) for one in rows] if lost else rows

    def _of_kind(self, context: RowContext, deciding: Survey, own: Survey) -> list[Result]:
        indicator = context.objective.indicator
        match indicator:
            case LatencyShare() | Percentile():
                return latency_rows(context)
            case ErrorRate():
                return error_rows(context)
            case Coverage():
                shown = self._timeline(own, PLAIN_AVAILABILITY, excluding=context.excluding)
                self._note_silences(context.objective, shown)
                return coverage_rows(context, shown)
            case Availability():
                return self._availability(context, indicator, deciding, own)

    def _availability(
        self, context: RowContext, indicator: Availability, deciding: Survey, own: Survey
    ) -> list[Result]:
        if not self._readable(indicator):
            return _said(self.service, context.objective, Status.INSUFFICIENT_DATA, Code.NO_LONGER_KEPT)
        here = self._timeline(deciding, indicator, excluding=context.excluding)
        other = self._timeline(deciding, indicator, excluding=not context.excluding) if self.applied else None
        beside = self._timeline(own, indicator, excluding=context.excluding) if context.own is not None else None
        self._note_silences(context.objective, here)
        year = None
        if context.objective.over_year:
            year = year_to_date(self.world, self.catalogue, deciding, context.objective, self.period, here)
            self.silences += year.gaps
        return availability_rows(context, Uptime(here, other, self._unread(deciding, here), beside), year)

    def _note_silences(self, objective: Objective, found: Timeline) -> None:
        """Lists the silences that nothing explains; the same one of another objective only once."""
        known = {gap.span for gap in self.silences}
        fresh = (span for span in sorted(found.unexplained) if span not in known)
        reason = Reason.of(Code.UNEXPLAINED_SILENCE)
        self.silences += [Gap(reason, self.service.key, None, span, objective.id) for span in fresh]

    def _unread(self, found: Survey, here: Timeline) -> int | None:
        """Requests that unread time is taken to hold: as many as the same span a week before."""
        if not here.account.unread:
            return 0
        parts = [_week_before(found, span) for span in here.account.unread]
        return None if None in parts else sum(part or 0 for part in parts)

    def _timeline(self, found: Survey, indicator: Availability, *, excluding: bool) -> Timeline:
        return timeline(
            found.fine,
            indicator,
            self.scope.owed,
            self.applied if excluding else (),
            self.scope.settled.end,
            self._baseline(found),
        )

    def _baseline(self, found: Survey) -> Baseline:
        """What tells a quiet hour from a silent outage, read once for each survey."""
        if found.source not in self.baselines:
            since = None if self.service.since is None else day_start(self.service.since, self.period.zone)
            period = Span(self.scope.owed.start, self.scope.settled.end)

            def earlier(span: Span) -> tuple[FineSeries, ...]:
                return fine_only(self.world, self.service, found.source, (Kept(span, 300),), GapList(self.service.key))

            fine = fine_from(self.world.now)
            self.baselines[found.source] = Baseline(found.fine, self.world.zone, since, fine, period, earlier)
        return self.baselines[found.source]

    def _availability_of(self, found: Survey) -> tuple[Availability, bool]:
        for objective, in_force in self.entries:
            if in_force and isinstance(objective.indicator, Availability) and self._readable(objective.indicator):
                return objective.indicator, objective.excludes_maintenance
        return PLAIN_AVAILABILITY, False

    def _page(
        self, own: Survey, edge: Survey | None, agreed: Reconciliation | None, live: Sequence[Objective]
    ) -> ServiceReport:
        deciding = edge or own
        indicator, excluding = self._availability_of(deciding)
        shown = self._timeline(deciding, indicator, excluding=excluding)
        return service_page(self.world, own, deciding, shown, self.period.zone, agreed, self.scope.owed)


def _week_before(found: Survey, span: Span) -> int | None:
    """Requests of the same span a week before, from the fine series where it holds it."""
    week = 7 * 86_400
    earlier = Span(span.start - week, span.end - week)
    return sum_in(found.fine, earlier)


def _at_edge(objective: Objective) -> bool:
    return isinstance(objective.indicator, Availability | ErrorRate | LatencyShare)


def _lost_row(context: RowContext, one: Result) -> Result:
    """A row of requests, a part of which is no longer kept: nobody knows how many there were."""
    if one.status is Status.NOT_RATED:
        return one
    judgement: Judgement = undetermined(Reason.of(Code.NO_LONGER_KEPT))
    made = row(context, one.operation, judgement, one.unit, one.span)
    rollup = None if one.rollup is None else replace(one.rollup, status=Status.INSUFFICIENT_DATA)
    return replace(made, good=one.good, total=one.total, detail=one.detail, rollup=rollup)


def _reconcile(edge: Survey, own: Survey) -> Reconciliation:
    """Requests at the edge against requests at the service (rule 21)."""
    answered, arrived = edge.counts(excluding=False), own.counts(excluding=False)
    if answered.unbounded or arrived.unbounded:
        return Reconciliation(None, None, None, None, agrees=True)
    rest = unrouted(edge, excluding=False)
    unexplained = max(0, abs(answered.requests - arrived.requests) - (rest.requests if rest else 0))
    share = Fraction(unexplained, answered.requests) if answered.requests else None
    agrees = share is None or share <= TOLERATED
    return Reconciliation(answered.requests, arrived.requests, unexplained, share, agrees)
