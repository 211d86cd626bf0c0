"""The whole report as claims: rows, exclusions, status, period.

Decides nothing but the assembly. The one rule: the expected report is a plain dict that
``compare`` can hold against a ``slactl.report/1`` document.
"""

from datetime import UTC, datetime
from typing import Any

from .books import Books
from .claims import NOT_RATED, Statuses, only, worst_of_sets
from .facts import Case
from .figures import Claims
from .rows import KNOWN, Key, Objective, in_force, rows_of
from .traffic import ignored

FINAL_AFTER = 72 * 3600


def expected_report(case: Case) -> dict[str, Any]:
    """Every figure that the contract promises of a case, from its single requests."""
    every = [Books(case, service) for service in case.services]
    rows: dict[Key, Claims] = {}
    for books in every:
        rows |= service_rows(books)
    start, end = every[0].period
    return {
        "period": {"start": utc(start), "end": utc(end), "final": case.now >= end + FINAL_AFTER and every[0].tells},
        "status": overall(rows),
        "rows": rows,
        "exclusions": {
            (exclusion.window.id, books.service.key): {
                "start": utc(exclusion.window.start),
                "end": utc(exclusion.window.end),
                "proof": exclusion.window.proof,
                **exclusion.claims,
            }
            for books in every
            for exclusion in books.exclusions
            if exclusion.in_period
        },
        "ignored": {books.service.key: dict(ignored(books.service, books.period)) for books in every},
        "edges": frozenset(books.service.key for books in every if books.edge is not None),
        "unchecked": frozenset(terms["id"] for terms in case.objectives if terms["indicator"] not in KNOWN),
    }


def service_rows(books: Books) -> dict[Key, Claims]:
    """The rows of all objectives that concern one service."""
    rows: dict[Key, Claims] = {}
    for terms, holds in in_force(books.case.objectives, books.case.month):
        wanted = terms.get("services")
        if terms["indicator"] not in KNOWN or (wanted is not None and books.service.key not in wanted):
            continue
        objective = Objective(books, terms)
        if holds:
            rows |= rows_of(objective)
        else:
            rows |= {objective.key(None, span): _not_in_force(span) for span in objective.spans}
    return rows


def _not_in_force(span: str) -> Claims:
    return {"status": only(NOT_RATED), "optional": span != "month", "value": None}


def overall(rows: dict[Key, Claims]) -> Statuses:
    """The statuses the report may have: the roll-up of its binding objectives."""
    sets = [row.get("rollup") for row in rows.values() if row.get("binding")]
    return worst_of_sets(one for one in sets if isinstance(one, frozenset))


def utc(second: int) -> str:
    """An instant as the report writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
