"""What a check publishes as metrics of CloudWatch.

The one rule: what nobody knows is not published, least of all as 0: an alarm that treats missing data as
breaching hears of it, and a check that no longer runs sounds the same alarm.
"""

from __future__ import annotations

from collections.abc import Iterator

from slactl.model.check import Check, Judged, Target
from slactl.model.datum import Datum
from slactl.model.report import Result
from slactl.model.status import Status

NUMBERS = {Status.OK: 0, Status.WARNING: 1, Status.BREACHED: 2, Status.INSUFFICIENT_DATA: 3}
"""The exit codes of a check."""

BY_VALUE = frozenset({"statistic", "weighted-average"})
UNITS = {"ms": ("Milliseconds", 1), "ratio": ("Percent", 100), "bytes": ("Bytes", 1), "count": ("Count", 1)}
"""CloudWatch's names of a row's units, and what a value is multiplied by."""

LONGEST_VALUE = 1024
Dimensions = tuple[tuple[str, str], ...]


def data_of(check: Check, dimensions: Dimensions = ()) -> list[Datum]:
    """The metrics of a check: of the whole (``Window``), then of each target.

    ``LastRun`` is when the check was asked, in seconds since the epoch: published by every check that was made.

    Args:
        check: the check.
        dimensions: further ones that every metric gets.
    """
    common = (*dimensions, ("Window", check.window.value))
    whole = [Datum("LastRun", float(check.now), "Seconds", common), *_status(check.status, common)]
    return whole + [datum for target in check.targets for datum in _of_target(check, target, common)]


def _of_target(check: Check, target: Target, common: Dimensions) -> Iterator[Datum]:
    row = target.row
    named = {
        "Service": row.service,
        "Objective": row.objective,
        "Class": row.operation_class,
        "Operation": row.operation,
    }
    own = tuple((name, fitting(value)) for name, value in named.items() if value is not None)
    dimensions = (*common, *own)
    yield from _status(target.status, dimensions)
    yield from _attainment(target, dimensions)
    if target.judged is Judged.BURN_RATE:
        yield from _burn_rate(check, target, dimensions)
    else:
        yield from _budget(target, dimensions)


def _status(status: Status, dimensions: Dimensions) -> Iterator[Datum]:
    if status in NUMBERS:
        yield Datum("Status", float(NUMBERS[status]), "None", dimensions)


def _attainment(target: Target, dimensions: Dimensions) -> Iterator[Datum]:
    """Per cent of what was counted that was good; of a percentile, of the requests under its limit.

    An average over slices is the mean of their shares: it has no count of good ones. What is judged by its value
    alone, as a maximum is, has that as ``Value``.
    """
    row = target.row
    if known(row) and row.good is not None and row.total:
        yield Datum("Attainment", 100 * row.good / row.total, "Percent", dimensions)
    elif row.unit == "slices" and row.value is not None:
        yield Datum("Attainment", float(100 * row.value), "Percent", dimensions)
    elif row.indicator in BY_VALUE and row.value is not None:
        unit, size = UNITS.get(row.unit, ("None", 1))
        yield Datum("Value", float(row.value * size), unit, dimensions)


def _budget(target: Target, dimensions: Dimensions) -> Iterator[Datum]:
    """Per cent of the budget of the whole period, and how fast it is spent; left is negative where too much is."""
    row = target.row
    used = row.budget.used_ratio if row.budget is not None and known(row) else None
    if used is not None:
        yield Datum("BudgetUsed", float(used * 100), "Percent", dimensions)
        yield Datum("BudgetRemaining", float((1 - used) * 100), "Percent", dimensions)
    for rate in row.outlook.rates if row.outlook else ():
        if rate.high is not None:
            yield Datum(f"BurnRate{rate.lookback.name}", float(rate.high), "None", dimensions)


def _burn_rate(check: Check, target: Target, dimensions: Dimensions) -> Iterator[Datum]:
    rate = target.row.budget.used_ratio if target.row.budget is not None and known(target.row) else None
    if rate is not None:
        yield Datum(f"BurnRate{check.window.value}", float(rate), "None", dimensions)


def known(row: Result) -> bool:
    """Whether its counts are; a check reads a percentile's counts at its limit, and no latency."""
    return row.value is not None or (row.indicator == "percentile" and row.status is not Status.INSUFFICIENT_DATA)


def fitting(value: str) -> str:
    """A dimension's value as CloudWatch takes it: printable ASCII, not blank, at most 1024 signs."""
    shown = "".join(sign if " " <= sign <= "~" else sign.encode("unicode_escape").decode() for sign in value)
    return shown.strip()[:LONGEST_VALUE] or "-"
