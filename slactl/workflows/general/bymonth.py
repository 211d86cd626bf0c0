"""Who was told of a month that missed a promise, where no condition over a short time watches it.

The one rule: the month is crossed by its end, and only who was told once its allowance can have been used up was told
of that; what acted before told of something else, and where counts don't say when, nobody knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from slactl.alarming.recording import Teller, Told, told_of
from slactl.model.objective import Availability, Objective
from slactl.model.replay import Rung
from slactl.model.report import Result, RowSpan, ServiceReport
from slactl.model.service import Service
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Status
from slactl.workflows.enforcing.stage import Stage
from slactl.workflows.enforcing.using import UsedUp, of_outages, used_up
from slactl.workflows.surveying import World


@dataclass(frozen=True)
class ByMonth:
    """A promise over its ``settled`` span; ``read`` is where the history is known, ``rows`` are all that were judged.

    No window mutes a whole month, so none that lies on its end does.
    """

    world: World
    service: Service
    objective: Objective
    settled: Span
    calling: Sequence[Teller]
    read: Spans
    rows: Sequence[Result]
    pages: Sequence[ServiceReport]

    @property
    def uncrossed(self) -> Code:
        """What is to be said where the month did not miss it."""
        return Code.MONTH_MET if self._statuses == {Status.OK} else Code.MONTH_NOT_MISSED

    @property
    def told(self) -> Told:
        """What is known of who was told.

        Raises:
            AwsFailure: when no read can succeed.
            EvidenceFailure: when evidence can't be read.
        """
        if Status.BREACHED in self._statuses:
            return self._missed()
        if Status.INSUFFICIENT_DATA in self._statuses:
            return Told((), int(not self._heard()))
        return Told()

    def _missed(self) -> Told:
        """Of a miss; where the counts do not say exactly when, it must not matter."""
        ever = self._since(self.settled.start)
        if not _is_told(ever):  # then nothing need be read
            return ever
        used = self._used_up(Status.BREACHED)
        earliest = self._since(used.earliest)
        if not _is_told(earliest) or used.latest == used.earliest:
            return earliest
        latest = Told() if used.latest is None else self._since(used.latest)
        return latest if _is_told(latest) else Told((), 1)

    def _heard(self) -> bool:
        """Whether somebody was told of a miss, if there was one."""
        if not _is_told(self._since(self.settled.start)):
            return False
        used = self._used_up(Status.INSUFFICIENT_DATA)
        return used.counted and _is_told(self._since(used.earliest))

    def _since(self, start: int) -> Told:
        """Who was told from an instant on; the crossing is the end of the period."""
        told = told_of(Rung((Span(start, self.settled.end),), (), 0), self.calling, self.read, ())
        return replace(told, crossings=tuple(replace(one, at=self.settled.end - 1) for one in told.crossings))

    def _used_up(self, status: Status) -> UsedUp:
        rows = [row for row in self._own if row.status is status]
        if isinstance(self.objective.indicator, Availability):
            outages = [outage.span for one in self.pages if one.key == self.service.key for outage in one.outages]
            allowed = min((row.budget.allowed for row in rows if row.budget), default=None)
            return of_outages(outages, allowed, self.settled)
        stage = Stage(self.world.reader, self.world.keeps, self.world.now, self.settled)
        return used_up(stage, self.service, self.objective, rows, self.world.inventories)

    @cached_property
    def _own(self) -> list[Result]:
        wanted = (self.service.key, self.objective.id, RowSpan.MONTH)
        return [row for row in self.rows if (row.service, row.objective, row.span) == wanted]

    @cached_property
    def _statuses(self) -> set[Status]:
        return {row.rollup.status for row in self._own if row.rollup is not None}


def _is_told(found: Told) -> bool:
    return any(one.action is not None for one in found.crossings)
