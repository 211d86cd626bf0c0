"""The check as JSON, ``slactl.check/1``: the rows of ``slactl.report/1``, and how they were judged.

The one rule: a row has every key that a report's row has, with the same meaning, and every row has every
key. The published form is ``check.schema.json``, which refers to the report's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.check.outlook import budget_sentence
from slactl.formats.json import gap_object, source_object
from slactl.formats.jsonparts import Object, number, reason_object, span_object
from slactl.formats.jsonrows import result_object
from slactl.formats.jsontext import text
from slactl.formats.language import Language, speak
from slactl.formats.times import utc
from slactl.formats.words import goal_of
from slactl.model.check import Judged

if TYPE_CHECKING:
    from slactl.model.check import Check, Target
    from slactl.model.report import Result

SCHEMA = "slactl.check/1"


def render(check: Check, language: str) -> str:
    """The check as JSON text that ends with a newline.

    Raises:
        ValueError: if the language is unknown or a figure is not finite.
    """
    return text(check_object(check, speak(language)))


def check_object(check: Check, language: Language) -> Object:
    """The check as plain objects, in the order in which they are written."""
    return {
        "schema": SCHEMA,
        "language": language.code,
        "generated_at": utc(check.now),
        "clock_set": check.clock_set,
        "window": check.window.value,
        "judged": (Judged.BURN_RATE if check.window.burns else Judged.GOAL).value,
        "timezone": check.catalogue.report.timezone,
        "period": {**(span_object(check.period) or {}), "settled_until": utc(check.settled_until)},
        "status": check.status.value,
        "results": [_target(check, target, language) for target in check.targets],
        "told": [reason_object(reason, language) for reason in check.told],
        "gaps": [gap_object(gap, language) for gap in check.gaps],
        "sources": [source_object(source) for source in check.sources],
    }


def _target(check: Check, target: Target, language: Language) -> Object:
    """The row, and beside it what only a check says; ``counts_as`` is the status that decides."""
    zone = check.catalogue.report.zone
    return {
        **_row(check, target.row, language),
        "title": target.title,
        "counts_as": target.status.value,
        "judged": target.judged.value,
        "burn_rate": _burn_rate(check, target),
        "left": None
        if target.judged is Judged.BURN_RATE
        else budget_sentence(target.row, target.month, check.settled_until, zone, language),
        "month": None if target.month is None else _row(check, target.month, language),
        "operations": [_row(check, row, language) for row in target.operations],
    }


def _row(check: Check, row: Result, language: Language) -> Object:
    return result_object(row, goal_of(check.catalogue, row), language)


def _burn_rate(check: Check, target: Target) -> Object | None:
    """The rate of a window that burns and the rates that count, None where the goal judges."""
    if target.judged is not Judged.BURN_RATE:
        return None
    policy, budget = check.policy, target.row.budget
    factors = policy.of(check.window.value) if policy is not None else None
    return {
        "rate": number(budget.used_ratio) if budget is not None else None,
        "page": number(factors.page) if factors is not None else None,
        "ticket": number(factors.ticket) if factors is not None else None,
        "least_bad": policy.least_bad if policy is not None else None,
    }
