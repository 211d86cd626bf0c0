"""What every part of an explanation's text needs: the explanation, the reader's language, and how columns stand.

The one rule: plain text for any terminal and any pipe; every text from outside goes through ``plain``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.figures import value_text
from slactl.formats.numbers import fixed, whole
from slactl.formats.times import local_iso, utc
from slactl.formats.words import GLYPHS, status_word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.explanation import Explanation, Number
    from slactl.model.span import Span
    from slactl.model.status import Status

DASH = "\N{EN DASH}"
PLACES = 6


@dataclass(frozen=True)
class Voice:
    """An explanation and its reader."""

    found: Explanation
    language: Language

    @property
    def zone(self) -> ZoneInfo:
        """The agreement's time zone."""
        return self.found.period.zone

    def say(self, text: str) -> str:
        """The text in the reader's language."""
        return self.language.gettext(text)

    def number(self, value: Number, *, up: bool = True) -> str:
        """A number with its thousands apart; what is no whole one with six places, rounded up or down."""
        exact = Fraction(value)
        return fixed(exact, 0 if exact.denominator == 1 else PLACES, self.language, up=up)

    def known(self, number: int | None) -> str:
        """A count, or a question mark."""
        return "?" if number is None else whole(number, self.language)

    def value(self, value: Fraction | None) -> str:
        """A figure as the report prints it."""
        found = self.found
        return value_text(value, found.row.indicator, found.objective.goal, self.language, found.row.unit) or DASH

    def verdict(self, status: Status, value: Fraction | None) -> str:
        """The sign and word of a status, as the report has them."""
        found = self.found
        missed = value is not None and not found.objective.goal.met_by(value)
        return f"{GLYPHS[status]} {status_word(status, self.language, running=found.period.running, missed=missed)}"

    def local(self, span: Span) -> str:
        """Both ends in the agreement's zone, the date once where it is the same."""
        start, end = (datetime.fromtimestamp(at, UTC).astimezone(self.zone) for at in (span.start, span.end))
        if start.date() == end.date() and start.utcoffset() == end.utcoffset():
            return f"{start:%Y-%m-%d %H:%M}{DASH}{end:%H:%M} {start.isoformat()[-6:]}"
        return f"{local_iso(span.start, self.zone)} {DASH} {local_iso(span.end, self.zone)}"

    def clock(self, instant: int) -> str:
        """The local time of the day."""
        return f"{datetime.fromtimestamp(instant, UTC).astimezone(self.zone):%H:%M}"

    def utc(self, span: Span) -> str:
        """Both ends in UTC."""
        return f"{utc(span.start)} {DASH} {utc(span.end)}"

    def title(self, text: str, more: str = "") -> str:
        """The head of a section, with the rules that it is about."""
        return f"\n{text} ({more})" if more else f"\n{text}"

    def line(self, text: str) -> str:
        """A line of a section."""
        return f"  {text}"

    def facts(self, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Terms and what is said of them, under each other."""
        yield from columns([[term, text] for term, text in rows if text])


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> Iterator[str]:
    """Lines with their cells under each other, the last one as long as it is."""
    if not rows:
        return
    reach = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = [_padded(text, reach[place], place in right) for place, text in enumerate(row)]
        yield f"  {'  '.join(cells)}".rstrip()


def _padded(text: str, reach: int, right: bool) -> str:
    blanks = " " * (reach - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )
