"""Judges the general objectives of a catalogue over one period, each by the file of its kind.

The one rule: every objective gives its rows, whatever could not be read; a row that nothing could be read for is
INSUFFICIENT_DATA and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slactl.model.catalogue import Catalogue
from slactl.model.objective import Objective
from slactl.model.period import Period
from slactl.model.report import Gap, Result
from slactl.model.span import Spans
from slactl.model.status import Code, Status
from slactl.ports.general import GeneralWorld
from slactl.workflows.scope import said
from slactl.workflows.surveying import World


@dataclass(frozen=True, slots=True)
class JudgedGeneral:
    """The rows of the general objectives, and what could not be read."""

    results: tuple[Result, ...] = ()
    gaps: tuple[Gap, ...] = ()


def judge_general(
    world: World, general: GeneralWorld | None, catalogue: Catalogue, period: Period, applied: Mapping[str, Spans]
) -> JudgedGeneral:
    """All rows; ``applied`` are exclusions by component or service. Without ``general`` nothing is known."""
    del world, general, applied
    results = [one for objective in catalogue.general for one in _unread(catalogue, objective, period)]
    return JudgedGeneral(tuple(results))


def _unread(catalogue: Catalogue, objective: Objective, period: Period) -> list[Result]:
    live = objective.in_force_on(period.month.first)
    status = (Status.INSUFFICIENT_DATA, Code.READ_FAILED) if live else (Status.NOT_RATED, Code.NOT_IN_FORCE)
    return said(catalogue.bearer(objective), objective, *status)
