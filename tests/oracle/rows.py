"""Which rows a report has, and what each must say.

Decides rules 7, 13, 21 and 25, bindingness and the roll-up. The one rule: one row for each
service (or class) and span, and for requests one for every operation seen in the month.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from . import figures, measures
from .books import MONTH, YEAR, Books, Scope
from .claims import (
    INSUFFICIENT,
    NOT_RATED,
    OK,
    WARNING,
    Statuses,
    only,
    worst_of_sets,
)
from .facts import Dict, Request
from .figures import Claims
from .slices import slice_rule
from .spans import Span, common
from .traffic import UNROUTED, Population

Key = tuple[str, str, str | None, str | None, str]
KNOWN = ("availability", "latency", "percentile", "error-rate", "coverage")
FROM_EDGE = ("availability", "latency", "error-rate")


class Objective:
    """One objective applied to one service."""

    def __init__(self, books: Books, terms: Dict) -> None:
        self.books = books
        self.terms = terms
        self.kind: str | None = terms.get("class")
        self.excluded: list[Span] = books.excluded if terms.get("exclude") == "maintenance" else []
        self.rule = slice_rule(terms)

    @property
    def spans(self) -> tuple[str, ...]:
        """The rows it has: one, or two for an annual goal."""
        return (MONTH, YEAR) if self.terms.get("over") == "year" else (MONTH,)

    @cached_property
    def on_edge(self) -> bool:
        """Whether it is judged on what the edge answered."""
        return self.books.edge is not None and self.terms["indicator"] in FROM_EDGE

    @cached_property
    def everyone(self) -> Population:
        """All requests it may be judged on, of every class."""
        edge = self.books.edge
        return edge if self.on_edge and edge is not None else self.books.own

    @cached_property
    def requests(self) -> Population:
        """The requests it is judged on."""
        return self.everyone.of_class(self.kind)

    @property
    def said(self) -> tuple[Span, ...]:
        """What incidents declare as downtime: only an availability is worsened by it."""
        return tuple(self.books.said_down) if self.terms["indicator"] == "availability" else ()

    def scope(self, span: str, *, excluding: bool = True, said: bool = True) -> Scope:
        """The account of a span, with what is excluded taken out or not, what is declared counted or not."""
        excluded = self.excluded if excluding else []
        return self.books.scope(span, self.rule, excluded, self.requests, self.said if said else ())

    def key(self, operation: str | None, span: str) -> Key:
        """The row's key."""
        return (self.books.service.key, self.terms["id"], operation, self.kind, span)

    def binding(self, operation: str | None, span: str) -> bool:
        """Whether the row counts."""
        if self.terms.get("advisory") or (span == MONTH and len(self.spans) == 2):
            return False
        return operation is None or self.terms.get("per") == "operation"


def in_force(case_objectives: tuple[Dict, ...], month: str) -> Iterator[tuple[Dict, bool]]:
    """Rule 25: for each objective the entry in force on the month's first day, if any."""
    first = date.fromisoformat(f"{month}-01")
    for name in dict.fromkeys(terms["id"] for terms in case_objectives):
        entries = [terms for terms in case_objectives if terms["id"] == name]
        current = [terms for terms in entries if _holds(terms.get("in_force") or {}, first)]
        yield (current or entries)[0], bool(current)


def _holds(history: Dict, day: date) -> bool:
    start = date.fromisoformat(str(history.get("from", "0001-01-01")))
    end = date.fromisoformat(str(history.get("to", "9999-12-31")))
    return start <= day < end


def rows_of(objective: Objective) -> dict[Key, Claims]:
    """The rows of one objective in force, for one service."""
    rows: dict[Key, Claims] = {}
    for span in objective.spans:
        found = rows_of_span(objective, span)
        operations = [row["status"] for key, row in found.items() if key[2] is not None]
        rolled = objective.terms.get("per") == "operation" and span == MONTH
        main = found[objective.key(None, span)]
        sets = [main["status"], *(operations if rolled else [])]
        main["rollup"] = worst_of_sets(one for one in sets if isinstance(one, frozenset))
        rows |= found
    for key, row in rows.items():
        row["binding"] = objective.binding(key[2], key[4])
    return rows


def rows_of_span(objective: Objective, span: str) -> dict[Key, Claims]:
    """The service's (or class's) row, and those of its operations."""
    key = objective.key(None, span)
    special = _nothing_to_judge(objective, span)
    if special is not None:
        return {key: {"status": special, **({"value": None} if special == only(INSUFFICIENT) else {})}}
    scope = objective.scope(span)
    main = _main_row(objective, scope)
    if objective.said:
        _never_milder(objective, span, main)
    if objective.excluded:
        main["without_exclusions"] = _otherwise(objective, span)
    if objective.on_edge:
        _reconcile(objective, scope, main)
        measured = main.get("without_declared")
        if isinstance(measured, dict):
            _reconcile(objective, scope, measured)
    rows = {key: main}
    if objective.terms["indicator"] in measures.PER_REQUEST and span == MONTH:
        rows |= _operation_rows(objective, scope)
    return rows


def _nothing_to_judge(objective: Objective, span: str) -> Statuses | None:
    """Rule 7, rule 22's ``since`` and what is no longer kept."""
    books, month = objective.books, objective.books.month
    first = month if span == MONTH else books.to_date[0]
    if month.end <= books.forgotten_before:
        return only(INSUFFICIENT)
    if not month.owed:
        return only(NOT_RATED, INSUFFICIENT)
    if span == MONTH and objective.rule.size + month.owed_from > month.settled_to:
        return only(NOT_RATED)
    if max(first.start, books.since or 0) < books.forgotten_before:
        return figures.ANY
    return _without_requests(objective, span)


def _without_requests(objective: Objective, span: str) -> Statuses | None:
    """Rule 7: a service or a class without one request."""
    month = objective.books.month
    whole_slices = (month.settled_to - month.owed_from) // objective.rule.size * objective.rule.size
    settled = common(month.owed, [(0, month.owed_from + whole_slices)])
    if objective.requests.within(settled):
        return None
    silent = only(INSUFFICIENT) if span == MONTH else figures.ANY
    if objective.kind is None:
        return silent
    return only(NOT_RATED) if objective.everyone.within(settled) else only(NOT_RATED) | silent


def _main_row(objective: Objective, scope: Scope) -> Claims:
    terms = objective.terms
    requests = objective.requests.within(scope.account.spans)
    if terms["indicator"] == "coverage":
        return _coverage(terms, scope)
    if terms["indicator"] != "availability":
        return _of_requests(terms, scope, requests)
    evaluation = terms.get("evaluation", "time-slices")
    if evaluation == "time-slices":
        row = figures.of_time(terms, scope)
        if scope.account.unknown and row["status"] == only(INSUFFICIENT):
            row["reason"] = "unexplained-silence"
    elif evaluation == "requests":
        row = _of_requests(terms, scope, requests) | _seconds(terms, scope)
    else:
        row = _intervals(terms, scope) | _seconds(terms, scope)
    row["by_evaluation"] = figures.by_evaluation(terms, scope, requests)
    row["silences"] = scope.account.unexplained
    return row


def _of_requests(terms: Dict, scope: Scope, requests: list[Request]) -> Claims:
    """A service or class that had all its requests in excluded time has nothing to judge, or too little."""
    row = figures.of_requests(terms, scope, requests)
    return row if requests else {"status": only(NOT_RATED, INSUFFICIENT)}


def _never_milder(objective: Objective, span: str, row: Claims) -> None:
    """A declaration only worsens: what was measured stands beside the row, and bounds its status."""
    plain = objective.scope(span, said=False)
    measured = _main_row(objective, plain)
    mine, theirs = row["status"], measured["status"]
    if not isinstance(mine, frozenset) or not isinstance(theirs, frozenset):
        raise TypeError("a status is a set")
    bounded = row["status"] = worst_of_sets([mine, theirs])
    if bounded != mine or (INSUFFICIENT in bounded and mine != only(INSUFFICIENT)):
        for name in ("value", "budget", "reason"):
            row.pop(name, None)
    if bounded == only(INSUFFICIENT):
        row["value"] = None
    account = objective.scope(span).account
    if objective.terms.get("evaluation", "time-slices") != "time-slices" or account.by_hours:
        return
    added = account.down_true - plain.account.down_true
    row["declared_seconds"] = added
    if added:
        row["without_declared"] = {name: measured[name] for name in ("value", "status") if name in measured}


def _intervals(terms: Dict, scope: Scope) -> Claims:
    if scope.account.by_hours or scope.account.cut_hours:
        return {"status": figures.ANY}
    row = figures.of_measure(terms, measures.of_intervals(terms, scope))
    return {name: row[name] for name in ("status", "value") if name in row}


def _coverage(terms: Dict, scope: Scope) -> Claims:
    if scope.account.by_hours:
        return {"status": figures.ANY}
    return figures.of_measure(terms, measures.of_coverage(terms, scope))


def _seconds(terms: Dict, scope: Scope) -> Claims:
    return {} if scope.account.by_hours else figures.of_seconds(terms, scope)


def _otherwise(objective: Objective, span: str) -> Claims:
    """Rule 13: the figure with nothing excluded."""
    row = _main_row(objective, objective.scope(span, excluding=False))
    names = ("status",) if row.get("value_may_be_null") else ("value", "status")
    return {name: row[name] for name in names if name in row}


def _reconcile(objective: Objective, scope: Scope, row: Claims) -> None:
    """Rule 21: more than 0.1 % of the edge's requests unexplained turns OK into WARNING.

    Whether requests that were never routed explain a difference, or whether more requests at
    the service than at the edge are one, the contract leaves open.
    """
    edge = objective.requests.placed
    spans = scope.account.spans
    own = objective.books.own.of_class(objective.kind)
    answered, arrived = len(objective.requests.within(spans)), len(own.within(spans))
    unrouted = Population(one for one in edge if one.operation == UNROUTED)
    refused = sum(request.is_error for request in objective.requests.within(spans))
    row["requests_at"] = {"edge": answered, "service": arrived}
    statuses = row["status"]
    if not isinstance(statuses, frozenset) or abs(answered - arrived) * 1000 <= answered:
        return
    surely = (answered - arrived - len(unrouted.within(spans)) - refused) * 1000 > answered
    certain = surely and len(objective.spans) == 1
    row["status"] = (statuses - only(OK) if certain else statuses) | (only(WARNING) if OK in statuses else only())


def _operation_rows(objective: Objective, scope: Scope) -> dict[Key, Claims]:
    """One row for every operation with a request in the month."""
    month = objective.books.month
    seen = objective.requests.operations(common(month.owed, [(0, month.settled_to)]))
    rows = {}
    for name in sorted(seen):
        requests = objective.requests.of_operation(name).within(scope.account.spans)
        rows[objective.key(name, MONTH)] = _operation_row(objective, scope, requests)
    return rows


def _operation_row(objective: Objective, scope: Scope, requests: list[Request]) -> Claims:
    row = figures.of_requests(objective.terms, scope, requests)
    if objective.terms["indicator"] == "error-rate":
        row = figures.softened(objective.terms, requests, row)
    return row
