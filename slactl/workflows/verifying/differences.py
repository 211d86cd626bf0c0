"""What differs between the figures that a report states and those that evidence gives.

The one rule: every figure is compared for exact equality, number by number and text by text; only what
the other side's version of slactl does not know of may be missing, and then it is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from slactl.workflows.verifying.figures import Figures, Value

ABSENT = "nothing"
MOST_SHOWN = 160
NUMBER = re.compile(r"[0-9](?:[0-9.,:]*[0-9])?")
WORDY = frozenset({"text", "display", "title"})
"""Fields that are worded for people."""


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
        says, gives = _shortened(self.says, self.gives)
        return f"{told}: {says}" if self.true else f"{told}: says {says}, evidence gives {gives}"


@dataclass(frozen=True, slots=True)
class Compared:
    """All figures of both sides.

    ``unknown`` are fields of the report that this version of slactl does not write, so that nobody
    checked them; ``worded`` are texts with the same numbers in other words, of another version.
    """

    figures: tuple[Figure, ...]
    unknown: tuple[str, ...] = ()
    worded: tuple[Figure, ...] = ()

    @property
    def false(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if not figure.true)


def compared(says: Figures, gives: Figures, *, same_version: bool) -> Compared:
    """Holds the figures of a report against those of evidence.

    Args:
        says: what the report states.
        gives: what evidence gives.
        same_version: whether one version of slactl wrote both; else fields that only one of them has
            anywhere are no difference, nor are texts in other words.
    """
    if same_version:
        return Compared(tuple(_figures(says, gives, frozenset())))
    ours, theirs = frozenset(map(_kind, says)), frozenset(map(_kind, gives))
    figures = tuple(_figures(says, gives, ours ^ theirs))
    worded = tuple(figure for figure in figures if _is_wording(figure))
    rest = tuple(figure for figure in figures if figure not in worded) if worded else figures
    return Compared(rest, tuple(sorted(ours - theirs)), worded)


def _shortened(says: str, gives: str) -> tuple[str, str]:
    """Both texts from shortly before where they part, if they are long."""
    if max(len(says), len(gives)) <= MOST_SHOWN:
        return says, gives
    parts = next((at for at, (mine, other) in enumerate(zip(says, gives, strict=False)) if mine != other), None)
    start = max(0, (min(len(says), len(gives)) if parts is None else parts) - MOST_SHOWN // 4)
    return _cut(says, start), _cut(gives, start)


def _cut(text: str, start: int) -> str:
    end = start + MOST_SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _is_wording(figure: Figure) -> bool:
    wordy = figure.field.rpartition(".")[2] in WORDY
    return wordy and not figure.true and numbers_in(figure.says) == numbers_in(figure.gives)


def numbers_in(text: str) -> list[str]:
    """The numbers of a text, in order."""
    return NUMBER.findall(text)


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
