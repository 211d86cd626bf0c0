"""Whether a report as text (a page, a table, Markdown) says what the same report says when it is written again.

The one rule: the same version of slactl writes the same bytes, so any other byte is a difference; of
another version's text one can only say where its numbers are others.
"""

from __future__ import annotations

from slactl.workflows.verifying.differences import ABSENT, Compared, Figure, compared, numbers_in
from slactl.workflows.verifying.pages import lines_of, texts_of

MOST_SHOWN = 120


def compared_texts(says: str, gives: str, *, page: bool, same_version: bool) -> Compared:
    """Holds a text against the same report written again.

    Args:
        says: what is in the bundle.
        gives: what slactl writes now.
        page: whether it is HTML.
        same_version: whether one version of slactl wrote both.
    """
    if says == gives:
        return Compared((Figure("text", "all", "the same", "the same"),))
    read = texts_of if page else lines_of
    ours, theirs = read(says), read(gives)
    found = compared(ours, theirs, same_version=True)
    if not same_version:
        return _by_numbers(found)
    return found if found.false else Compared((*found.figures, _unseen(says, gives)))


def _by_numbers(found: Compared) -> Compared:
    """Texts in other words, or at places of other names, apart from those with other numbers."""
    false = frozenset(figure for figure in found.false if _tells_otherwise(figure))
    worded = tuple(figure for figure in found.false if figure not in false)
    rest = tuple(figure for figure in found.figures if figure.true or figure in false)
    return Compared(rest, worded=worded or (Figure("text", "what is not shown", "", "otherwise"),))


def _tells_otherwise(figure: Figure) -> bool:
    both = ABSENT not in (figure.says, figure.gives)
    return both and numbers_in(figure.says) != numbers_in(figure.gives)


def _unseen(says: str, gives: str) -> Figure:
    """What differs where no reader sees it: in a tag, a comment, the way lines end."""
    ours, theirs = says.splitlines(keepends=True), gives.splitlines(keepends=True)
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    number = next((number for number, (mine, other) in pairs if mine != other), min(len(ours), len(theirs)) + 1)
    return Figure(f"line {number}", "what is not shown", _line(ours, number), _line(theirs, number))


def _line(lines: list[str], number: int) -> str:
    line = repr(lines[number - 1]) if number <= len(lines) else "nothing"
    return line if len(line) <= MOST_SHOWN else line[:MOST_SHOWN] + "…"
