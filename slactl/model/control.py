"""Samples of controls: what a look at the configuration found.

The one rule: a sample proves its own day and no other; a day without one is unknown, and so is a refused look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slactl.model.status import Reason


@dataclass(frozen=True, slots=True)
class ControlSample:
    """One look: ``at`` in seconds, ``target`` the one of ``Control.each`` (None: there is one only).

    ``selected`` is the JSON that the control's JMESPath selected, or None where ``failure`` says why there is none.
    ``held`` is whether it was as expected when it was looked at, None of a failure. ``asked`` is the digest of
    call, parameters and JMESPath: samples of another question say nothing about this one.
    """

    component: str
    control: str
    target: str | None
    at: int
    asked: str
    selected: object = None
    held: bool | None = None
    failure: Reason | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A selected value that was another one when it was looked at next; seen on ``at``."""

    at: int
    target: str | None
    before: object
    after: object
    held: bool | None


@dataclass(frozen=True, slots=True)
class ControlDetail:
    """Beside a control's row: its samples, and the local days that they prove.

    ``held`` of ``samples`` were as expected; ``missed_days`` have one that was not, ``days_without`` none at all or
    a refused look. ``latest`` is the last value that was selected, None where there is none; ``looks`` are all looks,
    refused ones too, the first at ``first`` and the last at ``last``.
    """

    samples: int
    held: int
    missed_days: tuple[date, ...] = ()
    days_without: tuple[date, ...] = ()
    changes: tuple[Change, ...] = ()
    latest: ControlSample | None = None
    looks: int = 0
    first: int | None = None
    last: int | None = None
