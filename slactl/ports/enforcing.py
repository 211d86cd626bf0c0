"""What a place that keeps alarms must offer to whoever changes them.

The one rule: every call is done or it is not, and says so; a call that failed leaves nothing half-done, and a second
one of the same kind does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from slactl.model.alarmplan import Form, Shape, Standing

MOST_NAMES = 100
"""How many alarms a call describes, or deletes."""


class NotDone(Exception):
    """A call that was refused, others may still succeed; ``reason`` says what was answered.

    ``denied``: the caller may not make such calls, ``lacks`` names the permission, such as
    ``cloudwatch:PutMetricAlarm``, as far as it is known; ``unsure``: nobody knows whether it was done.
    """

    def __init__(self, reason: str, *, denied: bool = False, unsure: bool = False, lacks: str = "") -> None:
        super().__init__(reason)
        self.reason, self.denied, self.unsure, self.lacks = reason, denied, unsure, lacks


class TopicState(StrEnum):
    """What CloudWatch can do with a topic that an alarm names."""

    FINE = "fine"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    ENCRYPTED = "encrypted"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, and why nobody would hear an alarm through it; ``text`` is empty where all is fine."""

    arn: str
    state: TopicState
    text: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Every alarm of an account and region, and what could not be told of them."""

    alarms: tuple[Standing, ...]
    doubts: tuple[str, ...] = ()


class AlarmStore(Protocol):
    """Keeps the alarms of one account and region. Raises, besides ``NotDone``, what makes every call hopeless."""

    @property
    def account(self) -> str:
        """Twelve digits."""
        ...

    @property
    def region(self) -> str:
        """Such as ``eu-west-1``."""
        ...

    def standing(self, prefix: str) -> Seen:
        """Every alarm of every shape; the tags of those whose names begin with the prefix are surely known."""
        ...

    def named(self, names: Sequence[str]) -> Mapping[str, Standing]:
        """Those of some alarms that stand now, without their tags.

        Raises:
            NotDone: if they can't be described.
        """
        ...

    def tags(self, arn: str) -> Mapping[str, str] | None:
        """The tags of an alarm as they are now; None if it is gone.

        Raises:
            NotDone: if they can't be read.
        """
        ...

    def put(self, shape: Shape, fields: Form, tags: Mapping[str, str] | None = None) -> None:
        """Makes an alarm, or writes over all of one but its tags.

        Raises:
            NotDone: if it is refused.
        """
        ...

    def delete(self, names: Sequence[str]) -> None:
        """Deletes up to 100 metric alarms, or one composite; those that are gone already are not missed.

        Raises:
            NotDone: if it is refused; then none is deleted.
        """
        ...

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Sets tags, others stay.

        Raises:
            NotDone: if it is refused.
        """
        ...

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Takes tags away.

        Raises:
            NotDone: if it is refused.
        """
        ...

    def quota(self) -> int | None:
        """How many alarms the region takes; None if nobody tells."""
        ...

    def topics(self, arns: Collection[str]) -> tuple[Topic, ...]:
        """What CloudWatch can do with each of some topics, in the order of their ARNs."""
        ...
