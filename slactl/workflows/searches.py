"""Which rungs and which percentiles the objectives ask for.

The one rule: a goal's own limit is a rung, and 0.95 and 1.05 of it, for everyone whom the goal concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from slactl.compliance.distribution import Population, Rung
from slactl.model.goal import Threshold
from slactl.model.objective import LatencyShare, Objective, Percentile
from slactl.workflows.ladders import COARSE, Search, search_for
from slactl.workflows.survey import UNROUTED, BracketKey, Operation, Survey

TOLERANCE = (Fraction(95, 100), Fraction(105, 100))


def fixed_rungs(operation: Operation, objectives: Iterable[Objective]) -> set[Rung]:
    """The goals' own limits, 0.95 and 1.05 of them, and the coarse rungs of the distribution."""
    if operation.placement.ignored and not objectives:
        return set()
    limits = {limit for objective in objectives if _concerned(objective, operation) for limit in limits_of(objective)}
    return limits | set(COARSE)


def limit_rungs(operation: Operation, objectives: Iterable[Objective]) -> set[Rung]:
    """The goals' own limits alone: all that a verdict needs."""
    concerned = (objective for objective in objectives if _concerned(objective, operation))
    return {threshold.rung for objective in concerned if (threshold := threshold_of(objective)) is not None}


def _concerned(objective: Objective, operation: Operation) -> bool:
    wanted = objective.operation_class
    return wanted is None or operation.placement.operation_class == wanted


def threshold_of(objective: Objective) -> Threshold | None:
    """The latency limit of an objective, if it has one."""
    indicator = objective.indicator
    if isinstance(indicator, LatencyShare):
        return indicator.threshold
    if isinstance(indicator, Percentile):
        return Threshold(objective.goal.limit, not objective.goal.comparison.strict)
    return None


def limits_of(objective: Objective) -> tuple[Rung, ...]:
    """The rungs at an objective's limit and 5 % to either side of it."""
    threshold = threshold_of(objective)
    if threshold is None:
        return ()
    return (threshold.rung, *(threshold.scaled(factor).rung for factor in TOLERANCE))


def searches(found: Survey, objectives: Sequence[Objective]) -> dict[BracketKey, Search]:
    """One search for each percentile, class and rank that objectives ask for: of all, and of each operation.

    Where it looks depends on the data alone, so that one month has one bracket whatever its goals are;
    the goals' limits only narrow what was found.
    """
    made: dict[BracketKey, Search] = {}
    for objective in objectives:
        if isinstance(objective.indicator, Percentile):
            for key, search in _of_objective(found, objective, objective.indicator):
                made.setdefault(key, search).limits.update(limits_of(objective))
    return made


def _of_objective(found: Survey, objective: Objective, indicator: Percentile) -> Iterable[tuple[BracketKey, Search]]:
    wanted, excluding = objective.operation_class, objective.excludes_maintenance
    for name, members in found.groups().items():
        chosen = [member for member in members if _concerned(objective, member)]
        if chosen:
            yield (name, wanted, indicator.rank, excluding), _one_search(chosen, indicator, excluding=excluding)
    yield (None, wanted, indicator.rank, excluding), _whole_search(found, objective, indicator)
    rest = found.unrouted(excluding=excluding) if wanted is None else None
    if rest is not None and found.total is not None:
        members = [found.total, *found.operations]
        yield (UNROUTED, None, indicator.rank, excluding), Search(members, rest, indicator.rank, [], excluding)


def _one_search(members: Sequence[Operation], indicator: Percentile, *, excluding: bool) -> Search:
    heaviest = max(members, key=lambda member: member.whole.counts.requests)
    hints = [heaviest.hints[indicator.name]] if indicator.name in heaviest.hints else []
    return search_for(members, indicator.rank, hints, excluding=excluding)


def _whole_search(found: Survey, objective: Objective, indicator: Percentile) -> Search:
    wanted, excluding = objective.operation_class, objective.excludes_maintenance
    if wanted is None and found.total is not None:
        members = [found.total, *found.ignored]
        hint = found.total.hints.get(indicator.name)
        whole: Population = found.population(excluding=excluding)
        return Search(members, whole, indicator.rank, [] if hint is None else [hint], excluding)
    members = [operation for operation in found.kept if _concerned(objective, operation)]
    return search_for(members, indicator.rank, _weighted_hint(members, indicator.name), excluding=excluding)


def _weighted_hint(members: Sequence[Operation], stat: str) -> list[float]:
    """Where a mixture's percentile is likely: the operations' own, weighted by their requests."""
    told = sorted((member.hints[stat], member.whole.counts.requests) for member in members if stat in member.hints)
    if not told:
        return []
    half, seen = sum(weight for _, weight in told) / 2, 0
    for hint, weight in told:
        seen += weight
        if seen >= half:
            return [hint]
    return [told[-1][0]]
