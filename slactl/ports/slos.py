"""What a place that keeps SLOs must offer to whoever changes them.

The one rule: every call is done or it is not, and says so (``NotDone``); what makes every call hopeless is raised as
such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from slactl.model.alarmplan import Form
from slactl.model.slo import StandingSlo


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """What AWS says of an SLO at an instant: its status, the share attained (a ratio), requests of budget."""

    name: str
    status: str
    attainment: float | None = None
    budget: int | None = None
    remaining: int | None = None


class SloStore(Protocol):
    """Keeps the SLOs of one account and region."""

    @property
    def account(self) -> str:
        """Twelve digits."""
        ...

    @property
    def region(self) -> str:
        """Such as ``eu-west-1``."""
        ...

    def standing(self, beginning: str) -> tuple[StandingSlo, ...]:
        """Every SLO; fields and tags of those whose names begin so."""
        ...

    def one(self, name: str) -> StandingSlo | None:
        """An SLO as it stands now, tags included; None if there is none.

        Raises:
            NotDone: if it can't be read.
        """
        ...

    def create(self, fields: Form, tags: Mapping[str, str]) -> None:
        """Makes an SLO; raises ``NotDone``."""
        ...

    def update(self, name: str, parts: Form) -> None:
        """Changes the parts that are named, others stay; raises ``NotDone``."""
        ...

    def delete(self, name: str) -> None:
        """Deletes an SLO; one that is gone already is not missed. Raises ``NotDone``."""
        ...

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Sets tags, others stay; raises ``NotDone``."""
        ...

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Takes tags away; raises ``NotDone``."""
        ...

    def budgets(self, names: Sequence[str], at: int) -> tuple[BudgetReport, ...]:
        """AWS's own reports at an instant (seconds since the epoch) of those that have one; raises ``NotDone``."""
        ...
