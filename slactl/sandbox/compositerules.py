"""The rules of composite alarms: reading them, and whether they hold.

The one rule: a rule is read whole before it is asked; NOT binds closer than AND, AND closer than OR.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import ceil

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_TOKEN = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([(),])|([^\s(),"']+))""")
_ESCAPED = re.compile(r"\\(.)")
StateOf = Callable[[str], str]
"""The state of the alarm of that name; an empty text where there is none."""


class BadRule(ValueError):
    """The rule cannot be read."""


@dataclass(frozen=True, slots=True)
class Always:
    """TRUE or FALSE."""

    holds: bool

    def is_true(self, state_of: StateOf) -> bool:
        return self.holds


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of the alarms are in a state, or (``negated``) are not; one alarm alone is 1 of 1."""

    least: int
    state: str
    names: tuple[str, ...]
    negated: bool = False

    def is_true(self, state_of: StateOf) -> bool:
        return sum((state_of(name) == self.state) is not self.negated for name in self.names) >= self.least


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts hold, or some does."""

    every: bool
    parts: tuple[Node, ...]

    def is_true(self, state_of: StateOf) -> bool:
        return (all if self.every else any)(part.is_true(state_of) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node

    def is_true(self, state_of: StateOf) -> bool:
        return not self.part.is_true(state_of)


Node = Always | AtLeast | Joined | Not


@dataclass(frozen=True, slots=True)
class CompositeRule:
    """A whole rule, the alarms it names (each once, in order), and how many elements it has."""

    root: Node
    children: tuple[str, ...]
    elements: int


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> CompositeRule:
    """The rule of that text; ARNs become names.

    Raises:
        BadRule: saying what is wrong.
    """
    reader = _Reader(_tokens(text))
    root = reader.either()
    if reader.tokens:
        raise BadRule(f"Unexpected {reader.tokens[0][1]}")
    return CompositeRule(root, tuple(dict.fromkeys(reader.names)), reader.elements)


def name_of(given: str) -> str:
    """The name of an alarm given by its name or by its ARN."""
    return given.split(":", 6)[6] if given.startswith("arn:") and given.count(":") >= 6 else given


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, stripped = [], 0, text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise BadRule(f"Unexpected {stripped[at : at + 10]}")
        double, single, sign, word = match.groups()
        kinds = (("text", double), ("text", single), ("sign", sign), ("word", word))
        kind, value = next((kind, value) for kind, value in kinds if value is not None)
        found.append((kind, _ESCAPED.sub(r"\1", value) if kind == "text" else value))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, str]]
    names: list[str] = field(default_factory=list)
    elements: int = 0

    def either(self) -> Node:
        parts = [self.both()]
        while self.accept("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Joined(False, tuple(parts))

    def both(self) -> Node:
        parts = [self.single()]
        while self.accept("AND"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Joined(True, tuple(parts))

    def single(self) -> Node:
        if self.accept("NOT"):
            return Not(self.single())
        if self.accept("("):
            inner = self.either()
            self.expect(")")
            return inner
        return self.element()

    def element(self) -> Node:
        self.elements += 1
        kind, word = self.take()
        if kind == "word" and word in ("TRUE", "FALSE"):
            return Always(word == "TRUE")
        if kind == "word" and word == "AT_LEAST":
            return self.at_least()
        if kind != "word" or word not in STATES:
            raise BadRule(f"Unexpected {word}")
        self.expect("(")
        name = self.name()
        self.expect(")")
        return AtLeast(1, word, (name,))

    def at_least(self) -> Node:
        self.expect("(")
        _, amount = self.take()
        self.expect(",")
        negated = self.accept("NOT")
        _, state = self.take()
        if state not in STATES:
            raise BadRule(f"Unexpected {state}")
        self.expect(",")
        names = self.listed()
        self.expect(")")
        return AtLeast(_least(amount, len(names)), state, names, negated)

    def listed(self) -> tuple[str, ...]:
        self.expect("(")
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        self.expect(")")
        return tuple(found)

    def name(self) -> str:
        kind, value = self.take()
        if kind == "sign" or not value:
            raise BadRule("The name of an alarm is wanted")
        self.names.append(name_of(value))
        return self.names[-1]

    def accept(self, wanted: str) -> bool:
        fits = bool(self.tokens) and self.tokens[0] in (("word", wanted), ("sign", wanted))
        if fits:
            self.tokens.pop(0)
        return fits

    def expect(self, wanted: str) -> None:
        if not self.accept(wanted):
            raise BadRule(f"{wanted} is wanted, found {self.tokens[0][1] if self.tokens else 'the end'}")

    def take(self) -> tuple[str, str]:
        if not self.tokens:
            raise BadRule("Unexpected end")
        return self.tokens.pop(0)


def _least(amount: str, alarms: int) -> int:
    """How many alarms ``2`` or ``50%`` of them are."""
    number = amount.removesuffix("%")
    if not number.isdecimal():
        raise BadRule(f"A number or a percentage is wanted, found {amount}")
    least = ceil(Fraction(int(number) * alarms, 100)) if amount.endswith("%") else int(number)
    if not 1 <= least <= alarms:
        raise BadRule(f"{amount} of {alarms} alarms cannot be")
    return least
