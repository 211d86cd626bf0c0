"""Uses of packs put into the text of a main file.

The one rule: as with windows, what stands there stays character by character; where no line can be put between, the
file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from slactl.configuration.adding import content_end, line_after, newline
from slactl.configuration.mistakes import Refused

USUAL = 2
HINT = "write each pack below packs:, on lines of its own"
Lines = Sequence[str]


def with_uses(text: str, uses: Sequence[Lines]) -> str:
    """The file's text with uses of packs behind the last one.

    Args:
        text: the main file's.
        uses: the lines of each, without a margin.

    Raises:
        Refused: if its packs are written in a way to which no line can be added.
    """
    top = _top(text)
    entry = next(((key, value) for key, value in top.value if key.value == "packs"), None)
    if entry is None:
        return _put(text, _after(text, top), ["", "packs:", *_indented(uses, USUAL)])
    key, value = entry
    if isinstance(value, MappingNode) and not value.flow_style:
        at, column = line_after(text, content_end(value)), int(value.value[0][0].start_mark.column)
        return _put(text, at, ["", *_indented(uses, column)])
    return _instead_of_nothing(text, key, value, uses)


def _top(text: str) -> MappingNode:
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as failure:
        raise Refused("is not valid YAML") from failure
    if not isinstance(top, MappingNode) or top.flow_style:
        raise Refused("is written between braces", "write each key of the file on a line of its own")
    return top


def _after(text: str, top: MappingNode) -> int:
    """Behind everything, comments included; before the mark that ends a document."""
    rest = text[(end := line_after(text, content_end(top))) :]
    marks = [at for at in range(len(rest)) if rest.startswith("...", at) and (at == 0 or rest[at - 1] in "\r\n")]
    return end + marks[0] if marks else len(text)


def _instead_of_nothing(text: str, key: Node, value: Node, uses: Sequence[Lines]) -> str:
    """Where ``packs:`` or ``packs: {}`` stands."""
    written = text[value.start_mark.index : value.end_mark.index]
    empty = isinstance(value, ScalarNode) and written == ""
    if not empty and not (isinstance(value, MappingNode) and written == "{}"):
        raise Refused("has its packs between braces", HINT)
    colon = text.index(":", key.end_mark.index) + 1
    emptied = text if empty else text[:colon] + text[value.end_mark.index :]
    margin = int(key.start_mark.column) + USUAL
    return _put(emptied, line_after(emptied, colon), _indented(uses, margin))


def _indented(uses: Sequence[Lines], margin: int) -> list[str]:
    """The lines of all uses behind a margin, with a blank line between two."""
    return list(_apart(uses, " " * margin))


def _apart(uses: Sequence[Lines], margin: str) -> Iterator[str]:
    for number, lines in enumerate(uses):
        yield from [""] if number else []
        yield from (f"{margin}{line}" for line in lines)


def _put(text: str, at: int, lines: Lines) -> str:
    end = newline(text)
    before, after = text[:at], text[at:]
    if before and not before.endswith(("\n", "\r")):
        before += end
    return before + "".join(f"{line}{end}" for line in lines) + after
