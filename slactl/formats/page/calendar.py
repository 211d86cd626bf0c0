"""The month as a calendar: each local day with a sign and a figure, maintenance hatched.

The one rule: a day has no goal of its own; it is marked by what happened in it (downtime, unknown
time), and the same facts stand in the table of days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.numbers import fixed, percent, whole
from slactl.formats.page.parts import Cell, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import long_date, short_day, weekday_names

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import DayFigure, ServiceReport

KIND_WORDS = {
    "ok": mark("no downtime"),
    "miss": mark("downtime"),
    "unsure": mark("partly unknown"),
    "none": mark("nothing counted"),
}
KIND_GLYPHS = {"ok": "✓", "miss": "✗", "unsure": "?", "none": "–"}


@dataclass(frozen=True, slots=True)
class Day:
    """A cell of the calendar; ``number`` is empty for the cells around the month."""

    number: str = ""
    kind: str = "blank"
    glyph: str = ""
    figure: str = ""
    spoken: str = ""
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weeks from Monday to Sunday."""

    id: str
    caption: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Day, ...], ...]
    legend: tuple[Day, ...]
    form: str = "calendar"


def day_kind(day: DayFigure) -> str:
    """What marks a day: downtime first, then the unknown; a day without a figure is not marked as good."""
    if day.seconds.down:
        return "miss"
    if day.seconds.unknown:
        return "unsure"
    if day.availability is None:
        return "none"
    return "ok" if day.availability == 1 else "miss"


def calendar(scene: Scene, service: ServiceReport) -> Calendar:
    """The service's month; weeks begin on Monday."""
    cells = [Day()] * (service.days[0].day.weekday() if service.days else 0)
    cells += [_day(scene, day) for day in service.days]
    cells += [Day()] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7))
    caption = scene.say("Availability day by day, per cent: {service}").format(service=plain(service.key))
    return Calendar(
        f"calendar-{scene.place(service.key)}", caption, weekday_names(scene.language), weeks, _legend(scene)
    )


def _legend(scene: Scene) -> tuple[Day, ...]:
    kinds = tuple(Day("", kind, KIND_GLYPHS[kind], scene.say(word)) for kind, word in KIND_WORDS.items())
    return (*kinds, Day("", "hatch", "", scene.say("maintenance excluded"), hatched=True))


def _day(scene: Scene, day: DayFigure) -> Day:
    kind = day_kind(day)
    shown = _shown(scene, day, kind)
    told = [long_date(day.day, scene.language), scene.say(KIND_WORDS[kind])]
    if day.seconds.excluded:
        told.append(scene.say("maintenance excluded"))
    return Day(str(day.day.day), kind, KIND_GLYPHS[kind], shown, ", ".join(told), day.seconds.excluded > 0)


def _shown(scene: Scene, day: DayFigure, kind: str) -> str:
    """The day's availability; where part of it is unknown, how much."""
    if kind == "unsure":
        return scene.length(day.seconds.unknown)
    if day.availability is None:
        return ""
    return fixed(day.availability * 100, 3 if day.availability < 1 else 0, scene.language, up=False)


def day_table(scene: Scene, service: ServiceReport) -> Table:
    """The calendar's facts as a table, days of 23 to 25 hours included."""
    titles = [
        scene.say("Day"), scene.say("Hours"), scene.say("Requests"), scene.say("Availability"), scene.say("Downtime"),
        scene.say("Excluded"), scene.say("No traffic"), scene.say("Unknown"),
    ]  # fmt: skip
    if scene.report.period.running:
        titles.append(scene.say("Not yet"))
    rows = tuple(_row(scene, day) for day in service.days)
    caption = scene.say("Days: availability, {service}").format(service=plain(service.key))
    shown = heads(*titles, numbers="-nnnnnnnn"[: len(titles)])
    return Table(f"days-{scene.place(service.key)}", caption, shown, rows, "dense")


def _row(scene: Scene, day: DayFigure) -> tuple[Cell, ...]:
    account = day.seconds
    lengths = [account.down, account.excluded, account.no_traffic, account.unknown]
    if scene.report.period.running:
        lengths.append(account.not_yet)
    return (
        Cell(short_day(day.day, scene.language), glyph=KIND_GLYPHS[day_kind(day)]),
        figure(fixed_hours(scene, day.span.seconds)),
        figure(None if day.requests is None else whole(day.requests, scene.language)),
        figure(None if day.availability is None else percent(day.availability, scene.language, up=False)),
        *(figure(_length(scene, part)) for part in lengths),
    )


def fixed_hours(scene: Scene, seconds: int) -> str:
    """``24``, or with minutes where a day is clipped."""
    return whole(seconds // 3600, scene.language) if seconds % 3600 == 0 else scene.length(seconds)


def _length(scene: Scene, seconds: int) -> str | None:
    return scene.length(seconds) if seconds else None
