"""What is wrong with each alarm: cannot fire, tells nobody, takes a gap for health, promises less than the agreement.

The one rule: a finding is what the alarm's own fields, its metrics and its topics prove; a doubt is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.alarming.linting.promises import Promise, looser
from slactl.alarming.linting.ranges import always, bounds, reachable
from slactl.alarming.linting.reading import Look, looks, number, texts, whole, word
from slactl.alarming.linting.rules import ALARM, STATES, Unreadable, missing_names, possible
from slactl.alarming.ownership import managed
from slactl.alarming.ruletext import names_in
from slactl.model.alarmplan import Shape, Standing
from slactl.model.lint import Finding
from slactl.model.metric import Metric

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
BROKEN = ("PARTIAL_DATA", "EVALUATION_FAILURE", "EVALUATION_ERROR")
HEARTBEATS = ("heartbeat", "availability", "success", "healthy", "healthcheck", "lastrun", "uptime")
COUNTS = ("Sum", "SampleCount")
DAY, HOUR, WEEK = 86_400, 3_600, 604_800
CANNOT_FIRE = "An alarm that cannot fire looks like one that has nothing to say."


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of the account: which metrics had data in two weeks (those that were read), and broken actions."""

    alive: Mapping[Metric, bool] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()


def lint(alarms: Sequence[Standing], account: Account) -> tuple[Finding, ...]:
    """Every finding, by alarm and code."""
    watched = {name for one in alarms for name in names_in(word(one.fields, "AlarmRule"))}
    watched |= {word(one.fields, "ActionsSuppressor").rpartition(":alarm:")[2] for one in alarms}
    found = [finding for one in alarms for finding in _of_one(one, account, one.name in watched)]
    silent = {one.alarm for one in found if one.code in NEVER}
    able = {one.name: tuple(state for state in STATES if state != ALARM or one.name not in silent) for one in alarms}
    found += [one for alarm in alarms if alarm.shape is Shape.COMPOSITE for one in _of_rule(alarm, able)]
    return tuple(sorted(found))


def _of_one(alarm: Standing, account: Account, watched: bool) -> Iterator[Finding]:
    told = [one for check in PLAIN for one in check(alarm)]
    told += [one for check in KNOWING for one in check(alarm, account)]
    if not watched:
        told += _nobody_told(alarm)
    yield from (Finding(alarm.name, *one, own=managed(alarm)) for one in told)


Told = tuple[str, str, str, str]
"""Code, what, why, what to do."""


def _no_data(alarm: Standing, account: Account) -> Iterator[Told]:
    for look in looks(alarm.fields):
        if account.alive.get(look.metric) is False and not _silence_rings(alarm):
            what = f"{_named(look)} had no datapoint in two weeks"
            do = "look for a misspelt name or dimension; delete the alarm if what it watched is gone"
            yield "metric-without-data", what, CANNOT_FIRE, do
            return


def _silence_rings(alarm: Standing) -> bool:
    return word(alarm.fields, "TreatMissingData") == "breaching"


def _unit(alarm: Standing, account: Account) -> Iterator[Told]:
    for look in looks(alarm.fields):
        alive = account.alive.get(look.metric) is True
        if look.unit and alive and word(alarm.fields, "StateValue") == "INSUFFICIENT_DATA":
            what = f"it wants {_named(look)} in {look.unit}, finds none, and the metric has data"
            why = "A metric in another unit than it is published in has no datapoints."
            yield "wrong-unit", what, why, "leave the unit out"
            return


def _range(alarm: Standing) -> Iterator[Told]:
    threshold, operator = number(alarm.fields.get("Threshold")), word(alarm.fields, "ComparisonOperator")
    for look in (look for look in looks(alarm.fields) if look.returned and threshold is not None):
        assert threshold is not None
        least, most = bounds(look)
        where = f"the {look.stat} of {look.metric.name} is never {'below' if 'Less' in operator else 'above'} "
        if not reachable(operator, threshold, least, most):
            what = f"{where}{least if 'Less' in operator else most:g}, the threshold is {threshold:g}"
            yield "threshold-out-of-range", what, CANNOT_FIRE, "mend the threshold, or the statistic that is meant"
        elif always(operator, threshold, least, most):
            what = f"every value of the {look.stat} of {look.metric.name} crosses {threshold:g}"
            yield "always-rings", what, "What always rings is not heard.", "mend the threshold or the comparison"


def _window(alarm: Standing) -> Iterator[Told]:
    periods = whole(alarm.fields.get("EvaluationPeriods"))
    needed = whole(alarm.fields.get("DatapointsToAlarm"))
    period = next((look.period for look in looks(alarm.fields) if look.period), whole(alarm.fields.get("Period")))
    if periods and needed and needed > periods:
        what = f"it wants {needed} crossing datapoints of the last {periods}"
        yield "too-many-datapoints", what, CANNOT_FIRE, "lower DatapointsToAlarm"
    if periods and period and period * periods > (WEEK if period >= HOUR else DAY):
        what = f"it looks at {periods} periods of {period} s, more than CloudWatch evaluates"
        yield "window-too-long", what, CANNOT_FIRE, "watch a burn rate instead, as slactl alarms plan does"


def _switched_off(alarm: Standing) -> Iterator[Told]:
    if alarm.fields.get("ActionsEnabled") is False and _actions(alarm):
        what = "its actions are switched off"
        do = "aws cloudwatch enable-alarm-actions; for planned work mute it instead (slactl maintenance sync)"
        yield "actions-disabled", what, "It may ring and nobody is told.", do


def _nobody_told(alarm: Standing) -> Iterator[Told]:
    if not texts(alarm.fields, "AlarmActions"):
        what = "it has no action for ALARM, and no composite looks at it"
        yield "no-action", what, "It may ring and nobody is told.", "name a topic, or delete it"


def _actions(alarm: Standing) -> tuple[str, ...]:
    return tuple(arn for name in ACTIONS for arn in texts(alarm.fields, name))


def _broken_actions(alarm: Standing, account: Account) -> Iterator[Told]:
    for arn in dict.fromkeys(_actions(alarm)):
        if arn in account.broken:
            why = "CloudWatch does not check whom an alarm tells; the message is lost without a word."
            yield (
                "action-broken",
                f"{arn}: {account.broken[arn]}",
                why,
                "make the topic, mend its policy, or name another",
            )


def _gap(alarm: Standing) -> Iterator[Told]:
    missing, operator = word(alarm.fields, "TreatMissingData"), word(alarm.fields, "ComparisonOperator")
    for look in (look for look in looks(alarm.fields) if look.returned and operator.startswith("LessThan")):
        beats = look.stat in COUNTS or any(sign in look.metric.name.lower() for sign in HEARTBEATS)
        if beats and missing == "notBreaching":
            what = f"no datapoint of {_named(look)} counts as well"
            yield (
                "gap-taken-for-health",
                what,
                "When its source dies, the alarm goes OK.",
                "treat missing data as breaching",
            )
        elif beats and missing == "ignore":
            what = f"when {_named(look)} stops, the alarm stays as it was"
            yield (
                "gap-ignored",
                what,
                "The end of a count is what it should tell of.",
                "treat missing data as breaching",
            )


def _not_evaluated(alarm: Standing) -> Iterator[Told]:
    state = word(alarm.fields, "EvaluationState")
    if state in BROKEN:
        what = f"CloudWatch says {state} of its evaluation"
        yield "not-evaluated", what, "What is not evaluated whole does not watch.", "see what its StateReason says"


def _promised(alarm: Standing, account: Account) -> Iterator[Told]:
    threshold, operator = number(alarm.fields.get("Threshold")), word(alarm.fields, "ComparisonOperator")
    for look in (look for look in looks(alarm.fields) if look.returned and threshold is not None):
        for promise in account.promises:
            text = looser(look, operator, threshold or 0.0, promise)
            if text:
                why = f"{promise.service}/{promise.objective} promises {promise.goal}: it is broken before this rings."
                yield "looser-than-promised", text, why, f"lower it to what {promise.objective} promises, or sooner"


PLAIN: tuple[Callable[[Standing], Iterator[Told]], ...] = (_range, _window, _switched_off, _gap, _not_evaluated)
KNOWING: tuple[Callable[[Standing, Account], Iterator[Told]], ...] = (_no_data, _unit, _broken_actions, _promised)
NEVER = ("metric-without-data", "wrong-unit", "threshold-out-of-range", "too-many-datapoints", "window-too-long")
"""The codes of what cannot ring."""


def _of_rule(alarm: Standing, able: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    rule, own = word(alarm.fields, "AlarmRule"), managed(alarm)
    try:
        gone, can = missing_names(rule, able), possible(rule, able)
    except Unreadable:
        return
    if not can:
        what = "its rule can never be true" + (f": {', '.join(gone)} do not stand" if gone else "")
        do = "mend the rule, or what it looks at"
        yield Finding(alarm.name, "composite-never-true", what, CANNOT_FIRE, do, own)
    elif gone:
        what = f"its rule names {', '.join(gone)}, which do not stand"
        why = "What does not stand is in no state, so this part of the rule never holds."
        yield Finding(alarm.name, "composite-names-missing", what, why, "mend the rule", own)


def _named(look: Look) -> str:
    of = ", ".join(f"{name}={value}" for name, value in look.metric.dimensions)
    return f"{look.metric.namespace} {look.metric.name}" + (f" of {of}" if of else "")
