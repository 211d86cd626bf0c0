"""An alarm as the fields of a put, and whether one that stands is the same.

The one rule: a put writes over everything, so what belongs to people (``KEPT_BY_PEOPLE``: whether its actions are
switched on, a warm-up, a suppressor, whatever CloudWatch may invent) is put back as it stands, and the rest is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from slactl.alarming.ruletext import text_of
from slactl.model.alarm import Actions, Alarm, CompositeAlarm, MathTerm, MetricAlarm, MetricTerm, Term
from slactl.model.alarmplan import Difference, Form, Shape
from slactl.model.metric import Metric

STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})
ACTION_FIELDS = ("AlarmActions", "OKActions", "InsufficientDataActions")

OWNED = frozenset({
    "AlarmName", "AlarmDescription", *ACTION_FIELDS, "MetricName", "Namespace", "Statistic", "ExtendedStatistic",
    "Dimensions", "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
    "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics", "ThresholdMetricId", "EvaluationWindow",
    "EvaluationCriteria", "EvaluationInterval", "AlarmRule",
})  # fmt: skip
"""What the configuration decides."""

KEPT_BY_PEOPLE = frozenset({
    "ActionsEnabled", "WarmUpConfiguration", "ActionConfiguration",
    "ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod",
})  # fmt: skip
"""What people may set, and no configuration says; so is whatever CloudWatch invents."""

TOLD = frozenset({
    "AlarmArn", "AlarmConfigurationUpdatedTimestamp", "StateValue", "StateReason", "StateReasonData",
    "StateUpdatedTimestamp", "StateTransitionedTimestamp", "EvaluationState", "ActionsSuppressedBy",
    "ActionsSuppressedReason", "Tags",
})  # fmt: skip
"""What CloudWatch tells of an alarm and no put takes."""

SWITCHED = "ActionsEnabled"
_NOTHING: tuple[object, ...] = (None, "", [], {}, ())


def form_of(alarm: Alarm) -> dict[str, object]:
    """The fields of a put, without those that are left to CloudWatch and to people.

    A single statistic of a metric of this account is written flat, everything else as ``Metrics``: a percentile's
    rule for few samples exists in the flat form only.
    """
    common: dict[str, object] = {"AlarmName": alarm.name, "AlarmDescription": alarm.description}
    common |= _actions(alarm.actions)
    own = {"AlarmRule": text_of(alarm.rule)} if isinstance(alarm, CompositeAlarm) else _metric_fields(alarm)
    return {key: value for key, value in (common | own).items() if value not in _NOTHING}


def shape_of(alarm: Alarm) -> Shape:
    """Which of the two puts takes it."""
    return Shape.COMPOSITE if isinstance(alarm, CompositeAlarm) else Shape.METRIC


def merged(wanted: Form, standing: Form) -> dict[str, object]:
    """What is put over a standing alarm: ours as wanted, and people's as it stands."""
    kept = {key: value for key, value in standing.items() if key not in OWNED | TOLD and value not in _NOTHING}
    return dict(wanted) | kept


def switched_off(standing: Form) -> bool:
    """Whether people switched its actions off."""
    return standing.get(SWITCHED) is False


def differences(wanted: Form, standing: Form) -> tuple[Difference, ...]:
    """The owned fields that are not as wanted, by path, in the alphabet's order."""
    new, old = flat(wanted), flat(standing)
    if new == old:
        return ()
    paths = sorted(new.keys() | old.keys())
    return tuple(Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))


def flat(form: Form) -> dict[str, object]:
    """The owned fields by path, in a form that is equal whenever the alarms are.

    Defaults are filled in, lists without order are sorted, numbers are those that CloudWatch can hold.
    """
    owned = {key: value for key, value in form.items() if key in OWNED and value not in _NOTHING}
    if "EvaluationPeriods" in owned:
        owned = {"DatapointsToAlarm": owned["EvaluationPeriods"], "TreatMissingData": "missing"} | owned
    if "ExtendedStatistic" in owned:
        owned = {"EvaluateLowSampleCountPercentile": "evaluate"} | owned
    if owned.get("EvaluationWindow") == {"SlidingWindow": {}}:
        del owned["EvaluationWindow"]
    return dict(_paths("", owned))


def _paths(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(f"{path}.{key}" if path else str(key), inner)
    elif path.endswith("Dimensions") and isinstance(value, list | tuple):
        yield from ((f"{path}.{one['Name']}", one["Value"]) for one in value)
    elif path == "Metrics" and isinstance(value, list | tuple):
        for one in value:
            yield from _paths(f"Metrics.{one['Id']}", _query(one))
    elif value not in _NOTHING:
        yield path, _comparable(value)


def _query(one: Mapping[str, object]) -> dict[str, object]:
    """A query of ``Metrics`` without its id; what is not said of returning is that it does."""
    return {"ReturnData": True} | {key: value for key, value in one.items() if key != "Id"}


def _comparable(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(sorted(value))
    if isinstance(value, int | float | Fraction) and not isinstance(value, bool):
        return float(value)
    return value


def _actions(actions: Actions) -> dict[str, object]:
    told = (actions.alarm, actions.ok, actions.insufficient_data)
    return {field: list(arns) for field, arns in zip(ACTION_FIELDS, told, strict=True)}


def _metric_fields(alarm: MetricAlarm) -> dict[str, object]:
    fields: dict[str, object] = _looked_at(alarm)
    fields |= {
        "ComparisonOperator": alarm.crossing.value,
        "Threshold": float(alarm.threshold),
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints,
        "TreatMissingData": alarm.missing.value,
    }
    if alarm.timezone:
        fields["EvaluationWindow"] = {"WallClockWindow": {"Timezone": alarm.timezone}}
    return fields


def _looked_at(alarm: MetricAlarm) -> dict[str, object]:
    [*others, last] = alarm.terms
    if not others and isinstance(last, MetricTerm) and last.metric.account_id is None:
        return _flat_metric(last, alarm.low_samples)
    return {"Metrics": [_term(term, alarm.returned) for term in alarm.terms]}


def _flat_metric(term: MetricTerm, low_samples: str | None) -> dict[str, object]:
    statistic = "Statistic" if term.stat in STATISTICS else "ExtendedStatistic"
    fields: dict[str, object] = _named(term.metric) | {statistic: term.stat, "Period": term.period}
    if statistic == "ExtendedStatistic" and low_samples:
        fields["EvaluateLowSampleCountPercentile"] = low_samples
    return fields


def _term(term: Term, returned: str) -> dict[str, object]:
    query: dict[str, object] = {"Id": term.id, "ReturnData": term.id == returned}
    match term:
        case MetricTerm():
            query["MetricStat"] = {"Metric": _named(term.metric), "Period": term.period, "Stat": term.stat}
            if term.metric.account_id:
                query["AccountId"] = term.metric.account_id
        case MathTerm():
            query |= {"Expression": term.expression}
            query |= {"Label": term.label} if term.label else {}
            query |= {"Period": term.period} if term.period else {}
    return query


def _named(metric: Metric) -> dict[str, object]:
    dimensions = [{"Name": name, "Value": value} for name, value in sorted(metric.dimensions)]
    named: dict[str, object] = {"MetricName": metric.name, "Namespace": metric.namespace}
    return named | ({"Dimensions": dimensions} if dimensions else {})


def metrics_in(form: Form) -> int:
    """How many metrics an alarm of anybody's is paid for; a composite none."""
    queries = form.get("Metrics")
    if isinstance(queries, Sequence) and not isinstance(queries, str):
        return sum(1 for one in queries if isinstance(one, Mapping) and one.get("MetricStat"))
    return 1 if form.get("MetricName") else 0


def period_in(form: Form) -> int | None:
    """The period of an alarm of anybody's, in seconds; None of a composite."""
    queries = form.get("Metrics")
    inner = [one.get("MetricStat", one) for one in queries] if isinstance(queries, list | tuple) else []
    periods = [one.get("Period") for one in (form, *inner)]
    return next((period for period in periods if isinstance(period, int)), None)
