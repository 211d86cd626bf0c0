"""A document's coverage for a terminal: the counts, the clauses by section, and what has to be done.

The one rule: nothing is cut off; a clause's lines stand below it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.clauses import SIGNS
from slactl.formats.coverage import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.formats.coverage import Line
    from slactl.workflows.answering import Covered


def render(covered: Covered, language: str) -> str:
    """The coverage as plain lines, ending with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    return "\n".join(_lines(Told.of(covered, language))) + "\n"


def _lines(told: Told) -> Iterator[str]:
    yield told.title()
    yield told.counts()
    for section, lines in groupby(told.lines(), key=lambda one: one.section):
        yield from ("", section)
        for one in lines:
            yield from _clause(told, one)
    yield ""
    yield told.summary()
    yield from (f"  {one.name}: {one.lack}" for one in told.lines() if one.lack)


def _clause(told: Told, one: Line) -> Iterator[str]:
    sign, outcome = SIGNS[one.answer.kind], f", {one.outcome}" if one.outcome else ""
    yield f"  {sign} «{one.quote}» [{one.name}]"
    yield f"      {one.kinds}{outcome}"
    yield from (f"      {text}" for text in one.findings)
    if one.evidence:
        evidence = told.telling.say("Evidence")
        yield f"      {evidence}: {'; '.join(one.evidence)}"
