"""The figures of a JSON report, each with its place in words.

The one rule: an element of a list is known by what it speaks of (service, objective, day, id), never
by its position, so that one row too many does not put all others in the wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

Value = str | int | float | bool | None
Figures = dict[tuple[str, str], Value]
"""By place ("missions-api / uptime / month") and field ("budget.used")."""

ALONE = ("id", "key", "day", "month", "path", "lookback")
"""Fields that name an element by themselves."""
TOGETHER = (
    "service", "objective", "operation", "class", "span", "name", "revision", "code", "start", "kind", "account",
    "region", "ms", "slice_goal",
)  # fmt: skip
"""Fields that name it together."""
SECTIONS = {"results": "", "services": ""}
"""Lists whose elements are named plainly; those of others bear the list's name."""


class NotAReport(Exception):
    """A text that is no JSON report; the message says why."""


def read_report(text: str) -> dict[str, Any]:
    """The report as plain objects.

    Raises:
        NotAReport: if it is no JSON object, says a key twice, or holds what is no number.
    """
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        raise NotAReport(f"is no JSON ({wrong})") from None
    if not isinstance(document, dict):
        raise NotAReport("is no JSON object")
    return document


def figures_of(document: Mapping[str, Any]) -> Figures:
    """Everything that the report states, by place and field."""
    return {(place or "report", field): value for place, field, value in _walk(document, "", "")}


def _walk(value: object, place: str, field: str) -> Iterator[tuple[str, str, Value]]:
    if isinstance(value, Mapping):
        if not value:
            yield place, field, "{}"
        for key, inner in value.items():
            yield from _walk(inner, place, f"{field}.{key}" if field else str(key))
    elif isinstance(value, list):
        yield from _elements(value, place, field)
    else:
        yield place, field, value  # type: ignore[misc]


def _elements(items: list[Any], place: str, field: str) -> Iterator[tuple[str, str, Value]]:
    yield place, f"{field}.count", len(items)
    if not any(isinstance(item, Mapping) for item in items):
        yield from ((place, f"{field}[{index}]", item) for index, item in enumerate(items, 1))
        return
    seen = Counter[str]()
    for item in items:
        name = _name(item)
        seen[name] += 1
        named = name if seen[name] == 1 else f"{name} #{seen[name]}"
        label = SECTIONS.get(field, field)
        yield from _walk(item, " / ".join(part for part in (place, f"{label} {named}".strip()) if part), "")


def _name(item: object) -> str:
    """What an element speaks of."""
    if not isinstance(item, Mapping):
        return "entry"
    alone = [item[key] for key in ALONE if isinstance(item.get(key), str)]
    return " / ".join(alone[:1] or [str(item[key]) for key in TOGETHER if item.get(key) is not None]) or "entry"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
