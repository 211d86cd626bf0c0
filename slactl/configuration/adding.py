"""A window more in the text of a maintenance file.

The one rule: what stands there stays as it is, character by character; lines are only put between, and where that
can't be done the file is refused. PyYAML tells where things stand, and nothing is ever written by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from slactl.configuration.files import Opened
from slactl.configuration.maintenance import Surroundings, read_maintenance
from slactl.configuration.mistakes import Notes, Refused
from slactl.configuration.nodes import resolve
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.maintenance import RecurringWindow, Window

PLAIN = re.compile(r"[A-Za-z0-9](?:[\w./+@%()'!?=-]|[:](?=\S)|[ ](?=[\w./+@%(=]))*", re.ASCII)
"""What needs no quotes wherever it stands in a block: nothing that begins a comment, a key or a flow."""
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Draft:
    """A window as it is to be written: every value is the text that somebody gave."""

    id: str
    start: str
    end: str
    reason: str
    announced: str | None = None
    announcement: Mapping[str, str] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    rrule: str | None = None
    until: str | None = None
    cancelled: bool = False
    mute: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a window goes: before the character ``at``, its dash in a column, its keys so far behind the dash.

    ``cut`` characters after ``at`` fall away (an empty list), ``kept`` is what of them stays (a comment); ``before``
    are lines before the first dash.
    """

    at: int
    dash: int
    offset: int = 2
    before: tuple[str, ...] = ()
    kept: str = ""
    cut: int = 0


def with_window(text: str, draft: Draft) -> str:
    """The file's text with the window behind the last one.

    Raises:
        Refused: if its list is written in a way to which no line can be added.
    """
    place = _place(text)
    end = newline(text)
    lines = [*place.before, *_lines(draft, place)]
    added = "".join(f"{line}{end}" for line in lines)
    before, after = text[: place.at] + place.kept, text[place.at + place.cut :]
    if before and not before.endswith(("\n", "\r")):
        before += end
    return before + added + after


def newline(text: str) -> str:
    """How the text ends its lines."""
    found = LINE_END.search(text)
    return found[0] if found else "\n"


def _place(text: str) -> _Place:
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as failure:
        raise Refused("is not valid YAML") from failure
    if not isinstance(top, MappingNode) or top.flow_style:
        raise Refused("is written between braces", "write each key of the file on a line of its own")
    entry = next((value for key, value in top.value if key.value == "windows"), None)
    if entry is None:
        return _Place(line_after(text, content_end(top)), 2, before=("windows:",))
    if not isinstance(entry, SequenceNode):
        raise Refused("has no list of windows")
    if entry.flow_style:
        return _instead_of_nothing(text, entry)
    return _after_the_last(text, entry)


def _instead_of_nothing(text: str, entry: SequenceNode) -> _Place:
    """Where ``windows: []`` stands; a list between brackets that holds something is refused."""
    start, end = entry.start_mark.index, entry.end_mark.index
    hint = "write each window below windows:, with a dash before it"
    if entry.value or text[start:end] != "[]":
        raise Refused("has its windows between brackets", hint)
    while text[start - 1] == " ":
        start -= 1
    after = line_after(text, end)
    return _Place(start, 2, kept=text[end:after].rstrip("\r\n"), cut=after - start)


def _after_the_last(text: str, entry: SequenceNode) -> _Place:
    dash, last = entry.start_mark.column, entry.value[-1]
    at = line_after(text, content_end(last))
    while (line := text[at : line_after(text, at)]).lstrip(" ").startswith("#") and _indent(line) > dash:
        at += len(line)
    block = isinstance(last, MappingNode) and not last.flow_style and last.start_mark.line == _dash_line(text, last)
    offset = last.start_mark.column - dash if block else 2
    return _Place(at, dash, offset, before=("",) if _apart(text, entry) else ())


def _dash_line(text: str, node: Node) -> int:
    """The line of an item's first key, if its dash stands there too; -1 where it has a line of its own."""
    line = text[: node.start_mark.index].rpartition("\n")[2]
    return int(node.start_mark.line) if line.lstrip(" ").startswith("-") else -1


def _apart(text: str, entry: SequenceNode) -> bool:
    """Whether the last two windows have a blank line between them."""
    if len(entry.value) < 2:
        return False
    between = text[content_end(entry.value[-2]) : entry.value[-1].start_mark.index]
    return any(not line.strip() for line in LINE_END.split(between)[1:-1])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def content_end(node: Node) -> int:
    """The character behind the last one of a node, without the comments and blank lines that follow it."""
    if isinstance(node, ScalarNode):
        # A text over several lines ends where the next thing begins.
        return int(node.end_mark.index) - (node.style in ("|", ">"))
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return max(content_end(one) for one in last) if isinstance(node, MappingNode) else content_end(last)


def line_after(text: str, at: int) -> int:
    """The beginning of the line after a character's; the end of the text where there is none."""
    found = LINE_END.search(text, at)
    return found.end() if found else len(text)


def _lines(draft: Draft, place: _Place) -> Iterator[str]:
    margin, first = " " * (place.dash + place.offset), " " * place.dash + "-".ljust(place.offset)
    for number, line in enumerate(_entries(draft)):
        yield (margin if number else first) + line


def _entries(draft: Draft) -> Iterator[str]:
    """A line for each key, in the order in which people read them."""
    timing = {"id": draft.id, "start": draft.start, "end": draft.end, "rrule": draft.rrule, "until": draft.until}
    for key, value in {**timing, "announced": draft.announced}.items():
        if value is not None:
            yield f"{key}: {scalar(value)}"
    if draft.announcement:
        yield "announcement:"
        yield from (f"  {key}: {scalar(value)}" for key, value in draft.announcement.items())
    yield f"reason: {scalar(draft.reason)}"
    if draft.services:
        yield f"services: [{', '.join(scalar(service) for service in draft.services)}]"
    if draft.cancelled:
        yield "cancelled: true"
    if not draft.mute:
        yield "mute: false"


def as_window(draft: Draft, zone: ZoneInfo, services: frozenset[str]) -> Window | RecurringWindow:
    """The window that a draft will be read as.

    Raises:
        ConfigurationError: if it will be refused.
    """
    notes = Notes()
    node = read_yaml(with_window("notice: 1h\n", draft), draft.id, notes)
    opened = [Opened(draft.id, Path(), "", node)] if node else []
    _, placed = read_maintenance(opened, Surroundings(zone, services), notes)
    notes.refuse()
    return placed[0].window


def scalar(text: str) -> str:
    """A text as YAML that is read as this very text: in quotes unless it surely needs none."""
    return text if PLAIN.fullmatch(text) and _stays_text(text) else json.dumps(text, ensure_ascii=False)


def _stays_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except Refused:
        return False
