"""Chapter Error budget: what each goal allows, what is used and left, how fast, by whom, and until when.

The one rule: what is left is never more than the truth; unknown time counts as used, and what the days and
months don't add up to is not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.check.outlook import budget_sentence
from slactl.formats.numbers import used_percent
from slactl.formats.page.balance import balance_of
from slactl.formats.page.budget import amount, strict, used_and_left
from slactl.formats.page.burndown import burn_down_chart
from slactl.formats.page.parts import Block, Cell, Chapter, Fact, Table, figure, heads
from slactl.formats.page.remaining import DayLeft, days_left
from slactl.formats.page.spending import rates_table, spenders_table
from slactl.formats.page.year import year_chart, year_table
from slactl.formats.sanitize import plain
from slactl.formats.times import short_day
from slactl.model.report import Result, RowSpan, ServiceReport
from slactl.model.status import Status

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene

Charted = tuple[Result, tuple[DayLeft, ...]]
"""A month's row and its days."""


def chapter(scene: Scene) -> Chapter:
    """Two blocks for each service: the tables, and the burn-downs with theirs."""
    blocks = tuple(
        block for service in scene.report.services for block in (*_told(scene, service), *_drawn(scene, service))
    )
    return Chapter("budget", scene.say("Error budget"), _lead(scene), blocks)


def short_chapter(scene: Scene) -> Chapter:
    """The same without drawings and days."""
    blocks = tuple(block for service in scene.report.services for block in _told(scene, service))
    return Chapter("budget", scene.say("Error budget"), _lead(scene), blocks)


def _lead(scene: Scene) -> str:
    if scene.report.period.running:
        return scene.say(
            "What each binding goal allows to be bad, how much of that is used and left, how fast it is spent, "
            "and by whom."
        )
    return scene.say("What each binding goal allows to be bad, how much of that was used and left, and who spent it.")


def budget_rows(scene: Scene, service: str) -> tuple[Result, ...]:
    """The rows that bind and were rated, and the month beside a year that binds."""
    rows = [row for row in scene.service_rows(service) if row.status is not Status.NOT_RATED]
    years = {row.objective for row in rows if row.binding and row.span is RowSpan.YEAR_TO_DATE}
    return tuple(row for row in rows if row.binding or row.objective in years)


def _told(scene: Scene, service: ServiceReport) -> tuple[Block, ...]:
    rows = budget_rows(scene, service.key)
    if not rows:
        return (Block(plain(service.key), (scene.say("No binding objective was rated."),)),)
    tables = [_table(scene, service, rows)]
    distinct = _distinct(scene, rows)
    rates, spent = rates_table(scene, service, _once(distinct)), spenders_table(scene, service, distinct)
    tables += [table for table in (rates, spent) if table is not None]
    return (
        Block(plain(service.key), facts=_sentences(scene, rows), kind="prose"),
        Block(tables=tuple(tables)),
    )


def _once(rows: tuple[Result, ...]) -> tuple[Result, ...]:
    """One row for each objective and class: a year burns as its month does."""
    found = {(row.objective, row.operation_class): row for row in rows}
    return tuple(found.values())


def _distinct(scene: Scene, rows: tuple[Result, ...]) -> tuple[Result, ...]:
    """Without those that each endpoint has for itself, where the service has the same as a whole."""
    own = {_alike(row) for row in rows if not _by_endpoint(scene, row)}
    return tuple(row for row in rows if not _by_endpoint(scene, row) or _alike(row) not in own)


def _alike(row: Result) -> tuple[str, str, str | None]:
    return row.indicator, row.goal, row.operation_class


def _by_endpoint(scene: Scene, row: Result) -> bool:
    found = scene.objectives.get(row.objective)
    return found is not None and found.per_operation


def _sentences(scene: Scene, rows: tuple[Result, ...]) -> tuple[Fact, ...]:
    """What is left of each objective's budget, as people say it."""
    months = {(row.objective, row.operation_class): row for row in rows if row.span is RowSpan.MONTH}
    facts = []
    for row in _once(rows):
        month = months.get((row.objective, row.operation_class)) if row.span is RowSpan.YEAR_TO_DATE else None
        period = scene.report.period
        said = budget_sentence(row, month, period.settled_until, scene.zone, scene.language)
        texts = [*_open(scene, month, row), *scene.worst_endpoint(row)]
        if said is not None:
            texts.insert(0, f"{_capital(said)}.")
        facts.append(Fact(scene.title(row), (" ".join(texts) or scene.say("What is left cannot be told."),)))
    return tuple(facts)


def _open(scene: Scene, *rows: Result | None) -> list[str]:
    """Between what the budget of a row lies whose verdict is open."""
    told = []
    for row in rows:
        balance = balance_of(row) if row is not None and row.budget is None else None
        if row is not None and balance is not None:
            least, most = (amount(scene, row, value, up=False) for value in (balance.left, balance.left_best))
            text = scene.say("between {least} and {most} left, depending on what is unknown").format(
                least=least, most=most
            )
            told.append(f"{_capital(': '.join(filter(None, (scene.span_word(row), text))))}.")
    return told


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _table(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Allowed"), scene.say("Used"), scene.say("Left"),
        scene.say("Used share"), scene.say("Outcome"), numbers="-nnnnn-",
    )  # fmt: skip
    caption = scene.say("Error budgets: {service}").format(service=plain(service.key))
    body = tuple(_row(scene, row) for row in rows)
    return Table(f"budgets-{scene.place(service.key)}", caption, titles, body, "stack", note=_note(scene, rows))


def _note(scene: Scene, rows: tuple[Result, ...]) -> str:
    """In a running period requests are allowed as so far, time as the whole period has it (rule 23)."""
    if not scene.report.period.running:
        return ""
    counted = any(row.unit != "seconds" and row.budget for row in rows)
    text = scene.say("Allowed is what the whole period will allow; of requests, if they go on coming as so far.")
    return text if counted else scene.say("Allowed is what the whole period will allow.")


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    return (
        Cell(scene.title(row), below=_beside(scene, row)),
        figure(scene.goal_text(row)),
        *_amounts(scene, row),
        scene.verdict(row),
    )


def _beside(scene: Scene, row: Result) -> tuple[str, ...]:
    by_endpoint = scene.say("each endpoint has a budget of its own") if _by_endpoint(scene, row) else ""
    informs = scene.say("for information") if not row.binding else ""
    return tuple(filter(None, (" · ".join(filter(None, (scene.span_word(row), informs))), by_endpoint)))


def _amounts(scene: Scene, row: Result) -> tuple[Cell, ...]:
    balance, ratio = balance_of(row), row.budget.used_ratio if row.budget else None
    if balance is None:
        return (figure(None),) * 4
    return (
        figure(amount(scene, row, balance.allowed, up=False)),
        *used_and_left(scene, row, balance.part),
        figure(None if ratio is None else used_percent(ratio, scene.language, strict=strict(scene, row))),
    )


def _drawn(scene: Scene, service: ServiceReport) -> tuple[Block, ...]:
    """The burn-downs of a service's month and year, each with its table."""
    rows = budget_rows(scene, service.key)
    charted = [(row, days) for row in rows if (days := _days(scene, row, service))]
    years = [row for row in rows if row.span is RowSpan.YEAR_TO_DATE]
    charts = [burn_down_chart(scene, row, days) for row, days in charted]
    charts += [chart for row in years if (chart := year_chart(scene, row))]
    tables = [_day_table(scene, service, charted)] if charted else []
    tables += [table for row in years if (table := year_table(scene, row))]
    return (Block(figures=tuple(charts), tables=tuple(tables)),) if charts or tables else ()


def _days(scene: Scene, row: Result, service: ServiceReport) -> tuple[DayLeft, ...]:
    found = scene.objectives.get(row.objective)
    return () if found is None or found.per_operation else days_left(row, found.indicator, service)


def _day_table(scene: Scene, service: ServiceReport, charted: list[Charted]) -> Table:
    """Each day, and for each budget what it took and what was left at its end."""
    words = (scene.say("{title}: used"), scene.say("{title}: left"))
    texts = [word.format(title=scene.title(row)) for row, _ in charted for word in words]
    titles = heads(scene.say("Day"), *texts, numbers="-" + "n" * len(texts))
    caption = scene.say("Error budget day by day: {service}").format(service=plain(service.key))
    rows = [row for row, _ in charted]
    together = zip(*(days for _, days in charted), strict=True)
    body = tuple(_day_row(scene, rows, days) for days in together if any(one.begun for one in days))
    return Table(f"budget-days-{scene.place(service.key)}", caption, titles, body, "dense")


def _day_row(scene: Scene, rows: list[Result], days: tuple[DayLeft, ...]) -> tuple[Cell, ...]:
    first = Cell(short_day(days[0].day.day, scene.language), glyph="?" if any(one.unsure for one in days) else "")
    return (first, *(cell for row, one in zip(rows, days, strict=True) for cell in _day(scene, row, one)))


def _day(scene: Scene, row: Result, one: DayLeft) -> tuple[Cell, Cell]:
    if not one.begun:
        return figure(None), figure(None)
    used, left = used_and_left(scene, row, one.part)
    return (used if one.most else figure(None)), left
