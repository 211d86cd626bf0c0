"""Judges a figure against its goal: bad against allowed, on exact values.

The one rule: what is unknown is judged twice, once as if all of it were bad and once as if all were
good; only where both readings say the same is that the status, and then the worse value is the figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from slactl.compliance.budgets import Allowance, Amount, left_share, shown_value
from slactl.compliance.chance import beyond_chance
from slactl.compliance.factors import Burning
from slactl.model.goal import Goal
from slactl.model.objective import Indicator, Objective
from slactl.model.report import Budget, Case
from slactl.model.status import Code, Reason, Status


@dataclass(frozen=True)
class Reading:
    """One reading of the counts, in seconds or requests.

    ``whole`` is the total that a period still running (or an agreement year) can come to, when that
    is more than ``total`` (rules 22 and 23); None where the total is all there will be.
    """

    bad: Amount
    total: Amount
    whole: Amount | None = None

    @property
    def final_total(self) -> Amount:
        return self.total if self.whole is None else self.whole


@dataclass(frozen=True)
class Yardstick:
    """A goal as it judges one row.

    ``confidence`` is set for the operations of an objective that asks for it (rule 19);
    ``informative`` for the month of an annual goal, which is never breached by itself (rule 22);
    ``burning`` for a window shorter than a month, which its burn rate judges and not the goal (rule 23).
    """

    indicator: Indicator
    allowance: Allowance
    warning: Fraction
    confidence: Fraction | None = None
    informative: bool = False
    burning: Burning | None = None

    @classmethod
    def of(cls, objective: Objective, *, operation: bool = False, informative: bool = False) -> Yardstick:
        """The yardstick of an objective for a service's row or one of its operations."""
        allowance = Allowance.of(objective.goal, objective.indicator)
        confidence = objective.confidence if operation else None
        return cls(objective.indicator, allowance, objective.warning, confidence, informative)


@dataclass(frozen=True)
class Judgement:
    """A verdict. ``value`` is a ratio, None where the verdict is open or nothing is counted.

    For a percentile it is the share of requests on the right side of the limit, not the latency.
    ``worst_case`` and ``best_case`` are set where something is unknown; ``reading`` is the one that
    ``value`` and ``budget`` were taken from, None where the readings disagree. ``allowed`` is what the goal
    allows to be bad, where all readings say the same.
    """

    status: Status
    reason: Reason | None = None
    value: Fraction | None = None
    worst_case: Case | None = None
    best_case: Case | None = None
    reading: Reading | None = None
    budget: Budget | None = None
    allowed: Amount | None = None


def met(goal: Goal, indicator: Indicator, bad: Amount, total: Amount) -> bool:
    """Whether the goal is met by so much bad of so much in all."""
    return Allowance.of(goal, indicator).met(bad, total)


def judge_counts(yardstick: Yardstick, reading: Reading) -> Judgement:
    """Judge one reading; of nothing (a total of 0) NOT_RATED."""
    if not reading.total:
        return Judgement(Status.NOT_RATED, reading=reading)
    status, reason = _verdict(yardstick, reading)
    value = shown_value(yardstick.indicator, reading.bad, reading.total)
    budget = yardstick.allowance.budget(reading.bad, reading.final_total)
    return Judgement(status, reason, value, reading=reading, budget=budget, allowed=budget.allowed)


def judge_interval(yardstick: Yardstick, worst: Reading, best: Reading, unit: str = "requests") -> Judgement:
    """Judge the unknown twice (rule 8).

    ``worst`` takes all of it for bad, ``best`` for good; equal readings mean that nothing is unknown.
    ``unit`` (``seconds`` or ``requests``) names what decides where the readings differ.
    """
    low = judge_counts(yardstick, worst)
    if worst == best:
        return low
    high = judge_counts(yardstick, best)
    judged = low if low.status is high.status else Judgement(Status.INSUFFICIENT_DATA, _deciding(worst, best, unit))
    cases = Case(low.value, low.status), Case(high.value, high.status)
    allowed = low.allowed if low.allowed == high.allowed else None
    return replace(judged, worst_case=cases[0], best_case=cases[1], allowed=allowed)


def _deciding(worst: Reading, best: Reading, unit: str) -> Reason:
    more = Fraction(worst.total) - Fraction(best.total)
    amount = max(Fraction(worst.bad) - Fraction(best.bad), more, -more)
    return Reason.of(Code.UNKNOWN_DECIDES, **{unit: ceil(amount)})


def undetermined(reason: Reason) -> Judgement:
    """Nothing that could be judged was readable."""
    return Judgement(Status.INSUFFICIENT_DATA, reason)


def warned(judgement: Judgement, reason: Reason) -> Judgement:
    """The judgement with a further reason for WARNING; it never softens, nor replaces a reason given."""
    if judgement.status is not Status.OK:
        return judgement
    return replace(judgement, status=Status.WARNING, reason=reason)


def _verdict(yardstick: Yardstick, reading: Reading) -> tuple[Status, Reason | None]:
    allowance = yardstick.allowance
    if yardstick.burning is not None:
        return _burning(yardstick.burning, allowance, reading)
    if yardstick.informative:
        fine = allowance.met(reading.bad, reading.total)
        return (Status.OK, None) if fine else (Status.WARNING, Reason.of(Code.BELOW_ANNUAL_GOAL))
    if not allowance.met(reading.bad, reading.final_total):
        return _missed(yardstick, reading)
    if not allowance.met(reading.bad, reading.total):
        return Status.WARNING, Reason.of(Code.BELOW_GOAL_SO_FAR)
    if allowance.nearly_spent(reading.bad, reading.final_total, yardstick.warning):
        budget = allowance.budget(reading.bad, reading.final_total)
        return Status.WARNING, Reason.of(Code.BUDGET_LOW, left_share=float(left_share(budget)))
    return Status.OK, None


def _burning(burning: Burning, allowance: Allowance, reading: Reading) -> tuple[Status, Reason | None]:
    factor = burning.reached(allowance.share, reading.bad, reading.total)
    if factor is None:
        return Status.OK, None
    status = Status.BREACHED if factor == burning.factors.page else Status.WARNING
    used = allowance.budget(reading.bad, reading.total).used_ratio
    told = {} if used is None else {"rate": float(used)}
    return status, Reason.of(Code.BURNING, factor=float(factor), window=burning.factors.window.name, **told)


def _missed(yardstick: Yardstick, reading: Reading) -> tuple[Status, Reason | None]:
    """A miss that nothing can mend, unless chance explains it."""
    if yardstick.confidence is None:
        return Status.BREACHED, None
    bad, requests = ceil(reading.bad), ceil(reading.total)
    if beyond_chance(bad, requests, yardstick.allowance.share, yardstick.confidence):
        return Status.BREACHED, None
    return Status.WARNING, Reason.of(Code.FEW_REQUESTS, bad=bad, requests=requests)
