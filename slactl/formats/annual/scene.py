"""What every chapter of a statement needs at hand.

The one rule: a row is shown against the goal that it was judged by, which may be another one in every month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.page.budget import amount
from slactl.formats.page.parts import Cell
from slactl.formats.page.scene import Scene, deciding_status
from slactl.formats.sanitize import plain
from slactl.formats.times import month_name, short_month
from slactl.formats.words import GLYPHS, KINDS, goal_of, status_word
from slactl.model.statement import MonthState, Statement
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from slactl.model.goal import Goal
    from slactl.model.period import Month
    from slactl.model.report import Result
    from slactl.model.statement import StatementMonth, UptimeYear

STATES = {
    MonthState.ENDED: mark("ended"),
    MonthState.RUNNING: mark("running"),
    MonthState.TO_COME: mark("to come"),
}
RUNNING = MonthState.RUNNING
MET = (Status.OK, Status.WARNING)


@dataclass(frozen=True)
class AnnualScene(Scene):
    """A statement and its reader."""

    statement: Statement

    def goal(self, row: Result) -> Goal | None:
        """The goal of the entry that judged the row."""
        return goal_of(self.report.catalogue, row)

    def span_word(self, row: Result) -> str:
        """A statement has rows of the year alone."""
        return ""

    def name(self, year: UptimeYear) -> str:
        """The objective's title; with its id where several of a service's are titled alike."""
        title = self.title(year.year)
        alike = [one for one in self.statement.uptimes if (one.service, self.title(one.year)) == (year.service, title)]
        return title if len(alike) == 1 else f"{title} ({plain(year.objective)})"

    def month(self, month: Month) -> str:
        """``ottobre 2026``."""
        return month_name(month.first, self.language)

    def short_month(self, month: Month) -> str:
        """``ott 26``."""
        return short_month(month.first, self.language)

    def state(self, one: StatementMonth) -> str:
        """``ended, final``."""
        if one.state is MonthState.TO_COME:
            return self.say(STATES[one.state])
        final = self.say("final") if one.final else self.say("provisional")
        return f"{self.say(STATES[one.state])}, {final}"

    def warns(self, row: Result) -> bool:
        """Whether a month's row misses its goal, or one of its endpoints warns in its place."""
        by_endpoint = row.rollup is not None and (row.rollup.status, row.status) == (Status.WARNING, Status.OK)
        return by_endpoint or self.misses(row)

    def word_of_year(self, row: Result, months: Iterable[Result | None]) -> str:
        """The word for a year's row that each month decides: at risk only where the running month is."""
        last = [one for one, month in zip(months, self.statement.months, strict=True) if month.state is RUNNING]
        risky = any(one is not None and deciding_status(one) is Status.WARNING for one in last)
        missed = any(one is not None and self.warns(one) for one in months)
        return status_word(deciding_status(row), self.language, running=risky, missed=missed)

    def word_of_month(self, row: Result, index: int) -> str:
        """The word for a month's row; only a month that still runs is at risk."""
        running = self.statement.months[index].state is RUNNING
        return status_word(deciding_status(row), self.language, running=running, missed=self.warns(row))

    def verdict_of_month(self, row: Result, index: int) -> Cell:
        """A month's status as a labelled cell."""
        status = deciding_status(row)
        return Cell(self.word_of_month(row, index), f"s {KINDS[status]}", glyph=GLYPHS[status])

    def meets(self, row: Result) -> bool:
        """Whether a month's own figure is on the good side of its goal."""
        return row.status in MET and not self.misses(row)

    def months_met(self, rows: Iterable[Result]) -> str:
        """``10 of 12``, of the months that were rated."""
        rated = [one for one in rows if one.status is not Status.NOT_RATED]
        return self.say("{n} of {all}").format(n=sum(self.meets(one) for one in rated), all=len(rated))

    def budget(self, row: Result, value: Fraction, *, up: bool) -> str:
        """An amount of a row's error budget: time, requests or slices."""
        return amount(self, row, value, up=up)
