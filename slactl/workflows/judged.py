"""One service of a report: surveyed, judged, and described for the page.

The one rule (rule 21): where an edge is named, availability, error rate and latency share are judged
on what the edge answered, and the service's own figures stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial

from slactl.compliance.declared import declared_downtime
from slactl.compliance.judging import Judgement, undetermined
from slactl.model.catalogue import Catalogue
from slactl.model.general import AlarmRecord, Control, Ratio, Statistic, WeightedAverage
from slactl.model.goal import Comparison, Goal
from slactl.model.kept import Kept
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
from slactl.model.period import Period, agreement_year, day_start
from slactl.model.report import Gap, Reconciliation, Result, Seconds, ServiceReport
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, union
from slactl.model.status import Code, Reason, Status
from slactl.workflows.asking import GapList
from slactl.workflows.explaining.trace import Trace
from slactl.workflows.lost import Lost
from slactl.workflows.outlooks import Outlooks
from slactl.workflows.pages import lean_page, service_page
from slactl.workflows.rows.availability import Uptime, availability_rows, coverage_rows
from slactl.workflows.rows.burning import burning_rows
from slactl.workflows.rows.context import RowContext, row
from slactl.workflows.rows.errors import error_rows
from slactl.workflows.rows.latency import latency_rows
from slactl.workflows.rows.sources import reconciled_with
from slactl.workflows.rows.year import MonthOfYear
from slactl.workflows.scope import Entry, JudgedService, Scope, bare, entries_of, in_bins, said, scope_of
from slactl.workflows.survey import FineSeries, Survey, both_read
from slactl.workflows.surveying import World, fine_only, is_fine, survey
from slactl.workflows.timeline import Baseline, Frame, Timeline, divides, timeline
from slactl.workflows.years import Whose, applied_in, lost_of, month_read, year_to_date

WEEK = 7 * 86_400
PLAIN_AVAILABILITY = Availability(
    Evaluation.TIME_SLICES, 300, Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%"), SilencePolicy.EXPECTED
)
"""The contract's own defaults, for the account of seconds of a service without an availability objective."""


def judge_service(
    world: World, catalogue: Catalogue, service: Service, period: Period, applied: Spans, trace: Trace | None = None
) -> JudgedService:
    """Surveys and judges one service; a ``trace`` is told what its figures were made from."""
    entries = entries_of(catalogue, service, period)
    scope = scope_of(service, period, world.keeps)
    if scope is None or (world.aim.lean and not entries):
        code = Code.NOTHING_SETTLED if period.running else Code.NOT_IN_FORCE
        seconds = Seconds(not_yet=period.span.seconds if period.running else 0)
        return bare(service, entries, (Status.NOT_RATED, code), period.span, seconds)
    if not scope.kept:
        return Lost(world, catalogue, service, period, scope, applied).service_judged(entries)
    return _Judge(world, catalogue, service, period, scope, applied, entries, trace or Trace()).judged()


Known = tuple[tuple[FineSeries, ...], Availability, Spans, Spans]
"""What a timeline is taken of: series, indicator, what is excluded and what is declared."""


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
    trace: Trace
    baselines: dict[SourceKind, Baseline] = field(default_factory=dict)
    silences: list[Gap] = field(default_factory=list)
    outlooks: Outlooks | None = None
    shown: list[tuple[Known, Timeline]] = field(default_factory=list)

    def judged(self) -> JudgedService:
        live = [objective for objective, in_force in self.entries if in_force]
        self.outlooks = self._outlooks(live)
        own = self._survey(self.service.source, live)
        edge = self._survey(SourceKind.API_GATEWAY, [o for o in live if _at_edge(o)]) if self.service.edge else None
        agreed = reconciled_with(edge, own) if edge else None
        self.trace.surveyed(self.scope, self.applied, own, edge)
        results: list[Result] = []
        for objective, in_force in self.entries:
            results += (
                self._rows(objective, own, edge, agreed)
                if in_force
                else said(self.service, objective, Status.NOT_RATED, Code.NOT_IN_FORCE)
            )
        page = self._page(own, edge, agreed)
        gaps = (*own.gaps.all(), *(edge.gaps.all() if edge else ()), *self._lost(), *self.silences)
        return JudgedService(tuple(results), page, tuple(gaps))

    def _survey(self, source: SourceKind, objectives: Sequence[Objective]) -> Survey:
        excluded = tuple(part for piece in self.pieces for part in intersect(self.applied, (piece.span,)))
        return survey(self.world, self.service, source, self.pieces, excluded, objectives)

    @property
    def pieces(self) -> tuple[Kept, ...]:
        """What is kept, with the bins to read it in."""
        slices = [one.indicator.slice_seconds for one, _ in self.entries if isinstance(one.indicator, Availability)]
        return in_bins(self.scope.kept, slices, self.applied)

    def _outlooks(self, live: Sequence[Objective]) -> Outlooks | None:
        """What tells how long budgets last: of a running period only, and where it is asked for."""
        policy = self.world.aim.policy
        if policy is None or not self.period.running:
            return None
        zone, settled, month = self.period.zone, self.scope.settled, self.period.month
        year = agreement_year(month, self.catalogue.report.year_starts, zone)
        first = 0 if self.service.since is None else day_start(self.service.since, zone)
        before = month.shift(-1)
        earlier = agreement_year(before, self.catalogue.report.year_starts, zone)
        applied = applied_in(self.catalogue, self.service, before, earlier, self.world.keeps)
        return Outlooks(
            self.world,
            policy,
            self.scope.owed,
            year,
            Span(first, settled.end),
            union((*applied, *self.applied)),
            self.declared,
            live,
            self._baseline_over,
        )

    def _readable(self, indicator: Availability) -> bool:
        """Whether slices, or bounds by the hour, can be had from every bin."""
        return all(divides(indicator, piece.finest) for piece in self.pieces)

    def _lost(self) -> Iterable[Gap]:
        """What of the settled span is no longer kept, or can't be told from its neighbours any more."""
        for span, reason in self._lost_spans():
            yield Gap(reason, self.service.key, None, span)

    def _lost_spans(self) -> tuple[tuple[Span, Reason], ...]:
        return lost_of(self.world, self.scope.settled, self.scope.kept)

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
            # A request that straddles the edge of an hour is at the gateway before it and at the service after it.
            agreed if deciding is edge and self.world.aim.burning is None else None,
            self.world.aim.burning,
        )
        self.trace.took(context)
        rows = self._of_kind(context, deciding, own, edge)
        if self.outlooks is not None:
            rows = self.outlooks.told(objective, deciding, rows)
        by_time = isinstance(objective.indicator, Availability | Coverage) and context.burning is None
        lost = self._lost_spans() and not by_time
        return [_lost_row(context, one, self.world.keeps.absent) for one in rows] if lost else rows

    def _of_kind(self, context: RowContext, deciding: Survey, own: Survey, edge: Survey | None) -> list[Result]:
        indicator = context.objective.indicator
        match indicator:
            case LatencyShare() | Percentile():
                return latency_rows(context)
            case ErrorRate():
                return error_rows(context)
            case Coverage() if context.burning is not None:
                return said(self.service, context.objective, Status.NOT_RATED, Code.NO_BURN_RATE)
            case Coverage():
                seen = own if edge is None else replace(own, fine=both_read(own.fine, edge.fine))
                shown = self._timeline(seen, PLAIN_AVAILABILITY, excluding=context.excluding)
                self._note_silences(context.objective, shown)
                self.trace.took(context, shown)
                return coverage_rows(context, shown, asked=_asked(seen))
            case Availability() if context.burning is not None:
                return burning_rows(context)
            case Availability():
                return self._availability(context, indicator, deciding, own)
            case Ratio() | Statistic() | WeightedAverage() | Control() | AlarmRecord():
                raise AssertionError(f"{context.objective.id} is not judged on requests")

    def _availability(
        self, context: RowContext, indicator: Availability, deciding: Survey, own: Survey
    ) -> list[Result]:
        if not self._readable(indicator):
            absent = self.world.keeps.absent
            gone = Gap(Reason.of(absent), self.service.key, None, self.scope.settled, context.objective.id)
            self.silences.append(gone)
            lost = Lost(self.world, self.catalogue, self.service, self.period, self.scope, self.applied)
            rows, gaps = lost.availability(context.subject)
            self.silences += gaps
            return rows
        said_down, excluding = self.declared, context.excluding
        here = self._timeline(deciding, indicator, said_down, excluding=excluding)
        measured = self._timeline(deciding, indicator, excluding=excluding) if said_down else None
        other = self._timeline(deciding, indicator, said_down, excluding=not excluding) if self.applied else None
        beside = self._timeline(own, indicator, said_down, excluding=excluding) if context.own is not None else None
        self._note_silences(context.objective, here)
        month = month_read(self.period.label, self.scope.owed, here, other, measured, self._lost_spans())
        self._account(context.objective, month)
        year = None
        if context.objective.over_year:
            whose = Whose(self.service, deciding.source, deciding.gaps)
            year = year_to_date(self.world, self.catalogue, whose, context.objective, self.period, month)
            self.silences += year.gaps
        uptime = Uptime(here, other, self._unread(deciding, here), beside, _asked(deciding), measured)
        self.trace.took(context, here, uptime, year)
        return availability_rows(context, uptime, year)

    def _account(self, objective: Objective, month: MonthOfYear) -> None:
        """Takes the month's account, for the years that it is part of."""
        self.world.accounts[self.service.key, objective.id, month.label] = month

    def _note_silences(self, objective: Objective, found: Timeline) -> None:
        """Lists the silences that nothing explains; the same one of another objective only once."""
        known = {gap.span for gap in self.silences}
        fresh = ((span, reason) for span, reason in found.silent_reasons() if span not in known)
        self.silences += [Gap(reason, self.service.key, None, span, objective.id) for span, reason in fresh]

    def _unread(self, found: Survey, here: Timeline) -> int | None:
        """Requests that unread time is taken to hold: as many as the same span a week before."""
        if not here.account.unread:
            return 0
        baseline = self._baseline(found)
        parts = [baseline.requests(_week_before(span)) for span in here.account.unread]
        return None if None in parts else sum(part or 0 for part in parts)

    @property
    def declared(self) -> Spans:
        """What incidents declare as downtime of the service."""
        return declared_downtime(self.catalogue.incidents, self.service.key, self.world.now)

    def _timeline(self, found: Survey, indicator: Availability, declared: Spans = (), *, excluding: bool) -> Timeline:
        excluded = self.applied if excluding else ()
        known = (found.fine, indicator, excluded, declared)
        same = next((shown for key, shown in self.shown if _same(key, known)), None)
        if same is None:
            frame = Frame(indicator, self.scope.owed, excluded, self.scope.settled.end, self._baseline(found), declared)
            same = timeline(found.fine, frame)
            self.shown.append((known, same))
        return same

    def _baseline_over(self, found: Survey, fine: tuple[FineSeries, ...]) -> Baseline:
        """The same over a series that may begin before the period."""
        return self._baseline(found) if fine is found.fine else replace(self._baseline(found), current=fine)

    def _baseline(self, found: Survey) -> Baseline:
        """What tells a quiet hour from a silent outage, read once for each survey."""
        if found.source not in self.baselines:
            since = None if self.service.since is None else day_start(self.service.since, self.period.zone)
            period = Span(self.scope.owed.start, self.scope.settled.end)

            def earlier(span: Span) -> tuple[FineSeries, ...]:
                pieces = self.world.fine_pieces(self.service, found.source, span)
                return fine_only(self.world, self.service, found.source, pieces, GapList(self.service.key))

            fine = partial(is_fine, self.world, self.service)
            self.baselines[found.source] = Baseline(found.fine, self.world.zone, since, fine, period, earlier)
        return self.baselines[found.source]

    def _availability_of(self, found: Survey) -> tuple[Availability, bool]:
        for objective, in_force in self.entries:
            if in_force and isinstance(objective.indicator, Availability) and self._readable(objective.indicator):
                return objective.indicator, objective.excludes_maintenance
        return PLAIN_AVAILABILITY, False

    def _page(self, own: Survey, edge: Survey | None, agreed: Reconciliation | None) -> ServiceReport:
        deciding = edge or own
        if self.world.aim.lean:
            return lean_page(self.service, deciding)
        indicator, excluding = self._availability_of(deciding)
        shown = self._timeline(deciding, indicator, self.declared, excluding=excluding)
        return service_page(self.world, own, deciding, shown, agreed, (self.scope.owed, self.period.span))


def _same(one: Known, other: Known) -> bool:
    """Whether two timelines are of the very same series, and of the same question."""
    return one[0] is other[0] and one[1:] == other[1:]


def _asked(found: Survey) -> bool:
    """Whether the service had a request in the period, or may have had one."""
    counts = found.counts(excluding=False)
    return bool(counts.requests) or counts.unbounded


def _week_before(span: Span) -> Span:
    return Span(span.start - WEEK, span.end - WEEK)


def _at_edge(objective: Objective) -> bool:
    return isinstance(objective.indicator, Availability | ErrorRate | LatencyShare)


def _lost_row(context: RowContext, one: Result, absent: Code) -> Result:
    """A row of requests, a part of which is ``absent``: nobody knows how many there were."""
    if one.status is Status.NOT_RATED:
        return one
    judgement: Judgement = undetermined(Reason.of(absent))
    made = row(context, one.operation, judgement, one.unit, one.span)
    rollup = None if one.rollup is None else replace(one.rollup, status=Status.INSUFFICIENT_DATA)
    return replace(made, good=one.good, total=one.total, detail=one.detail, rollup=rollup)
