"""Maintenance told to native SLOs: the windows that a report would take out, and only for promises that exclude them.

The one rule: what would count is decided where it is decided for a report (notice, proof, caps, grid).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slactl.alarming.excluding import plan_slo, reason_of
from slactl.alarming.ownership import tag_value
from slactl.model.catalogue import Catalogue
from slactl.model.excluding import Exclusion, SloExclusions, SloWindows, StandingExclusion
from slactl.model.muting import MutePlan
from slactl.model.span import Span
from slactl.ports.enforcing import NotDone
from slactl.ports.muting import SloStore
from slactl.workflows.muting import Muted
from slactl.workflows.report import Circumstances
from slactl.workflows.windows import windows_in

MOST_SLOS = 50
Change = tuple[tuple[Exclusion, ...], tuple[StandingExclusion, ...]]


@dataclass(frozen=True, slots=True)
class Excluded:
    """What became of an SLO's windows; ``text`` says why not all is done."""

    change: SloExclusions
    text: str = ""


@dataclass(frozen=True, slots=True)
class Synced:
    """All that a sync planned, and what became of it; ``doubts`` are what could not be looked at."""

    mutes: MutePlan
    slos: tuple[SloExclusions, ...]
    doubts: tuple[str, ...] = ()
    muted: tuple[Muted, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.mutes.blocked or self.failures)

    @property
    def failures(self) -> tuple[str, ...]:
        """Each change that failed, in words."""
        rules = (f"{one.what} {one.name}: {one.text}" for one in self.muted if one.text)
        windows = (f"exclusion windows of {one.change.slo.name}: {one.text}" for one in self.excluded if one.text)
        return (*rules, *windows)


def plan_exclusions(
    catalogue: Catalogue, slos: Iterable[SloWindows], span: Span, made: Circumstances
) -> tuple[SloExclusions, ...]:
    """What is to be done of the windows of each SLO, for what lies in a span that begins now."""
    wanted = _wanted(catalogue, span, made)
    planned = (plan_slo(slo, wanted.get((slo.service, slo.objective), ()), span.start) for slo in slos)
    return tuple(sorted(planned, key=lambda one: one.slo.name))


def _wanted(catalogue: Catalogue, span: Span, made: Circumstances) -> Mapping[tuple[str, str], tuple[Exclusion, ...]]:
    found: dict[str, list[Exclusion]] = {}
    for outcome in windows_in(catalogue, span, made):
        reason = reason_of(outcome.window.id, outcome.window.reason)
        for part in outcome.services:
            found.setdefault(part.service, []).extend(
                Exclusion(one.start, one.seconds // 60, reason) for one in part.spans
            )
    return {
        (tag_value(service.key), tag_value(objective.id)): tuple(found.get(service.key, ()))
        for service in catalogue.services
        for objective in catalogue.objectives_of(service)
        if objective.excludes_maintenance
    }


def apply_exclusions(planned: Sequence[SloExclusions], store: SloStore) -> tuple[Excluded, ...]:
    """Carries it out, SLOs with the same changes together; what fails is told by SLO, and the rest is done.

    Removed first: there is room for ten.

    Raises:
        AwsFailure: when no other call can succeed either.
    """
    failed: dict[str, str] = {}
    for one, change in _calls(planned):
        arns = [arn for arn in one if arn not in failed]
        try:
            failed |= store.exclude(arns, *change) if arns else {}
        except NotDone as refused:
            failed |= dict.fromkeys(arns, refused.reason)
    return tuple(Excluded(one, failed.get(one.slo.arn, "")) for one in planned if one.add or one.remove)


def _calls(planned: Sequence[SloExclusions]) -> Iterator[tuple[list[str], Change]]:
    """The SLOs of each call, at most 50; windows are told apart by all that AWS says of them."""
    for step in ("remove", "add"):
        groups: dict[str, tuple[list[str], Change]] = {}
        for one in planned:
            change: Change = ((), one.remove) if step == "remove" else (one.add, ())
            if any(change):
                groups.setdefault(repr(change), ([], change))[0].append(one.slo.arn)
        for arns, change in groups.values():
            yield from ((arns[at : at + MOST_SLOS], change) for at in range(0, len(arns), MOST_SLOS))
