"""Reads the keys of one mapping: required ones, defaults, kinds, unknown keys; writes down origins.

The one rule: a reader never stops at a mistake. It writes it down with its line and goes on with
nothing (or with the default), and nobody uses what was built until the notes are empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar, overload

from slactl.configuration.mistakes import Notes, Origin, Refused, did_you_mean, one_of, quoted
from slactl.configuration.nodes import Broken, Entry, Items, Node, Scalar, Table, plain

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
ScalarParser = Callable[[Scalar], T]


class Fields:
    """The keys of a mapping; ``where`` is its name in messages, such as ``report``."""

    def __init__(self, table: Table, where: str, file: str, notes: Notes) -> None:
        self.table = table
        self.where = where
        self.file = file
        self.notes = notes

    @property
    def line(self) -> int:
        return self.table.line

    def name(self, key: str) -> str:
        """The key's full name, such as ``report.language``."""
        return f"{self.where}.{key}" if self.where else key

    def line_of(self, key: str) -> int:
        """The key's line; the mapping's own where the key is missing."""
        entry = self.table.entry(key)
        return entry.line if entry else self.line

    def has(self, key: str) -> bool:
        return self.table.entry(key) is not None

    def mistake(self, key: str, what: str, hint: str | None = None) -> None:
        """Write down what is wrong with a key."""
        self.notes.mistake(self.file, self.line_of(key), f"{self.name(key)} {what}", hint)

    def only(self, known: Iterable[str], reasons: Mapping[str, str] | None = None) -> None:
        """Refuse keys that are not known; ``reasons`` tells of keys that belong elsewhere."""
        allowed = list(known)
        for entry in self.table.entries:
            if entry.key not in allowed:
                hint = (reasons or {}).get(entry.key) or did_you_mean(entry.key, allowed)
                hint = hint or f"known here: {', '.join(allowed)}"
                home = f" in {self.where}" if self.where else ""
                self.notes.mistake(self.file, entry.line, f"unknown key{home}, found {quoted(entry.key)}", hint)

    @overload
    def get(self, key: str, parse: ScalarParser[T]) -> T | None: ...
    @overload
    def get(self, key: str, parse: ScalarParser[T], default: str) -> T: ...

    def get(self, key: str, parse: ScalarParser[T], default: str | None = None) -> T | None:
        """A single value; the default is written as in YAML, and stands in after a mistake too."""
        entry = self.table.entry(key)
        if entry is None:
            self.notes.origins.append(Origin(self.name(key), default))
        else:
            parsed = self._parsed(entry, parse)
            if parsed is not None:
                return parsed
        return None if default is None else parse(Scalar(self.line, default, default))

    def must(self, key: str, parse: ScalarParser[T], hint: str | None = None) -> T | None:
        """A required single value; None after a mistake."""
        entry = self.table.entry(key)
        if entry is None:
            self.missing(key, hint)
            return None
        return self._parsed(entry, parse)

    def missing(self, key: str, hint: str | None = None) -> None:
        """Write down that a required key is not there."""
        self.notes.mistake(self.file, self.line, f"{self.where or 'the file'} has no {key}", hint)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """``true`` or ``false``."""
        entry = self.table.entry(key)
        if entry is None:
            self.notes.origins.append(Origin(self.name(key), default))
            return default
        return bool(self._parsed(entry, truth))

    def mapping(self, key: str) -> Fields | None:
        """The mapping under a key; None where there is none or it is something else."""
        entry = self.table.entry(key)
        if entry is None:
            self.notes.origins.append(Origin(self.name(key), None))
            return None
        return self.as_fields(entry.value, self.name(key), entry.line)

    def items(self, key: str, what: str) -> tuple[Node, ...] | None:
        """The list under a key; ``what`` names it in the message."""
        entry = self.table.entry(key)
        if entry is None or isinstance(entry.value, Broken):
            return None
        if isinstance(entry.value, Items):
            return entry.value.items
        self._unfit(entry, what)
        return None

    def words(
        self, key: str, parse: ScalarParser[str], empty: str = "leave the key out if all are meant"
    ) -> tuple[str, ...] | None:
        """A list of different words, not empty; ``empty`` is the hint where it is."""
        if not self.has(key):
            self.notes.origins.append(Origin(self.name(key), None))
        items = self.items(key, "a list such as [one, two]")
        if items is None:
            return None
        found = [word for item in items if (word := self.value(item, self.name(key), parse)) is not None]
        self.notes.origins.append(Origin(self.name(key), found, self.file, self.line_of(key)))
        for word in sorted({word for word in found if found.count(word) > 1}):
            self.mistake(key, f"names something twice, found {quoted(word)}", "keep it once")
        if not items:
            self.mistake(key, "is an empty list, found []", empty)
        return tuple(found)

    def as_fields(self, node: Node, where: str, line: int | None = None, hint: str | None = None) -> Fields | None:
        """A node as a mapping of its own; None after a mistake, with the ``hint`` if there is something else."""
        if isinstance(node, Table):
            return Fields(node, where, self.file, self.notes)
        if not isinstance(node, Broken):
            what = f"{where} must be a mapping, found {_found(node)}"
            self.notes.mistake(self.file, line or node.line, what, _empty_hint(node) or hint)
        return None

    def value(self, node: Node, where: str, parse: ScalarParser[T], line: int | None = None) -> T | None:
        """A node as a single value; None after a mistake."""
        at = line or node.line
        if isinstance(node, Broken):
            return None
        if not isinstance(node, Scalar):
            self.notes.mistake(self.file, at, f"{where} must be a single value, found {node.kind}")
            return None
        if node.value is None:
            self.notes.mistake(self.file, at, f"{where} has no value, found {quoted(node.text)}", _empty_hint(node))
            return None
        try:
            return parse(node)
        except Refused as refused:
            self.notes.mistake(self.file, at, f"{where} {refused.what}, found {_found(node)}", refused.hint)
            return None

    def origin(self, key: str) -> None:
        """Write down the value under a key as it stands; nothing, if it is left out."""
        entry = self.table.entry(key)
        if entry is None:
            self.notes.origins.append(Origin(self.name(key), None))
        else:
            self._written(entry)

    def _parsed(self, entry: Entry, parse: ScalarParser[T]) -> T | None:
        self._written(entry)
        return self.value(entry.value, self.name(entry.key), parse, entry.line)

    def _written(self, entry: Entry) -> None:
        node = entry.value
        value = node.text if isinstance(node, Scalar) and not isinstance(node.value, bool | int) else plain(node)
        self.notes.origins.append(Origin(self.name(entry.key), value, self.file, entry.line))

    def _unfit(self, entry: Entry, what: str) -> None:
        self.notes.mistake(
            self.file,
            entry.line,
            f"{self.name(entry.key)} must be {what}, found {_found(entry.value)}",
            _empty_hint(entry.value),
        )


def item_name(section: str, item: Node, index: int) -> str:
    """What a list's item is called in messages: by its id where it has one, else by its number."""
    entry = item.entry("id") if isinstance(item, Table) else None
    if entry and isinstance(entry.value, Scalar) and re.fullmatch(r"[\w.-]{1,64}", entry.value.text):
        return f"{section}.{entry.value.text}"
    return f"{section}[{index}]"


def _found(node: Node) -> str:
    """What was found, for a message."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return quoted(node.text)
    return node.kind


def _empty_hint(node: Node) -> str | None:
    return "give it a value or remove the line" if isinstance(node, Scalar) and node.value is None else None


def truth(scalar: Scalar) -> bool:
    """``true`` or ``false``, nothing else.

    Raises:
        Refused: for any other word, ``yes`` and ``True`` included.
    """
    if not isinstance(scalar.value, bool):
        raise Refused("must be true or false", "only true and false, in small letters, are truth values")
    return scalar.value


def text(scalar: Scalar) -> str:
    """A line of text, exactly as written.

    Raises:
        Refused: for numbers and truth values, empty or overlong text, or more than one line.
    """
    if not isinstance(scalar.value, str):
        raise Refused("must be text", "put it in quotes")
    if not scalar.value.strip():
        raise Refused("must not be empty")
    if len(scalar.value) > 1000:
        raise Refused("must not be longer than 1000 characters")
    if any(character in scalar.value for character in "\n\r\t"):
        raise Refused("must be one line, without tabs")
    return scalar.value


def prose(scalar: Scalar) -> str:
    """Text for readers: line breaks and runs of blanks become one blank.

    Raises:
        Refused: as ``text`` does, save for lines.
    """
    if isinstance(scalar.value, str) and scalar.value.strip():
        words = " ".join(scalar.value.split())
        return text(Scalar(scalar.line, words, words))
    return text(scalar)


def quantity(parse: Callable[[str], T]) -> ScalarParser[T]:
    """A parser of scalars from one of text; a number without unit is handed over as written."""

    def parse_scalar(scalar: Scalar) -> T:
        if isinstance(scalar.value, bool):
            raise Refused("must be text")
        return parse(scalar.text)

    return parse_scalar


def choice(words: type[Word]) -> ScalarParser[Word]:
    """A parser of one of an enumeration's words."""

    def parse_word(scalar: Scalar) -> Word:
        known = [word.value for word in words]
        if scalar.text not in known:
            raise Refused(f"must be {one_of(known)}", did_you_mean(scalar.text, known))
        return words(scalar.text)

    return parse_word


def word_of(*known: str) -> ScalarParser[str]:
    """A parser of one of a few words."""

    def parse_word(scalar: Scalar) -> str:
        if scalar.text not in known:
            raise Refused(f"must be {one_of(known)}", did_you_mean(scalar.text, known))
        return scalar.text

    return parse_word
