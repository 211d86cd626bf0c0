"""A store of alarms in memory, as strict as CloudWatch where order matters, that fails where it is told to.

The one rule: a call that fails before it is done changes nothing; one whose answer is lost has changed all it should.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from slactl.alarming.ruletext import names_in
from slactl.model.alarmplan import Form, Shape, Standing
from slactl.ports.enforcing import NotDone, Seen, Topic, TopicState

Found = TypeVar("Found")

ACCOUNT, REGION = "123456789012", "eu-west-1"
Trouble = tuple[BaseException, bool]
"""What a call ends with, and whether it was done all the same."""


def arn_of(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def never(number: int, call: str) -> Trouble | None:
    """Nothing goes wrong."""
    return None


@dataclass
class MemoryStore:
    """An ``AlarmStore``; ``trouble`` is asked at every call that changes or looks at single alarms.

    ``calls`` are those made, with the names that they were about.
    """

    alarms: dict[str, Standing] = field(default_factory=dict)
    trouble: Callable[[int, str], Trouble | None] = never
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    takes: int | None = None
    known_topics: Mapping[str, TopicState] = field(default_factory=dict)
    account: str = ACCOUNT
    region: str = REGION

    def standing(self, prefix: str) -> Seen:
        return Seen(tuple(self.alarms.values()))

    def named(self, names: Sequence[str]) -> Mapping[str, Standing]:
        return self._call(
            "named", names, lambda: {one: replace(self.alarms[one], tags=None) for one in names if one in self.alarms}
        )

    def tags(self, arn: str) -> Mapping[str, str] | None:
        name = arn.split(":", 6)[-1]
        return self._call("tags", [name], lambda: self.alarms[name].tags if name in self.alarms else None)

    def put(self, shape: Shape, fields: Form, tags: Mapping[str, str] | None = None) -> None:
        name = str(fields["AlarmName"])
        self._call(f"put {shape}", [name], lambda: self._put(name, shape, fields, tags))

    def delete(self, names: Sequence[str]) -> None:
        self._call("delete", names, lambda: self._delete(names))

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        name = arn.split(":", 6)[-1]
        self._call("tag", [name], lambda: self._retag(name, {**(self.alarms[name].tags or {}), **tags}))

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        name = arn.split(":", 6)[-1]
        left = {key: value for key, value in (self.alarms[name].tags or {}).items() if key not in keys}
        self._call("untag", [name], lambda: self._retag(name, left))

    def quota(self) -> int | None:
        return self.takes

    def topics(self, arns: Collection[str]) -> tuple[Topic, ...]:
        states = ((arn, self.known_topics.get(arn, TopicState.FINE)) for arn in sorted(arns))
        return tuple(Topic(arn, state, "" if state is TopicState.FINE else f"it is {state}") for arn, state in states)

    def _call(self, call: str, names: Sequence[str], do: Callable[[], Found]) -> Found:
        self.calls.append((call, tuple(names)))
        trouble = self.trouble(len(self.calls), call)
        if trouble and not trouble[1]:
            raise trouble[0]
        found = do()
        if trouble:
            raise trouble[0]
        return found

    def _put(self, name: str, shape: Shape, fields: Form, tags: Mapping[str, str] | None) -> None:
        old = self.alarms.get(name)
        if old and old.shape is not shape:
            raise NotDone(f"{name} is an alarm of another type")
        for child in names_in(str(fields.get("AlarmRule", ""))):
            if child not in self.alarms:
                raise NotDone(f"{child} does not exist")
        state = {"StateValue": old.fields["StateValue"] if old else "INSUFFICIENT_DATA"}
        told = {"ActionsEnabled": True, **fields, "AlarmArn": arn_of(name), **state}
        kept = old.tags if old else dict(tags or {})
        self.alarms[name] = Standing(name, shape, told, kept, arn_of(name))

    def _delete(self, names: Sequence[str]) -> None:
        assert len(names) <= 100
        gone = [self.alarms[name] for name in names if name in self.alarms]
        if sum(one.shape is Shape.COMPOSITE for one in gone) > 1:
            raise NotDone("only one composite at once")
        for one in gone:
            for parent in self.alarms.values():
                if parent is not one and one.name in names_in(str(parent.fields.get("AlarmRule", ""))):
                    raise NotDone(f"{parent.name} depends on {one.name}")
        for one in gone:
            del self.alarms[one.name]

    def _retag(self, name: str, tags: Mapping[str, str]) -> None:
        self.alarms[name] = replace(self.alarms[name], tags=tags)
