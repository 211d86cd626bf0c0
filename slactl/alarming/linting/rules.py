"""Whether the rule of a composite can ever be true.

The one rule: an alarm that does not stand has no state, and one that cannot fire is never in ALARM; a rule that is
too wide to try out, or that cannot be read, is taken to be possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from itertools import product

ALARM, OK, UNKNOWN = "ALARM", "OK", "INSUFFICIENT_DATA"
STATES = (OK, ALARM, UNKNOWN)
MOST = 8
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([(),])|([^\s(),"]+))', re.DOTALL)
_ARN = re.compile(r"arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.*)", re.DOTALL)

States = Mapping[str, str]
Rule = Callable[[States], bool]
Token = tuple[str, bool]
"""A text, and whether it was in quotes."""


class Unreadable(ValueError):
    """A rule that this does not understand."""


def parse(text: str) -> tuple[Rule, tuple[str, ...]]:
    """The rule as a function of states by name, and the names that it mentions.

    Raises:
        Unreadable: if it cannot be read.
    """
    reader = _Reader(_tokens(text))
    rule = reader.any_of()
    if reader.rest:
        raise Unreadable(text)
    return rule, tuple(dict.fromkeys(reader.names))


def possible(text: str, able: Mapping[str, Collection[str]]) -> bool:
    """Whether a rule may come true; ``able`` holds the states that each standing alarm can be in.

    Raises:
        Unreadable: if it cannot be read.
    """
    rule, names = parse(text)
    if rule({name: ALARM for name in names if ALARM in able.get(name, ())}):
        return True  # so most rules are meant
    if len(names) <= MOST:
        choices = [tuple(able.get(name, ())) or ("",) for name in names]
        return any(rule(dict(zip(names, states, strict=True))) for states in product(*choices))
    return "NOT" in text or f"{OK}(" in text.replace(" ", "") or UNKNOWN in text


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(text)
        quoted = match[1] is not None
        found.append((re.sub(r"\\(.)", r"\1", match[1]) if quoted else match[2] or match[3], quoted))
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.rest = tokens
        self.names: list[str] = []

    def any_of(self) -> Rule:
        parts = [self.all_of()]
        while self._takes("OR"):
            parts.append(self.all_of())
        return lambda states: any(part(states) for part in parts)

    def all_of(self) -> Rule:
        parts = [self.one()]
        while self._takes("AND"):
            parts.append(self.one())
        return lambda states: all(part(states) for part in parts)

    def one(self) -> Rule:
        if self._takes("NOT"):
            inner = self.one()
            return lambda states: not inner(states)
        if self._takes("("):
            rule = self.any_of()
            self._expect(")")
            return rule
        return self._function(self._next()[0])

    def _function(self, name: str) -> Rule:
        if name in ("TRUE", "FALSE"):
            return lambda states: name == "TRUE"
        if name in STATES:
            self._expect("(")
            alarm = self._name()
            self._expect(")")
            return lambda states: states.get(alarm) == name
        if name == "AT_LEAST":
            return self._several()
        raise Unreadable(name)

    def _several(self) -> Rule:
        self._expect("(")
        least = self._next()[0]
        self._expect(",")
        negated, state = self._takes("NOT"), self._next()[0]
        self._expect(",")
        self._expect("(")
        names = [self._name()]
        while self._takes(","):
            names.append(self._name())
        self._expect(")")
        self._expect(")")
        needed = _count(least, len(names))
        return lambda states: sum((states.get(one) == state) is not negated for one in names) >= needed

    def _name(self) -> str:
        name = self._next()[0]
        found = _ARN.fullmatch(name)
        self.names.append(found[1] if found else name)
        return self.names[-1]

    def _takes(self, word: str) -> bool:
        if self.rest[:1] == [(word, False)]:
            self.rest.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise Unreadable(f"{word} is missing")

    def _next(self) -> Token:
        if not self.rest:
            raise Unreadable("it ends too early")
        return self.rest.pop(0)


def _count(text: str, size: int) -> float:
    try:
        return size * float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        raise Unreadable(text) from error


def missing_names(text: str, standing: Collection[str]) -> tuple[str, ...]:
    """The names that a rule mentions and that no alarm bears.

    Raises:
        Unreadable: if it cannot be read.
    """
    _, names = parse(text)
    return tuple(name for name in names if name not in standing)
