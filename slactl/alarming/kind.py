"""What a kind of alarm is: a name, its options, and how alarms are made of promises.

The one rule: a kind only says what is looked at and why; names, tags, actions and composites are made for all kinds
alike (``slactl.alarming.desired``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from slactl.alarming.naming import child_name
from slactl.alarming.wording import say
from slactl.model.alarm import Crossing, Missing, Term
from slactl.model.alarmplan import Form
from slactl.model.enforcement import KindSettings, Pair
from slactl.model.general import MetricTerm as General
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.model.service import Service
from slactl.model.watched import Watched


class OptionType(StrEnum):
    """How an option is written, and what it becomes."""

    WHOLE = "a whole number from 1 on"
    NUMBER = "a positive decimal"
    SHARE = "a share such as 25%"
    PERIOD = "whole minutes up to 7d, such as 6h"
    PAIRS = "a list of {long, short, factor}"


@dataclass(frozen=True, slots=True)
class Needs:
    """An option: how it is written, what it says, and the most that it may be (of a period in seconds)."""

    of: OptionType
    says: str
    most: int = 604_800


@dataclass(frozen=True, slots=True)
class Watch:
    """What one alarm looks at; see ``MetricAlarm``. ``what`` ends its name, ``says`` tells when it rings."""

    what: str
    says: str
    terms: tuple[Term, ...]
    returned: str
    threshold: Fraction
    crossing: Crossing = Crossing.AT_LEAST
    evaluation_periods: int = 1
    datapoints: int = 1
    missing: Missing = Missing.NOT_BREACHING
    low_samples: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason to tell somebody: all of its alarms ring. ``means`` is what it means for the budget."""

    watches: tuple[Watch, ...]
    objective: Objective | None
    means: str = ""
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """A promise that a kind cannot watch; ``code`` is stable."""

    objective: Objective | None
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What a kind is asked about: a service with its promises, or, with None, slactl itself.

    ``published`` are the dimensions of what ``check --publish`` puts into ``namespace``; ``watched`` None: nobody
    looked at the service. ``standing`` are the fields of our alarms as they stand, by name: what depends on traffic
    changes with it only where it must, so that two plans of one day are the same. ``metrics`` are those of each term of
    general entries; a term that nobody could list is missing.
    """

    service: Service | None
    objectives: tuple[Objective, ...]
    watched: Watched | None
    settings: KindSettings
    timezone: str = "UTC"
    namespace: str = "Slactl"
    published: tuple[tuple[str, str], ...] = ()
    prefix: str = "slactl"
    standing: Mapping[str, Form] = field(default_factory=dict)
    language: str = "en"
    metrics: Mapping[General, tuple[Metric, ...]] = field(default_factory=dict)

    def say(self, sentence: str, **figures: Fraction | int | str) -> str:
        """A sentence of a description in the report's language."""
        return say(self.language, sentence, **figures)

    def stands(self, objective: Objective | None, what: str, operation: str | None = None) -> Form | None:
        """The fields of the alarm that stands for something, None where none does."""
        service, promise = self.service.key if self.service else "", objective.id if objective else None
        return self.standing.get(child_name(self.prefix, service, promise, what, operation))

    def whole(self, option: str) -> int:
        """A whole number, or a period in seconds."""
        value = self.settings.options[option]
        assert isinstance(value, int)
        return value

    def number(self, option: str) -> Fraction:
        """A decimal, or a share as a ratio."""
        value = self.settings.options[option]
        assert isinstance(value, Fraction)
        return value

    @property
    def pairs(self) -> tuple[Pair, ...]:
        value = self.settings.options["pairs"]
        assert isinstance(value, tuple)
        return tuple(one for one in value if isinstance(one, Pair))


Found = Cause | Unfit
Make = Callable[[Scene], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alarm; ``once`` of slactl itself, not of each service.

    One that is ``general`` is of what is judged on something else than requests.

    ``alone``: its alarms tell by themselves, because one that rings for long would keep a composite from telling more.
    """

    name: str
    says: str
    make: Make
    options: Mapping[str, Needs] = field(default_factory=dict)
    once: bool = False
    alone: bool = False
    general: bool = False
