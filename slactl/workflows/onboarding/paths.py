"""Path parameters that were reported as they came: ``/users/123`` instead of ``/users/{id}``.

The one rule: a segment counts as an identifier only by its form (digits, UUID, long hex, long mixed
text, a date), never because many values were seen in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_FORMS = (
    ("{date}", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("{id}", re.compile(r"\d+")),
    ("{id}", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("{id}", re.compile(r"(?=.*\d)(?=.*[a-fA-F])[0-9a-fA-F]{12,}")),
    ("{id}", re.compile(r"(?=(?:.*\d){4})(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}")),
)


def parameter(segment: str) -> str | None:
    """What an identifier is called in a path; None for a word."""
    return next((name for name, form in _FORMS if form.fullmatch(segment)), None)


def template(operation: str) -> str | None:
    """The operation with its raw identifiers named; None if it has none."""
    head, slash, path = operation.partition("/")
    if not slash or (head and not head.endswith(" ")):
        return None
    segments = path.split("/")
    named = [parameter(segment) or segment for segment in segments]
    return f"{head}/{'/'.join(named)}" if named != segments else None


def pattern(named: str) -> str:
    """The match for everything of a template: ``GET /users/{id}`` gives ``GET /users/*``."""
    return re.sub(r"\{(?:id|date)\}", "*", named)


def templates(operations: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The operations with raw identifiers, by their template."""
    found: dict[str, list[str]] = {}
    by_pattern: dict[str, str] = {}
    for operation in sorted(operations):
        named = template(operation)
        if named:
            # two templates with one pattern can't be told apart by a match, so the first one's name serves both
            found.setdefault(by_pattern.setdefault(pattern(named), named), []).append(operation)
    return {named: tuple(sorted(members)) for named, members in sorted(found.items())}
