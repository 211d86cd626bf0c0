"""What the rows of all measured kinds have in common.

The one rule: the entry's own row stands first, then one for each value of its breakdown that was seen in the period
or that the entry names; these count only where the entry says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from slactl.compliance.budgets import projected
from slactl.compliance.judging import Judgement, Reading, Yardstick, undetermined
from slactl.model.report import Result
from slactl.model.status import Reason, Status
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.forgetting import with_forgotten
from slactl.workflows.rows.context import rolled_up, row_of


def rows_of(entry: Entry, made: Callable[[str | None], Result | None]) -> list[Result]:
    """The rows of an entry: its own, and those of its values."""
    whole = made(None)
    assert whole is not None
    rest = [row for value in entry.values if (row := made(value)) is not None]
    return rolled_up(
        [with_forgotten(entry, row) for row in (whole, *rest)], per_operation=entry.objective.per_operation
    )


def plain_row(entry: Entry, value: str | None, judgement: Judgement) -> Result:
    """A row with a verdict."""
    return row_of(entry.subject, value, judgement, entry.indicator.unit)


def yardstick_of(entry: Entry, value: str | None) -> Yardstick:
    """How a row is judged: by its goal, or in a short window by its burn rate."""
    return replace(Yardstick.of(entry.objective, operation=value is not None), burning=entry.burning)


def reading_of(entry: Entry, bad: Fraction | int, total: Fraction | int) -> Reading:
    """A reading of counts; in a running period against the allowance of the whole (rule 23)."""
    whole = projected(total, entry.settled.seconds, entry.owed.seconds) if entry.running else None
    return Reading(bad, total, whole)


def without_the_lost(entry: Entry, judgement: Judgement) -> Judgement:
    """The verdict where a part of the period is no longer kept: nobody knows what it held (rule 7)."""
    if not entry.lost or judgement.status is Status.NOT_RATED:
        return judgement
    return undetermined(Reason.of(entry.absent))
