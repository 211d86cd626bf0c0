"""Slices and summands, counted a second time from single requests by a stranger (tests/oracle)."""

from __future__ import annotations

from slactl.model.explanation import Explanation, Summand
from slactl.model.report import Result
from slactl.model.span import Span
from slactl.model.steps import Fate, Step
from tests.explaining.months import Desk
from tests.oracle.books import Books
from tests.oracle.facts import Case, Request, Service
from tests.oracle.slices import Slice as Counted
from tests.oracle.slices import SliceRule, cut, is_down, judged_with, slice_rule


def recounted(case: Case, made: Desk, row: Result) -> int:
    """Compares the slices or the summands of a row of a month that is kept finely; how many there were."""
    if row.indicator == "availability" and row.detail is not None:
        return _slices(case, made, row)
    if row.indicator == "error-rate" and row.total is not None:
        return _summands(case, row, made.explain(row))
    return 0


def _services(case: Case) -> dict[str, Service]:
    return {service.key: service for service in case.services}


def _slices(case: Case, made: Desk, row: Result) -> int:
    entry = next(dict(one) for one in case.objectives if one["id"] == row.objective)
    books = Books(case, _services(case)[row.service])
    rule = slice_rule(entry)
    excluded = books.excluded if entry.get("exclude") == "maintenance" else []
    expected = cut(books.month, rule.size, excluded, books.edge or books.own)
    return _compare(expected, rule, made.explain(row, Span(books.month.start, books.month.end)))


def _compare(expected: list[Counted], rule: SliceRule, found: Explanation) -> int:
    assert found.account is not None
    steps = {step.span.start: step for step in found.account.singles if step.fate is not Fate.NOT_YET}
    for index, one in enumerate(expected):
        step = steps.pop(one.start)
        assert (step.span.end, step.requests, step.faults) == (one.end, one.requests, one.faults)
        assert step.span.seconds - step.seconds.excluded == one.seconds
        assert (step.fate is Fate.DOWN) == is_down(expected, index, rule)
        if one.faults:
            _same_run(step, judged_with(expected, index, rule.enough))
    assert all(step.fate is Fate.EXCLUDED for step in steps.values())
    return len(expected)


def _same_run(step: Step, run: list[Counted]) -> None:
    earlier = [one for one in reversed(run[1:]) if one.requests]
    joined = step.joined.earlier if step.joined else ()
    assert [span.start for span in joined] == [one.start for one in earlier]
    if step.joined:
        assert step.joined.requests == sum(one.requests for one in run)
        assert step.joined.faults == sum(one.faults for one in run)


def _counted(requests: list[Request]) -> tuple[int, int, int]:
    return len(requests), sum(one.is_fault for one in requests), sum(one.is_error for one in requests)


def _told(part: Summand) -> tuple[int, int, int]:
    assert part.net.faults.known
    assert part.net.errors.known
    return part.net.requests, int(part.net.faults.low), int(part.net.errors.low)


def _summands(case: Case, row: Result, found: Explanation) -> int:
    service = _services(case)[row.service]
    books = Books(case, service)
    excluded = books.excluded if found.objective.excludes_maintenance else []
    held = service.gateway if books.edge is not None or service.source == "api-gateway" else service.requests
    month = books.month
    until = min(month.end, month.start + (month.settled_to - month.start) // 300 * 300)
    for part in found.summands:
        mine = [
            one
            for one in held or ()
            if part.name in (None, one.operation)
            and month.owed_from * 1000 <= one.at_ms < until * 1000
            and not any(start * 1000 <= one.at_ms < end * 1000 for start, end in excluded)
        ]
        assert _told(part) == _counted(mine)
    return len(found.summands)
