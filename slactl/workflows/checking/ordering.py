"""In which order targets are told.

The one rule: the worst first; what binds before what only advises, and then whoever has used most of its budget.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from slactl.model.check import Target
from slactl.model.report import Result
from slactl.model.status import WORST_FIRST, Status


def status_of(row: Result) -> Status:
    """What counts of a row: its roll-up, where it has one."""
    return row.rollup.status if row.rollup else row.status


def in_order(targets: Iterable[Target]) -> tuple[Target, ...]:
    """The targets, the worst first; equal ones as the agreement has them."""
    return tuple(sorted(targets, key=_rank))


def _rank(target: Target) -> tuple[int, bool, Fraction]:
    order = (*WORST_FIRST, Status.NOT_RATED)
    budget = target.row.budget
    used = budget.used_ratio if budget else None
    return order.index(target.status), not target.row.binding, -(used or Fraction(0))
