"""Whether a report as text (a page, a table, Markdown) says what the same report says when it is written again.

The one rule: the same version of slactl writes the same bytes, so there any other byte is a
difference; another version may word things otherwise, so there the numbers of each place decide.
"""

from __future__ import annotations

from slactl.workflows.verifying.differences import Compared, Figure, compared
from slactl.workflows.verifying.pages import lines_of, numbers_of, texts_of

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
    if not same_version:
        ours, theirs = numbers_of(ours), numbers_of(theirs)
        shared = ours.keys() & theirs.keys()
        ours = {key: text for key, text in ours.items() if key in shared}
        return compared(ours, {key: theirs[key] for key in ours}, same_version=True)
    found = compared(ours, theirs, same_version=True)
    return found if found.false else Compared((*found.figures, _unseen(says, gives)))


def _unseen(says: str, gives: str) -> Figure:
    """What differs where no reader sees it: in a tag, a comment, the way lines end."""
    ours, theirs = says.splitlines(keepends=True), gives.splitlines(keepends=True)
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    number = next((number for number, (mine, other) in pairs if mine != other), min(len(ours), len(theirs)) + 1)
    return Figure(f"line {number}", "what is not shown", _line(ours, number), _line(theirs, number))


def _line(lines: list[str], number: int) -> str:
    line = repr(lines[number - 1]) if number <= len(lines) else "nothing"
    return line if len(line) <= MOST_SHOWN else line[:MOST_SHOWN] + "…"
