"""Which requests belong to which row: operation rules, classes, ignored operations, the edge.

Decides rules 20 and 21 as far as counting goes. The one rule: a request that is ignored is
in no figure at all.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .facts import Dict, Request, Service
from .spans import Span

UNROUTED = "(unrouted)"
IGNORED_UNLESS_MATCHED = ("InternalOperation", "*/LambdaService")


def matches(pattern: str, name: str) -> bool:
    """Whether the name is of the pattern; only ``*`` is special, and case counts."""
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(".*".join(parts), name, re.DOTALL) is not None


def place(operation: str | None, rules: Iterable[Dict]) -> tuple[str, str | None] | None:
    """The name and class an operation counts under, or None if it is ignored."""
    if operation is None:
        return UNROUTED, None
    for rule in rules:
        if matches(rule["match"], operation):
            if rule.get("ignore"):
                return None
            return rule.get("as", operation), rule.get("class")
    if any(matches(pattern, operation) for pattern in IGNORED_UNLESS_MATCHED):
        return None
    return operation, None


@dataclass(frozen=True)
class Placed:
    """A request with the name and the class it counts under."""

    request: Request
    operation: str
    kind: str | None


class Population:
    """Requests that are judged together, in order of time."""

    def __init__(self, placed: Iterable[Placed]) -> None:
        self.placed = sorted(placed, key=lambda one: one.request.at_ms)
        self.requests = [one.request for one in self.placed]
        self._times = [request.at_ms for request in self.requests]

    def within(self, spans: Iterable[Span]) -> list[Request]:
        """The requests of some spans of time."""
        return [request for start, end in spans for request in self.requests[self._at(start) : self._at(end)]]

    def count(self, span: Span) -> int:
        """How many requests a span holds."""
        return max(0, self._at(span[1]) - self._at(span[0]))

    def _at(self, second: int) -> int:
        return bisect_left(self._times, second * 1000)

    def of_class(self, kind: str | None) -> "Population":
        """Only one class; all of them if none is named."""
        if kind is None:
            return self
        return Population(one for one in self.placed if one.kind == kind)

    def of_operation(self, operation: str) -> "Population":
        """Only one operation."""
        return Population(one for one in self.placed if one.operation == operation)

    def operations(self, spans: list[Span]) -> set[str]:
        """The operations with a request in some spans of time."""
        return {one.operation for one in self.placed if any(a * 1000 <= one.request.at_ms < b * 1000 for a, b in spans)}


def population(requests: Iterable[Request], service: Service) -> Population:
    """What counts of some requests, under the rules of a service."""
    found = []
    for request in requests:
        name = place(request.operation, service.rules)
        if name is not None:
            found.append(Placed(request, *name))
    return Population(found)


def ignored(service: Service, span: Span) -> Counter[str]:
    """The requests of a span that leave every figure, by operation."""
    return Counter(
        str(request.operation)
        for request in service.requests
        if span[0] * 1000 <= request.at_ms < span[1] * 1000 and place(request.operation, service.rules) is None
    )
