"""One thing that was looked at, and how it stands.

The one rule: four words only. ``unknown`` is what could not be looked at; it is never counted as fine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from slactl.ports import Refusal


class Health(StrEnum):
    """How a check stands, the worst first."""

    PROBLEM = "problem"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Check:
    """``code`` is stable, ``subject`` says of which service or action; ``advice`` is what to do, or empty."""

    code: str
    subject: str
    health: Health
    found: str
    advice: str = ""


def ok(code: str, subject: str, found: str, advice: str = "") -> Check:
    """A check that found nothing."""
    return Check(code, subject, Health.OK, found, advice)


def warning(code: str, subject: str, found: str, advice: str) -> Check:
    """A check that found something to look at."""
    return Check(code, subject, Health.WARNING, found, advice)


def problem(code: str, subject: str, found: str, advice: str) -> Check:
    """A check that found what keeps figures from being right or from being at all."""
    return Check(code, subject, Health.PROBLEM, found, advice)


def unknown(code: str, subject: str, found: str, advice: str = "") -> Check:
    """A check that could not look."""
    return Check(code, subject, Health.UNKNOWN, found, advice)


def refused(code: str, subject: str, refusal: Refusal) -> Check:
    """A check that AWS would not answer."""
    return unknown(code, subject, refusal.what, refusal.hint)


def worst(checks: Iterable[Check]) -> Health:
    """The worst of all; of none, ok."""
    found = {check.health for check in checks}
    return next((health for health in Health if health in found), Health.OK)


def grouped(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}".replace(",", "'")
