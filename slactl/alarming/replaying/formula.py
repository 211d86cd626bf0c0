"""Metric math over columns of datapoints, as far as our own alarms speak it.

The one rule: a column has None where there is no datapoint; in arithmetic such a gap counts as 0 beside a datapoint,
a division by zero leaves a gap, and what cannot be read is refused, never guessed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Column = list[float | None]
Value = Column | float

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/<>(),]))")
_ARITHMETIC: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "AND": lambda a, b: float(bool(a) and bool(b)),
    "OR": lambda a, b: float(bool(a) or bool(b)),
}
_SAME = {"&&": "AND", "||": "OR"}
_LEVELS = (("OR",), ("AND",), ("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/"))
"""Signs by how loosely they bind."""


class Unreadable(ValueError):
    """An expression that is not replayed."""


def computed(expression: str, columns: Mapping[str, Column]) -> Column:
    """The values of an expression over the columns of its inputs, all of one length.

    Raises:
        Unreadable: if it says what this doesn't know, or names what is not there.
    """
    reader = _Reader(_tokens(expression), columns)
    value = reader.level(0)
    if reader.rest or isinstance(value, float):
        raise Unreadable(expression)
    return value


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(text)
        token = match[match.lastindex or 0]
        found.append(_SAME.get(token, token))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads and computes in one go; ``rest`` is what is not read yet."""

    rest: list[str]
    columns: Mapping[str, Column] = field(default_factory=dict)

    def level(self, number: int) -> Value:
        if number == len(_LEVELS):
            return self.atom()
        value = self.level(number + 1)
        while self.rest and self.rest[0] in _LEVELS[number]:
            sign = self.rest.pop(0)
            value = _combined(_ARITHMETIC[sign], value, self.level(number + 1))
        return value

    def atom(self) -> Value:
        word = self.next()
        if word == "(":
            value = self.level(0)
            self.expect(")")
            return value
        if word[0].isdigit():
            return float(word)
        if word in ("IF", "FILL") and self.rest[:1] == ["("]:
            return self.call(word)
        if word not in self.columns:
            raise Unreadable(word)
        return self.columns[word]

    def call(self, name: str) -> Value:
        self.expect("(")
        given = [self.level(0)]
        while self.rest[:1] == [","]:
            self.rest.pop(0)
            given.append(self.level(0))
        self.expect(")")
        match name, given:
            case "IF", [list() as condition, then, otherwise]:
                return _chosen(condition, then, otherwise)
            case "FILL", [list() as column, float() as filling]:
                return [filling if value is None else value for value in column]
        raise Unreadable(name)

    def next(self) -> str:
        if not self.rest:
            raise Unreadable("it ends too early")
        return self.rest.pop(0)

    def expect(self, sign: str) -> None:
        if self.next() != sign:
            raise Unreadable(f"{sign} is missing")


def _combined(apply: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    if isinstance(left, float) and isinstance(right, float):
        told = apply(left, right)
        if told is None:
            raise Unreadable("a number is divided by zero")
        return told
    if isinstance(right, float):
        assert isinstance(left, list)
        return [None if a is None else apply(a, right) for a in left]
    if isinstance(left, float):
        return [None if b is None else apply(left, b) for b in right]
    pairs = zip(left, right, strict=True)
    return [None if a is None and b is None else apply(a or 0.0, b or 0.0) for a, b in pairs]


def _chosen(condition: Column, then: Value, otherwise: Value) -> Column:
    yes, no = (_spread(value, len(condition)) for value in (then, otherwise))
    told = zip(condition, yes, no, strict=True)
    return [None if flag is None else (a or 0.0) if flag else (b or 0.0) for flag, a, b in told]


def _spread(value: Value, size: int) -> Column:
    return value if isinstance(value, list) else [value] * size
