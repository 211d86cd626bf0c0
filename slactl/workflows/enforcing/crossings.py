"""When limits were crossed in a past month: the conditions of planned alarms over the counts that are kept.

The one rule: the conditions are those of the alarms that the agreement plans, of the shipped burn rates where it plans
none; what counts do not decide is doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from slactl.alarming.desired import desired
from slactl.alarming.replaying.telling import causes, composites
from slactl.alarming.watching import watched_of
from slactl.model.alarm import Severity
from slactl.model.catalogue import Catalogue
from slactl.model.enforcement import Enforcement, KindSettings, Option, Pair, Told
from slactl.model.objective import Objective
from slactl.model.period import local_date
from slactl.model.replay import Rung
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, subtract, union
from slactl.model.watched import Watched
from slactl.ports import InventorySource
from slactl.workflows.enforcing.knowing import source_of
from slactl.workflows.enforcing.stage import DAY, HOUR, Stage, play_all

CONDITIONS = ("burn-rate", "slow-burn", "slices-down", "endpoint-errors", "p95", "p99", "slow-share", "indicator")
"""The kinds that watch a promise by what customers got; the others watch traffic, budgets, or slactl."""
SHORT, LEAST, LEAST_SHORT = 12, 10, 3

Rungs = Mapping[tuple[str, str], Rung]


def conditions(catalogue: Catalogue) -> Enforcement:
    """What says that a limit is crossed."""
    planned = catalogue.enforcement
    if planned is not None:
        kinds = {name: settings for name, settings in planned.kinds.items() if name in CONDITIONS}
        return replace(planned, kinds=kinds)
    pairs = tuple(_pairs(catalogue))
    options: dict[str, Option] = {"pairs": pairs, "least_bad": LEAST, "least_bad_short": LEAST_SHORT}
    return Enforcement(Told(), {"burn-rate": KindSettings(Severity.PAGE, options)} if pairs else {})


def crossings_of(
    stage: Stage,
    catalogue: Catalogue,
    promises: Sequence[tuple[Service, Objective]],
    inventories: Mapping[SourceKind, InventorySource],
) -> Rungs:
    """When each promise was crossed, and may have been, by service and objective; without a condition it is missing.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence can't be read.
    """
    services = tuple(dict.fromkeys(service for service, _ in promises))
    wanted_of = {objective.id for _, objective in promises}
    chosen = tuple(one for one in catalogue.objectives if one.id in wanted_of and not one.general)
    narrow = replace(catalogue, services=services, objectives=chosen)
    watched = {one.key: watched_over(one, stage, inventories) for one in services}
    day = local_date(stage.span.start, catalogue.report.zone)
    wanted = desired(narrow, conditions(catalogue), watched, day).alarms
    _, rungs = play_all(stage, narrow, wanted, watched)
    found: dict[tuple[str, str], list[Rung]] = {}
    for cause in causes(wanted, composites(wanted, rungs, stage.span), stage.span):
        if cause.objective is not None:
            found.setdefault((cause.service, cause.objective), []).append(cause.rung)
    return {key: _together(some) for key, some in found.items()}


def watched_over(service: Service, stage: Stage, inventories: Mapping[SourceKind, InventorySource]) -> Watched:
    """What a service consisted of in a month.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence can't be read.
    """
    days = [Span(start, min(start + DAY, stage.span.end)) for start in range(stage.span.start, stage.span.end, DAY)]
    exact = tuple(rule.match for rule in service.rules if "*" not in rule.match)
    found = inventories[source_of(service)].inventory(service, days, exact)
    return watched_of(service, found.total, [one for one in found.operations if one.operation], {}, ())


def _pairs(catalogue: Catalogue) -> Iterator[Pair]:
    for one in catalogue.burn.factors:
        if one.window.seconds >= HOUR and one.page > Fraction(1):
            yield Pair(one.window.seconds, one.window.seconds // SHORT, one.page)


def _together(rungs: Sequence[Rung]) -> Rung:
    spans = union(span for one in rungs for span in one.spans)
    doubt = union(span for one in rungs for span in one.doubt)
    return Rung(spans, subtract(doubt, spans), max(one.step for one in rungs))
