"""What every chapter needs at hand: the report, the reader's language, and the same small questions.

The one rule: asking here twice gives the same words, so that two chapters never name a thing differently.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from slactl.formats.figures import display, goal_text, margin_text, value_text
from slactl.formats.language import mark, mark_many
from slactl.formats.page.parts import Cell
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import duration, local_iso
from slactl.formats.units import GENERAL, count_unit
from slactl.formats.words import GLYPHS, KINDS, goal_of, objective_title, status_word
from slactl.model.general import AlarmRecord, Recorded
from slactl.model.report import Report, Result, RowSpan
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.goal import Goal
    from slactl.model.objective import Objective
    from slactl.model.report import Case
    from slactl.model.status import Reason

ENDPOINTS = mark_many(
    "{n} of {all} endpoints is not met or not determinable", "{n} of {all} endpoints are not met or not determinable"
)
PARTS = mark_many(
    "{n} of {all} parts is not met or not determinable", "{n} of {all} parts are not met or not determinable"
)
WORST_ENDPOINT, WORST_PART = mark("Worst endpoint: {name}"), mark("Worst part: {name}")
PROMISES = (Recorded.WATCHED, Recorded.NOTIFIED)
UNMET = (Status.BREACHED, Status.INSUFFICIENT_DATA)


@dataclass(frozen=True)
class Scene:
    """A report and its reader."""

    report: Report
    language: Language

    @cached_property
    def objectives(self) -> dict[str, Objective]:
        """The objectives by id; of several entries of one id the one in force on the month's first day."""
        first = self.report.period.month.first
        entries = sorted(self.report.catalogue.objectives, key=lambda one: one.in_force_on(first))
        kept = {objective.id: objective for objective in entries}
        return {one.id: kept[one.id] for one in self.report.catalogue.objectives}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The agreement's time zone."""
        return self.report.period.zone

    @property
    def several(self) -> bool:
        """Whether there is more than one service or part of the platform to tell apart."""
        return len(self.report.services) + len(self.report.catalogue.components) > 1

    def place(self, service: str) -> int:
        """Where a service or component stands in the report: an anchor that no name from outside can spoil."""
        keys = [one.key for one in self.report.services] + [one.key for one in self.report.catalogue.components]
        return keys.index(service) + 1 if service in keys else 0

    def anchor(self, row: Result) -> str:
        """An anchor for a row of a service or class."""
        ids = list(self.objectives)
        objective = ids.index(row.objective) if row.objective in ids else len(ids)
        classes = sorted({one.operation_class or "" for one in self.report.results})
        return f"{self.place(row.service)}-{objective}-{classes.index(row.operation_class or '')}-{row.span.value}"

    def bearer(self, key: str) -> str:
        """Whose rows they are: a component by its title, a service by its key; empty where there is only one."""
        return self._bearers.get(key, plain(key)) if self.several else ""

    def holder(self, key: str) -> str:
        """The same, never empty."""
        return self._bearers.get(key, plain(key))

    def part(self, objective: str, name: str | None) -> str:
        """A part of an objective's figure: a watched promise by its title and whose it is, any other by its name."""
        found = self.objectives.get(objective)
        if name is None or found is None or not isinstance(found.indicator, AlarmRecord):
            return plain(name or "")
        holder, _, promise = name.rpartition(" ")
        if found.indicator.asks not in PROMISES or promise not in self.objectives:
            return self.holder(name)
        title = plain(objective_title(self.objectives[promise], promise, self.language))
        return f"{title}, {self.holder(holder)}"

    @cached_property
    def _bearers(self) -> dict[str, str]:
        """The components by name: the title, with the key where several are titled alike."""
        parts = self.report.catalogue.components
        titles = {one.key: one.title.get(self.language.code) or next(iter(one.title.values()), "") for one in parts}
        alike = Counter(titles.values())
        named = {key: title if alike[title] == 1 else f"{title} ({key})" for key, title in titles.items() if title}
        return {key: plain(name) for key, name in named.items()}

    def say(self, text: str) -> str:
        """The text in the reader's language."""
        return self.language.gettext(text)

    def goal(self, row: Result) -> Goal | None:
        """The goal of a row's objective."""
        return goal_of(self.report.catalogue, row)

    def service_rows(self, service: str) -> tuple[Result, ...]:
        """The rows of a service and of its classes, without those of operations."""
        return tuple(row for row in self.report.results if row.service == service and row.operation is None)

    def title(self, row: Result) -> str:
        """The objective's title, with the class where it has one."""
        title = plain(objective_title(self.objectives.get(row.objective), row.objective, self.language))
        if row.operation_class is None:
            return title
        return self.say("{title} (class {name})").format(title=title, name=plain(row.operation_class))

    def span_word(self, row: Result) -> str:
        """``month`` or ``year to date`` for objectives over a year, empty for others."""
        found = self.objectives.get(row.objective)
        if row.span is RowSpan.YEAR_TO_DATE:
            return self.say("year to date")
        return self.say("this month") if found and found.over_year else ""

    def goal_text(self, row: Result) -> str:
        """The row's goal in the reader's signs."""
        goal = self.goal(row)
        return goal_text(goal, row.indicator, self.language, row.unit) if goal else plain(row.goal)

    def value(self, row: Result) -> str | None:
        """The row's value; a range where the unknown decides."""
        if row.value is None and row.worst_case and row.best_case:
            return self._between(row.worst_case.value, row.best_case.value, row)
        return display(row, self.goal(row), self.language)

    def count_unit(self, row: Result) -> str:
        """What a row counts."""
        return count_unit(row.unit, self.objectives.get(row.objective))

    def other_value(self, value: Fraction | None, row: Result) -> str | None:
        """The row's figure computed another way."""
        return value_text(value, row.indicator, self.goal(row), self.language, row.unit)

    def cases(self, row: Result) -> list[str]:
        """The worst and the best case, where the unknown was judged twice."""
        told = ((self.say("worst case: {value}"), row.worst_case), (self.say("best case: {value}"), row.best_case))
        return [text.format(value=self.other_value(case.value, row) or "–") for text, case in told if case]

    def _between(self, worst: Fraction | None, best: Fraction | None, row: Result) -> str | None:
        ends = [text for value in (worst, best) if (text := self.other_value(value, row))]
        return self.say("from {first} to {last}").format(first=ends[0], last=ends[1]) if len(ends) == 2 else None

    def margin(self, row: Result) -> str | None:
        """How far the row's value is from its goal."""
        goal = self.goal(row)
        return margin_text(row, goal, self.language) if goal else None

    def word(self, status: Status, *, missed: bool) -> str:
        """The word for a status in this report."""
        return status_word(status, self.language, running=self.report.period.running, missed=missed)

    def verdict(self, row: Result) -> Cell:
        """The status that decides for a row as a labelled cell: sign, word, colour."""
        status = deciding_status(row)
        return Cell(self.word(status, missed=self.misses(row)), f"s {KINDS[status]}", glyph=GLYPHS[status])

    def case_word(self, case: Case, row: Result) -> str:
        """The word for the status that a figure computed another way would have."""
        return self.word(case.status, missed=not self._on_its_side(case.value, row))

    def misses(self, row: Result) -> bool:
        """Whether the row's own figure misses its goal, or that of an endpoint that warns in its place."""
        if not self._on_its_side(row.value, row):
            return True
        if row.rollup is None or row.rollup.status is row.status:
            return False
        warned = (one for one in self.report.results if one.status is row.rollup.status and self._endpoint_of(one, row))
        return any(not self._on_its_side(one.value, one) for one in warned)

    def _on_its_side(self, value: Fraction | None, row: Result) -> bool:
        goal = self.goal(row)
        return value is None or goal is None or goal.met_by(value)

    def worst_endpoint(self, row: Result) -> tuple[str, ...]:
        """Where endpoints count: how many are not met, and the worst with its figure."""
        if row.rollup is None or row.rollup.worst_operation is None:
            return ()
        name = row.rollup.worst_operation
        judged = [one for one in self.report.results if self._endpoint_of(one, row)]
        missed = sum(one.status in UNMET for one in judged)
        of_metrics = row.indicator in GENERAL
        text = self.language.ngettext(*(PARTS if of_metrics else ENDPOINTS), missed)
        counted = text.format(n=missed, all=len(judged))
        worst = self.say(WORST_PART if of_metrics else WORST_ENDPOINT).format(name=self._with_value(row, name, judged))
        return (f"{counted}.", f"{worst}.") if missed else (f"{worst}.",)

    def _with_value(self, row: Result, name: str, judged: list[Result]) -> str:
        value = next((self.value(one) for one in judged if one.operation == name), None)
        told = self.part(row.objective, name)
        return f"{told} ({value})" if value else told

    def _endpoint_of(self, one: Result, row: Result) -> bool:
        same = (one.service, one.objective, one.span) == (row.service, row.objective, row.span)
        return same and one.operation is not None and one.status is not Status.NOT_RATED

    def incidents_of(self, row: Result) -> tuple[str, ...]:
        """The ids of the incidents that explain why a row is missed."""
        return self._explained.get((row.service, row.objective, row.operation, row.operation_class, row.span), ())

    @cached_property
    def _explained(self) -> dict[tuple[object, ...], tuple[str, ...]]:
        return {one.row: one.incidents for one in self.report.deviations.missed}

    def reasons(self, reasons: Iterable[Reason | None]) -> tuple[str, ...]:
        """The sentences of reasons."""
        return tuple(reason_text(reason, self.language) for reason in reasons if reason)

    def iso(self, instant: int) -> str:
        """An instant for evidence: ISO 8601 with the agreement's offset."""
        return local_iso(instant, self.zone)

    def length(self, seconds: int) -> str:
        """A length of time."""
        return duration(seconds, self.language)


def deciding_status(row: Result) -> Status:
    """The status that counts for a service's row: its roll-up, where it has one."""
    return row.rollup.status if row.rollup else row.status
