"""Alarms to wish for, and worlds that already hold some, drawn at random."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

from slactl.alarming.form import form_of, shape_of
from slactl.alarming.ownership import tags_of
from slactl.model.alarm import (
    Actions,
    AllOf,
    AnyOf,
    CompositeAlarm,
    Crossing,
    DesiredAlarm,
    MetricAlarm,
    MetricTerm,
    Missing,
    Rings,
    Severity,
)
from slactl.model.alarmplan import Shape, Standing
from slactl.model.metric import Metric
from tests.workflows.enforcing.memory import arn_of

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
FAULTS = Metric("ApplicationSignals", "Fault", (("Environment", "eks:prod"), ("Service", "shop")))


def metric(
    name: str, threshold: int = 1, service: str = "shop", objective: str | None = "uptime", kind: str = "burn-rate"
) -> DesiredAlarm:
    alarm = MetricAlarm(
        name=f"slactl {name}",
        description=f"watches {name}",
        terms=(MetricTerm("bad", FAULTS, "Sum", 300),),
        returned="bad",
        crossing=Crossing.AT_LEAST,
        threshold=Fraction(threshold),
        evaluation_periods=1,
        datapoints=1,
        missing=Missing.NOT_BREACHING,
    )
    tags = tags_of(kind, service, Severity.PAGE, objective, "Uptime")
    return DesiredAlarm(alarm, kind, service, Severity.PAGE, objective, None, tags)


def composite(name: str, *causes: tuple[str, ...], topics: tuple[str, ...] = (TOPIC,)) -> DesiredAlarm:
    """Rings where all alarms of a cause do."""
    parts = tuple(
        Rings(f"slactl {cause[0]}") if len(cause) == 1 else AllOf(tuple(Rings(f"slactl {one}") for one in cause))
        for cause in causes
    )
    rule = parts[0] if len(parts) == 1 else AnyOf(parts)
    alarm = CompositeAlarm(f"slactl {name}", "tells", rule, Actions(alarm=topics, ok=topics))
    tags = tags_of("composite", "shop", Severity.PAGE, None, "")
    return DesiredAlarm(alarm, "composite", "shop", Severity.PAGE, None, None, tags)


def stands(one: DesiredAlarm, state: str = "OK", **more: object) -> Standing:
    """A wanted alarm as it stands when it was put."""
    told = {"ActionsEnabled": True, **form_of(one.alarm), "AlarmArn": arn_of(one.name), "StateValue": state, **more}
    return Standing(one.name, shape_of(one.alarm), told, dict(one.tags), arn_of(one.name))


def wishes(random: Random, most: int = 6) -> tuple[DesiredAlarm, ...]:
    """Some metric alarms, and composites over some of them and of each other."""
    leaves = [
        metric(f"m{number}", random.randint(1, 3)) for number in random.sample(range(most), random.randint(0, most))
    ]
    found = list(leaves)
    for number in random.sample(range(3), random.randint(0, 3)):
        names = [one.name.removeprefix("slactl ") for one in found]
        if names:
            found.append(
                composite(f"c{number}", *((one,) for one in random.sample(names, random.randint(1, len(names)))))
            )
    return tuple(found)


def world(random: Random, wanted: tuple[DesiredAlarm, ...]) -> dict[str, Standing]:
    """What stands: some of what is wanted, some of what was wanted once, and others' alarms, some under our names."""
    once = [one for one in wishes(random) if random.random() < 0.8]
    ours = {one.name: stands(one) for one in once}
    ours |= {one.name: stands(one) for one in wanted if random.random() < 0.4}
    ours = {name: one for name, one in ours.items() if _children_of(one) <= ours.keys()}
    for name in list(ours):
        ours[name] = _touched(ours[name], random)
    theirs = [metric(f"m{number}", 9) for number in range(6) if random.random() < 0.15]
    theirs += [metric("of nobody"), replace(metric("other"), alarm=replace(metric("x").alarm, name="other alarm"))]
    for one in theirs:
        foreign = stands(one)
        if one.name not in ours or ours[one.name].shape is Shape.METRIC:
            ours[one.name] = replace(foreign, tags={"team": "theirs"})
    return ours


def _children_of(one: Standing) -> set[str]:
    from slactl.alarming.ruletext import names_in

    return set(names_in(str(one.fields.get("AlarmRule", ""))))


def _touched(one: Standing, random: Random) -> Standing:
    """As people leave alarms: with actions off, tags of their own, another threshold."""
    fields, tags = dict(one.fields), dict(one.tags or {})
    if random.random() < 0.3:
        fields["ActionsEnabled"] = False
    if random.random() < 0.3:
        tags["team"] = "a"
    if random.random() < 0.2:
        tags["slactl:gone"] = "b"
    if random.random() < 0.2 and one.shape is Shape.METRIC:
        fields["Threshold"] = 7.0
    return replace(one, fields=fields, tags=tags)
