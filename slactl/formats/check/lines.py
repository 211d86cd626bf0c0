"""One target of a check in words: what was promised, what was found, what is left.

The one rule: a line is one line. What comes from outside is shortened and nothing in it is invisible, nor
ends the text as a monitoring system reads it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import budget_sentence, shortened, spent_by_text
from slactl.formats.check.shares import share_goal, share_of
from slactl.formats.figures import PERCENTILE, display, goal_text
from slactl.formats.language import mark
from slactl.formats.numbers import exact, fixed, judged_percent, judged_places, ratio_goal
from slactl.formats.texts import reason_text
from slactl.formats.words import goal_of
from slactl.model.check import Judged
from slactl.model.goal import Comparison, Goal
from slactl.model.status import WORST_FIRST, Code, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.formats.language import Language
    from slactl.model.burn import BurnFactors
    from slactl.model.check import Check, Target
    from slactl.model.report import Result
    from slactl.model.status import Reason

LONGEST_TEXT = 240
MOST_OPERATIONS = 3
SIGNS = str.maketrans({sign: f"\\x{ord(sign):02x}" for sign in "|<>"})
TROUBLE = WORST_FIRST[:3]
SPENDING = frozenset({Status.BREACHED, Status.WARNING})


def harmless(text: str) -> str:
    """Text without the signs that plugin output gives a meaning: a bar begins performance data, angles a tag."""
    return text.translate(SIGNS)


def outside(text: str) -> str:
    """A name from outside in a line."""
    return harmless(shortened(text))


def said(reason: Reason, language: Language) -> str:
    """The sentence of a reason in a line; its figures may hold an error's text."""
    return harmless(shortened(reason_text(reason, language), LONGEST_TEXT))


def subject(row: Result) -> str:
    """Whose figure it is: the service, with the operation or the class where it is of one."""
    parts = [outside(row.service)]
    if row.operation is not None:
        parts.append(outside(row.operation))
    if row.operation_class is not None:
        parts.append(f"[{outside(row.operation_class)}]")
    return " ".join(parts)


def figure(check: Check, target: Target, language: Language) -> str:
    """``99.865% (≥ 99.9%)``; of a percentile without a value ``97.000% of requests < 2 s (≥ 95%)``."""
    row, goal = target.row, goal_of(check.catalogue, target.row)
    limit = goal_text(goal, row.indicator, language, row.unit) if goal else outside(row.goal)
    shown = display(row, goal, language)
    return f"{shown} ({limit})" if shown else _share(check, row, limit, language)


def _share(check: Check, row: Result, limit: str, language: Language) -> str:
    share, asked = share_of(row), share_goal(check.catalogue, row)
    if share is None or asked is None:
        return f"{language.gettext('no figure')} ({limit})"
    shown = judged_percent(share, asked, language)
    requests, values = mark("{share} of requests {limit}"), mark("{share} of values {limit}")
    form = requests if row.indicator == PERCENTILE else values
    text = language.gettext(form).format(share=shown, limit=limit)
    return f"{text} ({ratio_goal(asked, language)})"


def target_line(check: Check, target: Target, language: Language) -> str:
    """The whole line of a target, its status word first."""
    head = f"{target.status.value} {subject(target.row)}, {outside(target.title)}: {figure(check, target, language)}"
    if not target.row.binding:
        head += f" [{language.gettext('informative')}]"
    return "; ".join([head, *_rest(check, target, language)])


def _rest(check: Check, target: Target, language: Language) -> Iterator[str]:
    row = target.row
    if target.judged is Judged.BURN_RATE:
        burning = burning_text(check, row, language)
    else:
        burning = budget_sentence(row, target.month, check.settled_until, check.catalogue.report.zone, language)
    if burning:
        yield burning
    if row.reason is not None and row.reason.code is not Code.BURNING:
        yield said(row.reason, language).rstrip(".")
    worst = worst_operations(check, target, language)
    if worst:
        yield worst
    elif row.operation is None and target.status in SPENDING and (spent := spent_by_text(row.outlook, language)):
        yield harmless(spent)


def burning_text(check: Check, row: Result, language: Language) -> str | None:
    """``burning 14.9× (page from 14.4×, ticket from 6×)``; None where nobody knows the rate.

    The rate is rounded up, with as many places as put it on the true side of both factors.
    """
    rate = row.budget.used_ratio if row.budget is not None else None
    if rate is None:
        return None
    factors = check.policy.of(check.window.value) if check.policy is not None else None
    text = language.gettext("burning {rate}\N{MULTIPLICATION SIGN}").format(rate=_rate(rate, factors, language))
    if factors is None:
        return text
    limits = language.gettext("page from {page}\N{MULTIPLICATION SIGN}, ticket from {ticket}\N{MULTIPLICATION SIGN}")
    text += f" ({limits.format(page=exact(factors.page, language), ticket=exact(factors.ticket, language))})"
    return text + _too_few(check, row, rate >= factors.ticket, language)


def _too_few(check: Check, row: Result, fast: bool, language: Language) -> str:
    """Why a fast rate wakes nobody, where that is so."""
    if not fast or row.status is not Status.OK or check.policy is None:
        return ""
    least = check.policy.least_bad
    return ", " + language.count("counts from {n} bad request on", "counts from {n} bad requests on", least)


def _rate(rate: Fraction, factors: BurnFactors | None, language: Language) -> str:
    limits = (factors.page, factors.ticket) if factors else ()
    places = max((judged_places(rate, Goal(Comparison.BELOW, limit, ""), 1) for limit in limits), default=1)
    return fixed(rate, places, language, up=True)


def worst_operations(check: Check, target: Target, language: Language) -> str | None:
    """The operations that made a roll-up worse than its own row, the worst first; None where none did."""
    rollup = target.row.rollup
    if rollup is None or rollup.worst_operation is None:
        return None
    found = [row for row in target.operations if row.binding and row.status in TROUBLE]
    named = [_operation(check, row, language) for row in found[:MOST_OPERATIONS]] or [outside(rollup.worst_operation)]
    if len(found) > MOST_OPERATIONS:
        more = len(found) - MOST_OPERATIONS
        named.append(language.count("{n} more", "{n} more", more))
    return language.gettext("worst operations: {names}").format(names=", ".join(named))


def _operation(check: Check, row: Result, language: Language) -> str:
    shown = display(row, goal_of(check.catalogue, row), language)
    return f"{outside(row.operation or '')} {shown or row.status.value}"
