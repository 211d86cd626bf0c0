"""A standing on a terminal: one line a target where there is room, a few lines each where there is not.

The one rule: nothing is cut and no colour says anything by itself; text is never markup.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from slactl.cli.console import clean
from slactl.formats.language import speak
from slactl.formats.standing import words
from slactl.formats.standing.lines import lines_of, word_of
from slactl.formats.standing.signs import bar, in_ascii
from slactl.formats.standing.words import ages, heading, legend, window_text
from slactl.formats.words import GLYPHS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import ConsoleOptions, RenderableType, RenderResult
    from rich.measure import Measurement

    from slactl.formats.language import Language
    from slactl.formats.standing.lines import Line
    from slactl.model.standing import Standing

STYLES = {"ok": "green", "warn": "yellow", "miss": "bold red", "unsure": "magenta", "none": "dim"}
BOUNDLESS = 100_000
NAME = 16
"""The fewest columns that a long name is folded to."""
LEFT_SIDE = 30
"""The most columns that the names take beside the rest of a target."""


def terminal() -> Console:
    """The terminal on stdout; ``NO_COLOR``, ``COLUMNS`` and ``TERM`` are obeyed."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


@dataclass(frozen=True, slots=True)
class Screen:
    """A standing to be drawn; a ``note`` stands above it. With ``whole`` no line is left out for want of height."""

    standing: Standing
    language: str
    ascii_only: bool = False
    note: str = ""
    whole: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        spoken = speak(self.language)
        drawn = Group(*self._parts(console, options, spoken))
        if self.whole:
            yield drawn
            return
        lines = console.render_lines(drawn, options.update(height=None), pad=False)
        room = options.max_height
        if len(lines) > room:
            more = spoken.count(
                *words.MORE,
                len(lines) - room + 1,
            )
            lines = [*lines[: room - 1], console.render_lines(self._text(more), options.update(height=1), pad=False)[0]]
        for place, line in enumerate(lines):
            yield from line
            if place < len(lines) - 1:
                yield Text("")

    def _parts(self, console: Console, options: ConsoleOptions, language: Language) -> Iterable[RenderableType]:
        lines = lines_of(self.standing, language)
        yield from self._head(language)
        yield Text("")
        table = self._table(lines, language)
        narrow = _needed(lines, console.measure(table, options=options.update(width=BOUNDLESS))) > options.max_width
        yield self._stacked(lines, language) if narrow else table
        yield from (self._text(one, "dim") for one in legend(self.standing, language))
        if not narrow:
            yield from self._block(language.gettext(words.WHAT_IS_LEFT), map(_left, filter(_tells, lines)))
        zone = self.standing.check.catalogue.report.zone
        windows = [window_text(one, zone, language) for one in self.standing.coming]
        none = language.gettext(words.NONE_PLANNED)
        yield from self._block(language.gettext(words.COMING), windows or [none])
        yield from (self._text(one, "dim") for one in ages(self.standing, language))

    def _head(self, language: Language) -> Iterable[Text]:
        check = self.standing.check
        title, of = heading(check, language)
        if self.note:
            yield self._text(self.note, "reverse")
        status = self._text(f"{GLYPHS[check.status]} {word_of(check.status, language)}", STYLES[KINDS[check.status]])
        yield Text.assemble(self._text(title, "bold"), "  ", status)
        yield self._text(of)

    def _text(self, text: str, style: str = "") -> Text:
        shown = clean(text)
        return Text(in_ascii(shown) if self.ascii_only else shown, style)

    def _block(self, head: str, lines: Iterable[str]) -> Iterable[RenderableType]:
        found = list(lines)
        if found:
            yield Text("")
            yield self._text(head, "bold")
        yield from (Padding(self._text(line), (0, 0, 0, 2)) for line in found)

    def _table(self, lines: Sequence[Line], language: Language) -> Table:
        """One line a target."""
        say = language.gettext
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for head, reach in zip((words.SERVICE, words.OBJECTIVE), _longest(lines), strict=True):
            table.add_column(self._text(say(head)), overflow="fold", min_width=min(reach, NAME))
        for head in (say(words.STATUS), say(words.FIGURE), say(words.BUDGET)):
            table.add_column(self._text(head), no_wrap=True)
        names = [name for name, _ in next((line.rates for line in lines if line.rates), ())]
        for name in names:
            table.add_column(self._text(name), no_wrap=True, justify="right")
        table.add_column(self._text(say(words.DAYS)), no_wrap=True)
        for line in lines:
            rates = dict(line.rates)
            texts = (*(rates.get(name, "") for name in names), line.trend)
            names_of = (self._text(line.service), self._text(line.objective))
            table.add_row(*names_of, self._status(line), self._figure(line), self._left(line), *map(self._text, texts))
        return table

    def _stacked(self, lines: Sequence[Line], language: Language) -> Table:
        """Names, status and figure under each other, what is left and how fast it goes beside them."""
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(overflow="fold", max_width=LEFT_SIDE)
        table.add_column(overflow="fold", ratio=1)
        table.expand = True
        for line in lines:
            names = (self._text(line.service, "bold"), self._text(line.objective))
            beside = [one for one in self._beside(line, language) if one.plain]
            table.add_row(Group(*names, self._status(line), self._figure(line), ""), Group(*beside, ""))
        return table

    def _beside(self, line: Line, language: Language) -> Iterable[Text]:
        if line.share is not None:
            yield self._left(line)
        yield self._text("; ".join(filter(None, (line.sentence, line.spent_most))))
        if _troubled(line):
            yield self._text(line.reason)
        rates = "  ".join(f"{name} {text}" for name, text in line.rates)
        days = f"{language.gettext(words.DAYS)} {line.trend}" if line.trend else ""
        yield self._text("  ".join(filter(None, (rates, days))))

    def _status(self, line: Line) -> Text:
        advisory = "" if line.target.row.binding else " *"
        return self._text(f"{line.sign} {line.word}{advisory}", STYLES[line.kind])

    def _figure(self, line: Line) -> Text:
        return self._text(f"{line.figure} ({line.goal})")

    def _left(self, line: Line) -> Text:
        if line.share is None:
            return Text("")
        return Text.assemble(self._text(bar(line.share), STYLES[line.kind]), " ", self._text(line.left))


def _longest(lines: Sequence[Line]) -> tuple[int, int]:
    """The columns that the longest names of services and objectives take."""
    services, objectives = ((cell_len(name) for name in names) for names in _names(lines))
    return max(services, default=0), max(objectives, default=0)


def _names(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    return [line.service for line in lines], [line.objective for line in lines]


def _needed(lines: Sequence[Line], measured: Measurement) -> int:
    """The columns that a table needs at least: names may be folded, but not below ``NAME``."""
    return measured.maximum - sum(max(0, reach - NAME) for reach in _longest(lines))


def _troubled(line: Line) -> bool:
    return line.kind not in ("ok", "none")


def _tells(line: Line) -> bool:
    return bool(line.sentence or (_troubled(line) and line.reason))


def _left(line: Line) -> str:
    said = "; ".join(filter(None, (line.sentence, line.spent_most)))
    parts = (said, line.reason if _troubled(line) else "")
    return f"{line.service}, {line.objective}: " + ". ".join(filter(None, parts))
