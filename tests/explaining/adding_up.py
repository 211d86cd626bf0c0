"""What must hold of every explanation: it is the report's row, and everything in it adds up to that."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from gettext import NullTranslations
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.formats.explanation import saying, text
from slactl.formats.explanation.voice import Voice
from slactl.formats.figures import display
from slactl.formats.language import Language, speak, translations_of
from slactl.model.explanation import Arithmetic, Explanation, What
from slactl.model.objective import Availability, Evaluation
from slactl.model.report import AvailabilityDetail, CoverageDetail, Result, RowSpan, Seconds
from slactl.model.status import Code
from slactl.model.steps import Account, Fate, Step
from slactl.workflows.explaining.steps import added_up


def _schemas() -> Draft202012Validator:
    """The published form, which refers to the report's."""
    report, own = (
        json.loads((files("slactl.formats") / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("report", "explanation")
    )
    known: Registry[Any] = Registry()
    return Draft202012Validator(own, registry=known.with_resource(report["$id"], Resource.from_contents(report)))


class Refusing(NullTranslations):
    """Stands behind a catalogue: what comes here has no translation."""

    def gettext(self, message: str) -> str:
        raise AssertionError(f"not in the catalogue: {message!r}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise AssertionError(f"not in the catalogue: {msgid1!r}")


def _italian() -> Language:
    """Italian that fails where a text has no translation."""
    translations = translations_of("it")
    translations.add_fallback(Refusing())
    return replace(speak("it"), translations=translations)


SCHEMA, ITALIAN = _schemas(), _italian()


def check_said(found: Explanation) -> None:
    """Holds what is said of an explanation against its published form, and both languages."""
    said = json.loads(saying("json")(found, "it"))
    if said["account"] is not None:
        said["account"]["stretches"] = said["account"]["stretches"][:20]
    SCHEMA.validate(said)
    shown = display(found.row, found.objective.goal, speak("en"))
    assert shown is None or shown in saying("text")(found, "en")
    assert list(text._lines(Voice(found, ITALIAN)))


def check(row: Result, found: Explanation) -> None:
    """Holds an explanation against its row of the report."""
    if row.span is RowSpan.YEAR_TO_DATE:
        assert found.row.span is RowSpan.MONTH
        if found.year is not None:
            assert found.year.row == row
            _of_year(row, found)
        return
    assert found.row == row
    _gives(found.arithmetic, row, found)
    if found.account is not None:
        _account(found.account, row, found)
    if found.ladder is not None and row.high is not None:
        _ladder(found)


def _gives(way: Arithmetic | None, row: Result, found: Explanation) -> None:
    """The arithmetic comes to the row's counts, and its quotient to the row's value."""
    if way is None:
        assert row.total is None or found.account is None, "a row with counts has its arithmetic"
        return
    last = {line.what: line.total for line in way.lines}
    if What.GOOD in last and row.good is not None:
        assert last[What.GOOD] == row.good
    if What.BAD in last and row.good is not None and row.total is not None:
        assert last[What.BAD] == row.total - row.good
    counted = next((last[what] for what in (What.COUNTED, What.REQUESTS, What.SLICES) if what in last), None)
    assert counted == row.total
    _quotient(way, row)


def _quotient(way: Arithmetic, row: Result) -> None:
    if way.part is None or not way.whole:
        return
    value = Fraction(way.part) / Fraction(way.whole)
    told = row.value if row.value is not None else row.worst_case.value if row.worst_case else None
    lost = row.reason is not None and row.reason.code in (
        Code.NO_LONGER_KEPT, Code.NO_REQUESTS, Code.READ_FAILED, Code.DISCOVERY_INCOMPLETE, Code.HOURS_ONLY,
        Code.NOTHING_SETTLED,
    )  # fmt: skip
    assert told == value or (told is None and lost)


def _account(account: Account, row: Result, found: Explanation) -> None:
    """The steps lie one after the other, add up to the account, and this to what is owed (rule 9)."""
    assert found.owed is not None
    assert account.steps[0].span.start == found.owed.start
    assert account.steps[-1].span.end == found.owed.end
    for before, after in zip(account.steps, account.steps[1:], strict=False):
        assert before.span.end == after.span.start
    for step in account.steps:
        _step(step)
    total = added_up(step.seconds for step in account.steps)
    assert total == account.seconds
    assert total.total == found.owed.seconds
    detail = row.detail
    assert isinstance(detail, AvailabilityDetail | CoverageDetail)
    assert detail.seconds == total
    indicator = found.objective.indicator
    by_requests = isinstance(indicator, Availability) and indicator.evaluation is Evaluation.REQUESTS
    if by_requests and row.total is not None and not total.unknown:
        assert sum(step.requests or 0 for step in account.steps) == row.total


def _step(step: Step) -> None:
    assert step.seconds.total == step.span.seconds
    held = {name for name in Fate if name is not Fate.MIXED and getattr(step.seconds, name.value)}
    if step.fate is not Fate.MIXED:
        assert held <= {step.fate, Fate.EXCLUDED}
        assert getattr(step.seconds, step.fate.value)
    assert bool(step.seconds.excluded) == bool(step.windows)
    assert sum(number for because, number in step.because if because.rules) == step.slices


def _ladder(found: Explanation) -> None:
    """The rungs at the bracket's ends say what they are there to say."""
    ladder, row = found.ladder, found.row
    assert ladder is not None
    limits = {rung.limit: rung for rung in ladder.rungs}
    assert row.high is not None
    assert row.low is not None
    assert limits[row.high].enough is True
    assert limits[row.low].enough is not True or row.low in (row.high, ladder.minimum)
    assert ladder.place == max(1, -(-ladder.rank.numerator * ladder.requests // ladder.rank.denominator))
    assert ladder.requests == row.total


def _of_year(row: Result, found: Explanation) -> None:
    assert found.year is not None
    assert isinstance(row.detail, AvailabilityDetail)
    assert sum((month.seconds for month in found.year.months), Seconds()) == row.detail.seconds
    _gives(found.year.arithmetic, row, found)
