"""Mistakes in the configuration: what is wrong, where, what was found, and what to write instead.

The one rule: nothing here raises on the first mistake; all of them are gathered, told at once, and
only then is the configuration refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend; ``line`` counts from 1, 0 stands for the file as a whole."""

    file: str
    line: int
    what: str
    hint: str | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        told = f"{self.place}: {self.what}"
        return f"{told}\n  hint: {self.hint}" if self.hint else told


class ConfigurationError(Exception):
    """The configuration is refused; ``mistakes`` holds every reason, in the order of the files."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class ConfigurationNotFound(ConfigurationError):
    """There is no configuration to read: the main file is missing or cannot be opened."""


class Refused(Exception):
    """What a value must be, said by a parser that knows nothing of files and lines.

    ``what`` continues the key's name: "must be ..., " and is followed by what was found.
    """

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Origin:
    """A value in effect and where it comes from; without a file it is slactl's default."""

    key: str
    value: object
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "default"


@dataclass(slots=True)
class Notes:
    """What is written down while the files are read: mistakes, and the origin of every value."""

    mistakes: list[Mistake] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def mistake(self, file: str, line: int, what: str, hint: str | None = None) -> None:
        """Write down a mistake; the same one is told once."""
        found = Mistake(file, line, what, hint)
        if found not in self.mistakes:
            self.mistakes.append(found)

    def in_order(self) -> tuple[Mistake, ...]:
        """All mistakes, by file in the order in which they were opened, then by line."""
        rank = {name: index for index, name in enumerate(self.files)}
        return tuple(sorted(self.mistakes, key=lambda m: (rank.get(m.file, len(rank)), m.line)))

    def refuse(self) -> None:
        """Stop here if anything is wrong.

        Raises:
            ConfigurationError: with every mistake written down so far.
        """
        if self.mistakes:
            raise ConfigurationError(self.in_order())


def quoted(text: str) -> str:
    """The text in quotes, short, and with everything unprintable written as an escape."""
    shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return repr(shown)


def one_of(words: Iterable[str]) -> str:
    """``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def did_you_mean(word: str, known: Iterable[str], begins: str = "") -> str | None:
    """A hint with the nearest known word, if one is near; that all ``begins`` alike brings none nearer."""
    words = {one.removeprefix(begins): one for one in known}
    near = difflib.get_close_matches(word.removeprefix(begins), list(words), n=1, cutoff=0.6)
    return f"did you mean {words[near[0]]}?" if near else None
