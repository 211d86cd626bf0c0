"""What the figures of one service were made from, kept for whoever explains one of them.

The one rule: judging tells it and never asks it, so that a figure is the same whether anybody listens
or not; without a listener nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from slactl.model.span import Spans
from slactl.workflows.rows.availability import Uptime
from slactl.workflows.rows.context import RowContext
from slactl.workflows.rows.year import Year
from slactl.workflows.scope import Scope
from slactl.workflows.survey import Survey
from slactl.workflows.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Made:
    """What the rows of one objective were made from.

    ``line`` is the account of seconds of an availability or a coverage, ``uptime`` and ``year`` the
    rest that an availability takes.
    """

    context: RowContext
    line: Timeline | None = None
    uptime: Uptime | None = None
    year: Year | None = None


class Trace:
    """Listens to nobody."""

    def surveyed(self, scope: Scope, applied: Spans, own: Survey, edge: Survey | None) -> None:
        """Takes what was read of a service."""

    def took(
        self, context: RowContext, line: Timeline | None = None, uptime: Uptime | None = None, year: Year | None = None
    ) -> None:
        """Takes what an objective's rows are made from; the last word counts."""


@dataclass(slots=True)
class FullTrace(Trace):
    """Keeps all that it is told: ``made`` by objective, and the surveys.

    Everything stays as it is where nothing of the service could be read.
    """

    scope: Scope | None = None
    applied: Spans = ()
    own: Survey | None = None
    edge: Survey | None = None
    made: dict[str, Made] = field(default_factory=dict)

    def surveyed(self, scope: Scope, applied: Spans, own: Survey, edge: Survey | None) -> None:
        self.scope, self.applied, self.own, self.edge = scope, applied, own, edge

    def took(
        self, context: RowContext, line: Timeline | None = None, uptime: Uptime | None = None, year: Year | None = None
    ) -> None:
        self.made[context.objective.id] = Made(context, line, uptime, year)
