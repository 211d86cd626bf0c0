"""What looking at the configuration needs of IAM: the actions of the controls in use, on what they look at.

The one rule: a resource is named as closely as the control names it; what only the answer tells is a ``*``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from slactl.model.catalogue import Catalogue
from slactl.model.general import Control
from slactl.model.permission import Place, Statement
from slactl.model.readonly import ReadOnlyCall, ReadOnlyCalls

ANYTHING = ("*",)
SID = "Controls"
_NAMED = re.compile(r"\{(\w+)\}")


def look_statements(catalogue: Catalogue, place: Place, calls: ReadOnlyCalls) -> tuple[Statement, ...]:
    """The statements that the controls of a catalogue need: actions on the same resources together."""
    needed: dict[tuple[str, ...], dict[str, str]] = {}
    resources: dict[str, set[str]] = {}
    why: dict[str, list[str]] = {}
    for action, looked_at, control in _needs(catalogue, place, calls):
        resources.setdefault(action, set()).update(looked_at)
        why.setdefault(action, []).append(control)
    for action in sorted(resources):
        needed.setdefault(_fewest(resources[action]), {})[action] = f"controls: {', '.join(dict.fromkeys(why[action]))}"
    return tuple(
        Statement(SID + (str(number) if number > 1 else ""), told, on)
        for number, (on, told) in enumerate(sorted(needed.items()), 1)
    )


def _fewest(resources: set[str]) -> tuple[str, ...]:
    """Resources without those that another of them covers."""
    covered = {one for one in resources for other in resources if one != other and fnmatchcase(one, other)}
    return tuple(sorted(resources - covered))


def _needs(catalogue: Catalogue, place: Place, calls: ReadOnlyCalls) -> Iterator[tuple[str, set[str], str]]:
    """Each action with its resources and the control that it is for."""
    for objective in catalogue.general:
        control = objective.indicator
        if isinstance(control, Control):
            for call in calls.behind(control.call):
                on = set(_resources(call, control, place))
                yield from ((action, on, objective.id) for action in call.actions)


def _resources(call: ReadOnlyCall, control: Control, place: Place) -> Iterator[str]:
    given = {
        "partition": (place.partition,),
        "region": (control.region or place.region,),
        "account": (place.account,),
    }
    for template in call.on or ANYTHING:
        names = [name for name in _NAMED.findall(template) if name not in given]
        if names:
            told = {name: _values(control, name) for name in names}
            yield from _filled(template, {**given, **told})
        else:
            yield from _filled(template, given)


def _values(control: Control, name: str) -> tuple[str, ...]:
    """What a control gives for a parameter; a star where it gives nothing, or something else than texts."""
    value = control.parameters.get(name)
    texts = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Sequence) else ()
    if not texts or not all(isinstance(one, str) for one in texts):
        return ANYTHING
    filled = (one.replace("{each}", target) for one in texts for target in control.each or ("*",))
    return tuple(filled)


def _filled(template: str, values: Mapping[str, Iterable[str]]) -> list[str]:
    found = [template]
    for name, given in values.items():
        found = [_put(one, name, value) for one in found for value in given] if f"{{{name}}}" in template else found
    return found


def _put(template: str, name: str, value: str) -> str:
    """A value in its place; one that is an ARN stands for the whole, of a path the last part is its name."""
    if value.startswith("arn:"):
        return value
    return template.replace(f"{{{name}}}", value.rpartition("/")[2] if name.endswith("Id") else value)
