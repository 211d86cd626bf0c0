"""Puts the values of a pack's variables where its entries name them.

The one rule: ``{name}`` alone is the value itself, a list or a number; within a longer text it is put in as text, and
only titles and the like may hold a list. ``{each}`` is left alone: it belongs to ``for_each``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from slactl.configuration.mistakes import Refused
from slactl.configuration.nodes import Broken, Entry, Items, Node, Scalar, Table

EACH = "each"
SPOKEN = frozenset({"title", "miss", "about", "note"})
"""Keys whose texts are for readers."""

_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Values:
    """What variables stand for. ``omitted`` ones take the key that they are the value of away with them."""

    given: Mapping[str, Node]
    omitted: frozenset[str] = frozenset()


def names_in(node: Node) -> frozenset[str]:
    """The variables that a node names, ``each`` aside."""
    match node:
        case Scalar():
            return frozenset(_NAMED.findall(node.text)) - {EACH} if isinstance(node.value, str) else frozenset()
        case Items():
            return frozenset().union(*(names_in(item) for item in node.items))
        case Table():
            keys = frozenset(_NAMED.findall(" ".join(entry.key for entry in node.entries))) - {EACH}
            return keys.union(*(names_in(entry.value) for entry in node.entries))
        case Broken():
            return frozenset()


def filled(node: Node, values: Values, *, spoken: bool = False) -> Node:
    """A node with every variable in its place.

    Raises:
        Refused: if a list stands within a longer text, or as a key.
    """
    match node:
        case Scalar():
            return _scalar(node, values, spoken)
        case Items():
            return Items(node.line, tuple(one for item in node.items for one in _spread(item, values, spoken)))
        case Table():
            entries = (entry for entry in node.entries if not _goes(entry.value, values))
            return Table(node.line, tuple(_entry(entry, values, spoken) for entry in entries))
        case Broken():
            return node


def alone(node: Node) -> str | None:
    """The variable that a node consists of; None if it is more, or something else."""
    found = _NAMED.fullmatch(node.text) if isinstance(node, Scalar) and isinstance(node.value, str) else None
    return found[1] if found and found[1] != EACH else None


def _goes(node: Node, values: Values) -> bool:
    return alone(node) in values.omitted


def _entry(entry: Entry, values: Values, spoken: bool) -> Entry:
    value = filled(entry.value, values, spoken=spoken or entry.key in SPOKEN)
    return Entry(_text(entry.key, values, spoken=False), entry.line, value)


def _spread(item: Node, values: Values, spoken: bool) -> tuple[Node, ...]:
    """A list within a list becomes part of it."""
    value = filled(item, values, spoken=spoken)
    return value.items if isinstance(value, Items) and alone(item) else (value,)


def _scalar(node: Scalar, values: Values, spoken: bool) -> Node:
    if not isinstance(node.value, str):
        return node
    name = alone(node)
    if name is not None and not spoken and name in values.given:
        return _moved(values.given[name], node.line)
    text = _text(node.text, values, spoken=spoken)
    return Scalar(node.line, text, text)


def _moved(node: Node, line: int) -> Node:
    """A value at the place where it is put."""
    if isinstance(node, Items):
        return Items(line, tuple(_moved(item, line) for item in node.items))
    return Scalar(line, node.value, node.text) if isinstance(node, Scalar) else node


def _text(text: str, values: Values, *, spoken: bool) -> str:
    def put(found: re.Match[str]) -> str:
        value = values.given.get(found[1])
        if isinstance(value, Scalar):
            return value.text
        if isinstance(value, Items):
            return _listed(found[1], value, spoken)
        return found[0]

    return _NAMED.sub(put, text)


def _listed(name: str, value: Items, spoken: bool) -> str:
    if not spoken:
        raise Refused(f"has the list {{{name}}} within a longer text", "a list stands alone, or in a title")
    return ", ".join(item.text for item in value.items if isinstance(item, Scalar))
