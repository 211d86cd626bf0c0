"""What is wrong with an alarm that stands.

The one rule: a finding says what was seen, why it matters and what to do; what could not be looked at is no finding,
and is said.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong; ``code`` is stable, ``own`` says that the alarm bears our tag."""

    alarm: str
    code: str
    what: str
    why: str
    do: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Linted:
    """The findings of an account and region, of so many alarms; ``doubts`` is what could not be looked at."""

    account: str
    region: str
    alarms: int
    findings: tuple[Finding, ...]
    doubts: tuple[str, ...] = ()
