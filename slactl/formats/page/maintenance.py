"""Chapter Planned maintenance and exclusions: every window, admitted or not, and what it changed.

The one rule: a window that was not admitted is listed like one that was, with its reason; and beside
each figure with exclusions stands the one without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slactl.formats.page.parts import Block, Cell, Chapter, Fact, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.words import PROOFS

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.maintenance import RecurringWindow, ServiceExclusion, Window, WindowOutcome
    from slactl.model.report import Case, Result


def chapter(scene: Scene) -> Chapter:
    """The agreement's rules, the windows, and the figures both ways."""
    lead = scene.say(
        "Only what was announced in time is excluded; everything else is listed with its reason, and counts."
    )
    blocks = [Block(scene.say("Rules of the agreement"), facts=rules(scene)), _windows(scene)]
    both = tuple(
        row for row in scene.report.results if row.operation is None and (row.with_exclusions or row.without_exclusions)
    )
    if both:
        blocks.append(Block(scene.say("Effect on the figures"), tables=(both_ways(scene, both),)))
    return Chapter("maintenance", scene.say("Planned maintenance and exclusions"), lead, tuple(blocks))


def rules(scene: Scene) -> tuple[Fact, ...]:
    """What the agreement says of windows."""
    policy = scene.report.catalogue.maintenance.policy
    none = scene.say("not agreed")
    excluding = [plain(one.id) for one in scene.report.catalogue.objectives if one.excludes_maintenance]
    return (
        Fact(scene.say("Least notice"), (none if policy.notice is None else scene.length(policy.notice),)),
        Fact(
            scene.say("Most per month"), (none if policy.max_per_month is None else scene.length(policy.max_per_month),)
        ),
        Fact(scene.say("Most per year"), (none if policy.max_per_year is None else scene.length(policy.max_per_year),)),
        Fact(scene.say("Least proof accepted"), (scene.say(PROOFS[policy.require_proof.word]),)),
        Fact(scene.say("Objectives that exclude maintenance"), (", ".join(excluding) or scene.say("none"),)),
    )


def _windows(scene: Scene) -> Block:
    title, recurring = scene.say("Windows"), scene.report.catalogue.maintenance.recurring
    texts = tuple(recurring_text(scene, one) for one in recurring)
    if not scene.report.exclusions:
        return Block(title, (scene.say("No maintenance window touches the period."), *texts))
    rows = tuple(row for outcome in scene.report.exclusions for row in outcome_rows(scene, outcome))
    return Block(title, texts, tables=(window_table(scene, rows),))


def window_table(scene: Scene, rows: tuple[tuple[Cell, ...], ...]) -> Table:
    """The table of windows; ``rows`` as ``outcome_rows`` makes them."""
    titles = heads(
        scene.say("Window"), scene.say("Start and end"), scene.say("Announcement and proof"),
        scene.say("Service and decision"), scene.say("Excluded"), numbers="----n",
    )  # fmt: skip
    return Table("windows", scene.say("Maintenance windows that touch the period"), titles, rows)


def recurring_text(scene: Scene, one: RecurringWindow) -> str:
    """How a window repeats."""
    text = scene.say("{id} repeats ({rule}) from {start} until {until}; each occurrence is judged by its own notice.")
    until = one.until.date().isoformat() if one.until else scene.say("further notice")
    return text.format(
        id=plain(one.template.id), rule=plain(one.rrule), start=one.start.isoformat(timespec="minutes"), until=until
    )


def outcome_rows(scene: Scene, outcome: WindowOutcome) -> list[tuple[Cell, ...]]:
    """A row for each decision; services that were decided alike share it."""
    alike: dict[ServiceExclusion, list[str]] = {}
    for part in outcome.services:
        alike.setdefault(replace(part, service=""), []).append(scene.holder(part.service))
    return [_row(scene, outcome, part, ", ".join(services)) for part, services in alike.items()]


def _row(scene: Scene, outcome: WindowOutcome, part: ServiceExclusion, services: str) -> tuple[Cell, ...]:
    window = outcome.window
    return (
        Cell(plain(window.id), "name", (plain(window.reason),)),
        Cell(scene.iso(window.span.start), "t", (scene.iso(window.span.end), *_worked(scene, window))),
        _announced(scene, outcome),
        _decision(scene, window, part, services),
        Cell(scene.length(part.excluded_seconds), "n keep", (_of_requested(scene, part),)),
    )


def _of_requested(scene: Scene, part: ServiceExclusion) -> str:
    requested = scene.length(part.requested_seconds)
    return scene.say("of {requested} requested").format(requested=requested)


def _worked(scene: Scene, window: Window) -> tuple[str, ...]:
    if window.worked is None:
        return ()
    text = scene.say("worked {start} – {end}")
    return (text.format(start=scene.iso(window.worked.start), end=scene.iso(window.worked.end)),)


def _announced(scene: Scene, outcome: WindowOutcome) -> Cell:
    window, against = outcome.window, scene.reasons((outcome.proof_note,))
    proof = scene.say("proof: {grade}").format(grade=scene.say(PROOFS[window.proof.word]))
    if window.announced is None:
        return Cell(scene.say("never"), "proof", (proof, *against, *_proof(scene, window)))
    lead = window.span.start - window.announced
    text = scene.say("notice {length}") if lead >= 0 else scene.say("{length} after the start")
    notice = text.format(length=scene.length(abs(lead)))
    return Cell(scene.iso(window.announced), "proof t", (notice, proof, *against, *_proof(scene, window)))


def _proof(scene: Scene, window: Window) -> tuple[str, ...]:
    told = window.announcement
    named = [plain(text) for text in (told.channel, told.url, told.file) if text]
    if told.to:
        named.insert(1 if told.channel else 0, scene.say("to {name}").format(name=plain(told.to)))
    if told.sha256:
        named.append(f"SHA-256 {told.sha256}")
    return tuple(named)


def _decision(scene: Scene, window: Window, part: ServiceExclusion, services: str) -> Cell:
    word = scene.say("admitted") if part.applied else scene.say("not admitted")
    spans = tuple(f"{scene.iso(span.start)} – {scene.iso(span.end)}" for span in part.spans if span != window.span)
    kind = "s ok" if part.applied else "s none"
    return Cell(word, kind, (services, *scene.reasons((part.reason,)), *spans), glyph="✓" if part.applied else "–")


def both_ways(scene: Scene, rows: tuple[Result, ...]) -> Table:
    """The figures of rows with and without exclusions."""
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("With exclusions"), scene.say("Without exclusions"),
        scene.say("Outcome"), numbers="-nnn-",
    )  # fmt: skip
    caption = scene.say("Figures with and without exclusions")
    return Table("both-ways", caption, titles, tuple(_both(scene, row) for row in rows))


def _both(scene: Scene, row: Result) -> tuple[Cell, ...]:
    where = " · ".join(filter(None, (scene.bearer(row.service), scene.span_word(row))))
    own = Cell(scene.value(row) or "–", "n", (scene.say("this one decides"),))
    other = row.with_exclusions or row.without_exclusions
    cells = (_case(scene, other, row), own) if row.with_exclusions else (own, _case(scene, other, row))
    return (
        Cell(scene.title(row), below=(where,) if where else ()),
        figure(scene.goal_text(row)),
        *cells,
        scene.verdict(row),
    )


def _case(scene: Scene, case: Case | None, row: Result) -> Cell:
    if case is None:
        return figure(None)
    return Cell(scene.other_value(case.value, row) or "–", "n", (scene.case_word(case, row),))
