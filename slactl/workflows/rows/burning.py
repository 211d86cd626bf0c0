"""Availability where a burn rate judges: failed requests of all requests, whatever the evaluation is.

The one rule (rule 23): a window shorter than a month has too few slices to judge; it is judged on requests.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from slactl.model.objective import ErrorCounts, ErrorRate
from slactl.model.report import Beside, Case, Result
from slactl.workflows.rows.context import RowContext
from slactl.workflows.rows.errors import error_rows


def burning_rows(context: RowContext) -> list[Result]:
    """The service's row of an availability: its value is the share of requests without a fault."""
    objective = context.objective
    counted = replace(objective, indicator=ErrorRate(ErrorCounts.FAULTS), per_operation=False)
    head = error_rows(replace(context, objective=counted))[0]
    made = replace(
        head,
        indicator=objective.indicator.kind,
        value=_good(head.value),
        worst_case=_good_case(head.worst_case),
        best_case=_good_case(head.best_case),
        with_exclusions=_good_case(head.with_exclusions),
        without_exclusions=_good_case(head.without_exclusions),
        beside=_good_beside(head.beside),
        detail=None,
    )
    return [made]


def _good(bad: Fraction | None) -> Fraction | None:
    return None if bad is None else 1 - bad


def _good_case(case: Case | None) -> Case | None:
    return None if case is None else replace(case, value=_good(case.value))


def _good_beside(beside: Beside | None) -> Beside | None:
    return None if beside is None else replace(beside, value=_good(beside.value))
