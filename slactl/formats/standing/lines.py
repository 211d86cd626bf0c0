"""One target in words: what every table of a standing says of it.

The one rule: everything that shows a target takes its texts from here, so that a terminal, a pipe and a chat say
the same; names from outside are on one line, with nothing invisible in them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import budget_sentence, spent_by_text
from slactl.formats.check.shares import share_goal, share_of
from slactl.formats.figures import display, goal_text
from slactl.formats.numbers import fixed, judged_percent, percent, ratio_goal
from slactl.formats.sanitize import plain
from slactl.formats.standing.signs import NOTHING, UNKNOWN, day_sign
from slactl.formats.texts import reason_text
from slactl.formats.words import GLYPHS, KINDS, goal_of, status_word

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.burn import BurnRate, Outlook, Spent
    from slactl.model.check import Check, Target
    from slactl.model.report import Result
    from slactl.model.standing import Standing
    from slactl.model.status import Status

TIMES = "\N{MULTIPLICATION SIGN}"
MOST = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A target's texts. ``share`` is what is left of the budget, between 0 and 1, None where there is none.

    ``spent_most`` names only those who spent most, for where there is little room;
    ``rates`` are burn rates by look-back, ``trend`` a sign a day and ``days`` what each day spent of its allowance.
    """

    service: str
    objective: str
    kind: str
    sign: str
    word: str
    figure: str
    goal: str
    share: Fraction | None
    left: str
    sentence: str
    rates: tuple[tuple[str, str], ...]
    trend: str
    days: tuple[tuple[str, str], ...]
    spent_by: str
    spent_most: str
    reason: str
    target: Target


def lines_of(standing: Standing, language: Language) -> tuple[Line, ...]:
    """Every target, in the check's order."""
    return tuple(line_of(standing, target, language) for target in standing.check.targets)


def line_of(standing: Standing, target: Target, language: Language) -> Line:
    """One target in words."""
    check, row = standing.check, target.row
    figure, goal = _figure_and_goal(check, row, language)
    near = nearest(target)
    stretches = row.outlook.stretches if row.outlook else ()
    share = share_left(near)
    return Line(
        service=service_text(row),
        objective=plain(target.title),
        kind=KINDS[target.status],
        sign=GLYPHS[target.status],
        word=word_of(target.status, language),
        figure=plain(figure),
        goal=plain(goal),
        share=share,
        left="" if share is None else percent(share, language, up=False, places=1),
        sentence=sentence_of(check, target, language),
        rates=_rates(row.outlook, language),
        trend="".join(day_sign(one) for one in stretches) if standing.days else "",
        days=tuple((day.isoformat(), _day(one, language)) for day, one in zip(standing.days, stretches, strict=False)),
        spent_by=spenders_text(row.outlook, language),
        spent_most=spenders_text(row.outlook, language, MOST),
        reason=plain(reason_text(row.reason, language)) if row.reason else "",
        target=target,
    )


def _figure_and_goal(check: Check, row: Result, language: Language) -> tuple[str, str]:
    """Both in words; of a percentile that was judged without a value the share of what is within its limit."""
    goal = goal_of(check.catalogue, row)
    limit = goal_text(goal, row.indicator, language, row.unit) if goal else row.goal
    shown = display(row, goal, language)
    share, asked = share_of(row), share_goal(check.catalogue, row)
    if shown is None and share is not None and asked is not None:
        return f"{judged_percent(share, asked, language)} {limit}", ratio_goal(asked, language)
    return shown or language.gettext("no figure"), limit


def word_of(status: Status, language: Language) -> str:
    """The status of a running period in words."""
    return status_word(status, language, running=True)


def service_text(row: Result) -> str:
    """The service, with the class where the row is of one."""
    if row.operation_class is None:
        return plain(row.service)
    return f"{plain(row.service)} [{plain(row.operation_class)}]"


def nearest(target: Target) -> Result:
    """The row whose budget ends first: the month's beside a year's, where it has one."""
    return target.month if target.month is not None and target.month.budget is not None else target.row


def share_left(row: Result) -> Fraction | None:
    """What is left of a budget, between 0 and 1; None without one, and where nothing is allowed nothing is left."""
    if row.budget is None:
        return None
    if not row.budget.allowed:
        return None if not row.budget.used else Fraction(0)
    return min(max(row.budget.remaining / row.budget.allowed, Fraction(0)), Fraction(1))


def sentence_of(check: Check, target: Target, language: Language) -> str:
    """What is left in words; empty without a budget."""
    zone = check.catalogue.report.zone
    return budget_sentence(target.row, target.month, check.settled_until, zone, language) or ""


def spenders_text(outlook: Outlook | None, language: Language, most: int | None = None) -> str:
    """Who spent it, or the first so many of them; empty where nobody did."""
    if outlook is None:
        return ""
    return plain(spent_by_text(replace(outlook, spent_by=outlook.spent_by[:most]), language) or "")


def rate_text(rate: BurnRate, language: Language) -> str:
    """``1.4×``, rounded up; ``0.0–1.4×`` where something unknown decides, ``?`` where nobody knows."""
    if rate.high is None:
        return UNKNOWN
    high = fixed(rate.high, 1, language, up=True)
    if rate.low is None or rate.low == rate.high:
        return high + TIMES
    return f"{fixed(rate.low, 1, language, up=False)}\N{EN DASH}{high}{TIMES}"


def _rates(outlook: Outlook | None, language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((one.lookback.name, rate_text(one, language)) for one in outlook.rates) if outlook else ()


def _day(spent: Spent, language: Language) -> str:
    if spent.bad is None:
        return UNKNOWN
    if not spent.total:
        return NOTHING
    if spent.rate is None:
        return fixed(spent.bad, 0, language, up=True)
    return fixed(spent.rate, 1, language, up=True) + TIMES
