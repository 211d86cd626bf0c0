"""AWS's own budget reports of our SLOs, beside the rows of a month.

The one rule: they are shown, never judged: what they say changes no figure and no status.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class AwsBudget:
    """What AWS says of the SLO of an objective.

    ``attainment`` is a share of good, ``budget`` and ``remaining`` are requests; None where AWS tells none.
    ``reasons`` are stable codes of why it may differ from the report's row.
    """

    service: str
    objective: str
    slo: str
    status: str
    attainment: Fraction | None
    budget: int | None
    remaining: int | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsBudgets:
    """The reports at an instant (seconds since the epoch); ``failure`` says why there are none."""

    at: int
    rows: tuple[AwsBudget, ...] = ()
    failure: str = ""
