"""Chapter Availability month by month: allowed, used and left, and the account of every second.

The one rule: the parts of each month add up to it, and the months to the year, in whole seconds.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.annual.burndown import burn_down
from slactl.formats.annual.outcome import mean_text
from slactl.formats.figures import goal_text
from slactl.formats.numbers import whole
from slactl.formats.page.budget import budget_bar
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.model.report import Seconds
from slactl.model.statement import MonthState

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.report import Result
    from slactl.model.statement import Spent, UptimeMonth, UptimeYear

PARTS = ("up", "down", "no_traffic", "excluded", "unknown", "not_yet")


def chapter(scene: AnnualScene) -> Chapter:
    """A block for each service and availability objective."""
    lead = scene.say(
        "For every month what was allowed, used and left, and where each of its seconds went. A month's share of the "
        "year's allowance is that of its own counted time."
    )
    blocks = tuple(_block(scene, year, place) for place, year in enumerate(scene.statement.uptimes, 1))
    return Chapter("months", scene.say("Availability month by month"), lead, blocks)


def _block(scene: AnnualScene, year: UptimeYear, place: int) -> Block:
    title = " · ".join(filter(None, (plain(year.service) if scene.several else "", scene.name(year))))
    bar = budget_bar(scene, year.year)
    chart = burn_down(scene, year, place)
    return Block(
        title,
        (_sentence(scene, year),),
        bars=(bar,) if bar else (),
        figures=(chart,) if chart else (),
        tables=(_spent_table(scene, year, place), _account(scene, year, place)),
    )


def _sentence(scene: AnnualScene, year: UptimeYear) -> str:
    """Both ways to say the year, and which of them counts."""
    if year.mean is None:
        return scene.say("Neither the year nor the mean of its months can be told.")
    if year.each_month_decides:
        text = scene.say("Each month decides for itself. Over the year: {sum} by sums, {mean} as the mean of {months}.")
    else:
        text = scene.say("The year by sums, which decides: {sum}. As the mean of {months}, for information: {mean}.")
    return text.format(
        sum=scene.value(year.year) or "–",
        mean=mean_text(scene, year.year, year.mean) or "–",
        months=scene.language.count("{n} month", "{n} months", year.mean.months),
    )


def _spent_table(scene: AnnualScene, year: UptimeYear, place: int) -> Table:
    left = scene.say("Left of the month") if year.each_month_decides else scene.say("Left of the year")
    titles = heads(
        scene.say("Month"), scene.say("Attainment"), scene.say("Allowed"), scene.say("Used"), left,
        scene.say("Outcome"), scene.say("Read by"), numbers="-nnnn-n",
    )  # fmt: skip
    caption = scene.say("Allowed, used and left: {title}").format(title=_title(scene, year))
    rows = tuple(_spent(scene, year, index) for index in range(len(year.months)))
    return Table(f"spent-{place}", caption, titles, rows, foot=_spent_foot(scene, year))


def _title(scene: AnnualScene, year: UptimeYear) -> str:
    return f"{plain(year.service)}, {scene.name(year)}"


def _spent(scene: AnnualScene, year: UptimeYear, index: int) -> tuple[Cell, ...]:
    month = year.months[index]
    return (
        _name(scene, year, index),
        figure(scene.value(month.result) if month.result else None),
        *_budget(scene, year.year, month.spent, begun=_begun(scene, index)),
        _outcome(scene, month, index),
        figure(scene.length(month.resolution) if month.resolution else None),
    )


def _begun(scene: AnnualScene, index: int) -> bool:
    return scene.statement.months[index].state is not MonthState.TO_COME


def _name(scene: AnnualScene, year: UptimeYear, index: int) -> Cell:
    """The month; whether it is final, and its target where it had one of its own."""
    month, told = year.months[index], [scene.state(scene.statement.months[index])]
    if month.goal is not None and month.goal != year.year.goal:
        goals = (one.goal for one in scene.report.catalogue.objectives if one.goal.text == month.goal)
        own = next(goals, None)
        shown = goal_text(own, "availability", scene.language) if own else plain(month.goal)
        told.append(scene.say("target {goal}").format(goal=shown))
    return Cell(scene.month(month.month), below=tuple(told))


def _budget(scene: AnnualScene, row: Result, spent: Spent | None, *, begun: bool) -> tuple[Cell, Cell, Cell]:
    if spent is None:
        return figure(None), figure(None), figure(None)
    if not begun:
        return figure(scene.budget(row, spent.allowed, up=False)), figure(None), figure(None)
    used, left = scene.budget(row, spent.used, up=True), scene.budget(row, spent.remaining, up=False)
    if spent.most == spent.used:
        most: tuple[str, ...] = ()
    else:
        most = (scene.say("at most {amount}").format(amount=scene.budget(row, spent.most, up=True)),)
    if spent.remaining == spent.remaining_best:
        best: tuple[str, ...] = ()
    else:
        best = (scene.say("best case: {value}").format(value=scene.budget(row, spent.remaining_best, up=False)),)
    return figure(scene.budget(row, spent.allowed, up=False)), Cell(used, "n", most), Cell(left, "n", best)


def _outcome(scene: AnnualScene, month: UptimeMonth, index: int) -> Cell:
    if month.result is not None:
        return scene.verdict_of_month(month.result, index)
    if month.goal is None:
        return Cell(scene.say("not owed"), "z")
    return Cell(scene.say("no figure") if _begun(scene, index) else scene.say("to come"), "z")


def _spent_foot(scene: AnnualScene, year: UptimeYear) -> tuple[Cell, ...]:
    row, told = year.year, [one.spent for one in year.months if one.spent is not None]
    dash = figure(None)
    value, outcome = figure(scene.value(row)), scene.verdict(row)
    if not told:
        return Cell(scene.say("Year")), value, dash, dash, dash, outcome, Cell("")
    shares, used, most = (sum(values, Fraction(0)) for values in zip(*map(_parts, told), strict=True))
    allowed = shares if year.allowance is None else year.allowance
    at_most = (scene.say("at most {amount}").format(amount=scene.budget(row, most, up=True)),) if most > used else ()
    left = dash if year.each_month_decides else figure(scene.budget(row, told[-1].remaining, up=False))
    return (
        Cell(scene.say("Year")),
        value,
        figure(scene.budget(row, allowed, up=False)),
        Cell(scene.budget(row, used, up=True), "n", at_most),
        left,
        outcome,
        Cell(""),
    )


def _parts(spent: Spent) -> tuple[Fraction, Fraction, Fraction]:
    return spent.allowed, spent.used, spent.most


def _account(scene: AnnualScene, year: UptimeYear, place: int) -> Table:
    titles = heads(
        scene.say("Month"), scene.say("Up"), scene.say("Down"), scene.say("No traffic"), scene.say("Excluded"),
        scene.say("Unknown"), scene.say("Not yet"), scene.say("Not owed"), scene.say("Sum"), numbers="-nnnnnnnn",
    )  # fmt: skip
    caption = scene.say("Account of seconds, month by month: {title}").format(title=_title(scene, year))
    rows = tuple(
        (Cell(scene.month(one.month)), *_seconds(scene, one.seconds, one.not_owed, _windows(scene, one)))
        for one in year.months
    )
    foot = (Cell(scene.say("Year")), *_seconds(scene, year.seconds, year.not_owed, ()))
    return Table(f"account-of-{place}", caption, titles, rows, "dense", foot)


def _seconds(scene: AnnualScene, seconds: Seconds, not_owed: int, windows: tuple[str, ...]) -> tuple[Cell, ...]:
    lengths = [*(getattr(seconds, part) for part in PARTS), not_owed, seconds.total + not_owed]
    cells = [figure(whole(length, scene.language) if length else None) for length in lengths]
    cells[PARTS.index("excluded")] = Cell(whole(seconds.excluded, scene.language), "n", windows)
    return tuple(cells)


def _windows(scene: AnnualScene, one: UptimeMonth) -> tuple[str, ...]:
    told = scene.language.count("{n} window", "{n} windows", one.admitted) if one.admitted else ""
    refused = scene.language.count("{n} not admitted", "{n} not admitted", one.refused) if one.refused else ""
    return tuple(filter(None, (told, refused)))
