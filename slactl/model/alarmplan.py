"""What stands, what would change, and what a saved plan keeps.

The one rule: a change says everything that carrying it out needs, so that ``apply`` decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from slactl.model.alarm import DesiredAlarm

Form = Mapping[str, object]
"""An alarm's fields as CloudWatch names them: what a put takes, tags left out; values are those of JSON."""


class Shape(StrEnum):
    """What an alarm looks at; all share one space of names. We make no alarms on logs."""

    METRIC = "metric"
    COMPOSITE = "composite"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm of the account; ``fields`` as it was described, its state among them.

    ``tags`` None: nobody knows them, so the alarm counts as somebody else's.
    """

    name: str
    shape: Shape
    fields: Form
    tags: Mapping[str, str] | None
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as it should be; ``field`` is its path (``Metrics.bad.MetricStat.Period``).

    ``old`` or ``new`` None: it is not there.
    """

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class About:
    """What an alarm is for: see ``DesiredAlarm``. Of alarms to delete it is read from their tags."""

    kind: str = ""
    service: str = ""
    objective: str | None = None
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Create:
    """An alarm that does not stand yet; ``fields`` is all that is put, ``tags`` all that it gets."""

    name: str
    shape: Shape
    about: About
    fields: Form
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Update:
    """An alarm of ours that stands otherwise.

    ``fields`` is the whole of what is put, what people may set included; None where only tags differ.
    ``tags`` are the ones to set, ``untag`` the keys to take away.
    """

    name: str
    shape: Shape
    about: About
    arn: str
    fields: Form | None
    differences: tuple[Difference, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    untag: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """An alarm of ours that stands as it should."""

    name: str
    shape: Shape
    about: About


class Why(StrEnum):
    """Why an alarm of ours is deleted."""

    NOT_WANTED = "not-wanted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Delete:
    """An alarm of ours that nobody asks for, or that stands in the way of one of another shape."""

    name: str
    shape: Shape
    about: About
    arn: str
    why: Why = Why.NOT_WANTED


@dataclass(frozen=True, slots=True)
class Left:
    """A wanted alarm that a stack of ``owner`` (cloudformation, terraform) keeps; only told of, never touched."""

    name: str
    shape: Shape
    about: About
    owner: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A wanted alarm whose name somebody else's alarm bears; it is not enforced."""

    name: str
    shape: Shape
    about: About
    text: str


Change = Create | Update | Keep | Delete | Left | Blocked


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to look at before applying; ``code`` is stable, ``alarm`` the one that it is about."""

    code: str
    text: str
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class Unwatched:
    """What a kind of alarm cannot watch, and why; ``code`` is stable.

    With an empty ``kind`` no kind watches the objective: it is not enforced at all.
    """

    service: str
    objective: str | None
    kind: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every alarm that should stand, composites after what they look at, and what cannot be watched."""

    alarms: tuple[DesiredAlarm, ...]
    unwatched: tuple[Unwatched, ...] = ()
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class KindBill:
    """What the alarms of a kind cost a month, in US dollars, before anything is free."""

    kind: str
    alarms: int
    metrics: int
    dollars: Fraction


@dataclass(frozen=True, slots=True)
class Bill:
    """What the wanted alarms cost a month: the sum of ``kinds`` less what is free."""

    kinds: tuple[KindBill, ...]
    free: Fraction
    total: Fraction


@dataclass(frozen=True, slots=True)
class Plan:
    """Every wanted alarm and every alarm of ours, in the order in which apply goes through them.

    Children are put before composites, composites deleted before children, and everything is put before the
    unwanted is deleted; only what stands in the way of another shape goes first, and is there twice.
    ``fingerprint`` is of what was seen. ``foreign`` counts the account's other alarms, ``elsewhere`` names those
    that slactl manages under another prefix.
    """

    changes: tuple[Change, ...]
    fingerprint: str
    foreign: int = 0
    elsewhere: tuple[str, ...] = ()
    warnings: tuple[Caution, ...] = ()
    bill: Bill | None = None

    @property
    def creates(self) -> tuple[Create, ...]:
        return tuple(one for one in self.changes if isinstance(one, Create))

    @property
    def updates(self) -> tuple[Update, ...]:
        return tuple(one for one in self.changes if isinstance(one, Update))

    @property
    def keeps(self) -> tuple[Keep, ...]:
        return tuple(one for one in self.changes if isinstance(one, Keep))

    @property
    def deletes(self) -> tuple[Delete, ...]:
        return tuple(one for one in self.changes if isinstance(one, Delete))

    @property
    def left(self) -> tuple[Left, ...]:
        return tuple(one for one in self.changes if isinstance(one, Left))

    @property
    def blocked(self) -> tuple[Blocked, ...]:
        return tuple(one for one in self.changes if isinstance(one, Blocked))

    @property
    def to_do(self) -> tuple[Create | Update | Delete, ...]:
        """What apply does, in its order."""
        return tuple(one for one in self.changes if isinstance(one, Create | Update | Delete))


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it is kept: for which account and region, by which prefix, and from which configuration.

    ``configuration`` holds the digests of its files by name; ``made_at`` is in seconds since the epoch.
    """

    plan: Plan
    account: str
    region: str
    prefix: str
    version: str
    made_at: int
    configuration: Mapping[str, str] = field(default_factory=dict)
