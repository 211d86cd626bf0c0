"""YAML text to nodes, strictly: the only place that knows PyYAML.

The one rule: PyYAML only splits the text into events; what they mean is decided here. Its own
reading turns ``22:30`` into 1350, ``NO`` into false, keeps the last of two equal keys and fails
with errors of five different families.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

from slactl.configuration.mistakes import Notes, Refused, quoted
from slactl.configuration.nodes import Broken, Entry, Items, Node, Scalar, Table, resolve

MAXIMUM_DEPTH = 32

UNWANTED = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"  # controls, but not tab, line feed, carriage return
    "\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069"  # line ends that editors do not count, bidirectional overrides
    "\\ufeff\\ufffe\\uffff\\ud800-\\udfff]"  # marks of the encoding, halves of characters
)
"""Characters that never belong in a configuration."""

PYYAML_FAILURES = (
    yaml.YAMLError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)
"""Whatever PyYAML's scanner and parser are known to fail with beside their own errors."""

SHIPPED = "bundled:"
"""How the names of shipped files begin."""


class Unreadable(Exception):
    """The rest of the file cannot be read; the mistake is already written down."""


def read_yaml(text: str, file: str, notes: Notes) -> Node | None:
    """The file's one document, or None when it cannot be read; mistakes go to the notes."""
    unwanted = UNWANTED.search(text)
    if unwanted:
        line = _line_at(text, unwanted.start())
        notes.mistake(
            file,
            line,
            f"a character that does not belong here, found {quoted(unwanted.group())}",
            'write it as an escape in "double quotes", or leave it out',
        )
        return None
    try:
        return _Builder(_events(text, file, notes), file, notes).document()
    except Unreadable:
        return None


def _line_at(text: str, index: int) -> int:
    return len(re.findall("\r\n|\r|\n", text[:index])) + 1


def _events(text: str, file: str, notes: Notes) -> Iterator[events.Event]:
    """PyYAML's events; its failures become one mistake."""
    loader = None
    try:
        loader = _loader_of(file)(text)
        while loader.check_event():
            yield loader.get_event()
    except PYYAML_FAILURES as failure:
        # the generator is only ever advanced from here, so a failure of our own cannot be caught by mistake
        mark = getattr(failure, "problem_mark", None) or (loader.get_mark() if loader else None)
        notes.mistake(file, (mark.line if mark else 0) + 1, *_explained(failure))
        raise Unreadable from None


def _loader_of(file: str) -> type[Any]:
    """PyYAML's parser; for what is shipped, and known to be read alike by both, the faster one in C if it is there.

    The two word their failures differently, and differ in what they let pass of what is hardly YAML.
    """
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader) if file.startswith(SHIPPED) else yaml.SafeLoader


def _explained(failure: BaseException) -> tuple[str, str | None]:
    """What PyYAML's failure means, and the usual way out."""
    problem = str(getattr(failure, "problem", None) or failure) or type(failure).__name__
    context = str(getattr(failure, "context", None) or "")
    said = f"not valid YAML: {problem}"
    if "block scalar" in context:
        return said, 'a goal stands in quotes: goal: ">= 99.9%"'
    if "\\t" in problem or "\t" in problem:
        return said, "indent with spaces, never with tabs"
    if "mapping values are not allowed" in problem:
        return said, "put a text that contains a colon in quotes, and check the indentation"
    if "cannot start any token" in problem or "alias" in context:
        return said, "put a text that starts with a special character in quotes"
    return said, "check quotes, brackets and indentation on this line and the one before"


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Builds nodes from events; refuses what a configuration does not need."""

    def __init__(self, stream: Iterator[events.Event], file: str, notes: Notes) -> None:
        self._stream = stream
        self._file = file
        self._notes = notes

    def document(self) -> Node | None:
        """The one document of the stream."""
        next(self._stream)
        first = next(self._stream)
        if isinstance(first, events.StreamEndEvent):
            return None
        node = self._node(next(self._stream), 0)
        next(self._stream)
        following = next(self._stream)
        if not isinstance(following, events.StreamEndEvent):
            self._refuse(following, "a second document, found '---'", "one file holds one document")
            return None
        return node

    def _refuse(self, event: events.Event, what: str, hint: str | None = None) -> Broken:
        line = _line(event)
        self._notes.mistake(self._file, line, what, hint)
        return Broken(line)

    def _node(self, event: events.Event, depth: int) -> Node:
        if depth > MAXIMUM_DEPTH:
            self._refuse(event, f"nested deeper than {MAXIMUM_DEPTH} levels", "close the brackets opened before")
            raise Unreadable
        if isinstance(event, events.AliasEvent):
            return self._refuse(
                event,
                f"an alias is not allowed, found {quoted('*' + str(event.anchor))}",
                "write the value out; put a text that starts with * in quotes",
            )
        node = self._content(event, depth)
        return self._adorned(event) or node

    def _content(self, event: events.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, events.SequenceStartEvent):
            return Items(line, tuple(self._node(item, depth + 1) for item in self._until(events.SequenceEndEvent)))
        if isinstance(event, events.MappingStartEvent):
            return self._table(line, depth)
        assert isinstance(event, events.ScalarEvent)
        return self._scalar(event)

    def _adorned(self, event: events.Event) -> Broken | None:
        """A refusal if the node carries an anchor or a tag."""
        if isinstance(event, events.NodeEvent) and event.anchor is not None:
            return self._refuse(
                event,
                f"an anchor is not allowed, found {quoted('&' + str(event.anchor))}",
                "write the value out; put a text that starts with & in quotes",
            )
        if isinstance(event, events.ScalarEvent | events.CollectionStartEvent) and event.tag is not None:
            return self._refuse(
                event,
                f"a tag is not allowed, found {quoted(str(event.tag).replace('tag:yaml.org,2002:', '!!'))}",
                "write the plain value; put a text that starts with ! in quotes",
            )
        return None

    def _until(self, end: type[events.Event]) -> Iterator[events.Event]:
        for event in self._stream:
            if isinstance(event, end):
                return
            yield event

    def _table(self, line: int, depth: int) -> Table:
        entries: dict[str, Entry] = {}
        for event in self._until(events.MappingEndEvent):
            key = self._key(self._node(event, depth + 1), event)
            value = self._node(next(self._stream), depth + 1)
            if key is None:
                continue
            first = entries.setdefault(key, Entry(key, _line(event), value))
            if first.value is not value:
                self._refuse(
                    event,
                    f"the key {quoted(key)} stands here twice, found it first on line {first.line}",
                    "keep one of the two",
                )
        return Table(line, tuple(entries.values()))

    def _key(self, node: Node, event: events.Event) -> str | None:
        if isinstance(node, Scalar):
            return node.text
        if not isinstance(node, Broken):
            self._refuse(
                event, f"a key must be a word, found {node.kind}", "put a text that starts with { or [ in quotes"
            )
        return None

    def _scalar(self, event: events.ScalarEvent) -> Node:
        line, text = _line(event), str(event.value)
        unwanted = UNWANTED.search(text)
        if unwanted:
            return self._refuse(event, f"a character that does not belong here, found {quoted(unwanted.group())}")
        if event.style:
            return Scalar(line, text, text)
        try:
            return Scalar(line, resolve(text), text)
        except Refused as refused:
            return self._refuse(event, f"the value {refused.what}, found {quoted(text)}", refused.hint)
