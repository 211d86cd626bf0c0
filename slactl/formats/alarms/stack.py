"""Alarms as the resources of a stack: what CloudFormation and Terraform say alike.

The one rule: a resource holds the very fields that ``slactl alarms apply`` puts, so that ``plan`` finds nothing to
change on what a stack made; what a stack cannot say is named, never bent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slactl.alarming.form import form_of, shape_of
from slactl.alarming.ownership import OWNER
from slactl.alarming.ruletext import children
from slactl.model.alarm import CompositeAlarm, DesiredAlarm
from slactl.model.alarmplan import Form, Shape

DIGEST = 10
LONGEST_ID = 120
_WORDS = re.compile(r"[A-Za-z0-9]+")


class Inexpressible(Exception):
    """Alarms that a stack cannot keep; ``reasons`` has a line for each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(reasons[0])
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Resource:
    """An alarm in a stack: its fields as a put has them, its tags, and the names of the alarms that it looks at."""

    name: str
    shape: Shape
    fields: Form
    tags: Mapping[str, str]
    after: tuple[str, ...]


def resources(alarms: Iterable[DesiredAlarm], owner: str) -> tuple[Resource, ...]:
    """The alarms in order, each with the tag that says who keeps it."""
    return tuple(_resource(one, owner) for one in alarms)


def words(name: str) -> list[str]:
    """What of a name an id may hold."""
    return _WORDS.findall(name)


def unique(readable: str, name: str) -> str:
    """The readable part of an id, made unlike every other by a digest of the whole name."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
    return readable[:LONGEST_ID] + digest


def texts(value: object) -> Iterator[str]:
    """Every text in fields, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def _resource(one: DesiredAlarm, owner: str) -> Resource:
    below = children(one.alarm.rule) if isinstance(one.alarm, CompositeAlarm) else ()
    return Resource(one.name, shape_of(one.alarm), form_of(one.alarm), {**one.tags, OWNER: owner}, below)
