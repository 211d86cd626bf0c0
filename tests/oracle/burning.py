"""How fast budgets burn, where they end, who spent them, and what a short window says.

Decides what stands beside a running budget and what ``check --window 1h`` ought to say. The one rule: a burn
rate of 1 spends the whole budget in exactly its period, and a window shorter than a month knows no goal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from . import measures
from .books import DAY, MONTH, Books, Scope
from .claims import (
    BREACHED,
    INSUFFICIENT,
    NOT_RATED,
    OK,
    WARNING,
    Number,
    Statuses,
    only,
    worst_of_sets,
)
from .facts import Case, Dict
from .figures import Claims
from .judging import Measure
from .lookbacks import PACE, SHOWN, Held, Reading, held, of_requests, settled_until, taken_out
from .rows import Objective, in_force, rows_of_span
from .spans import HOUR, Span, common, length, without
from .traffic import UNROUTED, Population

LEAST_BAD = 10
MOST_NAMED = 5
BY_REQUESTS = ("availability", *measures.PER_REQUEST)
Key = tuple[str, str, str | None, str | None]


@dataclass(frozen=True)
class Window:
    """A window shorter than a month: how long, and at which burn rates it pages and writes a ticket."""

    seconds: int
    page: Fraction
    ticket: Fraction


WINDOWS = {
    "1h": Window(HOUR, Fraction("14.4"), Fraction(6)),
    "6h": Window(6 * HOUR, Fraction(6), Fraction(3)),
    "24h": Window(DAY, Fraction(3), Fraction(1)),
    "7d": Window(7 * DAY, Fraction(2), Fraction(1)),
}


# Short windows


def window_rows(case: Case, name: str, unread: Iterable[Span] = ()) -> dict[Key, Claims]:
    """The rows of a short window, by service, objective, operation and class."""
    rows: dict[Key, Claims] = {}
    lost = list(unread)
    for service in case.services:
        books = Books(case, service)
        for terms, holds in in_force(case.objectives, case.month):
            concerned = service.key in terms.get("services", [service.key])
            if concerned and terms["indicator"] in BY_REQUESTS:
                objective = Objective(books, terms)
                rows |= _window_of(objective, name, lost) if holds else _not_in_force(objective)
    return rows


def window_status(rows: dict[Key, Claims]) -> Statuses:
    """The roll-up of the binding rows."""
    sets = [row["rollup"] for row in rows.values() if row["binding"] and "rollup" in row]
    return worst_of_sets(one for one in sets if isinstance(one, frozenset))


def _not_in_force(objective: Objective) -> dict[Key, Claims]:
    claims: Claims = {"status": only(NOT_RATED), "rollup": only(NOT_RATED), "binding": _binds(objective)}
    return {_key(objective, None): claims}


def _key(objective: Objective, operation: str | None) -> Key:
    return (objective.books.service.key, objective.terms["id"], operation, objective.kind)


def _binds(objective: Objective) -> bool:
    return not objective.terms.get("advisory")


def _window_of(objective: Objective, name: str, unread: list[Span]) -> dict[Key, Claims]:
    """The row of a service or class, and those of its operations where each of them counts."""
    window, end = WINDOWS[name], settled_until(objective.books)
    counts = of_requests(objective, objective.requests, end, window.seconds, unread)
    nothing = counts.guessed and not counts.worst.total
    main: Claims = {"status": _of_nothing(objective, counts.span)} if nothing else _burning(objective, window, counts)
    main["status"] = _with_doubt(objective, counts.span, main["status"])
    rows = {_key(objective, None): main}
    if objective.terms.get("per") == "operation":
        for operation in sorted(objective.requests.operations([counts.span])):
            rows[_key(objective, operation)] = _operation(objective, operation, window, unread)
    statuses = [row["status"] for row in rows.values()]
    main["rollup"] = worst_of_sets(one for one in statuses if isinstance(one, frozenset))
    for key, row in rows.items():
        row["binding"] = _binds(objective) and (key[2] is None or objective.terms.get("per") == "operation")
    return rows


def _with_doubt(objective: Objective, span: Span, statuses: object) -> Statuses:
    """Rule 21: what the edge answered and the service behind it never saw turns OK into WARNING.

    A request that straddles the ends of so short a window counts here and not there, so it need not. Whether
    a class is doubtful where the whole service is, the contract leaves open.
    """
    assert isinstance(statuses, frozenset)
    pairs = (
        (objective.everyone, objective.books.own),
        (objective.requests, objective.books.own.of_class(objective.kind)),
    )
    counts = [(len(edge.within([span])), len(own.within([span]))) for edge, own in pairs]
    doubtful = objective.on_edge and any(abs(answered - arrived) * 1000 > answered for answered, arrived in counts)
    return statuses | only(WARNING) if doubtful and OK in statuses else statuses


def _operation(objective: Objective, operation: str, window: Window, unread: list[Span]) -> Claims:
    requests = objective.requests.of_operation(operation)
    counts = of_requests(objective, requests, settled_until(objective.books), window.seconds, unread)
    nothing = counts.guessed and not counts.worst.total
    return {"status": only(NOT_RATED)} if nothing else _burning(objective, window, counts)


def _of_nothing(objective: Objective, span: Span) -> Statuses:
    """No request at all is no pass; a class nobody called beside others that were is nothing to judge.

    Whether an hour that is excluded or not owed is unknown or nothing to judge, the contract leaves open.
    """
    if span[0] >= span[1] or not without([span], taken_out(objective, span)):
        return only(NOT_RATED, INSUFFICIENT)
    everyone = objective.everyone.within([span])
    if objective.kind is not None:
        return only(NOT_RATED) if everyone else only(NOT_RATED, INSUFFICIENT)
    return only(NOT_RATED, INSUFFICIENT) if everyone else only(INSUFFICIENT)


def _burning(objective: Objective, window: Window, counts: Held) -> Claims:
    """The verdict of a burn rate, the unknown judged twice."""
    allowed, _ = measures.allowance(objective.terms)
    worst, best = (_verdict(window, reading, allowed) for reading in (counts.worst, counts.best))
    if not counts.guessed:
        return {"status": only(INSUFFICIENT), "value": None}
    claims: Claims = {"status": only(worst if worst == best else INSUFFICIENT)}
    if {worst, best} == {OK, WARNING}:
        claims["status"] = only(INSUFFICIENT, WARNING)
    if worst == best:
        claims |= _figures(objective.terms, counts.worst, allowed)
    return claims


def _figures(terms: Dict, reading: Reading, allowed: Number) -> Claims:
    """The window's own counts, its share and its burn rate."""
    good, total = reading.total - reading.bad, reading.total
    budget: Claims = {"allowed": allowed * total, "used": reading.bad}
    if allowed:
        budget["used_ratio"] = reading.rate(allowed)
    claims: Claims = {"good": good, "total": total, "budget": budget}
    if terms["indicator"] != "percentile":
        claims["value"] = Fraction(reading.bad if terms["indicator"] == "error-rate" else good) / total
    return claims


def _verdict(window: Window, reading: Reading, allowed: Number) -> str:
    if reading.bad < LEAST_BAD:
        return OK
    # Multiplied out, so that where nothing is allowed ten bad requests burn at every rate.
    if reading.bad >= window.page * allowed * reading.total:
        return BREACHED
    return WARNING if reading.bad >= window.ticket * allowed * reading.total else OK


# Beside a running budget


def outlook(objective: Objective, span: str, unread: Iterable[Span] = ()) -> Claims:
    """Rates, course and spenders beside the row of a running month or year."""
    end, lost = settled_until(objective.books), list(unread)
    counts = {name: held(objective, end, seconds, lost) for name, seconds in SHOWN.items()}
    allowed, _ = measures.allowance(objective.terms)
    return {
        "settled_until": end,
        "rates": {name: _rate(one, allowed) for name, one in counts.items()},
        "courses": tuple(_courses(objective, span, counts[PACE], allowed)),
        "spent_by": tuple(_spenders(objective, span)),
    }


def _rate(counts: Held, allowed: Number) -> Claims:
    claims: Claims = {"start": counts.span[0], "end": counts.span[1]}
    if not counts.guessed:
        return claims | {"low": None, "high": None}
    claims |= {"low": counts.best.rate(allowed), "high": counts.worst.rate(allowed)}
    if counts.worst.total:
        claims |= {"bad": counts.worst.bad, "total": counts.worst.total}
    return claims


def _courses(objective: Objective, span: str, pace: Held, allowed: Number) -> Iterable[tuple[str, int | None]]:
    """Where the budget is heading, in every reading of what the whole period may come to hold.

    A row that is not sure of its verdict has no budget, so nobody knows where that is heading.
    """
    told = rows_of_span(objective, span)[objective.key(None, span)]["status"]
    if isinstance(told, frozenset) and told & {INSUFFICIENT, NOT_RATED}:
        yield "unknown", None
    scope = objective.scope(span)
    measure = _measure(objective, scope)
    period_end = objective.books.period[1] if span == MONTH else objective.books.year[1]
    for whole in (*(measure.whole or (measure.total,)), *_by_five_minutes(objective, span, measure)):
        yield course(measure.rate * whole - measure.worst, measure.worst, pace, allowed, period_end)


def _by_five_minutes(objective: Objective, span: str, measure: Measure) -> Iterable[Number]:
    """Requests so far x period / elapsed, where elapsed is told to five minutes and a slice is longer.

    What of it is not settled yet is then wanting in the requests, so that less is allowed than will be.
    """
    books = objective.books
    owed = books.month.owed
    elapsed = length(common(owed, [(0, settled_until(books))]))
    if objective.terms.get("evaluation") == "requests" and span == MONTH and elapsed:
        yield Fraction(measure.total * length(owed)) / elapsed


def course(remaining: Number, used: Number, pace: Held, allowed: Number, period_end: int) -> tuple[str, int | None]:
    """Spent, ends (when), lasts or unknown."""
    if remaining <= 0 and used > 0:
        return "spent", None
    if not pace.guessed or pace.worst.rate(allowed) is None:
        return "unknown", None
    if not pace.worst.bad:
        return "lasts", None
    start, end = pace.span
    ends = end + remaining * (end - start) / Fraction(pace.worst.bad)
    return ("ends", int(ends)) if ends < period_end else ("lasts", None)


def _measure(objective: Objective, scope: Scope) -> Measure:
    terms = objective.terms
    evaluation = terms.get("evaluation", "time-slices") if terms["indicator"] == "availability" else "requests"
    if evaluation == "time-slices":
        return measures.of_time(terms, scope)
    if evaluation == "interval-average":
        return measures.of_intervals(terms, scope)
    return measures.of_requests(terms, scope, objective.requests.within(scope.account.spans))


def _spenders(objective: Objective, span: str) -> Iterable[tuple[tuple[str, int, Fraction], ...]]:
    """Who spent the budget, most first; whether what no route answered is an endpoint is left open.

    So is whether those of a year are told, of which no month but the last is read by endpoints, and whether
    a longer slice that is not over yet is waited for.
    """
    books = objective.books
    own = objective.scope(span).account.spans
    five_minutes = books.scope(span, replace(objective.rule, size=300), objective.excluded, objective.requests)
    for spans in (own, five_minutes.account.spans):
        yield spenders(objective.terms, objective.requests, spans)
        yield spenders(objective.terms, _routed(objective.requests), spans)
    if span != MONTH:
        yield from _spenders(objective, MONTH)


def _routed(requests: Population) -> Population:
    return Population(one for one in requests.placed if one.operation != UNROUTED)


def spenders(terms: Dict, requests: Population, spans: Iterable[Span]) -> tuple[tuple[str, int, Fraction], ...]:
    """At most five endpoints with bad requests: name, how many, and their share of all bad ones."""
    kept = list(spans)
    names = requests.operations(kept)
    bad = {name: measures.bad_requests(terms, requests.of_operation(name).within(kept)) for name in names}
    everyone = sum(bad.values())
    ranked = sorted((-many, name) for name, many in bad.items() if many)
    return tuple((name, -many, Fraction(-many, everyone)) for many, name in ranked[:MOST_NAMED])
