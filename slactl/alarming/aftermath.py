"""How long what failed in a window of maintenance still rings after its end: so long muting must outlast it.

The one rule: as long as the windows that let an alarm go, as its kind is configured, and not longer: what fails anew
meanwhile is told of only then. Slices of an hour, days and budgets are not waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slactl.alarming.kinds.slices_down import ON_THE_CLOCK
from slactl.model.alarm import Severity
from slactl.model.enforcement import Enforcement, KindSettings, Pair
from slactl.model.objective import Availability, Evaluation, Objective

GRACE = 300
"""Seconds until CloudWatch has seen that a window holds nothing bad any more: counts come late, and by the minute."""
HOUR = 3600


def after(enforcement: Enforcement, objectives: Iterable[Objective]) -> dict[str, int]:
    """By severity (``page``, ``ticket``): so many seconds after its end a window still mutes; 0 where nothing lasts."""
    slices = {
        one.indicator.slice_seconds
        for one in objectives
        if isinstance(one.indicator, Availability) and one.indicator.evaluation is Evaluation.TIME_SLICES
    }
    found = dict.fromkeys((Severity.PAGE.value, Severity.TICKET.value), 0)
    for settings in enforcement.kinds.values():
        if settings.severity is not Severity.NONE:
            lasting = max(_lasting(settings, slices), default=0)
            found[settings.severity] = max(found[settings.severity], lasting + GRACE if lasting else 0)
    return found


def _lasting(settings: KindSettings, slices: Iterable[int]) -> Iterator[int]:
    """For how many seconds alarms of a kind hold what failed."""
    options = settings.options
    pairs = options.get("pairs")
    if isinstance(pairs, tuple):
        yield from (one.short for one in pairs if isinstance(one, Pair))
    for window in ("window", "rest_window"):
        value = options.get(window)
        if isinstance(value, int):
            yield value
    last, period = options.get("of"), options.get("period")
    lengths = [period] if isinstance(period, int) else [one for one in slices if one in ON_THE_CLOCK and one < HOUR]
    if isinstance(last, int):
        yield from (last * length for length in lengths)
