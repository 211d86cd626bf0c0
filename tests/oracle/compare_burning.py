"""Holds what a report or a check prints of burn rates against the claims, and names every difference.

Decides nothing of the arithmetic. The one rule: a rate, a course or an endpoint that is missing is a
difference, and so is one that nobody claimed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .burning import Key
from .claims import NOT_RATED, OK
from .differences import differs, same, show, status_differs
from .figures import Claims
from .moments import second

Row = Mapping[str, Any]
PRINTED = {"low": "least_rate", "high": "rate", "bad": "bad", "total": "total"}
FIGURES = ("good", "total", "value", "binding")


def outlook_differences(row: Row, claims: Claims) -> Iterator[str]:
    """In what the outlook beside a row differs from what is claimed of it."""
    printed = row["outlook"]
    if printed is None:
        yield "outlook: there is none"
        return
    yield from _rates(printed, claims["rates"])
    yield from _course(printed, claims["courses"])
    yield from _spenders(printed, claims["spent_by"])


def _rates(printed: Row, claims: Any) -> Iterator[str]:
    names = [one["lookback"] for one in printed["burn_rates"]]
    yield from differs("the look-backs", names, list(claims))
    for one in printed["burn_rates"]:
        claim = claims[one["lookback"]]
        for edge in ("start", "end"):
            yield from differs(f"{one['lookback']}.{edge}", second(one[edge]), claim[edge])
        for name, key in PRINTED.items():
            if name in claim:
                yield from differs(f"{one['lookback']}.{key}", one[key], claim[name])


def _course(printed: Row, claims: Any) -> Iterator[str]:
    ends = None if printed["ends_at"] is None else second(printed["ends_at"])
    found = printed["course"], ends
    if not any(_is_course(found, claim) for claim in claims):
        yield f"the course is {found!r}, not {' or '.join(sorted({repr(claim) for claim in claims}))}"


def _is_course(found: tuple[str, int | None], claim: tuple[str, int | None]) -> bool:
    """To the second in which it ends."""
    return found[0] == claim[0] and same(found[1], claim[1])


def _spenders(printed: Row, claims: Any) -> Iterator[str]:
    found = [(one["operation"], one["bad"], one["share"]) for one in printed["spent_by"]]
    if not any(_are_spenders(found, claim) for claim in claims):
        yield f"spent_by is {found!r}, not {' or '.join(map(show, claims))}"


def _are_spenders(found: list[tuple[Any, ...]], claim: tuple[tuple[Any, ...], ...]) -> bool:
    pairs = list(zip(found, claim, strict=False))
    return len(found) == len(claim) and all(
        same(one, other) for pair in pairs for one, other in zip(*pair, strict=True)
    )


def window_differences(rows: Mapping[Key, Row], claims: Mapping[Key, Claims]) -> Iterator[str]:
    """In what the rows of a short window differ from what is claimed of them."""
    for key, claim in claims.items():
        name = " / ".join(str(part) for part in key if part is not None)
        if key in rows:
            yield from (f"{name}: {one}" for one in _row(rows[key], claim))
        elif key[2] is None or surely_troubled(claim):
            yield f"{name}: the row is missing"
    for key in rows.keys() - claims.keys():
        if rows[key]["status"] != NOT_RATED and key[2] is None:
            yield f"{' / '.join(map(str, key))}: a row nobody asked for, status {rows[key]['status']}"


def surely_troubled(claims: Claims) -> bool:
    """Whether the row of an operation that counts can't be left out: it is neither fine nor without a verdict."""
    status = claims["status"]
    return bool(claims.get("binding")) and isinstance(status, frozenset) and not status & {OK, NOT_RATED}


def _row(row: Row, claims: Claims) -> Iterator[str]:
    yield from status_differs("status", row["status"], claims["status"])
    if "rollup" in claims and row.get("rollup") is not None:
        yield from status_differs("rollup", row["rollup"]["status"], claims["rollup"])
    for name in FIGURES:
        if name in claims:
            yield from differs(name, row[name], claims[name])
    budget = claims.get("budget")
    for name, claim in budget.items() if isinstance(budget, dict) else ():
        yield from differs(f"budget.{name}", (row["budget"] or {}).get(name), claim)
