"""The running agreement year as a check judges it: every objective over all of it, as far as it is settled.

Decides what ``check --window year-to-date`` ought to say. The one rule: counts of the months add up, and are
judged once, against what the whole year can still come to.
"""

from . import figures
from .books import YEAR, Books
from .burning import BY_REQUESTS
from .claims import INSUFFICIENT, NOT_RATED, only, worst_of_sets
from .facts import Case, Dict
from .figures import Claims
from .rows import Key, Objective, in_force, rows_of, rows_of_span


def year_rows(case: Case) -> dict[Key, Claims]:
    """The rows of every objective over the year so far; beside an availability's its month's.

    Coverage is left out: whether silence is held against other weeks of its month or of the year, the
    contract leaves open.
    """
    rows: dict[Key, Claims] = {}
    for service in case.services:
        books = Books(case, service)
        for terms, holds in in_force(case.objectives, case.month):
            if holds and terms["indicator"] in BY_REQUESTS and service.key in terms.get("services", [service.key]):
                rows |= _of(books, terms)
    return rows


def over_the_year(terms: Dict) -> Dict:
    """The objective as it is judged over a year; only an availability can be agreed so."""
    return {**terms, "over": "year"} if terms["indicator"] == "availability" else terms


def _of(books: Books, terms: Dict) -> dict[Key, Claims]:
    objective = Objective(books, over_the_year(terms))
    if terms["indicator"] == "availability":
        return rows_of(objective)
    rows = rows_of_span(objective, YEAR)
    (main,) = rows.values()
    if "total" not in main:
        main = rows[objective.key(None, YEAR)] = _quiet_month(objective)
    if terms.get("per") == "operation" and "total" in main:
        rows |= _operations(objective)
    statuses = [row["status"] for row in rows.values()]
    main["rollup"] = worst_of_sets(one for one in statuses if isinstance(one, frozenset))
    for key, row in rows.items():
        row["binding"] = objective.binding(key[2], YEAR)
    return rows


def _quiet_month(objective: Objective) -> Claims:
    """Rule 7 over the year: what nobody called in the month may have been called before."""
    scope = objective.scope(YEAR)
    spans = list(scope.account.spans)
    requests = objective.requests.within(spans)
    if not requests:
        beside = objective.kind is not None and objective.everyone.within(spans)
        return {"status": only(NOT_RATED) if beside else only(NOT_RATED, INSUFFICIENT)}
    claims = figures.of_requests(objective.terms, scope, requests)
    return claims | {"status": figures.ANY} if objective.on_edge else claims


def _operations(objective: Objective) -> dict[Key, Claims]:
    """One row for every operation with a request in the year so far."""
    scope = objective.scope(YEAR)
    spans = list(scope.account.spans)
    rows = {}
    for name in sorted(objective.requests.operations(spans)):
        requests = objective.requests.of_operation(name).within(spans)
        row = figures.of_requests(objective.terms, scope, requests)
        if objective.terms["indicator"] == "error-rate":
            row = figures.softened(objective.terms, requests, row)
        rows[objective.key(name, YEAR)] = row
    return rows
