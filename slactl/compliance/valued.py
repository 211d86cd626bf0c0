"""Judges a figure by its value, where nothing is allowed to be bad: a maximum, a sum, a weighted average.

The one rule: the truth lies between two ends, either of which may be unknown; only where both ends say the same is
that the status, and then the worse end that is known is the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slactl.compliance.judging import Judgement
from slactl.model.goal import Goal
from slactl.model.report import Case
from slactl.model.status import Code, Reason, Status


@dataclass(frozen=True, slots=True)
class Between:
    """``low <= truth <= high``; None where an end is unknown, so that anything beyond the other may be true."""

    low: Fraction | None
    high: Fraction | None

    @classmethod
    def of(cls, value: Fraction) -> Between:
        return cls(value, value)

    def around(self, other: Between) -> Between:
        """What holds both: the truth may be anything from the one to the other."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Between(low, high)

    @property
    def known(self) -> bool:
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class ByValue:
    """A goal on a value; with ``mends`` a miss so far can still be mended by the rest of the period (rule 23)."""

    goal: Goal
    mends: bool = False

    def judged(self, found: Between, unknown: Reason | None = None) -> Judgement:
        """The verdict; ``unknown`` is why an end is, where that is known."""
        wants_high = self.goal.comparison.wants_high
        worst, best = (found.low, found.high) if wants_high else (found.high, found.low)
        cases = Case(worst, self._of(worst, unknown=Status.BREACHED)), Case(best, self._of(best, unknown=Status.OK))
        if found.known:
            return Judgement(cases[0].status, self._reason(cases[0].status), worst)
        if cases[0].status is not cases[1].status:
            reason = unknown or Reason.of(Code.UNKNOWN_DECIDES)
            return Judgement(Status.INSUFFICIENT_DATA, reason, None, *cases)
        shown = best if worst is None else worst
        return Judgement(cases[0].status, self._reason(cases[0].status), shown, *cases)

    def _of(self, value: Fraction | None, *, unknown: Status) -> Status:
        fine = unknown is Status.OK if value is None else self.goal.met_by(value)
        if fine:
            return Status.OK
        return Status.WARNING if self.mends else Status.BREACHED

    def _reason(self, status: Status) -> Reason | None:
        return Reason.of(Code.BELOW_GOAL_SO_FAR) if status is Status.WARNING else None
