"""What a proposal of packs is made of.

The one rule: a use whose required variables were not all found is told, but never as one that could be switched on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from slactl.ports import Refusal
from slactl.ports.platform import Seen

Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variable of a pack, as its file has it; ``about`` in English."""

    name: str
    required: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the configuration says already: uses of packs (pack and variables) by key, and keys that are taken.

    ``keeps_alarms`` whether a daily collect keeps alarms, as it does unless told otherwise; ``prefix`` what the names
    of its alarms begin with.
    """

    uses: Mapping[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    keeps_alarms: bool = True
    prefix: str = "slactl"


@dataclass(frozen=True, slots=True)
class Given:
    """A variable with what was found for it, and why, where that is not plain."""

    name: str
    value: Value
    why: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A variable that nothing was found for, and what it is."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Use:
    """A pack to be switched on.

    ``slug`` tells it from other uses of the pack; ``why`` it is proposed, ``notes`` are what one should know of it;
    ``guess`` where it is one. ``seen`` is how many of what the pack is for there are.
    """

    pack: str
    why: str
    given: tuple[Given, ...]
    seen: int
    slug: str = ""
    key: str = ""
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    guess: bool = False

    @property
    def complete(self) -> bool:
        return not self.missing

    def value(self, name: str) -> Value | None:
        """What a variable is given."""
        return next((one.value for one in self.given if one.name == name), None)


class Why(StrEnum):
    """Why a pack is not proposed."""

    NOTHING_FOUND = "nothing-found"
    ACCESS_DENIED = "access-denied"
    NOT_READ = "not-read"
    NOT_ASKED = "not-asked"
    ALREADY_ON = "already-on"
    NOT_READY = "not-ready"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Passed:
    """A pack that is not proposed, and why."""

    pack: str
    code: Why
    why: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the account shows of one pack: its uses, or why there is none, and what was refused on the way."""

    uses: tuple[Use, ...] = ()
    nothing: str = ""
    refusals: tuple[Refusal, ...] = ()
    code: Why = Why.NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class Proposed:
    """Everything: packs to be switched on, packs that are not proposed, refusals each once."""

    uses: tuple[Use, ...] = ()
    passed: tuple[Passed, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def complete(self) -> tuple[Use, ...]:
        return tuple(use for use in self.uses if use.complete)


def refused(*seen: Seen[object]) -> tuple[Refusal, ...]:
    """The refusals of some kinds together."""
    return tuple(dict.fromkeys(one for each in seen for one in each.refusals))


def given(**values: Value | None) -> tuple[Given, ...]:
    """Variables with what was found for them; None and empty lists are left out."""
    return tuple(Given(name, value) for name, value in values.items() if value not in (None, ()))


def told(count: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def some(names: Iterable[str], most: int = 6) -> str:
    """The first names of many."""
    found = list(names)
    left = len(found) - most
    return ", ".join(found[:most]) + (f" and {left} more" if left > 0 else "")
