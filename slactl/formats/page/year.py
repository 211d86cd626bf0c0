"""The agreement year's error budget in a month's report: each month so far, drawn and as a table.

The one rule: the months are those that the year's row was summed from, so that what is left after the last
of them is what is left of the year.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from slactl.formats.page.balance import balance_of
from slactl.formats.page.budget import Part, used_and_left
from slactl.formats.page.parts import Cell, Table, heads
from slactl.formats.page.yearly import Slot, Yearly, yearly_chart
from slactl.formats.sanitize import plain
from slactl.formats.times import month_name, short_month
from slactl.model.period import Month, agreement_year
from slactl.model.report import AvailabilityDetail, Result
from slactl.model.statement import Spent

if TYPE_CHECKING:
    from slactl.formats.page.charts import Chart
    from slactl.formats.page.scene import Scene
    from slactl.model.burn import MonthSpent


def year_chart(scene: Scene, row: Result) -> Chart | None:
    """The drawing; None where the year has no budget, or nobody knows what its months took."""
    spent, balance = _spent(row), balance_of(row)
    if not spent or balance is None:
        return None
    slots = tuple(
        Slot(short_month(one.first, scene.language), spent.get(one.label), one.first <= scene.report.period.month.first)
        for one in _months(scene)
    )
    name, anchor = _name(scene, row), f"burn-{scene.anchor(row)}"
    drawn = Yearly(row, name, anchor, row.unit, slots, balance.allowed, unknown_used=not balance.blurred)
    return yearly_chart(scene, drawn)


def _name(scene: Scene, row: Result) -> str:
    return f"{plain(row.service)}, {scene.title(row)}"


def year_table(scene: Scene, row: Result) -> Table | None:
    """The drawing's figures."""
    spent = _spent(row)
    if not spent:
        return None
    titles = heads(scene.say("Month"), scene.say("Used"), scene.say("Left of the year"), numbers="-nn")
    caption = scene.say("Error budget of the year: {title}").format(title=_name(scene, row))
    body = tuple(_row(scene, row, one, spent[one.label]) for one in _months(scene) if one.label in spent)
    return Table(f"budget-months-{scene.anchor(row)}", caption, titles, body, "dense")


def _row(scene: Scene, row: Result, month: Month, spent: Spent) -> tuple[Cell, ...]:
    name = Cell(month_name(month.first, scene.language), glyph="?" if spent.most > spent.used else "")
    part = Part(spent.used, spent.most, spent.remaining, spent.remaining_best)
    return (name, *used_and_left(scene, row, part))


def _spent(row: Result) -> dict[str, Spent]:
    """The months by label; none where they don't add up to the row's own budget."""
    months = row.detail.ledger.months if isinstance(row.detail, AvailabilityDetail) else ()
    known = [one.most for one in months if one.most is not None]
    balance = balance_of(row)
    if balance is None or len(known) != len(months) or sum(known) != balance.most:
        return {}
    worst, best = accumulate(known), accumulate(one.used for one in months)
    return {
        one.label: _month(balance.allowed, one, most, (whole, sure))
        for one, most, whole, sure in zip(months, known, worst, best, strict=True)
    }


def _month(allowed: Fraction, one: MonthSpent, most: Fraction, so_far: tuple[Fraction, Fraction]) -> Spent:
    return Spent(allowed, one.used, most, allowed - so_far[0], allowed - so_far[1])


def _months(scene: Scene) -> tuple[Month, ...]:
    """The months that the agreement year touches."""
    period = scene.report.period
    year = agreement_year(period.month, scene.report.catalogue.report.year_starts, period.zone)
    first = datetime.fromtimestamp(year.start, UTC).astimezone(period.zone)
    months, one = [], Month(first.year, first.month)
    while one.span(period.zone).start < year.end:
        months.append(one)
        one = one.next
    return tuple(months)
