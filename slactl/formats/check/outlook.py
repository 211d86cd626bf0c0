"""What is left of a running budget, as people say it: how much, until when at this rate, who spent it.

The one rule: what is left is rounded down, what is spent too much is rounded up, and an end never later
than it is. What counts the unknown as bad says that it is the worst case.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton

from slactl.formats.numbers import percent, whole
from slactl.formats.sanitize import plain
from slactl.formats.times import duration, joined, long_date, whole_seconds
from slactl.formats.units import COUNTS, counted
from slactl.model.burn import Course
from slactl.model.period import local_date
from slactl.model.report import RowSpan

if TYPE_CHECKING:
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.burn import Outlook, Spender
    from slactl.model.report import Budget, Result

LONGEST_NAME = 80
# A day with what its language puts before it, by the form of CLDR's ordinal rules: 21st but 22nd, al 7 but all'8.
DAYS = {
    "en": {"one": "on the {day}st", "two": "on the {day}nd", "few": "on the {day}rd", "other": "on the {day}th"},
    "it": {"many": "all'{day}", "other": "al {day}"},
}
DATES = {"en": {"other": "on {date}"}, "it": {"many": "all'{date}", "other": "al {date}"}}


def budget_sentence(
    row: Result, month: Result | None, settled_until: int, zone: ZoneInfo, language: Language
) -> str | None:
    """``12 min 20 s left in November, at this rate gone on the 23rd; the year allows 3 h 11 min more``.

    ``row`` is the judged row, ``month`` the running month's beside a year's; ``settled_until`` (seconds since
    the epoch) is where the figures end. None where neither row has a budget. No capital, no full stop: it
    goes into a line.
    """
    near = month if month is not None and month.budget is not None else row
    if near.budget is None or (row.unit == "days" and not near.budget.allowed and not near.budget.used):
        return None  # a control that held and may never miss has nothing to be left
    said = [_surely(near, _near(near, near.budget, settled_until, zone, language), language)]
    if near is not row and row.budget is not None:
        said.append(_surely(row, _year(row, row.budget, settled_until, zone, language), language))
    return "; ".join(said)


def _surely(row: Result, said: str, language: Language) -> str:
    """What is said of a budget; of one that holds something unknown, that it is the worst case."""
    unknown = row.worst_case is not None and row.worst_case != row.best_case
    return language.gettext("worst case: {value}").format(value=said) if unknown else said


def amount(row: Result, value: Fraction, language: Language, *, up: bool) -> str:
    """Seconds, requests or slices of a row's budget as text; ``value`` is not negative."""
    number = whole_seconds(value, up=up)
    if row.unit == "seconds":
        return duration(number, language)
    if row.unit in COUNTS and row.unit != "requests":
        return counted(whole(number, language), row.unit, language)
    return language.count("{n} bad request", "{n} bad requests", number)


def spent_by_text(outlook: Outlook | None, language: Language) -> str | None:
    """``spent by GET /missions (62.5%) and POST /reports (20.0%)``; None where nobody spent anything."""
    if outlook is None or not outlook.spent_by:
        return None
    names = joined([_spender(one, language) for one in outlook.spent_by], language)
    return language.gettext("spent by {names}").format(names=names)


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    """Text from outside on one line, nothing invisible in it, and no longer than ``most``."""
    clean = plain(text)
    return clean if len(clean) <= most else clean[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _near(row: Result, budget: Budget, settled_until: int, zone: ZoneInfo, language: Language) -> str:
    when = _period(row, settled_until, zone, language)
    if _spent(budget):
        return _overspent(row, budget, language, when)
    left = amount(row, budget.remaining, language, up=False)
    said = language.gettext("{left} left {when}").format(left=left, when=when)
    course = _course(row.outlook, settled_until, zone, language)
    return f"{said}, {course}" if course else said


def _year(row: Result, budget: Budget, settled_until: int, zone: ZoneInfo, language: Language) -> str:
    if _spent(budget):
        return _overspent(row, budget, language, _period(row, settled_until, zone, language))
    more = amount(row, budget.remaining, language, up=False)
    said = language.gettext("the year allows {more} more").format(more=more)
    ends = row.outlook is not None and row.outlook.course is Course.ENDS
    return f"{said}, {_course(row.outlook, settled_until, zone, language)}" if ends else said


def _spent(budget: Budget) -> bool:
    return budget.remaining < 0 or (not budget.remaining and bool(budget.used))


def _overspent(row: Result, budget: Budget, language: Language, when: str) -> str:
    if not budget.remaining:
        return language.gettext("nothing left {when}").format(when=when)
    if row.unit == "days":
        used, allowed = (amount(row, days, language, up=False) for days in (budget.used, budget.allowed))
        text = language.gettext("{used} not as expected {when}, {allowed} allowed")
        return text.format(used=used, when=when, allowed=allowed)
    over = amount(row, -budget.remaining, language, up=True)
    return language.gettext("nothing left {when}, {over} too much").format(when=when, over=over)


def _course(outlook: Outlook | None, settled_until: int, zone: ZoneInfo, language: Language) -> str | None:
    if outlook is None:
        return None
    if outlook.course is Course.ENDS and outlook.ends_at is not None:
        day = _day(outlook.ends_at, settled_until, zone, language)
        return language.gettext("at this rate gone {day}").format(day=day)
    return language.gettext("enough at this rate") if outlook.course is Course.LASTS else None


def _period(row: Result, settled_until: int, zone: ZoneInfo, language: Language) -> str:
    if row.span is RowSpan.YEAR_TO_DATE:
        return language.gettext("in the year")
    name = format_date(local_date(settled_until - 1, zone), "LLLL", locale=language.locale)
    return language.gettext("in {month}").format(month=name)


def _day(instant: int, settled_until: int, zone: ZoneInfo, language: Language) -> str:
    """``on the 23rd``, with the hour where it is the same day, with the month where it is another."""
    local, today = datetime.fromtimestamp(instant, UTC).astimezone(zone), local_date(settled_until, zone)
    day = local.date()
    form = language.locale.ordinal_form(day.day)
    if (day.year, day.month) != (today.year, today.month):
        forms = DATES[language.code]
        return forms.get(form, forms["other"]).format(date=_date(day, today, language))
    forms = DAYS[language.code]
    said = forms.get(form, forms["other"]).format(day=day.day)
    return language.gettext("{day} at {hour}").format(day=said, hour=f"{local:%H:%M}") if day == today else said


def _date(day: date, today: date, language: Language) -> str:
    if day.year != today.year:
        return long_date(day, language)
    return format_skeleton("MMMMd", day, locale=language.locale)


def _spender(spender: Spender, language: Language) -> str:
    return f"{shortened(spender.operation)} ({percent(spender.share, language, up=True, places=1)})"
