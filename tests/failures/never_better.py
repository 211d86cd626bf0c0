"""Whether a report that was disturbed says anything better than the one that was not.

The one rule: what could not be read may turn a figure worse or unknown, never better, and never
quietly away; a percentile may move inside the bracket it had.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
Key = tuple[Any, ...]

WORSE = {"OK": 0, "WARNING": 1, "INSUFFICIENT_DATA": 2, "BREACHED": 2}
HIGHER_IS_BETTER = {"availability", "latency", "coverage"}
NAMED = ("service", "objective", "operation", "class", "span")


def improvements(undisturbed: Json, disturbed: Json) -> list[str]:
    """Everything that became better or vanished; empty where nothing did."""
    found = list(_status("report", undisturbed["status"], disturbed["status"]))
    before, after = by_key(undisturbed), by_key(disturbed)
    for key, row in before.items():
        found += _row(key, row, after[key]) if key in after else _gone(key, disturbed, after)
    found += _days(undisturbed, disturbed)
    return found


def by_key(report: Json) -> dict[Key, Json]:
    """The rows by what names them."""
    return {tuple(row[name] for name in NAMED): row for row in report["results"]}


def _gone(key: Key, disturbed: Json, after: dict[Key, Json]) -> Iterable[str]:
    """An operation that nobody told of: then a gap says so, and the service's row decides nothing."""
    service, objective, _, wanted_class, span = key
    whole = after.get((service, objective, None, wanted_class, span))
    told = any(gap["service"] == service for gap in disturbed["gaps"])
    if not told or whole is None or whole["status"] != "INSUFFICIENT_DATA":
        yield f"{key}: the row is gone"


def _status(what: object, before: str, after: str) -> Iterable[str]:
    if before == "NOT_RATED" or after == "INSUFFICIENT_DATA":
        return
    if after == "NOT_RATED" or WORSE[after] < WORSE[before]:
        yield f"{what}: was {before}, is {after}"


def _row(key: Key, before: Json, after: Json) -> Iterable[str]:
    yield from _status(key, before["status"], after["status"])
    if before["rollup"] and after["rollup"]:
        yield from _status((*key, "rollup"), before["rollup"]["status"], after["rollup"]["status"])
    if after["status"] == "INSUFFICIENT_DATA" and after["value"] is not None:
        yield f"{key}: unknown, and yet it says {after['value']}"
    for name in ("with_exclusions", "without_exclusions"):
        yield from _case((*key, name), before, before[name], after[name])
    yield from _figure(key, before, before["value"], after["value"])
    yield from _worst_case(key, before, after)


def _figure(what: object, row: Json, before: float | None, after: float | None) -> Iterable[str]:
    if before is None or after is None:
        return
    up = row["indicator"] in HIGHER_IS_BETTER
    least = row["low"] if row["indicator"] == "percentile" and row["low"] is not None else before
    if (after > before) if up else (after < least):
        yield f"{what}: was {before}, is {after}"


def _case(what: object, row: Json, before: Json | None, after: Json | None) -> Iterable[str]:
    if before is None or after is None:
        return
    yield from _status(what, before["status"], after["status"])
    if row["indicator"] != "percentile":
        yield from _figure(what, row, before["value"], after["value"])


def _worst_case(key: Key, before: Json, after: Json) -> Iterable[str]:
    """The worse reading of the unknown must not be better than the truth, nor the better one worse."""
    worst, best = after["worst_case"], after["best_case"]
    if before["value"] is None or before["indicator"] == "percentile":
        return
    if worst is not None:
        yield from _figure((*key, "worst_case"), before, before["value"], worst["value"])
    if best is not None and best["value"] is not None:
        yield from _figure((*key, "best_case"), before, best["value"], before["value"])


def _days(undisturbed: Json, disturbed: Json) -> Iterable[str]:
    for before, after in zip(undisturbed["services"], disturbed["services"], strict=True):
        found = {day["day"]: day for day in after["days"]}
        for day in before["days"]:
            told = found.get(day["day"])
            if (
                told
                and None not in (told["availability"], day["availability"])
                and told["availability"] > day["availability"]
            ):
                yield f"{day['day']}: was {day['availability']}, is {told['availability']}"


def open_spans(report: Json) -> list[str]:
    """Rows without a verdict that no gap and no reason explains."""
    told = {gap["code"] for gap in report["gaps"]}
    unknown = [row for row in report["results"] if row["status"] == "INSUFFICIENT_DATA"]
    return [f"{row['objective']} {row['operation']}: no reason" for row in unknown if not row["reason"] and not told]
