"""A whole agreement year from single requests: each month by itself, and the year as one long count.

Decides what an annual statement ought to say. The one rule: the year is counted from the requests of all
its months at once, and never from what the months were said to come to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from . import measures
from .books import MONTH, YEAR, Books
from .claims import Number
from .compare import row_differences
from .differences import differs, status_differs
from .facts import Case, Dict, Service
from .figures import Claims
from .rows import Objective, in_force, rows_of, rows_of_span
from .spans import Span
from .times import month_span, year_months

Json = Mapping[str, Any]
KINDS = ("latency", "percentile", "error-rate", "coverage")


def labels_of(case: Case) -> list[str]:
    """The twelve months of the agreement year in which the case's month lies."""
    return year_months(case.month, case.year_starts)


def begun(case: Case) -> list[str]:
    """Those of them that have begun when the case is asked."""
    return [label for label in labels_of(case) if month_span(label, case.timezone)[0] <= case.now]


Shelf = dict[str, Books]
"""The books of every month that has begun, by label: they are written once."""


def shelf_of(case: Case, service: Service) -> Shelf:
    """The books of each month of the year."""
    return {label: Books(replace(case, month=label), service) for label in begun(case)}


def differences(statement: Json, case: Case) -> list[str]:
    """Everything in which a statement says something else than its requests do; empty when all is as it should be."""
    found = list(_period(statement, case))
    for service in case.services:
        shelf = shelf_of(case, service)
        for terms, _ in in_force(case.objectives, begun(case)[-1]):
            name = f"{service.key} / {terms['id']}"
            told = _availability if terms["indicator"] == "availability" else _other
            if terms["indicator"] in (*KINDS, "availability"):
                found += [f"{name}: {one}" for one in told(statement, case, shelf, terms)]
    return found


def _period(statement: Json, case: Case) -> Iterator[str]:
    spans = [month_span(label, case.timezone) for label in labels_of(case)]
    printed = [(one["month"], one["seconds"]) for one in statement["months"]]
    if printed != [(label, end - start) for label, (start, end) in zip(labels_of(case), spans, strict=True)]:
        yield f"the months are {printed!r}"
    if statement["period"]["seconds"] != spans[-1][1] - spans[0][0]:
        yield f"the year has {statement['period']['seconds']!r} seconds"


def _entry(statement: Json, section: str, shelf: Shelf, terms: Dict) -> Json | None:
    key = next(iter(shelf.values())).service.key
    same = (one for one in statement[section] if (one["service"], one["objective"]) == (key, terms["id"]))
    return next(same, None)


def _availability(statement: Json, case: Case, shelf: Shelf, terms: Dict) -> Iterator[str]:
    entry = _entry(statement, "availability", shelf, terms)
    if entry is None:
        yield "the objective is missing"
        return
    months = dict(zip(labels_of(case), entry["months"], strict=True))
    for label in labels_of(case):
        yield from (f"{label}: {one}" for one in _sums_up(months[label], month_span(label, case.timezone)))
    told: dict[str, Objective] = {label: Objective(books, terms) for label, books in shelf.items()}
    for label, objective in told.items():
        yield from (f"{label}: {one}" for one in _month(months[label], objective))
    yield from _year(statement, entry, list(told.values())[-1])
    yield from _mean(entry, list(told.values()))


def _sums_up(month: Json, span: Span) -> Iterator[str]:
    """Rule 9: every second of every month, those to come too."""
    held = sum(month["seconds"].values()) + month["not_owed"]
    if held != span[1] - span[0]:
        yield f"its seconds sum to {held}, not {span[1] - span[0]}"


def _month(month: Json, objective: Objective) -> Iterator[str]:
    """A month's own row, and what of the allowance it had and used."""
    if not objective.books.month.owed:
        if month["not_owed"] == 0 or month["seconds"]["up"]:
            yield "nothing is owed before the service's start"
        return
    key = objective.key(None, MONTH)
    claims = rows_of_span(objective, MONTH)[key]
    if month["status"] is not None:
        yield from row_differences(_as_row(month, objective), _without(claims, "reason", "budget", "rollup"), key)
    yield from _spent(month, objective, claims)


def _as_row(month: Json, objective: Objective) -> Json:
    """A month of the statement in the form of a report's row."""
    cases = {name: {"value": month[name]} for name in ("worst_case", "best_case") if month[name] is not None}
    detail = {"seconds": month["seconds"]}
    return {**month, **cases, "class": objective.kind, "detail": detail, "reason": None, "notes": None}


def _without(claims: Claims, *names: str) -> Claims:
    hidden = (*names, "binding", "by_evaluation", "without_exclusions", "excluded_seconds", "down_seconds")
    return {name: claim for name, claim in claims.items() if name not in (*hidden, "if_silent_down")}


def _spent(month: Json, objective: Objective, claims: Claims) -> Iterator[str]:
    """The month's share of the allowance: the rate of its counted time, that to come included."""
    scope = objective.scope(MONTH)
    account = scope.account
    exact = "seconds" in claims and objective.terms.get("evaluation", "time-slices") == "time-slices"
    if not exact or month["budget"] is None:
        return
    measure = measures.of_time(objective.terms, scope)
    ahead = scope.whole_seconds - account.counted
    yield from differs("allowed", month["budget"]["allowed"], measure.rate * (measure.total + ahead))
    yield from differs("used", month["budget"]["used"], measure.best)
    yield from differs("used at most", month["budget"]["used_at_most"], measure.worst)


def _year(statement: Json, entry: Json, last: Objective) -> Iterator[str]:
    """The year by its requests: judged where the agreement is for the year, else for information."""
    rows = [
        row
        for row in statement["results"]
        if (row["service"], row["objective"]) == (entry["service"], entry["objective"])
    ]
    if len(rows) != 1:
        yield f"there are {len(rows)} rows of the year"
        return
    if last.terms.get("over") == "year":
        claims = rows_of(last)[last.key(None, YEAR)]
        if rows[0]["value"] is not None or rows[0]["worst_case"] is not None:
            yield from row_differences(rows[0], _of_running(claims, rows[0]), last.key(None, YEAR))
    elif entry["decides"] != "month":
        yield "each month decides"


def _of_running(claims: Claims, row: Json) -> Claims:
    """Months to come stand in the statement's account of seconds, and not in that of a year to date."""
    ahead = bool(row["detail"]["seconds"]["not_yet"])
    return _without(claims, *(("seconds", "seconds_sum") if ahead else ()))


def _mean(entry: Json, months: list[Objective]) -> Iterator[str]:
    """The mean of the months' figures, where every one of them is claimed exactly."""
    claimed = [rows_of_span(one, MONTH)[one.key(None, MONTH)] for one in months if one.books.month.owed]
    values = [claims.get("value") for claims in claimed]
    exact: list[Number] = [value for value in values if isinstance(value, int | Fraction)]
    if exact and len(exact) == len(values):
        printed = (entry["mean_of_months"] or {}).get("worst_case")
        yield from differs("the mean of the months", printed, Fraction(sum(exact), len(exact)))


def _other(statement: Json, case: Case, shelf: Shelf, terms: Dict) -> Iterator[str]:
    entry = _entry(statement, "others", shelf, terms)
    if entry is None:
        yield "the objective is missing"
        return
    totals: list[Any] = []
    for label, month in zip(labels_of(case), entry["months"], strict=True):
        if label not in shelf or not shelf[label].month.owed:
            if month["status"] not in (None, "NOT_RATED"):
                yield f"{label}: a month that is not owed has a status"
            continue
        objective = Objective(shelf[label], terms)
        claims = rows_of(objective)[objective.key(None, MONTH)]
        totals.append((claims.get("good"), claims.get("total"), claims["status"]))
        yield from (f"{label}: {one}" for one in _other_month(month, claims))
    yield from _sum(entry, terms, totals)


def _other_month(month: Json, claims: Claims) -> Iterator[str]:
    yield from status_differs("status", month["status"], claims["rollup"])
    for name in ("good", "total"):
        if name in claims and month["status"] not in (None, "NOT_RATED", "INSUFFICIENT_DATA"):
            yield from differs(name, month[name], claims[name])


def _sum(entry: Json, terms: Dict, totals: list[Any]) -> Iterator[str]:
    """Counts add up; a percentile has no sum."""
    if terms["indicator"] == "percentile":
        if entry["value"] is not None:
            yield f"a percentile of the year, {entry['value']!r}"
        return
    known = [one for one in totals if one[1]]
    if entry["value"] is None or any(good is None for good, _, _ in known) or not known:
        return
    good, total = sum(one[0] for one in known), sum(one[1] for one in known)
    share = Fraction(good) / total
    yield from differs("the year's value", entry["value"], 1 - share if terms["indicator"] == "error-rate" else share)
