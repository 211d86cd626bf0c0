"""Judges the general objectives of a catalogue over one period, each by the file of its kind.

The one rule: every objective gives its rows, whatever could not be read; a row that nothing could be read for is
INSUFFICIENT_DATA and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.model.catalogue import Catalogue
from slactl.model.general import AlarmRecord, Control, Ratio, Statistic, WeightedAverage
from slactl.model.objective import Objective
from slactl.model.period import Period
from slactl.model.report import Gap, Result
from slactl.model.service import Service, SourceKind
from slactl.model.span import Spans, intersect
from slactl.model.status import Code, Reason, Status
from slactl.model.vacuous import cannot_fail
from slactl.ports.general import GeneralWorld
from slactl.workflows.general.controls import Watch, control_rows
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.measured import judge_measured, limitations_of
from slactl.workflows.scope import Scope, said, scope_of
from slactl.workflows.surveying import World
from slactl.workflows.together import aside


@dataclass(frozen=True, slots=True)
class JudgedGeneral:
    """The rows of the general objectives, what could not be read, and what must be known of the whole."""

    results: tuple[Result, ...] = ()
    gaps: tuple[Gap, ...] = ()
    limitations: tuple[Reason, ...] = ()


Judged = tuple[Sequence[Result], Sequence[Gap]]


def judge_general(
    world: World, general: GeneralWorld | None, catalogue: Catalogue, period: Period, applied: Mapping[str, Spans]
) -> JudgedGeneral:
    """All rows; ``applied`` are exclusions by component or service. Without ``general`` nothing is known.

    What is asked of the record (``judge_records``) needs the services' figures and is judged after them.
    """
    chosen = entries_of(catalogue, period)
    if not chosen:
        return JudgedGeneral()
    judging = _Judging(world, general, catalogue, period, applied)
    live = [objective for objective, now in chosen if now]
    looked = judging.looking(live)
    measured, limitations = judging.measured(live)
    looked()
    judged = [_unrated(one, judging.of(one, measured) if live else judging.idle(one)) for one, live in chosen]
    results = tuple(row for rows, _ in judged for row in rows)
    return JudgedGeneral(results, tuple(gap for _, gaps in judged for gap in gaps), limitations)


def _unrated(objective: Objective, judged: Judged) -> Judged:
    """A goal that nothing can miss is none: what was met only because of it has a figure and no verdict."""
    rows, gaps = judged
    if not cannot_fail(objective):
        return judged
    return [_without_verdict(row) if row.status in (Status.OK, Status.WARNING) else row for row in rows], gaps


def _without_verdict(row: Result) -> Result:
    reason = Reason.of(Code.CANNOT_FAIL)
    rollup = row.rollup and replace(row.rollup, status=Status.NOT_RATED)
    return replace(row, status=Status.NOT_RATED, reason=reason, budget=None, rollup=rollup)


def entries_of(catalogue: Catalogue, period: Period) -> list[tuple[Objective, bool]]:
    """The general objectives to show, and whether each is in force on the month's first day (rule 25)."""
    day = period.month.first
    live = {one.id for one in catalogue.general if one.in_force_on(day)}
    chosen: dict[str, Objective] = {}
    for one in catalogue.general:
        if one.in_force_on(day) or one.id not in live:
            chosen.setdefault(one.id, one)
    return [(one, one.id in live) for one in chosen.values()]


@dataclass(frozen=True, slots=True)
class _Judging:
    """What all objectives are judged with."""

    world: World
    general: GeneralWorld | None
    catalogue: Catalogue
    period: Period
    applied: Mapping[str, Spans]

    def looking(self, objectives: Sequence[Objective]) -> Callable[[], object]:
        """Begins to look at what controls are about, where samples are looked for at all; what waits for it."""
        general, span = self.general, self.period.span
        if general is None or self.world.aim.burning is not None:
            return tuple
        if not any(isinstance(one.indicator, Control) for one in objectives):
            return tuple
        samples = general.samples
        return aside(self.world.reader, samples, lambda: samples.samples(span))

    def measured(self, objectives: Sequence[Objective]) -> tuple[dict[str, Judged], tuple[Reason, ...]]:
        """The rows of what metrics tell, by objective, and what must be known of them all."""
        if self.general is None:
            return {}, ()
        entries = [entry for objective in objectives if (entry := self._entry(objective)) is not None]
        judged = judge_measured(entries, self.general.directory, self.world.reader, self.world.anchor, self.period.span)
        found: dict[str, Judged] = {one.objective.id: told for one, told in zip(entries, judged, strict=True)}
        return found, limitations_of(entries)

    def of(self, objective: Objective, measured: Mapping[str, Judged]) -> Judged:
        """The rows of one objective in force."""
        if isinstance(objective.indicator, AlarmRecord):
            quick = self.world.aim.lean or self.world.aim.burning is not None
            return self._said(objective, Status.NOT_RATED, Code.REPORT_ONLY) if quick else [], ()
        if self.general is None:
            return self._said(objective, Status.INSUFFICIENT_DATA, Code.READ_FAILED), ()
        if objective.id in measured:
            return measured[objective.id]
        if isinstance(objective.indicator, Control):
            return self._controls(objective, self.general)
        return self._unread(objective)

    def idle(self, objective: Objective) -> Judged:
        """The rows of one that is not in force."""
        return self._said(objective, Status.NOT_RATED, Code.NOT_IN_FORCE), ()

    def _said(self, objective: Objective, status: Status, code: Code) -> list[Result]:
        rows = said(self._bearer(objective), objective, status, code)
        unit = getattr(objective.indicator, "unit", "seconds")
        return [replace(row, unit=unit) for row in rows]

    def _bearer(self, objective: Objective) -> Service:
        """Whose name the rows bear, as something that metrics are kept of."""
        return replace(self.catalogue.bearer(objective), source=SourceKind.METRICS, edge=None)

    def _scope(self, objective: Objective) -> Scope | None:
        return scope_of(self._bearer(objective), self.period, self.world.keeps)

    def _unread(self, objective: Objective) -> Judged:
        """The rows of one of which nothing is owed, settled or kept."""
        scope = self._scope(objective)
        if scope is None:
            code = Code.NOTHING_SETTLED if self.period.running else Code.NOT_IN_FORCE
            return self._said(objective, Status.NOT_RATED, code), ()
        absent = self.world.keeps.absent
        gap = Gap(Reason.of(absent), self._bearer(objective).key, None, scope.settled, objective.id)
        return self._said(objective, Status.INSUFFICIENT_DATA, absent), (gap,)

    def _entry(self, objective: Objective) -> Entry | None:
        """A measured objective with its spans; None where it is none, or nothing of it can be read."""
        indicator, scope = objective.indicator, self._scope(objective)
        if not isinstance(indicator, Ratio | Statistic | WeightedAverage) or scope is None or not scope.kept:
            return None
        bearer, keeps, aim = self._bearer(objective), self.world.keeps, self.world.aim
        spans = [piece.span for piece in scope.kept]
        return Entry(
            objective,
            indicator,
            bearer,
            scope.owed,
            scope.settled,
            scope.kept,
            intersect(self.applied.get(bearer.key, ()), spans),
            keeps.absent,
            aim.burning,
            aim.lean,
            keeps.rungs(bearer, SourceKind.METRICS, scope.settled),
        )

    def _controls(self, objective: Objective, general: GeneralWorld) -> Judged:
        """The rows of a control, from the samples that were kept."""
        scope = self._scope(objective)
        if scope is None:
            return self._unread(objective)
        burning = self.world.aim.burning is not None
        bearer, zone = self._bearer(objective).key, self.period.zone
        watch = Watch.over(objective, bearer, scope.owed, scope.settled, zone, general.samples, burning=burning)
        return control_rows(watch)
