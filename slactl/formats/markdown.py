"""The report as Markdown, for a pull request or a wiki: the outcome, the gaps, the windows, the deviations.

The one rule: every text passes through ``sanitize.markdown``, one line for each row; the same tables
as on the page, so the figures are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slactl.formats.language import speak
from slactl.formats.page import (
    alarms,
    aws,
    budgets,
    clauses,
    completeness,
    components,
    deviations,
    maintenance,
    outcome,
    sources,
)
from slactl.formats.page.cover import cover
from slactl.formats.page.parts import Chapter
from slactl.formats.page.revisions import told_of
from slactl.formats.page.scene import Scene
from slactl.formats.sanitize import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slactl.formats.page.cover import Cover
    from slactl.formats.page.parts import Block, Cell, Fact, Head, Table
    from slactl.model.report import Report

CHAPTERS: tuple[tuple[Callable[[Scene], Chapter], Callable[[Scene], bool] | None], ...] = (
    (outcome.chapter, None),
    (completeness.chapter, None),
    (components.chapter, components.is_told),
    (budgets.short_chapter, None),
    (aws.chapter, aws.is_told),
    (maintenance.chapter, None),
    (deviations.chapter, None),
    (clauses.chapter, clauses.is_told),
    (alarms.chapter, alarms.is_told),
)


def render(report: Report, language: str) -> str:
    """The report as Markdown.

    Raises:
        ValueError: if the language is unknown.
    """
    return "\n".join(_lines(Scene(report, speak(language)))) + "\n"


def _lines(scene: Scene) -> Iterator[str]:
    yield from document(scene, cover(scene), _chapters(scene))


def _chapters(scene: Scene) -> Iterator[Chapter]:
    """The chapters that have something to tell."""
    return (make(scene) for make, is_told in CHAPTERS if is_told is None or is_told(scene))


def document(scene: Scene, top: Cover, chapters: Iterable[Chapter]) -> Iterator[str]:
    """The lines of a document: its head, its chapters, and where its numbers come from."""
    yield from _head(scene, top)
    for chapter in chapters:
        yield from _chapter(chapter)
    yield from ("", f"## {markdown(scene.say('Sources and evidence'))}", "")
    yield from _facts(sources.provenance(scene))
    told = " ".join(f'slactl-{name}="{content}"' for name, content in told_of(scene.report).items())
    yield from ("", told)


def _head(scene: Scene, top: Cover) -> Iterator[str]:
    verdict = outcome.verdict(scene)
    yield f"# {markdown(top.title)}"
    yield from ("", markdown(" · ".join(filter(None, (top.subtitle, top.kicker, top.classification)))))
    if top.banner:
        yield from ("", f"> **{markdown(scene.say('PROVISIONAL'))}** {markdown(top.banner)}")
    yield from ("", f"**{verdict.glyph} {markdown(verdict.word)}** – {markdown('; '.join(verdict.texts))}")


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield from ("", f"## {markdown(chapter.title)}")
    for block in chapter.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if block.title:
        yield from ("", f"### {markdown(block.title)}")
    for text in block.texts:
        yield from ("", markdown(text))
    if block.facts:
        yield ""
        yield from _facts(block.facts)
    for table in block.tables:
        yield from _table(table)


def _facts(facts: tuple[Fact, ...]) -> Iterator[str]:
    for fact in facts:
        yield f"- {markdown(fact.term)}: {markdown(' · '.join(fact.texts))}"


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"**{markdown(table.caption)}**", "")
    yield _row([markdown(head.text) for head in table.heads])
    yield _row([_rule(head) for head in table.heads])
    for cells in (*table.rows, table.foot):
        if cells:
            yield _row([_cell(cell) for cell in cells] + [""] * (len(table.heads) - len(cells)))
    if table.note:
        yield from ("", markdown(table.note))


def _rule(head: Head) -> str:
    return "---:" if head.kind == "n" else "---"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    first = " ".join(filter(None, (cell.glyph, cell.text)))
    text = markdown(" · ".join(filter(None, (first, *cell.below))))
    return f"**{text}**" if cell.kind == "group" and text else text
