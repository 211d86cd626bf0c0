"""Alarms as CloudFormation templates (JSON).

The one rule: CloudFormation names the fields as a put does, so they are taken as they are; what it would read as its
own language stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from slactl.formats.alarms.json import dumped
from slactl.formats.alarms.stack import Inexpressible, Resource, resources, texts, unique, words
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Shape

OWNER = "cloudformation"
TYPES = {Shape.METRIC: "AWS::CloudWatch::Alarm", Shape.COMPOSITE: "AWS::CloudWatch::CompositeAlarm"}
MOST_RESOURCES, MOST_BYTES = 500, 900_000
"""What a template may hold (a megabyte), with some room for what stands around its resources."""
INDENT = 4
LOOKED_UP = "{{resolve:"
LONGEST_EXPRESSION = 2048


def render(alarms: Iterable[DesiredAlarm]) -> tuple[str, ...]:
    """The templates, in the order in which their stacks are made; one, unless the alarms are too many for it.

    Raises:
        Inexpressible: if an alarm holds what CloudFormation would not leave as it is.
    """
    found = resources(alarms, OWNER)
    if reasons := [reason for one in found for reason in _obstacles(one)]:
        raise Inexpressible(reasons)
    parts = list(_parts(found)) or [()]
    return tuple(_template(part, number, len(parts)) for number, part in enumerate(parts, 1))


def logical_id(name: str) -> str:
    """An id of letters and digits, the same for the same name."""
    return unique("".join(word[:1].upper() + word[1:] for word in words(name)), name)


def _obstacles(one: Resource) -> Iterator[str]:
    if any(LOOKED_UP in text for text in texts(one.fields)):
        yield f"{one.name}: CloudFormation would look {LOOKED_UP}...}}}} up instead of taking it as a name"
    queries = one.fields.get("Metrics", ())
    for query in queries if isinstance(queries, list) else ():
        if len(query.get("Expression", "")) > LONGEST_EXPRESSION:
            yield f"{one.name}: an expression of more than {LONGEST_EXPRESSION} characters"


def _parts(found: Iterable[Resource]) -> Iterator[tuple[Resource, ...]]:
    part: list[Resource] = []
    size = 0
    for one in found:
        own = _size(one)
        if part and (len(part) == MOST_RESOURCES or size + own > MOST_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(one)
        size += own
    if part:
        yield tuple(part)


def _size(one: Resource) -> int:
    """The bytes of a resource in its template, the composite's order of making at its longest."""
    text = dumped({logical_id(one.name): _entry(one, frozenset(one.after))})
    return len(text.encode()) + INDENT * text.count("\n")


def _template(part: tuple[Resource, ...], number: int, count: int) -> str:
    here = frozenset(one.name for one in part)
    told = f", part {number} of {count}" if count > 1 else ""
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Alarms of slactl{told}; written by slactl alarms export",
        "Resources": {logical_id(one.name): _entry(one, here) for one in part},
    }
    return dumped(document)


def _entry(one: Resource, here: frozenset[str]) -> dict[str, object]:
    """A resource; alarms of an earlier template stand before this one is made."""
    after = sorted(logical_id(name) for name in one.after if name in here)
    tags = [{"Key": key, "Value": value} for key, value in sorted(one.tags.items())]
    properties = {key: _text(value) for key, value in one.fields.items()} | {"Tags": tags}
    return {"Type": TYPES[one.shape], **({"DependsOn": after} if after else {}), "Properties": properties}


def _text(value: object) -> object:
    """A value in which no text looks like a reference: ``${`` is put together from two halves."""
    if isinstance(value, str) and "${" in value:
        first, *others = value.split("${")
        halves = [f"{'{' if place else ''}{one}" for place, one in enumerate((first, *others))]
        return {"Fn::Join": ["$", halves]}
    if isinstance(value, Mapping):
        return {key: _text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_text(inner) for inner in value]
    return value
