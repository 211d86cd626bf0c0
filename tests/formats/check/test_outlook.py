"""The sentence of a budget, in both languages: never better than the truth, and in proper words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.formats.check.outlook import budget_sentence, spent_by_text
from slactl.formats.language import speak
from slactl.model.burn import Course, Outlook, Spender
from slactl.model.report import Budget, Case, Result, RowSpan
from slactl.model.status import Status
from tests.formats.agreement import ERRORS, ROME, UPTIME, at
from tests.formats.check.checks import DAY, SETTLED, outlook, row


def seconds(allowed: str, used: str, found: Outlook | None = None, **changes: object) -> Result:
    return row(UPTIME, Status.OK, budget=Budget(Fraction(allowed), Fraction(used)), outlook=found, **changes)


def sentence(found: Result, month: Result | None = None, code: str = "en", until: int = SETTLED) -> str | None:
    return budget_sentence(found, month, until, ROME, speak(code))


def test_without_a_budget_there_is_nothing_to_say() -> None:
    assert sentence(row(UPTIME, Status.INSUFFICIENT_DATA)) is None


def test_a_month_without_a_budget_leaves_the_word_to_the_year() -> None:
    year = seconds("31536", "20076", outlook(Course.LASTS), span=RowSpan.YEAR_TO_DATE)
    empty = row(UPTIME, Status.INSUFFICIENT_DATA)
    assert sentence(year, empty) == "3 h 11 min left in the year, enough at this rate"
    assert sentence(year, empty, "it") == (
        "3 h 11 min ancora a disposizione nell'anno, a questo ritmo il margine basta"
    )


def test_what_counts_the_unknown_as_bad_says_so() -> None:
    worst, best = Case(Fraction(1, 2), Status.OK), Case(Fraction(1), Status.OK)
    month = seconds("100", "160", worst_case=worst, best_case=best)
    year = seconds("31536", "20076", span=RowSpan.YEAR_TO_DATE)
    assert sentence(month) == "worst case: nothing left in November, 1 min too much"
    assert sentence(year, month) == f"{sentence(month)}; the year allows 3 h 11 min more"
    assert sentence(year, month, "it") == (
        "caso peggiore: margine esaurito in novembre, superato di 1 min; l'anno concede ancora 3 h 11 min"
    )
    assert sentence(seconds("100", "40", worst_case=best, best_case=best)) == "1 min left in November"


def test_a_year_without_a_budget_says_only_the_month() -> None:
    year = row(UPTIME, Status.INSUFFICIENT_DATA, span=RowSpan.YEAR_TO_DATE)
    assert sentence(year, seconds("100", "40")) == "1 min left in November"


@pytest.mark.parametrize(
    ("ends", "english", "italian"),
    [
        ("2026-11-20T14:20", "on the 20th at 14:20", "al 20 alle ore 14:20"),
        ("2026-11-21T00:00", "on the 21st", "al 21"),
        ("2026-11-22T09:00", "on the 22nd", "al 22"),
        ("2026-11-23T18:40", "on the 23rd", "al 23"),
        ("2026-11-30T23:59", "on the 30th", "al 30"),
        ("2026-12-08T01:00", "on 8 December", "all'8 dicembre"),
        ("2026-12-11T01:00", "on 11 December", "all'11 dicembre"),
        ("2027-03-02T01:00", "on 2 March 2027", "al 2 marzo 2027"),
    ],
)
def test_the_end_is_named_as_near_as_it_is(ends: str, english: str, italian: str) -> None:
    found = seconds("1000", "400", outlook(Course.ENDS, ends))
    assert sentence(found) == f"10 min left in November, at this rate gone {english}"
    assert sentence(found, code="it") == f"10 min ancora a disposizione in novembre, a questo ritmo fino {italian}"


def test_a_day_of_the_same_month_elides_in_italian_where_it_must() -> None:
    found = seconds("1000", "400", outlook(Course.ENDS, "2026-11-08T01:00"))
    assert (sentence(found, code="it", until=at("2026-11-02T00:00")) or "").endswith("fino all'8")


def test_the_year_tells_its_own_end_only_where_it_comes() -> None:
    month = seconds("2592", "1852", outlook(Course.LASTS))
    year = seconds("31536", "31000", outlook(Course.ENDS, "2026-12-03T08:00"), span=RowSpan.YEAR_TO_DATE)
    assert sentence(year, month) == (
        "12 min 20 s left in November, enough at this rate; "
        "the year allows 8 min 56 s more, at this rate gone on 3 December"
    )


@pytest.mark.parametrize(
    ("allowed", "used", "said"),
    [
        ("100", "100", "nothing left in November"),
        ("100", "160.2", "nothing left in November, 1 min 1 s too much"),
        ("100.9", "100", "0 s left in November"),
        ("0", "5", "nothing left in November, 5 s too much"),
        ("0", "0", "0 s left in November"),
        ("100.99", "39", "1 min 1 s left in November"),
    ],
)
def test_what_is_left_is_rounded_down_and_what_is_too_much_up(allowed: str, used: str, said: str) -> None:
    assert sentence(seconds(allowed, used)) == said


def test_a_spent_year_beside_a_month() -> None:
    year = seconds("100", "160", span=RowSpan.YEAR_TO_DATE)
    assert sentence(year, seconds("100", "40")) == "1 min left in November; nothing left in the year, 1 min too much"
    assert sentence(year, seconds("100", "200"), "it") == (
        "margine esaurito in novembre, superato di 1 min 40 s; margine esaurito nell'anno, superato di 1 min"
    )


@pytest.mark.parametrize(
    ("unit", "left", "english", "italian"),
    [
        ("requests", "1", "1 bad request left", "1 richiesta non conforme ancora a disposizione"),
        ("requests", "1234.9", "1,234 bad requests left", "1.234 richieste non conformi ancora a disposizione"),
        ("slices", "3", "3 slices left", "3 intervalli ancora a disposizione"),
    ],
)
def test_other_units_are_counted(unit: str, left: str, english: str, italian: str) -> None:
    found = row(ERRORS, Status.OK, unit=unit, budget=Budget(Fraction(left), Fraction(0)))
    assert sentence(found) == f"{english} in November"
    assert sentence(found, code="it") == f"{italian} in novembre"


def test_the_month_is_the_agreements() -> None:
    just_begun = at("2026-12-01T00:05")
    assert sentence(seconds("100", "40"), until=just_begun) == "1 min left in December"
    assert sentence(seconds("100", "40"), until=at("2026-12-01T00:00")) == "1 min left in November"


def test_the_end_of_a_course_that_is_unknown_is_not_made_up() -> None:
    assert sentence(seconds("100", "40", outlook(Course.UNKNOWN))) == "1 min left in November"


def test_who_spent_it() -> None:
    spenders = (Spender("GET /a", 2, Fraction(2, 3)), Spender("GET /b\n|x", 1, Fraction(1, 3)))
    found = Outlook((), Course.LASTS, DAY, spent_by=spenders)
    assert spent_by_text(found, speak("en")) == "spent by GET /a (66.7%) and GET /b\\x0a|x (33.4%)"
    assert spent_by_text(found, speak("it")) == "consumato da GET /a (66,7%) e GET /b\\x0a|x (33,4%)"
    assert spent_by_text(replace(found, spent_by=()), speak("en")) is None
    assert spent_by_text(None, speak("en")) is None
