"""The pack api-gateway: each stage of a REST API, with the functions behind it.

The one rule: metrics made from an access log bear no API's name, so they are taken to be of a stage only where there
is no other.
"""

from __future__ import annotations

from collections.abc import Sequence

from slactl.ports import ListedStage
from slactl.ports.platform import Gateways, LogMetric, Platform
from slactl.workflows.onboarding.packs.nouns import Given, Missing, Sketch, Use, given, refused, some, told

CUT, LARGE = ("cut_metric", "504"), ("too_large_metric", "413")


def api_gateway(platform: Platform) -> Sketch:
    """A use for each stage of a REST API."""
    found = platform.gateways
    stages = [one for one in found.stages.found if one.kind == "rest"]
    others = len(found.stages.found) - len(stages)
    uses = tuple(_use(one, found, alone=len(stages) == 1) for one in stages)
    nothing = "no REST API" + (f" ({told(others, 'stage')} of HTTP APIs, which have no usage plans)" if others else "")
    return Sketch(uses, nothing, refused(found.stages))


def _use(stage: ListedStage, found: Gateways, *, alone: bool) -> Use:
    identifier = stage.ids[0] if len(stage.ids) == 1 else None
    values = given(api=stage.api, api_id=identifier, stage=stage.stage, functions=stage.functions)
    logs, notes = _logs(found, alone=alone)
    missing = () if identifier else (Missing("api_id", _which(stage)),)
    why = f"stage {stage.stage} of the REST API {stage.name}, {_plans(stage, found)}"
    return Use("api-gateway", why, (*values, *logs), 1, f"{stage.name}-{stage.stage}", missing=missing, notes=notes)


def _which(stage: ListedStage) -> str:
    if not stage.ids:
        return "its id: definitions could not be read, the stage is known from its metrics only"
    return f"its id: {len(stage.ids)} APIs share the name, and AWS adds their metrics together: {some(stage.ids)}"


def _plans(stage: ListedStage, found: Gateways) -> str:
    if found.plans.refusals:
        return "usage plans could not be listed"
    counts = dict(found.plans.found)
    return told(sum(counts.get(f"{one}/{stage.stage}", 0) for one in stage.ids), "usage plan")


def _logs(found: Gateways, *, alone: bool) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    metrics = found.logs.found
    namespaces = sorted({one.namespace for one in metrics})
    if alone and len(namespaces) == 1:
        return _logged(metrics, namespaces[0]), ()
    if namespaces:
        note = f"504 or 413 are counted in {some(namespaces)}; where that is of this stage, name it: log_namespace"
        return (), (note,)
    asked = "could not be looked for" if found.logs.refusals else "was not seen"
    return (), (f"a metric of 504 or 413 {asked}: without log_namespace cut and refused requests are not counted",)


def _logged(metrics: Sequence[LogMetric], namespace: str) -> tuple[Given, ...]:
    """The namespace, and the first metric of each status in it."""
    told_of = {
        status: name for _, status, name in sorted(((m.namespace, m.status, m.name) for m in metrics), reverse=True)
    }
    named = (Given(name, told_of[status], f"it counts {status}") for name, status in (CUT, LARGE) if status in told_of)
    return (Given("log_namespace", namespace, "where 504 or 413 are counted"), *named)
