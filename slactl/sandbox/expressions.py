"""Metric math: reading expressions.

The one rule: an expression is read whole before anything is computed; an unknown name or function
refuses the call. Known are arithmetic, comparison, SUM, AVG, MIN, MAX, FILL, IF, ABS, CEIL, FLOOR,
PERIOD and METRICS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class BadExpression(ValueError):
    """The expression cannot be read."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a string, as it stands."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Name:
    """The id of another query."""

    id: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a function and what it is applied to; ``[]`` makes a list."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Apply


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole expression and the ids it names."""

    root: Node
    names: frozenset[str]


FUNCTIONS = {
    "SUM": (1, 1),
    "AVG": (1, 1),
    "MIN": (1, 1),
    "MAX": (1, 1),
    "ABS": (1, 1),
    "CEIL": (1, 1),
    "FLOOR": (1, 1),
    "PERIOD": (1, 1),
    "FILL": (2, 2),
    "IF": (2, 3),
    "METRICS": (0, 1),
}
_LEVELS = (("||", "OR"), ("&&", "AND"), ("<=", ">=", "==", "!=", "<", ">"), ("+", "-"), ("*", "/"))
_TOKEN = re.compile(
    r"""\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|"([^"]*)"|'([^']*)'"""
    r"""|(<=|>=|==|!=|&&|\|\||[-+*/(),<>\[\]]))"""
)


def parse_expression(text: str) -> Expression:
    """The expression of that text.

    Raises:
        BadExpression: saying what is wrong.
    """
    reader = _Reader(_tokens(text))
    root = reader.level(0)
    if reader.tokens:
        raise BadExpression(f"Unexpected {reader.tokens[0][1]}")
    return Expression(root, frozenset(reader.names))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, stripped = [], 0, text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise BadExpression(f"Unexpected {stripped[at : at + 10]}")
        number, word, double, single, sign = match.groups()
        kinds = (("number", number), ("word", word), ("text", double), ("text", single), ("sign", sign))
        found.append(next((kind, value) for kind, value in kinds if value is not None))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, str]]
    names: set[str] = field(default_factory=set)

    def level(self, depth: int) -> Node:
        if depth == len(_LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while self.tokens and self.tokens[0][0] != "text" and self.tokens[0][1] in _LEVELS[depth]:
            operator = self.tokens.pop(0)[1]
            left = Apply(operator, (left, self.level(depth + 1)))
        return left

    def unary(self) -> Node:
        if self.next_is("-"):
            self.tokens.pop(0)
            return Apply("-", (Number(0.0), self.unary()))
        return self.atom()

    def atom(self) -> Node:
        if not self.tokens:
            raise BadExpression("Unexpected end")
        kind, value = self.tokens.pop(0)
        if kind == "number":
            return Number(float(value))
        if kind == "text":
            return Number(value)
        if kind == "word":
            return self.function(value) if self.next_is("(") else self.name(value)
        return self.bracket(value)

    def bracket(self, sign: str) -> Node:
        if sign == "[":
            return Apply("[]", self.until("]"))
        if sign != "(":
            raise BadExpression(f"Unexpected {sign}")
        inner = self.level(0)
        self.expect(")")
        return inner

    def name(self, word: str) -> Node:
        if not word[0].islower():
            if word in ("REPEAT", "LINEAR"):
                return Number(word)
            raise BadExpression(f"Unknown name {word}")
        self.names.add(word)
        return Name(word)

    def function(self, word: str) -> Node:
        if word not in FUNCTIONS:
            raise BadExpression(f"Unsupported function {word}")
        self.expect("(")
        arguments = self.until(")")
        least, most = FUNCTIONS[word]
        if not least <= len(arguments) <= most:
            raise BadExpression(f"Wrong number of arguments of {word}")
        return Apply(word, arguments)

    def until(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.next_is(closing):
            if found:
                self.expect(",")
            found.append(self.level(0))
        self.tokens.pop(0)
        return tuple(found)

    def next_is(self, sign: str) -> bool:
        return bool(self.tokens) and self.tokens[0] == ("sign", sign)

    def expect(self, sign: str) -> None:
        if not self.next_is(sign):
            raise BadExpression(f"Expected {sign}")
        self.tokens.pop(0)
