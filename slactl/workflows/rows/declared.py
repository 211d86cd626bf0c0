"""What downtime that incidents declare does to an availability row.

The one rule: only time is declared, so only figures of time are worsened; a figure of requests says
beside it that it was not.
"""

from __future__ import annotations

from dataclasses import replace

from slactl.compliance.availability import Tally
from slactl.compliance.judging import Judgement
from slactl.model.objective import Availability, Evaluation
from slactl.model.report import AvailabilityDetail, Case, Result
from slactl.model.status import Code, Reason


def with_declared(made: Result, indicator: Availability, tally: Tally, measured: Tally, without: Judgement) -> Result:
    """The row with the seconds that are declared and the figure without them; unchanged where there are none.

    ``tally`` and ``measured`` are its accounts with and without what is declared, ``without`` the
    judgement of the latter.
    """
    added = declared_seconds(indicator, tally, measured)
    if not added or not isinstance(made.detail, AvailabilityDetail):
        return made
    counts = indicator.evaluation is Evaluation.TIME_SLICES
    code = Code.DECLARED_DOWNTIME if counts else Code.DECLARED_NOT_COUNTED
    return replace(
        made,
        notes=(*made.notes, Reason.of(code, seconds=added)),
        without_declared=Case(without.value, without.status) if counts else None,
        detail=replace(made.detail, declared_seconds=added),
    )


def declared_seconds(indicator: Availability, tally: Tally, measured: Tally) -> int:
    """By how much what is declared lengthens the downtime: for certain, or at worst where that is more."""
    pairs = zip(tally.by_time(indicator.no_traffic), measured.by_time(indicator.no_traffic), strict=True)
    return max(int(new.bad - old.bad) for new, old in pairs)
