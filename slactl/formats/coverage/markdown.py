"""A document's coverage as Markdown, a table for each section.

The one rule: every text passes through ``sanitize.markdown``, one line for each clause.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.clauses import SIGNS
from slactl.formats.coverage import Told
from slactl.formats.sanitize import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.formats.coverage import Line
    from slactl.workflows.answering import Covered


def render(covered: Covered, language: str) -> str:
    """The coverage as Markdown that ends with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    return "\n".join(_lines(Told.of(covered, language))) + "\n"


def _lines(told: Told) -> Iterator[str]:
    say = told.telling.say
    yield f"# {markdown(told.title())}"
    yield from ("", markdown(told.counts()), "", f"**{markdown(told.summary())}**")
    titles = (say("Clause"), say("How it is checked"), say("Figure or finding"), say("Outcome"), say("Evidence"))
    for section, lines in groupby(told.lines(), key=lambda one: one.section):
        yield from ("", f"## {markdown(section)}", "")
        yield f"| {' | '.join(markdown(title) for title in titles)} |"
        yield "|" + " --- |" * len(titles)
        yield from (_row(one) for one in lines)


def _row(one: Line) -> str:
    cells = (
        f"«{one.quote}» · {one.name}",
        f"{SIGNS[one.answer.kind]} {one.kinds}",
        " · ".join(one.findings),
        " · ".join(filter(None, (one.outcome, one.lack))) or "\N{EN DASH}",
        " · ".join(one.evidence),
    )
    return f"| {' | '.join(markdown(cell) for cell in cells)} |"
