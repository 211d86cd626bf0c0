"""How the year is summed, and from what each month was computed: additions to two of the report's chapters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.page import incidents, method, sources
from slactl.formats.page.parts import Block, Cell, Chapter, Fact, Table, heads
from slactl.formats.sanitize import plain

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.statement import StatementMonth

DEFINITIONS = (
    (
        mark("The year"),
        mark(
            "Twelve calendar months from the day on which the agreement's year starts. What lies before a "
            "service's start owes nothing and is in no figure."
        ),
    ),
    (
        mark("Sums"),
        mark(
            "Each month is accounted for by itself, with its own exclusions; its seconds and counts are added up, and "
            "the sum is judged once. It equals the year-to-date row of the last month's own report."
        ),
    ),
    (
        mark("Mean of the months"),
        mark(
            "The mean of the months' figures, every month weighing the same however long it is. It is shown because "
            "some agreements speak of it, and decides nothing."
        ),
    ),
    (
        mark("Allowed"),
        mark(
            "The share of bad that the target leaves, of the month's counted time; the months' shares add up to the "
            "year's allowance. Months to come count with all their time, less the maintenance announced for them."
        ),
    ),
    (
        mark("Left"),
        mark(
            "What is left of the year's allowance after a month, with everything unknown taken as bad; where that "
            "makes a difference, the best case stands below."
        ),
    ),
    (
        mark("Targets"),
        mark(
            "Each month is judged by the target in force on its first day; the year by that of its last month "
            "that has begun."
        ),
    ),
)


def method_chapter(scene: AnnualScene) -> Chapter:
    """The report's method, after how the year is made of its months."""
    facts = tuple(Fact(scene.say(term), (scene.say(text),)) for term, text in DEFINITIONS)
    found = method.chapter(scene)
    summing = Block(scene.say("How the year is made of its months"), facts=facts, kind="prose")
    return replace(found, blocks=(summing, *found.blocks))


def sources_chapter(scene: AnnualScene) -> Chapter:
    """The report's sources, with the months and what each was computed from."""
    titles = heads(
        scene.say("Month"), scene.say("State"), scene.say("Report"), scene.say("Source"),
        scene.say("Digest of the data (SHA-256)"),
    )  # fmt: skip
    rows = tuple(_month(scene, one) for one in scene.statement.months)
    table = Table("months-of-year", scene.say("The months and what each was computed from"), titles, rows)
    found = sources.chapter(scene)
    return replace(found, blocks=(*found.blocks, Block(tables=(table,))))


def _month(scene: AnnualScene, one: StatementMonth) -> tuple[Cell, ...]:
    return (
        Cell(scene.month(one.month)),
        Cell(scene.state(one)),
        Cell(plain(one.report_id or "–")),
        Cell(", ".join(plain(kind) for kind in one.kinds) or "–"),
        Cell(one.data_digest or "–", "mono"),
    )


def deviations_chapter(scene: AnnualScene) -> Chapter:
    """The year's deviations in figures; each is listed in its month's report."""
    lead = scene.say("What did not go as promised over the year; each month's report lists it one by one.")
    blocks = (Block(facts=incidents.summary(scene)), *incidents.incident_blocks(scene))
    return Chapter("deviations", scene.say("Deviations and corrective actions"), lead, blocks)
