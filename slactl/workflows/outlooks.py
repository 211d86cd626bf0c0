"""What becomes of the running budgets of a service: how fast they are spent, by whom, and until when.

The one rule: a look-back is judged like a period of its own, by the objective's own evaluation; it informs,
and no verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import whole_up
from slactl.compliance.availability import Account
from slactl.compliance.budgets import Allowance
from slactl.compliance.burning import Horizon, Readings, burn_rate, outlook
from slactl.compliance.counts import add_up
from slactl.model.burn import BurnPolicy, BurnRate, Lookback, Spent
from slactl.model.objective import Availability, Coverage, Evaluation, Objective
from slactl.model.report import Result, RowSpan
from slactl.model.span import Span, Spans
from slactl.model.status import Status
from slactl.workflows.lookbacks import Lookbacks, read_lookbacks, readings_of
from slactl.workflows.rows.errors import unrouted
from slactl.workflows.stretches import nothing_in, spenders_in, spent_in
from slactl.workflows.survey import UNROUTED, FineSeries, Survey
from slactl.workflows.surveying import World
from slactl.workflows.timeline import Baseline, Frame, timeline


@dataclass(slots=True)
class Outlooks:
    """A service's running budgets, and what their outlooks are made of.

    ``owed`` is the running period's part that the agreement covers, ``year`` the agreement year; ``settled``
    runs from the first instant that look-backs may reach to the end of what is settled. ``applied`` is what
    maintenance takes out of that, ``declared`` what incidents declare.
    """

    world: World
    policy: BurnPolicy
    owed: Span
    year: Span
    settled: Span
    applied: Spans
    declared: Spans
    objectives: Sequence[Objective]
    baseline: Callable[[Survey, tuple[FineSeries, ...]], Baseline]
    _read: dict[int, Lookbacks] = field(default_factory=dict)

    def told(self, objective: Objective, found: Survey, rows: Sequence[Result]) -> list[Result]:
        """The rows of an objective with the outlook of each budget of the whole service or class."""
        if isinstance(objective.indicator, Coverage):
            return list(rows)
        bad = _bad_of(objective, found, rows)
        rates, took = self._rates(objective, found), self._stretches(objective, found)
        return [self._with(one, rates, bad, took) if _has_budget(one) else one for one in rows]

    def _with(
        self, made: Result, rates: tuple[BurnRate, ...], bad: Mapping[str, int], took: tuple[Spent, ...]
    ) -> Result:
        end = self.year.end if made.span is RowSpan.YEAR_TO_DATE else self.owed.end
        horizon = Horizon(self.settled.end, end)
        found = outlook(made.budget, rates, self.policy.pace, horizon, bad)
        return replace(made, outlook=replace(found, stretches=took))

    def _rates(self, objective: Objective, found: Survey) -> tuple[BurnRate, ...]:
        share = Allowance.of(objective.goal, objective.indicator).share
        looked = self._lookbacks(found)
        return tuple(self._rate(objective, share, looked, found, one) for one in self.policy.shown)

    def _rate(
        self, objective: Objective, share: Fraction, looked: Lookbacks, found: Survey, lookback: Lookback
    ) -> BurnRate:
        span = looked.span(lookback)
        if span is None:
            return burn_rate(lookback, Span(self.settled.end - lookback.seconds, self.settled.end), share, None)
        indicator = objective.indicator
        readings = (
            self._of_time(objective, indicator, looked, found, span)
            if isinstance(indicator, Availability)
            else readings_of(objective, looked.inside(span))
        )
        return burn_rate(lookback, span, share, readings)

    def _of_time(
        self, objective: Objective, indicator: Availability, looked: Lookbacks, found: Survey, span: Span
    ) -> Readings | None:
        account = self._account(objective, indicator, looked, found, span)
        return None if account is None else _readings(indicator, account)

    def _account(
        self, objective: Objective, indicator: Availability, looked: Lookbacks, found: Survey, span: Span
    ) -> Account | None:
        series = looked.series(span)
        excluded = self.applied if objective.excludes_maintenance else ()
        if not series:
            return None
        frame = Frame(indicator, span, excluded, span.end, self.baseline(found, looked.fine), self.declared)
        return timeline(series, frame.within(span)).account

    def _stretches(self, objective: Objective, found: Survey) -> tuple[Spent, ...]:
        return tuple(self._stretch(objective, found, one) for one in self.world.aim.stretches)

    def _stretch(self, objective: Objective, found: Survey, wanted: Span) -> Spent:
        span, indicator = wanted.clip(self.settled), objective.indicator
        if span is None:
            return nothing_in(wanted)
        looked, share = self._lookbacks(found), Allowance.of(objective.goal, indicator).share
        inside = looked.inside(span)
        named = spenders_in(objective, inside) if self.world.aim.whose else ()
        if not isinstance(indicator, Availability):
            return spent_in(span, share, readings_of(objective, inside), named)
        account = self._account(objective, indicator, looked, found, span)
        if account is None:
            return spent_in(span, share, None, named)
        return spent_in(span, share, _readings(indicator, account), named, account.outages)

    def _lookbacks(self, found: Survey) -> Lookbacks:
        if id(found) not in self._read:
            self._read[id(found)] = read_lookbacks(
                self.world, found, self.policy.shown, self.settled, self.applied, self.objectives, self._cuts()
            )
        return self._read[id(found)]

    def _cuts(self) -> Iterable[int]:
        return (edge for one in self.world.aim.stretches for edge in (one.start, one.end))


def _readings(indicator: Availability, account: Account) -> Readings | None:
    if account.unread and indicator.evaluation is Evaluation.REQUESTS:
        return None
    return account.tally.readings(indicator.evaluation, indicator.no_traffic)


def _has_budget(made: Result) -> bool:
    return made.operation is None and made.status is not Status.NOT_RATED


def _bad_of(objective: Objective, found: Survey, rows: Iterable[Result]) -> dict[str, int]:
    """The bad requests of each endpoint; of an availability those that failed."""
    if not isinstance(objective.indicator, Availability):
        return {one.operation: _spent(one) for one in rows if one.operation is not None}
    excluding = objective.excludes_maintenance
    counts = {
        name: add_up(one.counts(excluding=excluding) for one in members) for name, members in found.groups().items()
    }
    rest = unrouted(found, excluding=excluding)
    return {name: whole_up(one.faults.high) for name, one in (counts | ({UNROUTED: rest} if rest else {})).items()}


def _spent(made: Result) -> int:
    return 0 if made.good is None or made.total is None else made.total - made.good
