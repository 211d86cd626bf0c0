"""The few shapes that every chapter is made of: tables, facts, bars.

The one rule: they hold finished text, in the reader's language and not yet escaped; Jinja escapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: text, further lines beneath, and the kind that styles it (``n`` is a number).

    ``lang`` is set where the text is in another language than the page, as a quote is.
    """

    text: str
    kind: str = ""
    below: tuple[str, ...] = ()
    glyph: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row heads it. ``kind`` ``stack`` folds rows on narrow screens."""

    id: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str = ""
    foot: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A term with its description; ``kind`` ``mono`` is for digests and commands."""

    term: str
    texts: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in thousandths of its width."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with the sentence that says the same; ``mark`` is where the allowance ends."""

    id: str
    title: str
    text: str
    segments: tuple[Segment, ...]
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A service's part of a chapter, in the order: text, bars, facts, figures, tables."""

    title: str = ""
    texts: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    facts: tuple[Fact, ...] = ()
    figures: tuple[object, ...] = ()
    tables: tuple[Table, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its anchor, title, the sentence that says what it shows, and its blocks."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...] = field(default=())


def heads(*texts: str, numbers: str = "") -> tuple[Head, ...]:
    """Heads from texts; ``numbers`` has an ``n`` at each place that holds figures (``-n-``)."""
    kinds = numbers.ljust(len(texts), "-")
    return tuple(Head(text, "n" if kind == "n" else "") for text, kind in zip(texts, kinds, strict=True))


def group(text: str) -> tuple[Cell, ...]:
    """A row of one cell that heads the rows below it."""
    return (Cell(text, "group"),)


def figure(text: str | None) -> Cell:
    """A right-aligned cell; nothing to say is a dash."""
    return Cell("\N{EN DASH}", "n z") if text is None else Cell(text, "n")


def thousandths(value: Fraction) -> str:
    """A length in a drawing: at most one decimal, so that bytes stay few and equal."""
    tenths = (value * 10 + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"
