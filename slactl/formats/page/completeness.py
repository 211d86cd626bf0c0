"""Chapter Completeness of the data: the account of seconds, that visibly sums, and every gap.

The one rule: the parts of an account are printed as whole seconds and add up to the period, to the second.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING

from slactl.formats.figures import edge_difference
from slactl.formats.language import mark
from slactl.formats.numbers import MINUS, percent, whole
from slactl.formats.page.parts import Bar, Block, Cell, Chapter, Segment, Table, figure, heads, thousandths
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.words import objective_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.page.scene import Scene
    from slactl.model.report import Gap, Reconciliation, Seconds, ServiceReport

PARTS = (
    ("up", mark("up")),
    ("down", mark("down")),
    ("no_traffic", mark("no traffic")),
    ("excluded", mark("excluded (maintenance)")),
    ("unknown", mark("unknown")),
    ("not_yet", mark("not yet settled")),
)
COMPARED = {
    True: mark("The sources agree (limit: 0.1%)."),
    False: mark("The sources disagree (limit: 0.1%)."),
    None: mark("The sources could not be compared: one of them was not read."),
}
NOT_OWED = mark("before the service's start")

MOST_GAPS = 50
"""More lines nobody reads; what is not listed is summed up in one."""


def chapter(scene: Scene) -> Chapter:
    """The account of each service, then the gaps."""
    blocks = tuple(_service(scene, service) for service in scene.report.services)
    lead = scene.say(
        "Every second of the reporting period is in exactly one line; the lines add up to the whole period."
    )
    return Chapter("completeness", scene.say("Completeness of the data"), lead, (*blocks, _gaps(scene)))


def account_parts(service: ServiceReport) -> tuple[tuple[str, str, int], ...]:
    """Kind, word and seconds of each part; what is not owed only where there is some of it."""
    before = (("not_owed", NOT_OWED, service.not_owed),) if service.not_owed else ()
    return (*_owed_parts(service.seconds), *before)


def _owed_parts(seconds: Seconds) -> tuple[tuple[str, str, int], ...]:
    return tuple((kind, word, getattr(seconds, kind)) for kind, word in PARTS)


def account_bar(scene: Scene, service: ServiceReport) -> Bar:
    """The account as one bar, each part as wide as it is long."""
    parts = account_parts(service)
    return Bar(
        f"account-{scene.place(service.key)}", scene.say("All of the period:"), _told(scene, parts), _segments(parts)
    )


def enlarged_bar(scene: Scene, service: ServiceReport) -> Bar | None:
    """What was owed and not up, by itself; None where there is nothing of it or where it is seen without."""
    parts = tuple(part for part in _owed_parts(service.seconds) if part[0] != "up")
    size = sum(length for _, _, length in parts)
    if not size or size * 4 > service.seconds.total:
        return None
    title = scene.say("Enlarged, what was not up:")
    return Bar(f"enlarged-{scene.place(service.key)}", title, _told(scene, parts), _segments(parts))


def _told(scene: Scene, parts: tuple[tuple[str, str, int], ...]) -> str:
    return ", ".join(f"{scene.say(word)} {scene.length(size)}" for _, word, size in parts if size)


def _segments(parts: tuple[tuple[str, str, int], ...]) -> tuple[Segment, ...]:
    total, position, segments = sum(length for _, _, length in parts) or 1, 0, []
    for kind, _, length in parts:
        if length:
            x, width = Fraction(position * 1000, total), Fraction(length * 1000, total)
            segments.append(Segment(thousandths(x), thousandths(width), kind))
        position += length
    return tuple(segments)


def _service(scene: Scene, service: ServiceReport) -> Block:
    tables = [_account(scene, service)]
    if service.reconciliation:
        tables.append(_reconciliation(scene, service, service.reconciliation))
    bars = tuple(bar for bar in (account_bar(scene, service), enlarged_bar(scene, service)) if bar)
    return Block(plain(service.key), bars=bars, tables=tuple(tables))


def _account(scene: Scene, service: ServiceReport) -> Table:
    total = service.seconds.total + service.not_owed
    rows = tuple(
        (
            Cell(scene.say(word), f"key k-{kind}"),
            figure(("" if kind == "up" else "+ ") + whole(length, scene.language)),
            figure(scene.length(length)),
            figure(percent(Fraction(length, total or 1), scene.language, up=kind != "up")),
        )
        for kind, word, length in account_parts(service)
    )
    foot = (
        Cell(scene.say("reporting period")),
        figure("= " + whole(total, scene.language)),
        figure(scene.length(total)),
        figure(percent(Fraction(1), scene.language, up=False)),
    )
    titles = heads(
        scene.say("The time was"), scene.say("Seconds"), scene.say("Duration"), scene.say("Share"), numbers="-nnn"
    )
    caption = scene.say("Account of seconds: {service}").format(service=plain(service.key))
    return Table(f"seconds-{scene.place(service.key)}", caption, titles, rows, "account", foot)


def _count(scene: Scene, count: int | None, *, taken: bool = False) -> Cell:
    """A count, with the sign of what is taken off the line above."""
    return figure(None if count is None else f"{MINUS} " * taken + whole(count, scene.language))


def _difference(scene: Scene, count: int | None) -> Cell:
    return figure(None if count is None else f"= {whole(count, scene.language)}")


def _reconciliation(scene: Scene, service: ServiceReport, found: Reconciliation) -> Table:
    edge = scene.say("requests at the edge ({edge})").format(edge=plain(service.edge or ""))
    share = None if found.share is None else percent(found.share, scene.language, up=True, places=4)
    rows = (
        (Cell(edge), _count(scene, found.edge_requests)),
        (Cell(scene.say("of these, explained by no method (unrouted)")), _count(scene, found.unrouted, taken=True)),
        (Cell(scene.say("requests at the service")), _count(scene, found.service_requests, taken=True)),
        (Cell(scene.say("difference")), _difference(scene, edge_difference(found))),
        (Cell(scene.say("not explained")), _count(scene, found.unexplained)),
        (Cell(scene.say("not explained, share of the edge's requests")), figure(share)),
    )
    caption = scene.say("Edge and service compared: {service}").format(service=plain(service.key))
    titles = heads(scene.say("Source"), scene.say("Figure"), numbers="-n")
    note = scene.say(COMPARED[found.agrees])
    return Table(f"edge-{scene.place(service.key)}", caption, titles, rows, "account", note=note)


def _gaps(scene: Scene) -> Block:
    title = scene.say("Gaps in the data")
    if not scene.report.gaps:
        return Block(title, (scene.say("There are no gaps: all data that were asked for were read."),))
    titles = heads(
        scene.say("What is missing"), scene.say("Start"), scene.say("End"), scene.say("Duration"), scene.say("Reason"),
        numbers="---n-",
    )  # fmt: skip
    shown = shown_gaps(scene.report.gaps)
    rows = tuple(_gap(scene, gap) for gap in shown)
    note = _rest(scene, [gap for gap in scene.report.gaps if gap not in set(shown)])
    caption = scene.say("Gaps in the data, each with its reason")
    return Block(title, tables=(Table("gaps", caption, titles, rows, note=note),))


def shown_gaps(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """The gaps that the page lists, in order of time: of each reason the longest first, as many as fit."""
    if len(gaps) <= MOST_GAPS:
        return tuple(gaps)
    ranked: dict[str, list[Gap]] = {}
    for gap in sorted(gaps, key=lambda one: -one.span.seconds):
        ranked.setdefault(gap.reason.code.value, []).append(gap)
    in_turn = [gap for turn in zip_longest(*ranked.values()) for gap in turn if gap is not None]
    chosen = set(in_turn[:MOST_GAPS])
    return tuple(gap for gap in gaps if gap in chosen)


def _rest(scene: Scene, rest: Sequence[Gap]) -> str:
    """What is not listed, in one line."""
    if not rest:
        return ""
    more = scene.say("And {n} more, {length} in all; the JSON report lists every one.")
    length = scene.length(sum(gap.span.seconds for gap in rest))
    return more.format(n=whole(len(rest), scene.language), length=length)


def _gap(scene: Scene, gap: Gap) -> tuple[Cell, ...]:
    named = [scene.holder(gap.service) if gap.service else "", scene.part(gap.objective or "", gap.operation)]
    if gap.objective:
        named.append(plain(objective_title(scene.objectives.get(gap.objective), gap.objective, scene.language)))
    return (
        Cell(" · ".join(filter(None, named)) or scene.say("the whole report"), "name"),
        Cell(scene.iso(gap.span.start), "t"),
        Cell(scene.iso(gap.span.end), "t"),
        figure(scene.length(gap.span.seconds)),
        Cell(reason_text(gap.reason, scene.language), below=(gap.reason.code.value,)),
    )
