"""Chapter Clause by clause: the document in its own order, and how each of its sentences is known to hold.

The one rule: what is measured or looked at here never looks like what a person or a supplier says; an expired word
and an unanswered clause stand out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.clauses import KINDS, SIGNS, Telling, outcome_of, outside
from slactl.formats.language import mark
from slactl.formats.numbers import whole
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import long_date
from slactl.formats.words import GLYPHS
from slactl.formats.words import KINDS as STATUS_KINDS
from slactl.model.answer import ClauseAnswer, counted
from slactl.model.clause import AnswerKind, Document
from slactl.model.status import WORST_FIRST, Status
from slactl.workflows.answering import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.page.scene import Scene

MEANINGS = {
    AnswerKind.MEASURED: mark("by figures of this report"),
    AnswerKind.CONTROLLED: mark("by looks at the configuration, kept day by day"),
    AnswerKind.ATTESTED: mark("by the word of a person, up to a day; not measured here"),
    AnswerKind.INHERITED: mark("by a document of the supplier; not measured here"),
    AnswerKind.NOT_VERIFIABLE: mark("not as it is written; the reason is given"),
    AnswerKind.UNANSWERED: mark("by nothing so far"),
}
COLUMNS = (Status.OK, *reversed(WORST_FIRST[:3]), Status.NOT_RATED)


def is_told(scene: Scene) -> bool:
    """Whether there is a document."""
    return bool(scene.report.answers)


def chapter(scene: Scene) -> Chapter:
    """The counts, then the clauses of each section."""
    document = scene.report.catalogue.document
    assert document is not None
    telling = Telling(scene.report.catalogue, scene.language, scene)
    answers = scene.report.answers
    sections = dict.fromkeys(one.clause.section for one in answers)
    blocks = tuple(
        _section(telling, scene, section, place, [one for one in answers if one.clause.section == section])
        for place, section in enumerate(sections)
    )
    title = scene.say("Clause by clause")
    return Chapter("clauses", title, _lead(scene, telling, document), (_counts(scene, answers), *blocks))


def _lead(scene: Scene, telling: Telling, document: Document) -> str:
    text = scene.say(
        "Every clause of {title}: how it is checked, with what result. What people attest and what suppliers promise "
        "is shown with its author and its age on {day}, and is never counted as measured."
    )
    day = long_date(day_of(scene.report.period), scene.language)
    return text.format(title=telling.text(document.title) or outside(document.id), day=day)


def _counts(scene: Scene, answers: Sequence[ClauseAnswer]) -> Block:
    numbers = counted(answers)
    words = [scene.word(status, missed=False) for status in COLUMNS]
    titles = heads(
        scene.say("How it is checked"), scene.say("Clauses"), *words, scene.say("Without outcome"),
        numbers="-" + "n" * (len(COLUMNS) + 2),
    )  # fmt: skip
    rows = tuple(_count(scene, kind, [one for one in answers if one.kind is kind]) for kind in numbers)
    foot = (Cell(scene.say("all clauses")), *(figure(text) for text in _numbers(scene, answers)))
    return Block(
        tables=(Table("clauses-counts", scene.say("Clauses by their strongest answer"), titles, rows, "", foot),)
    )


def _count(scene: Scene, kind: AnswerKind, answers: Sequence[ClauseAnswer]) -> tuple[Cell, ...]:
    name = Cell(scene.say(KINDS[kind]), f"how h-{kind}", (scene.say(MEANINGS[kind]),), SIGNS[kind])
    return (name, *(figure(text) for text in _numbers(scene, answers)))


def _numbers(scene: Scene, answers: Sequence[ClauseAnswer]) -> list[str | None]:
    """How many clauses, and of them how many with each outcome; none is a dash."""
    outcomes = [outcome_of(one) for one in answers]
    each = [outcomes.count(status) for status in (*COLUMNS, None)]
    return [whole(len(answers), scene.language), *(whole(count, scene.language) if count else None for count in each)]


def _section(telling: Telling, scene: Scene, section: str, place: int, answers: Sequence[ClauseAnswer]) -> Block:
    titles = heads(
        scene.say("Clause"), scene.say("How it is checked"), scene.say("Figure or finding"), scene.say("Outcome"),
        scene.say("Evidence"),
    )  # fmt: skip
    caption = scene.say("Clauses of {section}").format(section=outside(section))
    rows = tuple(_row(telling, scene, one) for one in answers)
    return Block(outside(section), tables=(Table(f"clauses-{place}", caption, titles, rows, "stack clauses"),))


def _row(telling: Telling, scene: Scene, answer: ClauseAnswer) -> tuple[Cell, ...]:
    clause = answer.clause
    below = tuple(filter(None, (telling.text(clause.note), plain(clause.id))))
    document = scene.report.catalogue.document
    foreign = document is not None and document.language != scene.language.code
    lang = plain(document.language) if document and foreign else ""
    return (
        Cell(f"«{outside(clause.quote)}»", "quote", below, lang=lang),
        Cell(telling.kinds(answer), f"how h-{answer.kind}", glyph=SIGNS[answer.kind]),
        Cell("", "why", telling.findings(answer)),
        _outcome(telling, answer),
        Cell("", "why proofs", telling.evidence(answer)),
    )


def _outcome(telling: Telling, answer: ClauseAnswer) -> Cell:
    """The status of what binds, and of what informs beside it; of what others say there is none."""
    found = telling.outcome(answer)
    if found is None:
        return Cell("\N{EN DASH}", "z")
    status, word, beside = found
    return Cell(word, f"s {STATUS_KINDS[status]}", (beside,) if beside else (), GLYPHS[status])
