"""A service's ``heartbeat``: a canary by its name, or any metric of something that calls on a schedule.

The one rule: a metric is named by every one of its dimensions, each with one value: nothing of it is looked for.
"""

from __future__ import annotations

from fractions import Fraction

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, quantity, text, word_of
from slactl.configuration.indicators.terms import dimension_value
from slactl.configuration.mistakes import Refused
from slactl.configuration.names import ACCOUNT, REGION, account, region
from slactl.configuration.quantities import NUMBER, signed
from slactl.model.goal import Comparison, Goal
from slactl.model.metric import Metric
from slactl.model.service import Heartbeat

PLACES = ("region", "account")
CANARY_KEYS = ("canary", *PLACES)
METRIC_KEYS = ("namespace", "metric", "dimensions", "stat", "goal", *PLACES)
STATS = ("Minimum", "Maximum", "Average", "Sum", "SampleCount")
EVERY_RUN = Goal(Comparison.AT_LEAST, Fraction(100), ">= 100")
"""Of a canary: no run failed."""
_TWO_WAYS = "a canary is named alone: heartbeat: {canary: NAME}"


def read_heartbeat(fields: Fields) -> Heartbeat | None:
    """What explains a service's silences; None after a mistake."""
    if fields.has("canary"):
        return _canary(fields)
    fields.only(METRIC_KEYS)
    namespace = fields.must("namespace", text, f"such as AWS/Route53; {_TWO_WAYS}")
    name = fields.must("metric", text, "the metric's name, letter by letter")
    goal = fields.must("goal", quantity(beat_goal), 'what a good beat is, such as ">= 1"')
    stat = fields.get("stat", word_of(*STATS), "Minimum")
    if not namespace or not name or not goal:
        return None
    return Heartbeat(_metric(fields, namespace, name, _dimensions(fields)), stat, goal)


def beat_goal(written: str) -> Goal:
    """A comparison with a plain number: ``>= 100``.

    Raises:
        Refused: for anything else.
    """
    sign, number, unit = signed(written, tuple(Comparison), "write a comparison", ">= 100")
    if unit:
        raise Refused("must be a plain number, in the metric's own unit", f'write "{sign} {number}"')
    return Goal(sign, Fraction(number), f"{sign} {number}")


def heartbeat_schema() -> dict[str, object]:
    """What an editor can check of a heartbeat."""
    value = {"type": ["string", "number"], "description": "the dimension's value"}
    keys: dict[str, object] = {
        "canary": p.text("the name of a CloudWatch Synthetics canary"),
        "namespace": p.text("the metric's namespace, such as AWS/Route53"),
        "metric": p.text("the metric's name, letter by letter"),
        "dimensions": {"type": "object", "additionalProperties": value, "description": "every dimension of the metric"},
        "stat": p.words("the statistic that is held against the goal; default: Minimum", *STATS),
        "goal": p.text('what a good beat is, such as ">= 1"', rf"^\s*(>=|>|<=|<)\s*{NUMBER}\s*$"),
        "region": p.text("the region that holds it; default: the configured one", f"^{REGION}$"),
        "account": p.text("the linked account that holds it; in quotes", f"^{ACCOUNT}$"),
    }
    return p.table(keys, (), "what calls the service on a schedule, and so tells quiet hours from outages")


def _canary(fields: Fields) -> Heartbeat | None:
    fields.only(CANARY_KEYS, dict.fromkeys(METRIC_KEYS, _TWO_WAYS))
    name = fields.must("canary", text)
    if name is None:
        return None
    metric = _metric(fields, "CloudWatchSynthetics", "SuccessPercent", (("CanaryName", name),))
    return Heartbeat(metric, "Minimum", EVERY_RUN)


def _metric(fields: Fields, namespace: str, name: str, dimensions: tuple[tuple[str, str], ...]) -> Metric:
    held, owner = (
        fields.get(key, parse) if fields.has(key) else None
        for key, parse in zip(PLACES, (region, account), strict=True)
    )
    return Metric(namespace, name, dimensions, owner, held)


def _dimensions(fields: Fields) -> tuple[tuple[str, str], ...]:
    inner = fields.mapping("dimensions") if fields.has("dimensions") else None
    entries = inner.table.entries if inner else ()
    found = ((entry.key, inner.must(entry.key, dimension_value)) for entry in entries if inner)
    return tuple(sorted((name, value) for name, value in found if value))
