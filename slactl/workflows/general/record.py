"""Figures over the kept history of alarms, and over the report's own reads.

The one rule: a promise is watched, and a crossing told of, only where the kept history says so; where it says nothing
that is unknown, judged twice, and never a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from slactl.alarming.aftermath import after
from slactl.alarming.recording import AlarmPast, Mute, Told, tellers, told_of, unsure_of
from slactl.compliance.budgets import projected
from slactl.compliance.exclusions import refusal
from slactl.compliance.judging import Judgement, Reading, Yardstick, judge_interval
from slactl.model.catalogue import Catalogue
from slactl.model.general import AlarmRecord, Ratio, Recorded, Statistic, WeightedAverage
from slactl.model.maintenance import Proof
from slactl.model.objective import Coverage, Objective
from slactl.model.period import Period
from slactl.model.replay import Rung
from slactl.model.report import Result
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.status import Code, Reason, Status
from slactl.model.watch import WatchedPromise
from slactl.ports.general import AlarmBook, GeneralWorld
from slactl.workflows.enforcing.crossings import Rungs, conditions, crossings_of
from slactl.workflows.enforcing.muted import muting
from slactl.workflows.enforcing.rang import Kept
from slactl.workflows.enforcing.stage import Stage
from slactl.workflows.enforcing.stood import pasts
from slactl.workflows.general.bymonth import ByMonth
from slactl.workflows.general.readable import Share, attributed, readable, together
from slactl.workflows.rows.context import Subject, rolled_up, row_of
from slactl.workflows.scope import JudgedService, scope_of
from slactl.workflows.surveying import World

DAY, GRID = 86_400, 300
MEASURED = (Ratio, Statistic, WeightedAverage)
OF_ALARMS = (Recorded.WATCHED, Recorded.NOTIFIED)


@dataclass(frozen=True, slots=True)
class _Promise:
    """A promise with what is known of it: its ``settled`` span, when it was watched, what followed on crossings.

    ``uncrossed`` is what is to be said where nothing was crossed.
    """

    service: Service
    objective: Objective
    settled: Span
    watched: Spans
    unknown: Spans
    told: Told
    uncrossed: Code = Code.NO_CROSSINGS

    @property
    def name(self) -> str:
        return f"{self.service.key} {self.objective.id}"

    @property
    def by_month(self) -> bool:
        """Whether no condition over a short time watches it."""
        return self.uncrossed is not Code.NO_CROSSINGS


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what is asked: a promise or a service; ``empty`` says why where there is nothing to have a share of."""

    name: str
    share: Share
    empty: Code = Code.NO_REQUESTS


@dataclass(frozen=True, slots=True)
class JudgedRecords:
    """The rows of what is asked of the record, and what it tells of each promise, where that is asked."""

    results: tuple[Result, ...] = ()
    watched: tuple[WatchedPromise, ...] | None = None


def judge_records(
    world: World,
    general: GeneralWorld | None,
    catalogue: Catalogue,
    period: Period,
    before: tuple[Sequence[JudgedService], Sequence[Result]],
) -> JudgedRecords:
    """All rows over the record, in order; the services and general rows ``before`` were judged before.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: if what is kept can't be read.
    """
    day = period.month.first
    asked = [one for one in catalogue.general if isinstance(one.indicator, AlarmRecord) and one.in_force_on(day)]
    if not asked or world.aim.lean or world.aim.burning is not None:
        return JudgedRecords()
    records = Records(world, catalogue, period, general.record if general else None, *before)
    rows = [row for one in asked for row in records.rows(one, catalogue.bearer(one).key)]
    told = any(_asks(one) in OF_ALARMS for one in asked)
    return JudgedRecords(tuple(rows), records.table() if told else None)


@dataclass(frozen=True)
class Records:
    """Judges what is asked of the record; ``services``, and the rows ``beside`` them, were judged before."""

    world: World
    catalogue: Catalogue
    period: Period
    book: AlarmBook | None
    services: Sequence[JudgedService]
    beside: Sequence[Result] = ()

    def rows(self, objective: Objective, bearer: str) -> list[Result]:
        """The row of an objective in all, and one for each promise or service."""
        indicator = objective.indicator
        assert isinstance(indicator, AlarmRecord)
        if self.period.settled_until <= self.period.span.start:
            return self._said(objective, bearer, Status.NOT_RATED, Code.NOTHING_SETTLED)
        if indicator.asks in OF_ALARMS and self.kept is None:
            return self._said(objective, bearer, Status.INSUFFICIENT_DATA, Code.NO_RECORD)
        parts = self._parts(indicator.asks)
        whole = together(part.share for part in parts)
        rows = [self._row(objective, bearer, None, whole, _empty(indicator.asks, parts))]
        rows += [self._row(objective, bearer, part.name, part.share, part.empty) for part in parts]
        return rolled_up(rows, per_operation=objective.per_operation)

    def table(self) -> tuple[WatchedPromise, ...] | None:
        """What the report tells of each promise; None where nothing of the period is settled."""
        if self.period.settled_until <= self.period.span.start:
            return None
        if self.kept is None:
            why = Reason.of(Code.NO_RECORD)
            return tuple(
                WatchedPromise(service.key, objective.id, None, span.seconds, None, (), why)
                for service, objective, span in self._promises
            )
        return tuple(_shown(one) for one in self.judged)

    @cached_property
    def kept(self) -> Kept | None:
        """The documents of the period's days; None where they tell nothing of it."""
        if self.book is None:
            return None
        found = Kept(tuple(dict(day) for day in self.book.days(self._span)))
        return found if found.days and found.read(self._span) else None

    @cached_property
    def judged(self) -> tuple[_Promise, ...]:
        """Every promise with what the record tells of it."""
        kept, span = self.kept, self._span
        assert kept is not None
        alarms, stage = pasts(kept, span), Stage(self.world.reader, self.world.keeps, self.world.now, span)
        promises = [(service, objective) for service, objective, _ in self._promises if not objective.general]
        rungs = crossings_of(stage, self.catalogue, promises, self.world.inventories)
        return tuple(
            self._judged(alarms, rungs, service, objective, settled) for service, objective, settled in self._promises
        )

    def _judged(
        self, alarms: Mapping[str, AlarmPast], rungs: Rungs, service: Service, objective: Objective, settled: Span
    ) -> _Promise:
        calling = tellers(alarms, service, objective)
        watched = intersect((settled,), union(span for one in calling for span in one.spans))
        unread = subtract((settled,), self._read)
        unknown = subtract((*unread, *intersect((settled,), unsure_of(alarms, service, objective))), watched)
        rung = rungs.get((service.key, objective.id))
        if rung is None:
            rows = [*(row for one in self.services for row in one.results), *self.beside]
            pages = [one.page for one in self.services]
            month = ByMonth(self.world, service, objective, settled, calling, self._around, rows, pages)
            return _Promise(service, objective, settled, watched, unknown, month.told, month.uncrossed)
        told = told_of(within(rung, settled), calling, self._around, self._mutes(service))
        return _Promise(service, objective, settled, watched, unknown, told)

    def _mutes(self, service: Service) -> tuple[Mute, ...]:
        """When windows mute a service's alarms; one that rule 14 refuses takes no time out, and excuses nothing.

        The document leaves out maintenance that was told beforehand, and promises notices without an exception.
        """
        calendar, recorded = self.catalogue.maintenance, self.world.keeps.recorded
        tails = after(conditions(self.catalogue), self.catalogue.objectives)
        found = []
        for window, span in muting(calendar, service.key, self._span, max(tails.values())):
            graded = replace(window, proof=Proof.RECORDED) if window.id in recorded else window
            found.append(Mute(window.id, span, refusal(graded, calendar.policy) is None))
        return tuple(found)

    @cached_property
    def _read(self) -> Spans:
        assert self.kept is not None
        return self.kept.read(self._span)

    @cached_property
    def _around(self) -> Spans:
        """What is read a day before and after too: who is told of a crossing may be told a little later."""
        assert self.kept is not None
        return self.kept.read(Span(self._span.start - DAY, self._span.end + DAY))

    @property
    def _span(self) -> Span:
        start = self.period.span.start
        return Span(start, max(start + GRID, self.period.settled_until // GRID * GRID))

    @cached_property
    def _promises(self) -> tuple[tuple[Service, Objective, Span], ...]:
        """Every promise with a limit that binds and is in force, with what of the period is settled of it."""
        catalogue, day = self.catalogue, self.period.month.first
        mine = [(service, one) for service in catalogue.services for one in catalogue.objectives_of(service)]
        mine += [(catalogue.bearer(one), one) for one in catalogue.general if isinstance(one.indicator, MEASURED)]
        scopes = ((scope_of(service, self.period, self.world.keeps), service, one) for service, one in mine)
        return tuple((service, one, scope.settled) for scope, service, one in scopes if scope and _binds(one, day))

    def _parts(self, asks: Recorded) -> list[_Part]:
        match asks:
            case Recorded.WATCHED:
                return [_Part(one.name, _unwatched(one)) for one in self.judged]
            case Recorded.NOTIFIED:
                return [_Part(one.name, _untold(one), one.uncrossed) for one in self.judged]
            case Recorded.PERCENTILES_READABLE:
                return [_Part(one.page.key, readable(one)) for one in self.services]
            case Recorded.ATTRIBUTED:
                return [_Part(one.page.key, attributed(one)) for one in self.services]

    def _row(self, objective: Objective, bearer: str, name: str | None, share: Share, empty: Code) -> Result:
        indicator = objective.indicator
        assert isinstance(indicator, AlarmRecord)
        yardstick = Yardstick.of(objective, operation=name is not None)
        worst, best = (self._reading(bad, share.total) for bad in (share.bad + share.unknown, share.bad))
        judged = judge_interval(yardstick, worst, best, indicator.unit)
        if share.blind and judged.status is not Status.BREACHED:
            judged = replace(judged, status=Status.INSUFFICIENT_DATA, reason=Reason.of(Code.READ_FAILED))
        if not share.total and not share.blind:
            judged = Judgement(Status.NOT_RATED, Reason.of(empty))
        made = row_of(Subject(objective, bearer, SourceKind.METRICS), name, judged, indicator.unit)
        return replace(made, good=share.total - share.bad - share.unknown, total=share.total) if share.total else made

    def _reading(self, bad: int, total: int) -> Reading:
        """A reading of counts; in a running period against the allowance of the whole."""
        if self.period.settled_until >= self.period.span.end:
            return Reading(bad, total)
        return Reading(bad, total, projected(total, self._span.seconds, self.period.span.seconds))

    def _said(self, objective: Objective, bearer: str, status: Status, code: Code) -> list[Result]:
        judged = Judgement(status, Reason.of(code))
        assert isinstance(objective.indicator, AlarmRecord)
        row = row_of(Subject(objective, bearer, SourceKind.METRICS), None, judged, objective.indicator.unit)
        return rolled_up([row], per_operation=False)


def _asks(objective: Objective) -> Recorded | None:
    indicator = objective.indicator
    return indicator.asks if isinstance(indicator, AlarmRecord) else None


def _empty(asks: Recorded, parts: Sequence[_Part]) -> Code:
    """Why there is nothing to have a share of in all; of promises that only the month watches, if there is no other."""
    if asks is not Recorded.NOTIFIED:
        return Code.NO_REQUESTS
    said = {part.empty for part in parts}
    return next(
        (code for code in (Code.NO_CROSSINGS, Code.MONTH_NOT_MISSED, Code.MONTH_MET) if code in said), Code.NO_CROSSINGS
    )


def _binds(objective: Objective, day: date) -> bool:
    watching = isinstance(objective.indicator, Coverage)
    return not objective.advisory and not watching and objective.in_force_on(day)


def _unwatched(one: _Promise) -> Share:
    seconds, unknown = one.settled.seconds, sum(span.seconds for span in one.unknown)
    return Share(seconds - unknown - sum(span.seconds for span in one.watched), unknown, seconds)


def _untold(one: _Promise) -> Share:
    told = one.told
    untold = sum(crossing.action is None for crossing in told.crossings)
    return Share(untold, told.unknown, len(told.crossings) + told.unknown)


def within(rung: Rung, span: Span) -> Rung:
    """What of a rung lies in a span."""
    return replace(rung, spans=intersect(rung.spans, (span,)), doubt=intersect(rung.doubt, (span,)))


def _shown(one: _Promise) -> WatchedPromise:
    watched, unknown = (sum(span.seconds for span in spans) for spans in (one.watched, one.unknown))
    reason = Reason.of(Code.UNKNOWN_DECIDES, seconds=unknown) if unknown else None
    service, objective, told = one.service.key, one.objective.id, one.told
    owed = one.settled.seconds
    return WatchedPromise(
        service, objective, None, owed, watched, told.crossings, reason, told.muted, one.by_month, told.unknown
    )
