"""The text of a composite's rule, and the names in one.

The one rule: every name is quoted, whatever it is made of; a rule that would grow too long is cut into
composites of its own, never shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slactl.model.alarm import AllOf, AnyOf, Rings, Rule

LONGEST = 10_240
MOST_CHILDREN = 100
MOST_ELEMENTS = 500

_NAMED = re.compile(
    r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^"()\s][^()]*?))\s*\)', re.DOTALL
)
_SEVERAL = re.compile(r"\bAT_LEAST\s*\([^()]*\(((?:\"(?:[^\"\\]|\\.)*\"|[^()\"])*)\)", re.DOTALL)
_ONE = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,"\s][^,"]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ARN = re.compile(r"arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.*)", re.DOTALL)


def text_of(rule: Rule) -> str:
    """The rule as CloudWatch takes it.

    Raises:
        ValueError: for a rule of no parts.
    """
    match rule:
        case Rings(name):
            return f"ALARM({quoted(name)})"
        case AllOf(parts):
            return _joined(parts, " AND ")
        case AnyOf(parts):
            return _joined(parts, " OR ")


def quoted(name: str) -> str:
    """A name in quotes; quotes and backslashes in it are escaped."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def children(rule: Rule) -> tuple[str, ...]:
    """The names of the alarms that a rule looks at, each once, in order."""
    return tuple(dict.fromkeys(_children(rule)))


def elements(rule: Rule) -> int:
    """How many elements a rule has at most: its alarms, repeated ones too, and every parenthesis."""
    if isinstance(rule, Rings):
        return 3
    return sum(elements(part) + (0 if isinstance(part, Rings) else 2) for part in rule.parts)


def fits(rule: Rule) -> bool:
    """Whether one composite can hold it."""
    return len(children(rule)) <= MOST_CHILDREN and elements(rule) <= MOST_ELEMENTS and len(text_of(rule)) <= LONGEST


def groups(causes: Sequence[Rule]) -> tuple[tuple[Rule, ...], ...]:
    """The causes in order, in as few runs as fit a composite each.

    A single cause that fits none is a run of its own: nobody makes one.
    """
    found: list[tuple[Rule, ...]] = []
    run: tuple[Rule, ...] = ()
    for cause in causes:
        if run and not fits(AnyOf((*run, cause))):
            found.append(run)
            run = ()
        run = (*run, cause)
    return (*found, run) if run else tuple(found)


def names_in(text: str) -> frozenset[str]:
    """The names (those within ARNs too) that a rule of anybody's mentions."""
    pairs = [found.groups() for found in _NAMED.finditer(text)]
    pairs += [one.groups() for several in _SEVERAL.finditer(text) for one in _ONE.finditer(several[1])]
    return frozenset(_named(in_quotes, bare) for in_quotes, bare in pairs)


def _named(in_quotes: str | None, bare: str | None) -> str:
    name = _ESCAPED.sub(r"\1", in_quotes) if in_quotes is not None else (bare or "").strip()
    arn = _ARN.fullmatch(name)
    return arn[1] if arn else name


def _joined(parts: Sequence[Rule], sign: str) -> str:
    if not parts:
        raise ValueError("a rule has at least one part")
    if len(parts) == 1:
        return text_of(parts[0])
    return sign.join(text_of(part) if isinstance(part, Rings) else f"({text_of(part)})" for part in parts)


def _children(rule: Rule) -> Iterator[str]:
    if isinstance(rule, Rings):
        yield rule.name
        return
    for part in rule.parts:
        yield from _children(part)
