"""Metrics Insights as far as alarms need it: SELECT of an aggregate, FROM, WHERE, GROUP BY, ORDER BY, LIMIT.

The one rule: a series is a metric that has the name, the namespace (with SCHEMA exactly those dimensions too) and
passes every condition; groups add up samples, never averages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from slactl.sandbox.catalogue import Catalogue, Metric, MetricKey

MOST_SERIES = 500
FUNCTIONS = ("AVG", "COUNT", "MAX", "MIN", "SUM")
_TOKEN = re.compile(r"""\s*(?:"((?:[^"])*)"|'((?:[^'])*)'|(!=|[=(),])|([\w./:-]+))""")
Token = tuple[str, str]


class BadInsights(ValueError):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True)
class Insights:
    """A query.

    Attributes:
        function: one of ``FUNCTIONS``.
        metric: the metric's name.
        namespace: where it lies.
        schema: the dimensions it must have exactly; None: any.
        where: (dimension, whether equal, value); all must hold.
        group_by: the dimensions that tell contributors apart; empty: one series.
        ascending: of the order in which series count against the limit.
        limit: how many series at most.
        ordered: whether ORDER BY was given.
    """

    function: str
    metric: str
    namespace: str
    schema: frozenset[str] | None = None
    where: tuple[tuple[str, bool, str], ...] = ()
    group_by: tuple[str, ...] = ()
    ascending: bool = False
    limit: int = MOST_SERIES
    ordered: bool = False

    def groups(self, catalogue: Catalogue) -> dict[tuple[str, ...], list[Metric]]:
        """The metrics of each contributor, by its values of GROUP BY."""
        found: dict[tuple[str, ...], list[Metric]] = {}
        for key, metric in catalogue:
            names = dict(key.dimensions)
            if self._matches(key, names) and all(name in names for name in self.group_by):
                found.setdefault(tuple(names[name] for name in self.group_by), []).append(metric)
        return found

    def _matches(self, key: MetricKey, names: Mapping[str, str]) -> bool:
        if (key.namespace, key.name) != (self.namespace, self.metric):
            return False
        if self.schema is not None and names.keys() != self.schema:
            return False
        return all(name in names and (names[name] == value) is equal for name, equal, value in self.where)


def is_insights(expression: str) -> bool:
    """Whether an expression is such a query, not metric math."""
    return expression.lstrip()[:6].upper() == "SELECT"


def parse_insights(text: str) -> Insights:
    """The query of that text.

    Raises:
        BadInsights: saying what is wrong.
    """
    return _Reader(_tokens(text)).query()


def _tokens(text: str) -> list[Token]:
    found, at, stripped = [], 0, text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise BadInsights(f"Unexpected {stripped[at : at + 10]}")
        quoted, text_value, sign, word = match.groups()
        kinds = (("name", quoted), ("text", text_value), ("sign", sign), ("word", word))
        found.append(next((kind, value) for kind, value in kinds if value is not None))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def query(self) -> Insights:
        self.word("SELECT")
        function = self.any_word().upper()
        if function not in FUNCTIONS:
            raise BadInsights(f"Unknown function {function}")
        (metric,) = self.bracketed()
        self.word("FROM")
        namespace, schema = self.source()
        where = tuple(self.conditions()) if self.accept("WHERE") else ()
        group_by = self.list_after_by() if self.accept("GROUP") else ()
        ordered, ascending = self.order()
        limit = int(self.any_word()) if self.accept("LIMIT") else MOST_SERIES
        if self.tokens:
            raise BadInsights(f"Unexpected {self.tokens[0][1]}")
        return Insights(function, metric, namespace, schema, where, group_by, ascending, limit, ordered)

    def source(self) -> tuple[str, frozenset[str] | None]:
        if not self.accept("SCHEMA"):
            return self.name(), None
        namespace, *names = self.bracketed()
        return namespace, frozenset(names)

    def conditions(self) -> list[tuple[str, bool, str]]:
        found = [self.condition()]
        while self.accept("AND"):
            found.append(self.condition())
        return found

    def condition(self) -> tuple[str, bool, str]:
        name, (_, sign) = self.name(), self.take()
        kind, value = self.take()
        if sign not in ("=", "!=") or kind != "text":
            raise BadInsights(f"A condition on {name} is wanted as {name} = 'value'")
        return name, sign == "=", value

    def order(self) -> tuple[bool, bool]:
        if not self.accept("ORDER"):
            return False, False
        self.word("BY")
        self.any_word()
        self.bracketed(empty=True)
        ascending = self.accept("ASC")
        return True, ascending or (self.accept("DESC") and False)

    def list_after_by(self) -> tuple[str, ...]:
        self.word("BY")
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        return tuple(found)

    def bracketed(self, *, empty: bool = False) -> list[str]:
        self.word("(")
        found: list[str] = []
        while not self.accept(")"):
            if found:
                self.word(",")
            found.append(self.name())
        if not found and not empty:
            raise BadInsights("A name is wanted")
        return found

    def name(self) -> str:
        kind, value = self.take()
        if kind not in ("name", "word"):
            raise BadInsights(f"A name is wanted, found {value}")
        return value

    def any_word(self) -> str:
        kind, value = self.take()
        if kind != "word":
            raise BadInsights(f"Unexpected {value}")
        return value

    def word(self, wanted: str) -> None:
        if not self.accept(wanted):
            found = self.tokens[0][1] if self.tokens else "the end"
            raise BadInsights(f"{wanted} is wanted, found {found}")

    def accept(self, wanted: str) -> bool:
        fits = bool(self.tokens) and self.tokens[0][0] in ("word", "sign") and self.tokens[0][1].upper() == wanted
        if fits:
            self.tokens.pop(0)
        return fits

    def take(self) -> Token:
        if not self.tokens:
            raise BadInsights("Unexpected end")
        return self.tokens.pop(0)
