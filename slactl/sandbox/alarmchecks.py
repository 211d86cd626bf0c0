"""What CloudWatch refuses of alarms that are put.

The one rule: everything is checked before the alarm is touched; whether an action's target exists is not looked at,
because CloudWatch does not look either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slactl.sandbox.alarmbook import ACTIONS, Alarm
from slactl.sandbox.compositerules import BadRule, CompositeRule, name_of, parse_rule
from slactl.sandbox.errors import access_denied, validation_error
from slactl.sandbox.evaluation_rule import OPERATORS
from slactl.sandbox.evaluation_windows import WALL_PERIODS, zone_of
from slactl.sandbox.expressions import BadExpression
from slactl.sandbox.insights import BadInsights, is_insights, parse_insights
from slactl.sandbox.mathematics import Line, evaluate
from slactl.sandbox.queries import MathQuery, MetricQuery, Query, check_ids, metric_key, read_query
from slactl.sandbox.statistics import BASIC, parse_stat

if TYPE_CHECKING:
    from slactl.sandbox.world import World

WEEK, DAY, HOUR = 604_800, 86_400, 3_600
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_RULE = 255, 1024, 10_240
MOST_ACTIONS, MOST_METRICS, MOST_TERMS, MOST_TAGS = 5, 10, 20, 50
MOST_CHILDREN, MOST_ELEMENTS, MOST_PARENTS = 100, 500, 150
MISSING = ("missing", "ignore", "breaching", "notBreaching")
LOW_SAMPLES = ("evaluate", "ignore")
BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
SUPPRESSION = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
COMPOSITE_ACTIONS = ("arn:aws:sns:", "arn:aws:lambda:", "arn:aws:ssm:", "arn:aws:ssm-incidents:", "arn:aws:aiops:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHARES = re.compile(r"[A-Z]+\((\d*\.?\d*)%?:(\d*\.?\d*)%?\)")


def check_metric(world: World, params: Mapping[str, Any]) -> None:
    """Refuses a PutMetricAlarm that CloudWatch would refuse.

    Raises:
        AwsError: ValidationError, AccessDenied.
    """
    _check_common(world, params)
    forms = [name for name in ("MetricName", "Metrics", "EvaluationCriteria") if params.get(name)]
    if len(forms) != 1:
        raise validation_error("Exactly one of MetricName, Metrics and EvaluationCriteria must be given.")
    if forms == ["EvaluationCriteria"]:
        return
    period = _check_single(params) if forms == ["MetricName"] else _check_terms(params)
    _check_evaluation(params)
    _check_period(period, params["EvaluationPeriods"])
    _check_window(params.get("EvaluationWindow"), period)


def check_log(world: World, params: Mapping[str, Any]) -> None:
    """Refuses a PutLogAlarm without a query; raises as ``check_metric`` does."""
    _check_common(world, params)
    if not params.get("ScheduledQueryConfiguration"):
        raise validation_error("ScheduledQueryConfiguration is required.")


def check_composite(world: World, params: Mapping[str, Any]) -> None:
    """Refuses a PutCompositeAlarm that CloudWatch would refuse; raises as ``check_metric`` does."""
    _check_common(world, params)
    text = params.get("AlarmRule") or ""
    if not 1 <= len(text) <= LONGEST_RULE:
        raise validation_error(f"AlarmRule must have between 1 and {LONGEST_RULE} characters, found {len(text)}.")
    try:
        rule = parse_rule(text)
    except BadRule as error:
        raise validation_error(f"Invalid AlarmRule: {error}.") from error
    _check_children(world, params["AlarmName"], rule)
    for arn in _actions(params):
        if not arn.startswith(COMPOSITE_ACTIONS):
            raise validation_error(f"Invalid arn syntax or unsupported action for composite alarms: {arn}.")
    given = [name for name in SUPPRESSION if params.get(name) is not None]
    if given and len(given) < len(SUPPRESSION):
        raise validation_error(f"{', '.join(SUPPRESSION)} must be given together.")
    if given and name_of(params["ActionsSuppressor"]) not in world.alarms.alarms:
        raise validation_error(f"The suppressor alarm {params['ActionsSuppressor']} does not exist.")


def _check_children(world: World, name: str, rule: CompositeRule) -> None:
    alarms = world.alarms.alarms
    if rule.elements > MOST_ELEMENTS or len(rule.children) > MOST_CHILDREN:
        raise validation_error(f"AlarmRule has at most {MOST_ELEMENTS} elements and {MOST_CHILDREN} distinct alarms.")
    unknown = [child for child in rule.children if child not in alarms]
    if unknown:
        missing = ", ".join(unknown)
        raise validation_error(
            f"Could not save the composite alarm as alarms [{missing}] in the alarm rule do not exist."
        )
    for child in rule.children:
        parents = [one for one in alarms.values() if one.name != name and child in _children(one)]
        if len(parents) >= MOST_PARENTS:
            raise validation_error(f"{child} already is in {MOST_PARENTS} composite alarms.")


def _children(alarm: Alarm) -> tuple[str, ...]:
    try:
        return parse_rule(alarm.definition["AlarmRule"]).children if "AlarmRule" in alarm.definition else ()
    except BadRule:
        return ()


def _check_common(world: World, params: Mapping[str, Any]) -> None:
    name, told = params.get("AlarmName") or "", params.get("AlarmDescription") or ""
    if not 1 <= len(name) <= LONGEST_NAME or _CONTROL.search(name):
        raise validation_error(f"AlarmName must have 1 to {LONGEST_NAME} characters, none of them a control character.")
    if len(told) > LONGEST_DESCRIPTION:
        raise validation_error(f"AlarmDescription must have at most {LONGEST_DESCRIPTION} characters.")
    for kind in ACTIONS.values():
        if len(params.get(kind) or ()) > MOST_ACTIONS:
            raise validation_error(f"{kind} must have at most {MOST_ACTIONS} members.")
    for arn in _actions(params):
        if not arn.startswith("arn:"):
            raise validation_error(f"Invalid arn syntax: {arn}")
    _check_tags(world, params)


def _actions(params: Mapping[str, Any]) -> list[str]:
    return [arn for kind in ACTIONS.values() for arn in params.get(kind) or ()]


def _check_tags(world: World, params: Mapping[str, Any]) -> None:
    tags = params.get("Tags") or ()
    if len(tags) > MOST_TAGS:
        raise validation_error(f"At most {MOST_TAGS} tags can be given.")
    for tag in tags:
        key = tag["Key"]
        if not 1 <= len(key) <= 128 or len(tag.get("Value", "")) > 256 or key.lower().startswith("aws:"):
            raise validation_error(f"The tag {key!r} is not allowed.")
    new = params["AlarmName"] not in world.alarms.alarms
    if tags and new and "TagResource" in world.behaviour.access_denied:
        raise access_denied(f"arn:aws:iam::{world.account}:user/sandbox", "cloudwatch:TagResource")


def _check_single(params: Mapping[str, Any]) -> int:
    """The period of an alarm on one metric, which is found to be in order."""
    statistic, extended = params.get("Statistic"), params.get("ExtendedStatistic")
    if bool(statistic) == bool(extended):
        raise validation_error("Exactly one of Statistic and ExtendedStatistic must be given.")
    if statistic and statistic not in BASIC:
        raise validation_error(f"The value {statistic} for parameter Statistic is not supported.")
    if extended:
        _check_extended(extended)
    if params.get("Period") is None:
        raise validation_error("Period is required.")
    metric_key(params)
    return int(params["Period"])


def _check_extended(text: str) -> None:
    stat = parse_stat(text)
    bounds = [float(bound) for bound in _bounds(text)] if stat and stat.percent else []
    if stat is None or text in BASIC or any(not 10 <= bound <= 90 for bound in bounds):
        raise validation_error(f"The value {text} for parameter ExtendedStatistic is not supported.")


def _bounds(text: str) -> list[str]:
    found = _SHARES.fullmatch(text)
    return [bound for bound in found.groups() if bound] if found else []


def _check_terms(params: Mapping[str, Any]) -> int:
    """The period of an alarm on several terms, which are found to be in order."""
    terms = params["Metrics"]
    taken = [name for name in ("Period", "Statistic", "ExtendedStatistic", "Dimensions", "Unit") if params.get(name)]
    if taken or params.get("Namespace"):
        raise validation_error("Metrics cannot be given together with the parameters of a single metric.")
    metrics = [term for term in terms if term.get("MetricStat")]
    if len(terms) > MOST_TERMS or len(metrics) > MOST_METRICS or len(terms) - len(metrics) > MOST_METRICS:
        raise validation_error(f"Metrics may hold at most {MOST_METRICS} metrics and {MOST_METRICS} expressions.")
    if sum(bool(term.get("ReturnData", True)) for term in terms) != 1:
        raise validation_error("Exactly one element of the metrics list should return data.")
    selects = [term for term in terms if is_insights(term.get("Expression") or "")]
    if selects:
        return _check_insights(params, terms)
    queries = [read_query(term) for term in terms]
    check_ids(queries)
    periods = {query.period for query in queries if isinstance(query, MetricQuery)}
    if len(periods) != 1:
        raise validation_error("Metrics list must contain metrics with the same period.")
    _check_series(queries)
    return periods.pop()


def _check_series(queries: Sequence[Query]) -> None:
    """Refuses terms whose result is no single series, by computing them once with made-up values."""
    one = Line(np.zeros(1, np.int64), np.ones(1))
    named = {query.id: query for query in queries}

    def lookup(name: str) -> Line:
        query = named[name]
        return evaluate(query.expression, lookup, metrics) if isinstance(query, MathQuery) else one

    metrics = [query.id for query in queries if isinstance(query, MetricQuery)]
    (returned,) = [query for query in queries if query.returned]
    try:
        lookup(returned.id)
    except (BadExpression, RecursionError) as error:
        raise validation_error(f"Error in expression '{returned.id}' [{error}]") from error


def _check_insights(params: Mapping[str, Any], terms: list[Mapping[str, Any]]) -> int:
    if len(terms) > 1:
        raise validation_error("The sandbox takes a Metrics Insights query only alone.")
    try:
        query = parse_insights(terms[0]["Expression"])
    except (BadInsights, ValueError) as error:
        raise validation_error(f"Error in expression '{terms[0].get('Id')}' [{error}]") from error
    if query.group_by and not query.ordered:
        raise validation_error("A Metrics Insights query with GROUP BY needs ORDER BY in an alarm.")
    if query.group_by and any(arn.startswith(("arn:aws:automate", "arn:aws:autoscaling")) for arn in _actions(params)):
        raise validation_error("An alarm with contributors takes no EC2 and no Auto Scaling actions.")
    if not terms[0].get("Period"):
        raise validation_error("Period must not be null for a Metrics Insights query.")
    return int(terms[0]["Period"])


def _check_evaluation(params: Mapping[str, Any]) -> None:
    operator, periods = params.get("ComparisonOperator"), params.get("EvaluationPeriods")
    if operator not in (*OPERATORS, *BANDS):
        raise validation_error(f"The value {operator} for parameter ComparisonOperator is not supported.")
    if not isinstance(periods, int) or periods < 1:
        raise validation_error("EvaluationPeriods must be at least 1.")
    if not 1 <= params.get("DatapointsToAlarm", periods) <= periods:
        raise validation_error("DatapointsToAlarm must be between 1 and EvaluationPeriods.")
    if params.get("Threshold") is None and operator in OPERATORS:
        raise validation_error("Threshold is required.")
    if params.get("TreatMissingData", "missing") not in MISSING:
        raise validation_error(f"The value {params['TreatMissingData']} for TreatMissingData is not supported.")
    if params.get("EvaluateLowSampleCountPercentile", "evaluate") not in LOW_SAMPLES:
        raise validation_error("EvaluateLowSampleCountPercentile is evaluate or ignore.")


def _check_period(period: int, periods: int) -> None:
    if period not in (10, 20, 30) and (period <= 0 or period % 60):
        raise validation_error("Period must be 10, 20, 30 or a multiple of 60")
    longest, told, whose = (DAY, "a day", " for alarms using period < 3600") if period < HOUR else (WEEK, "a week", "")
    if period * periods > longest:
        raise validation_error(
            f"Metrics cannot be checked across more than {told} "
            f"(EvaluationPeriods * Period must be <= {longest}){whose}"
        )


def _check_window(window: Mapping[str, Any] | None, period: int) -> None:
    if window is None:
        return
    if len(window) != 1 or not set(window) <= {"SlidingWindow", "WallClockWindow"}:
        raise validation_error("EvaluationWindow must have exactly one of SlidingWindow and WallClockWindow.")
    if "SlidingWindow" in window:
        return
    zone = window["WallClockWindow"].get("Timezone") or "UTC"
    if zone_of(zone) is None:
        raise validation_error(f"{zone} is no time zone.")
    if period not in WALL_PERIODS:
        raise validation_error(f"The period of a wall clock window must be one of {', '.join(map(str, WALL_PERIODS))}.")
