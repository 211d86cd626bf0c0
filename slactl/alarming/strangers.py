"""Composites without the alarms of somebody else that happen to bear a name of ours.

The one rule: an alarm that is not ours is not looked at either: it would ring under our clause, and whoever looks at
an alarm keeps its owner from deleting it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from slactl.model.alarm import AllOf, CompositeAlarm, DesiredAlarm, Rings, Rule


def without_strangers(desired: Sequence[DesiredAlarm], strangers: Collection[str]) -> dict[str, DesiredAlarm | None]:
    """Each alarm by its name, with what is left of its rule; None of a composite of which nothing is."""
    gone, found = set(strangers), _apart(desired, strangers)
    while more := {name for name, one in found.items() if one is None and name not in gone}:
        gone |= more
        found = _apart(desired, gone)
    return found


def _apart(desired: Sequence[DesiredAlarm], gone: Collection[str]) -> dict[str, DesiredAlarm | None]:
    return {one.name: _without(one, gone) for one in desired}


def _without(one: DesiredAlarm, gone: Collection[str]) -> DesiredAlarm | None:
    if not isinstance(one.alarm, CompositeAlarm):
        return one
    rule = left_of(one.alarm.rule, gone)
    return None if rule is None else replace(one, alarm=replace(one.alarm, rule=rule))


def left_of(rule: Rule, gone: Collection[str]) -> Rule | None:
    """A rule without some alarms: a pair of which one half is gone does not ring by the other alone."""
    if isinstance(rule, Rings):
        return None if rule.name in gone else rule
    parts = [left_of(part, gone) for part in rule.parts]
    kept = tuple(part for part in parts if part is not None)
    if isinstance(rule, AllOf) and len(kept) < len(parts):
        return None
    return replace(rule, parts=kept) if kept else None
