"""What differs between the figures that a report states and those that evidence gives.

The one rule: every figure is compared for exact equality, number by number and text by text; only what
the other side's version of slactl does not know of may be missing, and then it is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from slactl.workflows.verifying.figures import Figures, Value

ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report: what it says and what evidence gives, as text; ``true`` when they are the same."""

    place: str
    field: str
    says: str
    gives: str

    @property
    def true(self) -> bool:
        return self.says == self.gives

    def __str__(self) -> str:
        told = f"{self.place}: {self.field}"
        return f"{told}: {self.says}" if self.true else f"{told}: says {self.says}, evidence gives {self.gives}"


@dataclass(frozen=True, slots=True)
class Compared:
    """All figures of both sides; ``unknown`` are those that only one side's version has a field for."""

    figures: tuple[Figure, ...]
    unknown: tuple[str, ...] = ()

    @property
    def false(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if not figure.true)


def compared(says: Figures, gives: Figures, *, same_version: bool) -> Compared:
    """Holds the figures of a report against those of evidence.

    Args:
        says: what the report states.
        gives: what evidence gives.
        same_version: whether one version of slactl wrote both; else fields that only one of them has
            anywhere are no difference.
    """
    ours, theirs = frozenset(map(_kind, says)), frozenset(map(_kind, gives))
    unshared = frozenset[str]() if same_version else ours ^ theirs
    figures = tuple(_figures(says, gives, unshared))
    return Compared(figures, tuple(sorted(unshared)))


def _figures(says: Figures, gives: Figures, unshared: frozenset[str]) -> Iterator[Figure]:
    for key in [*says, *(key for key in gives if key not in says)]:
        if _kind(key) not in unshared:
            yield Figure(*key, _text(says, key), _text(gives, key))


def _kind(key: tuple[str, str]) -> str:
    """The field's name, wherever it stands; entries of a list are of one kind."""
    return key[1].partition("[")[0]


def _text(figures: Figures, key: tuple[str, str]) -> str:
    return shown(figures[key]) if key in figures else ABSENT


def shown(value: Value) -> str:
    """A figure as JSON writes it, so that 1, 1.0, true and "1" are told apart."""
    return json.dumps(value, ensure_ascii=False)
