"""The check as Prometheus text, for the textfile collector of the node exporter.

The one rule: a series that nobody knows the value of is absent, and the status metrics say why; no value is
made up, none carries a time of its own. Base units (seconds, ratios of one), and no label per endpoint
unless endpoints were asked for. Nothing here speaks the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.check.shares import is_share_of_bad, share_goal, share_of
from slactl.formats.figures import PERCENTILE
from slactl.formats.jsonparts import number
from slactl.formats.language import LOCALES
from slactl.formats.sanitize import plain
from slactl.formats.units import BY_VALUE
from slactl.formats.words import goal_of
from slactl.model.check import Judged
from slactl.model.report import Result
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.model.burn import Outlook
    from slactl.model.check import Check, Target
    from slactl.model.report import Budget

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, Fraction | int | None]
"""The metric's short name, the labels of the series, and its value; None where nobody knows it."""

HELP = {
    "check_status": "Whether the whole check has this status (1) or not (0).",
    "check_run_timestamp_seconds": "When the check ran, by the clock it was given.",
    "check_settled_timestamp_seconds": "Up to when what it read is settled.",
    "objective_status": "Whether the target has this status (1) or not (0), its operations included where they count.",
    "objective_binding": "Whether the target decides the status of the check (1) or only informs (0).",
    "objective_attainment_ratio": "Share of good time or requests.",
    "objective_target_ratio": "Share of good that the goal asks for.",
    "objective_latency_seconds": "Latency percentile, where it was read.",
    "objective_latency_limit_seconds": "Limit of the latency percentile.",
    "objective_value": "Figure of an objective that is judged by its value, in the unit of the label.",
    "objective_limit": "Limit of that figure, in the same unit.",
    "error_budget_allowed_seconds": "Downtime that the goal allows in the whole period.",
    "error_budget_used_seconds": "Downtime so far.",
    "error_budget_allowed_requests": "Bad requests that the goal allows, at the traffic so far.",
    "error_budget_used_requests": "Bad requests so far.",
    "error_budget_allowed_slices": "Bad slices that the goal allows in the whole period.",
    "error_budget_used_slices": "Bad slices so far.",
    "error_budget_allowed": "What the goal allows to be bad, in the unit of the label.",
    "error_budget_used": "What was bad so far, in the unit of the label.",
    "error_budget_remaining_ratio": "Share of the error budget that is left, negative when overspent.",
    "error_budget_burn_rate": "How fast the budget was spent over the look-back; 1 spends it in exactly its period.",
    "error_budget_end_timestamp_seconds": "When the budget ends at the present rate, where that is before its period.",
}


BASE = {"ms": ("seconds", Fraction(1, 1000)), "us": ("seconds", Fraction(1, 10**6)), "s": ("seconds", Fraction(1))}
"""Times in their base unit; other units stay as they are."""


@dataclass(frozen=True, slots=True)
class Family:
    """The series of one metric, the first of two alike being kept: one file never holds a series twice."""

    name: str
    series: dict[Labels, Fraction | int] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The lines of the exposition format."""
        yield f"# HELP slactl_{self.name} {HELP[self.name]}"
        yield f"# TYPE slactl_{self.name} gauge"
        for labels, value in self.series.items():
            written = ",".join(f'{name}="{escaped(text)}"' for name, text in labels)
            yield f"slactl_{self.name}{{{written}}} {number(Fraction(value))}"


def render(check: Check, language: str) -> str:
    """The check in the text exposition format, ending with a newline.

    Raises:
        ValueError: if the language is unknown, though none is spoken, or a figure is not finite.
    """
    if language not in LOCALES:
        raise ValueError(f"no such language: {language!r}")
    families = {name: Family(name) for name in HELP}
    for name, labels, value in _samples(check):
        if value is not None:
            families[name].series.setdefault(labels, value)
    return "".join(f"{line}\n" for family in families.values() if family.series for line in family.lines())


def escaped(text: str) -> str:
    """A label's value between quotes: nothing invisible, the format's own signs escaped."""
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')


def _samples(check: Check) -> Iterator[Sample]:
    window = (("window", check.window.value),)
    yield from (("check_status", labels, value) for labels, value in _states(window, check.status))
    yield "check_run_timestamp_seconds", window, check.now
    yield "check_settled_timestamp_seconds", window, check.settled_until
    with_operation = any(target.row.operation is not None for target in check.targets)
    for target in check.targets:
        for row in filter(None, (target.row, target.month)):
            yield from _row(check, target, row, _labels(check, target, row, with_operation=with_operation))


def _labels(check: Check, target: Target, row: Result, *, with_operation: bool) -> Labels:
    span = check.window.value if target.judged is Judged.BURN_RATE else row.span.value
    operation = (("operation", row.operation or ""),) if with_operation else ()
    return (
        ("window", check.window.value),
        ("service", row.service),
        ("objective", row.objective),
        ("class", row.operation_class or ""),
        *operation,
        ("span", span),
    )


def _states(labels: Labels, status: Status) -> Iterator[tuple[Labels, int]]:
    return (((*labels, ("status", one.value)), int(one is status)) for one in Status)


def _row(check: Check, target: Target, row: Result, labels: Labels) -> Iterator[Sample]:
    status = target.status if row is target.row else row.status
    yield from (("objective_status", states, value) for states, value in _states(labels, status))
    yield "objective_binding", labels, int(row.binding)
    yield "objective_attainment_ratio", labels, _attainment(check, row)
    yield "objective_target_ratio", labels, _asked(check, row)
    if row.indicator == PERCENTILE:
        goal = goal_of(check.catalogue, row)
        yield "objective_latency_seconds", labels, None if row.value is None else row.value / 1000
        yield "objective_latency_limit_seconds", labels, None if goal is None else goal.limit / 1000
    yield from _value(check, row, labels)
    if target.judged is Judged.BURN_RATE:
        rate = row.budget.used_ratio if row.budget is not None else None
        yield "error_budget_burn_rate", (*labels, ("lookback", check.window.value)), rate
        return
    yield from _budget(row.budget, row.unit, labels)
    yield from _outlook(row.outlook, labels)


def _value(check: Check, row: Result, labels: Labels) -> Iterator[Sample]:
    """The figure and its limit where these are no share; times in seconds, as every time here."""
    goal = goal_of(check.catalogue, row)
    if row.indicator not in BY_VALUE:
        return
    unit, size = BASE.get(row.unit, (row.unit, Fraction(1)))
    for name, value in (("objective_value", row.value), ("objective_limit", goal.limit if goal else None)):
        yield name, (*labels, ("unit", unit)), None if value is None else value * size


def _attainment(check: Check, row: Result) -> Fraction | None:
    """The share of good, whatever share the indicator itself is."""
    share = share_of(row)
    return 1 - share if share is not None and is_share_of_bad(row, goal_of(check.catalogue, row)) else share


def _asked(check: Check, row: Result) -> Fraction | None:
    goal = share_goal(check.catalogue, row)
    return None if goal is None else 1 - goal.allowed_share


def _budget(budget: Budget | None, unit: str, labels: Labels) -> Iterator[Sample]:
    if budget is None:
        return
    for what, value in (("allowed", budget.allowed), ("used", budget.used)):
        name = f"error_budget_{what}_{unit}"
        yield (name, labels, value) if name in HELP else (f"error_budget_{what}", (*labels, ("unit", unit)), value)
    used = budget.used_ratio
    yield "error_budget_remaining_ratio", labels, None if used is None else 1 - used


def _outlook(outlook: Outlook | None, labels: Labels) -> Iterator[Sample]:
    if outlook is None:
        return
    for rate in outlook.rates:
        yield "error_budget_burn_rate", (*labels, ("lookback", rate.lookback.name)), rate.high
    yield "error_budget_end_timestamp_seconds", labels, outlook.ends_at
