"""Compares what should stand with what stands: the changes, and nothing but them.

The one rule: a pure function of both; an alarm that is not ours by its tags and its name is never in a change that
touches it, even if it bears a name that we want.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from slactl.alarming.form import differences, flat, form_of, merged, shape_of, switched_off
from slactl.alarming.ownership import OWNER, SPACE, about, managed, ours, owner_of
from slactl.alarming.ruletext import children, names_in
from slactl.alarming.strangers import without_strangers
from slactl.model.alarm import CompositeAlarm, DesiredAlarm
from slactl.model.alarmplan import (
    About,
    Blocked,
    Caution,
    Change,
    Create,
    Delete,
    Difference,
    Form,
    Keep,
    Left,
    Plan,
    Shape,
    Standing,
    Update,
    Why,
)

Ranks = Mapping[str, int]


def plan(desired: Sequence[DesiredAlarm], standing: Sequence[Standing], prefix: str = "slactl") -> Plan:
    """The way from what stands to what should.

    Args:
        desired: with names that are all different.
        standing: every alarm of the account and region.
        prefix: begins the names of our alarms; those of another prefix are not ours.

    Raises:
        ValueError: if two desired alarms bear one name, or one without the prefix.
    """
    wanted = {one.name: one for one in desired}
    _check(desired, wanted, prefix)
    there = {one.name: one for one in standing}
    own = {name: one for name, one in there.items() if ours(one, prefix)}
    first = _first_to_go(wanted, own)
    blocked = {one.name: _blocked(one, there.get(one.name), own, first) for one in desired}
    apart = without_strangers(desired, _strangers(blocked, there, own))
    changes: list[Change] = [
        blocked[one.name]
        or _deaf(one, apart[one.name])
        or _wanted(apart[one.name] or one, there.get(one.name), own, first)
        for one in desired
    ]
    changes += [_delete(one, Why.REPLACED) for name, one in own.items() if name in first and name in wanted]
    changes += [_delete(one, Why.NOT_WANTED) for name, one in own.items() if _unwanted(name, apart, first)]
    left = {one.name for one in changes if isinstance(one, Left)}
    others = [one for name, one in there.items() if name not in own and name not in left]
    return Plan(
        changes=_ordered(changes, first, desired, own),
        fingerprint=fingerprint(standing, wanted.keys(), prefix),
        foreign=len(others),
        elsewhere=tuple(sorted(one.name for one in others if managed(one) and owner_of(one) is None)),
        warnings=tuple(_warnings(changes, there, own)),
    )


def fingerprint(standing: Iterable[Standing], names: Collection[str], prefix: str) -> str:
    """A digest of what a plan rests on: our alarms, and whatever bears one of these names.

    States are left out: an alarm that rings meanwhile changes nothing. Of a saved plan ``names`` are those of its
    changes.
    """
    seen = [one for one in standing if one.name in names or ours(one, prefix)]
    told = [[one.name, one.shape.value, _seen(one), dict(one.tags) if one.tags is not None else None] for one in seen]
    text = json.dumps(sorted(told, key=lambda one: str(one[0])), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _seen(one: Standing) -> dict[str, object]:
    return flat(one.fields) | merged({}, one.fields)


def _check(desired: Sequence[DesiredAlarm], wanted: Collection[str], prefix: str) -> None:
    if len(wanted) != len(desired):
        raise ValueError("two alarms bear one name")
    for name in (name for name in wanted if not name.startswith(f"{prefix} ")):
        raise ValueError(f"the alarm {name!r} does not begin with {prefix!r}")


def _first_to_go(wanted: Mapping[str, DesiredAlarm], own: Mapping[str, Standing]) -> frozenset[str]:
    """Our alarms that stand in the way of another shape, and composites of ours that look at such."""
    found = {name for name, one in own.items() if name in wanted and one.shape is not shape_of(wanted[name].alarm)}
    held = {name: looked_at(one) for name, one in own.items()} if found else {}
    while more := {name for name in held if name not in found and held[name] & found}:
        found |= more
    return frozenset(found)


def _wanted(
    one: DesiredAlarm, there: Standing | None, own: Mapping[str, Standing], replaced: Collection[str]
) -> Change:
    shape, fields, purpose = shape_of(one.alarm), form_of(one.alarm), about_of(one)
    if there is None or one.name in replaced:
        return Create(one.name, shape, purpose, fields, dict(one.tags))
    if there.name in own:
        return _held(one, there, fields, purpose)
    return Left(one.name, shape, purpose, owner_of(there) or "", differences(fields, there.fields))


def _blocked(
    one: DesiredAlarm, there: Standing | None, own: Mapping[str, Standing], replaced: Collection[str]
) -> Blocked | None:
    """An alarm whose name is somebody else's."""
    if there is None or one.name in replaced or there.name in own:
        return None
    shape, owner = shape_of(one.alarm), owner_of(there)
    if owner and there.shape is shape:
        return None
    return Blocked(one.name, shape, about_of(one), _why_blocked(there, owner))


def _strangers(
    blocked: Mapping[str, Blocked | None], there: Mapping[str, Standing], own: Mapping[str, Standing]
) -> frozenset[str]:
    """The names that no composite may look at; where tags could not be read, what one looks at already stays."""
    held = frozenset(name for one in own.values() for name in looked_at(one))
    taken = [name for name, one in blocked.items() if one is not None]
    return frozenset(name for name in taken if there[name].tags is not None or name not in held)


def _unwanted(name: str, apart: Mapping[str, DesiredAlarm | None], replaced: Collection[str]) -> bool:
    """Whether an alarm of ours is not asked for, or is a composite that has nothing left to look at."""
    return name not in apart or (apart[name] is None and name not in replaced)


def _deaf(one: DesiredAlarm, apart: DesiredAlarm | None) -> Blocked | None:
    """A composite all of whose causes bear names of somebody else's."""
    if apart is not None:
        return None
    return Blocked(one.name, shape_of(one.alarm), about_of(one), "every alarm that it would look at is somebody else's")


def about_of(one: DesiredAlarm) -> About:
    """What a wanted alarm is for."""
    return About(one.kind, one.service, one.objective, one.severity.value)


def _why_blocked(there: Standing, owner: str | None) -> str:
    if there.tags is None:
        return "an alarm of this name stands, and its tags could not be read"
    kept = f"that a stack of {owner} keeps" if owner else "that is not ours"
    return f"a {there.shape} alarm of this name stands {kept}"


def _held(one: DesiredAlarm, there: Standing, fields: Form, purpose: About) -> Change:
    changed = differences(fields, there.fields)
    tags = there.tags or {}
    to_set = {key: value for key, value in one.tags.items() if tags.get(key) != value}
    untag = tuple(sorted(key for key in tags if key.startswith(SPACE) and key not in one.tags and key != OWNER))
    if not changed and not to_set and not untag:
        return Keep(one.name, there.shape, purpose)
    told = [Difference(f"Tags.{key}", tags.get(key), one.tags.get(key)) for key in sorted((*to_set, *untag))]
    put = merged(fields, there.fields) if changed else None
    return Update(one.name, there.shape, purpose, there.arn, put, (*changed, *told), to_set, untag)


def _delete(one: Standing, why: Why) -> Delete:
    return Delete(one.name, one.shape, about(one.tags or {}), one.arn, why)


def looked_at(one: Standing) -> frozenset[str]:
    """The alarms that a composite looks at; none of another shape."""
    return names_in(str(one.fields.get("AlarmRule", ""))) if one.shape is Shape.COMPOSITE else frozenset()


def _ordered(
    changes: Iterable[Change], first: Collection[str], desired: Iterable[DesiredAlarm], own: Mapping[str, Standing]
) -> tuple[Change, ...]:
    """What must go first, then puts with children before composites, then deletions the other way round."""
    stand = _ranks({name: looked_at(one) for name, one in own.items()})
    want = _ranks({
        one.name: frozenset(children(one.alarm.rule)) if isinstance(one.alarm, CompositeAlarm) else frozenset()
        for one in desired
    })  # fmt: skip

    def key(change: Change) -> tuple[int, int, str]:
        if isinstance(change, Delete):
            return (0 if change.name in first else 2, -stand.get(change.name, 0), change.name)
        return (1, want.get(change.name, 0), change.name)

    return tuple(sorted(changes, key=key))


def _ranks(held: Mapping[str, frozenset[str]]) -> Ranks:
    """How deep each alarm's tree is: 0 for a leaf; in a cycle, which people can make, as deep as there are alarms."""
    ranks = dict.fromkeys(held, 0)
    composites = {name: [child for child in below if child in held] for name, below in held.items() if below}
    for _ in composites:
        before = dict(ranks)
        for name, below in composites.items():
            ranks[name] = 1 + max((ranks[child] for child in below), default=0)
        if ranks == before:
            break
    return ranks


def _warnings(
    changes: Iterable[Change], there: Mapping[str, Standing], own: Mapping[str, Standing]
) -> Iterator[Caution]:
    for change in changes:
        alarm = there.get(change.name)
        if alarm and isinstance(change, Keep | Update | Left) and switched_off(alarm.fields):
            yield Caution("actions-off", "somebody switched its actions off: it stays so", change.name)
        if isinstance(change, Blocked):
            yield Caution("name-taken", change.text, change.name)
    doomed = {change.name for change in changes if isinstance(change, Delete)}
    for name, one in there.items() if doomed else ():
        if name in own:
            continue
        for child in sorted(looked_at(one) & doomed):
            yield Caution("held-by-another", f"cannot be deleted while {name} looks at it", child)
