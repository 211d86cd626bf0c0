"""Native SLOs: what should stand in Application Signals, what does, and what would change.

The one rule: fields are those of CreateServiceLevelObjective, times in them whole seconds since the epoch, so that
what is wanted and what stands are compared in one form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from slactl.model.alarmplan import Caution, Difference, Form

REQUEST_BASED, PERIOD_BASED = "RequestBased", "PeriodBased"


@dataclass(frozen=True, slots=True)
class DesiredSlo:
    """An SLO that should stand for an objective of a service."""

    name: str
    service: str
    objective: str
    fields: Form
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StandingSlo:
    """An SLO as it stands; ``tags`` None: nobody could read them. ``evaluation`` is its type, which never changes.

    Of one whose name is not of our prefix only the name, ARN and type are known.
    """

    name: str
    arn: str
    evaluation: str = REQUEST_BASED
    fields: Form = field(default_factory=dict)
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What AWS cannot express of an objective; ``code`` is stable.

    ``made``: an SLO is made all the same, and differs in this. An empty ``objective`` concerns all of them.
    """

    service: str
    objective: str
    code: str
    text: str
    made: bool = True


@dataclass(frozen=True, slots=True)
class WantedSlos:
    """The SLOs of a catalogue, and what they cannot say; ``unread`` services are those nobody could look at."""

    slos: tuple[DesiredSlo, ...]
    limits: tuple[Limit, ...] = ()
    unread: frozenset[str] = frozenset()


class Act(StrEnum):
    """What becomes of an SLO; REPLACE deletes it and makes it anew; FOREIGN bears a wanted name and is not ours."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    KEEP = "keep"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class SloChange:
    """One line of a plan.

    ``fields`` are all of a new SLO, and of one that is updated those parts that differ; ``seen`` is what stood when
    the plan was made. ``restarts``: AWS begins its history anew. ``text`` says why, where that is not plain.
    """

    act: Act
    name: str
    service: str = ""
    objective: str = ""
    arn: str = ""
    fields: Form = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    untag: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    restarts: bool = False
    text: str = ""
    seen: Form = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SloPlan:
    """What would change; ``foreign`` counts the SLOs that are not ours, ``cautions`` are to be looked at before.

    ``fingerprint`` is of what was seen.
    """

    changes: tuple[SloChange, ...]
    foreign: int = 0
    cautions: tuple[Caution, ...] = ()
    fingerprint: str = ""

    @property
    def to_do(self) -> tuple[SloChange, ...]:
        """What apply does, in its order."""
        return tuple(one for one in self.changes if one.act not in (Act.KEEP, Act.FOREIGN))

    @property
    def losing(self) -> tuple[SloChange, ...]:
        """What takes an SLO or its history away."""
        return tuple(one for one in self.to_do if one.restarts or one.act in (Act.DELETE, Act.REPLACE))


@dataclass(frozen=True, slots=True)
class SavedSlos:
    """A plan as it is kept: for which account and region, by which prefix, and from which configuration.

    ``configuration`` holds the digests of its files by name; ``made_at`` is in seconds since the epoch.
    """

    plan: SloPlan
    account: str
    region: str
    prefix: str
    version: str
    made_at: int
    configuration: Mapping[str, str] = field(default_factory=dict)
