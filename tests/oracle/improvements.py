"""What a statement that was made from less than everything says better than its requests do.

Decides what "no figure is better than the truth" means. The one rule: the truth is counted from all
requests; whoever knows less may print worse, wider, or nothing, and the truth lies between its bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from . import measures
from .books import MONTH, YEAR
from .claims import BREACHED, INSUFFICIENT, NOT_RATED, OK, WARNING, Percentile
from .differences import LOST, number, show
from .facts import Case, Dict
from .figures import Claims
from .rows import Objective, in_force, rows_of, rows_of_span
from .years import Shelf, begun, labels_of, shelf_of

Json = Mapping[str, Any]
HARD = {NOT_RATED: 0, OK: 1, WARNING: 2, INSUFFICIENT: 3, BREACHED: 3}


def improvements(statement: Json, case: Case) -> list[str]:
    """Everything that a statement says better than it is; empty when nothing is."""
    found: list[str] = []
    for service in case.services:
        shelf = shelf_of(case, service)
        for terms, _ in in_force(case.objectives, begun(case)[-1]):
            told = _availability if terms["indicator"] == "availability" else _other
            found += [f"{service.key} / {terms['id']}: {one}" for one in told(statement, case, shelf, terms)]
    return found


def _of(rows: Iterable[Json], shelf: Shelf, terms: Dict) -> Json:
    key = next(iter(shelf.values())).service.key
    (found,) = (one for one in rows if (one["service"], one["objective"]) == (key, terms["id"]))
    return found


def _availability(statement: Json, case: Case, shelf: Shelf, terms: Dict) -> Iterator[str]:
    entry, row = (_of(statement[section], shelf, terms) for section in ("availability", "results"))
    told: list[Objective] = []
    for label, month in zip(labels_of(case), entry["months"], strict=True):
        objective = Objective(shelf[label], terms)
        if objective.books.month.owed:
            told.append(objective)
            yield from (f"{label}: {one}" for one in _month(month, objective))
    claims = [rows_of_span(one, MONTH)[one.key(None, MONTH)] for one in told]
    shares = [_share(objective) for objective in told]
    yield from _least("the mean of the months", entry["mean_of_months"]["worst_case"], _mean(shares))
    if terms.get("over") == "year":
        yield from _row(row, rows_of(told[-1])[told[-1].key(None, YEAR)])
    else:
        yield from _status("the year", row["status"], [worst_claim(claims)])


def worst_claim(claims: Iterable[Claims]) -> str:
    """The hardest status that is surely one of the months'."""
    sure = [_statuses(one) for one in claims]
    return max((min(some, key=HARD.__getitem__) for some in sure), key=HARD.__getitem__)


def _share(objective: Objective) -> Fraction:
    measure = measures.of_time(objective.terms, objective.scope(MONTH))
    return 1 - Fraction(measure.worst) / measure.total


def _mean(shares: list[Fraction]) -> Fraction:
    return sum(shares, Fraction()) / len(shares)


def _month(month: Json, objective: Objective) -> Iterator[str]:
    """One month: its row, its seconds, and what it used of the year's allowance."""
    yield from _row(month, rows_of_span(objective, MONTH)[objective.key(None, MONTH)])
    measure = measures.of_time(objective.terms, objective.scope(MONTH))
    account, seconds = objective.scope(MONTH).account, month["seconds"]
    yield from _least("up", seconds["up"], account.counted - account.down_true - account.unknown - account.no_traffic)
    yield from _least("down", seconds["down"], account.down_true)
    yield from _most("down or unknown", seconds["down"] + seconds["unknown"], account.down_true + account.unknown)
    yield from _least("best case", _turned(month["best_case"]), _turned(1 - Fraction(measure.best) / measure.total))
    yield from _least("worst case", month["worst_case"], 1 - Fraction(measure.worst) / measure.total)
    if month["budget"] is not None:
        yield from _least("allowed", month["budget"]["allowed"], measure.rate * measure.total)
        yield from _least("used", month["budget"]["used"], measure.best)
        yield from _most("used at most", month["budget"]["used_at_most"], measure.worst)


def _turned(value: float | Fraction | None) -> Any:
    """So that the best case is held to be no worse than the truth."""
    return None if value is None else -value


def _row(row: Json, claims: Claims) -> Iterator[str]:
    yield from _status("status", row["status"], _statuses(claims))
    value = claims.get("value")
    if isinstance(value, Fraction):
        yield from _least("value", row["value"], value)


def _statuses(claims: Claims) -> frozenset[str]:
    found = claims.get("rollup", claims["status"])
    assert isinstance(found, frozenset)
    return found


def _other(statement: Json, case: Case, shelf: Shelf, terms: Dict) -> Iterator[str]:
    entry = _of(statement["others"], shelf, terms)
    known: list[Claims] = []
    for label, month in zip(labels_of(case), entry["months"], strict=True):
        objective = Objective(shelf[label], terms)
        if objective.books.month.owed:
            claims = rows_of(objective)[objective.key(None, MONTH)]
            known.append(claims)
            yield from (f"{label}: {one}" for one in _month_of_requests(month, claims, terms))
    yield from _status("the year", entry["status"], [worst_claim(known)])


def _month_of_requests(month: Json, claims: Claims, terms: Dict) -> Iterator[str]:
    yield from _status("status", month["status"], _statuses(claims))
    for name in ("good", "total"):
        if month[name] is not None and name in claims:
            yield from _least(name, month[name], claims[name])
    value = claims.get("value")
    if isinstance(value, Percentile):
        yield from _most("value", month["value"], value.true)
    elif isinstance(value, Fraction):
        side = _most if terms["indicator"] == "error-rate" else _least
        yield from side("value", month["value"], value)


def _status(name: str, printed: str | None, claimed: Iterable[str]) -> Iterator[str]:
    if printed is None or HARD[printed] < min(HARD[one] for one in claimed):
        yield f"{name} is {printed}, not {' or '.join(sorted(claimed))}"


def _least(name: str, printed: float | None, true: object) -> Iterator[str]:
    """A figure of which more is better; one that is not printed is none."""
    assert isinstance(true, int | Fraction)
    if printed is not None and number(printed) > true + LOST * max(Fraction(1), abs(Fraction(true))):
        yield f"{name} is {printed!r}, better than {show(true)}"


def _most(name: str, printed: float | None, true: object) -> Iterator[str]:
    """A figure of which less is better."""
    assert isinstance(true, int | Fraction)
    if printed is not None and number(printed) < true - LOST * max(Fraction(1), abs(Fraction(true))):
        yield f"{name} is {printed!r}, better than {show(true)}"
