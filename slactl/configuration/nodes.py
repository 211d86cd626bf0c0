"""What a YAML file holds, with lines: mappings, lists and scalars.

The one rule: a scalar keeps the text that was written beside the value that YAML 1.2 gives it, so
that ``99.90%``, ``010`` and ``22:30`` are never turned into something else on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from slactl.configuration.mistakes import Refused

ScalarValue = None | bool | int | Decimal | str

_INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, ScalarValue] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; ``text`` is what was written, without quotes."""

    line: int
    value: ScalarValue
    text: str

    @property
    def kind(self) -> str:
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return f"the truth value {self.text}"
        return "text" if isinstance(self.value, str) else f"the number {self.text}"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Node, ...]
    kind: str = "a list"


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; ``line`` is the key's."""

    key: str
    line: int
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; keys are unique."""

    line: int
    entries: tuple[Entry, ...]
    kind: str = "a mapping"

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Broken:
    """Something the reader has already refused; whoever meets it says nothing more."""

    line: int
    kind: str = "something refused"


Node = Scalar | Items | Table | Broken


def resolve(text: str) -> ScalarValue:
    """The value of an unquoted scalar by the YAML 1.2 core rules, narrowed to ``true``/``false``.

    Raises:
        Refused: for a number that is none (``.nan``, ``.inf``).
    """
    if text in _WORDS:
        return _WORDS[text]
    if _NO_NUMBER.fullmatch(text):
        raise Refused("is not a number that can be compared", "put it in quotes if it is meant as text")
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def plain(node: Node) -> object:
    """The node as dicts, lists and values, for what is kept without being interpreted."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Table():
            return {entry.key: plain(entry.value) for entry in node.entries}
        case Broken():
            return None
