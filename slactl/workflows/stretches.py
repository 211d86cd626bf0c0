"""What a stretch of time took of a budget, from the parts of the look-backs inside it.

The one rule: a stretch is judged like a period of its own, by the objective's own evaluation; it informs, and
no verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from slactl.compliance.amount import whole_up
from slactl.compliance.burning import Readings, spenders
from slactl.compliance.counts import add_up
from slactl.model.burn import Spender, Spent
from slactl.model.objective import Availability, ErrorCounts, ErrorRate, Objective
from slactl.model.report import Outage
from slactl.model.span import Span
from slactl.workflows.lookbacks import readings_of
from slactl.workflows.rows.errors import unrouted
from slactl.workflows.survey import UNROUTED, Operation, Survey

NOTHING = Fraction(0)


def nothing_in(span: Span) -> Spent:
    """Of a stretch of which nothing is settled, or nothing owed: nothing was counted."""
    return Spent(span, NOTHING, NOTHING, NOTHING, NOTHING)


def spent_in(
    span: Span, share: Fraction, readings: Readings | None, named: tuple[Spender, ...], outages: tuple[Outage, ...] = ()
) -> Spent:
    """What a stretch took; ``share`` is what the goal allows to be bad, no ``readings`` where nobody knows."""
    if readings is None:
        return Spent(span, spent_by=named, outages=outages)
    worst, best = readings
    total = Fraction(worst.total)
    return Spent(span, Fraction(worst.bad), Fraction(best.bad), total, share * total, named, outages)


def spenders_in(objective: Objective, surveys: Sequence[Survey]) -> tuple[Spender, ...]:
    """The endpoints that spent most in some parts; of an availability by their failed requests."""
    wanted, groups = objective.operation_class, [survey.groups() for survey in surveys]
    bad: dict[str, int] = {}
    for name in dict.fromkeys(name for group in groups for name in group):
        members = [_only(survey, group.get(name, ()), wanted) for survey, group in zip(surveys, groups, strict=True)]
        if any(one.operations for one in members):
            bad[name] = _bad_of(objective, members)
    if wanted is None and isinstance(objective.indicator, Availability | ErrorRate):
        bad[UNROUTED] = _bad_unrouted(objective, surveys)
    return spenders(bad)


def _bad_unrouted(objective: Objective, surveys: Sequence[Survey]) -> int:
    excluding, indicator = objective.excludes_maintenance, objective.indicator
    rest = add_up(one for survey in surveys if (one := unrouted(survey, excluding=excluding)) is not None)
    both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
    return whole_up((rest.faults + rest.errors if both else rest.faults).high)


def _only(survey: Survey, members: Iterable[Operation], wanted: str | None) -> Survey:
    """The survey of some operations, as far as they are of a class."""
    kept = [one for one in members if wanted is None or one.placement.operation_class == wanted]
    return replace(survey, operations=kept, total=None, incomplete=False)


def _bad_of(objective: Objective, surveys: Sequence[Survey]) -> int:
    found = readings_of(objective, surveys)
    return 0 if found is None else int(found[0].bad)
